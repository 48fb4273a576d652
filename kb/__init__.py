"""What an article is: read, checked, split, written back. Knows text and languages, no vectors, no chat."""
