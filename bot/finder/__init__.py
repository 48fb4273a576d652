"""The finder: what agents look up as they talk, what they keep of it, and what they miss. Draws nothing."""
