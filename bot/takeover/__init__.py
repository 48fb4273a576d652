"""A person in the chat: the acts of agents, how both sides hear of each other, promises. Draws nothing."""
