"""The finder: what agents look up while they talk, what they keep of it, and what they miss."""
