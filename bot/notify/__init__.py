"""Who is told of a ticket, how, and the proof of it. Knows mail and webhooks, not what the chat says."""
