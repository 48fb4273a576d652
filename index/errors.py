"""The base of all that can go wrong with models and indexes, so that a caller can catch it in one place."""


class IndexingError(Exception):
    """Something about a model or an index that a person can act on; its text is one sentence."""
