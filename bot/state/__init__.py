"""What is remembered: conversations, messages, tickets. Says nothing, and decides nothing that is said."""
