"""A person in the chat: what agents and customers do in a live conversation. Draws nothing."""
