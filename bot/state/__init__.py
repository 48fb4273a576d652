"""What is remembered: conversations, messages, tickets. Knows the database, decides nothing."""
