"""What a message wishes beside knowledge. Knows wordings and vectors, no index and no customer."""
