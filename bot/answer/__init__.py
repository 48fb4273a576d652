"""From a question to the reply in words. Knows the index and records nothing."""
