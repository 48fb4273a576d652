"""The excerpt: which passage of an article to show for a question."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.rank import Asked
from index.vectors import FieldVectors
from index.words import Words, words
from kb.passage import Passage

WEIGHT_OF_HEADING = 0.5  # of its similarity, beside the passage's own
WEIGHT_OF_WORDS = 0.3  # for a passage that holds all of the question's words
WEIGHT_OF_OPENING = 0.2  # for the first passage, less for each that follows
SHORT = 4  # words; a longer question says itself which part of the article it is about


class Excerpts:
    """Chooses by what the passage says, what its headings promise, and the question's words in it.

    Tables and lists of prices lie far from the question that they answer; their heading lies near.
    """

    def __init__(self, catalogue: Catalogue, vectors: FieldVectors, lexicon: Words) -> None:
        self._catalogue = catalogue
        self._vectors = vectors
        self._lexicon = lexicon
        self._words: dict[int, frozenset[str]] = {}

    def best(self, article: int, asked: Asked) -> Passage:
        """The passage of the article at that position that suits the question best."""
        fields = self._catalogue.passage_fields[article]
        places = [self._place(int(field)) for field in fields]
        own = self._vectors.at(fields) @ asked.vector
        headings = [
            self._heading(place, asked, float(alone)) for place, alone in zip(places, own, strict=True)
        ]
        covered = self._covered(places, asked.text, self._catalogue.articles[article].language)
        suits = own + WEIGHT_OF_HEADING * np.array(headings) + WEIGHT_OF_WORDS * covered
        suits += _opening(asked.text, self._catalogue.articles[article].language, len(places))
        return self._catalogue.passages[places[int(suits.argmax())]]

    def _place(self, field: int) -> int:
        place = self._catalogue.fields[field].passage
        assert place is not None
        return place

    def _heading(self, place: int, asked: Asked, alone: float) -> float:
        """Similarity of the nearest heading of a passage; of the passage itself where it has none."""
        fields = self._catalogue.heading_fields.get(place)
        if fields is None:
            return alone
        return float((self._vectors.at(fields) @ asked.vector).max())

    def _covered(self, places: list[int], question: str, language: str) -> NDArray[np.float64]:
        """Share of the question's words in each passage, rare words weighing more."""
        weights = {word: self._lexicon.rarity(word, language) for word in words(question, language)}
        total = sum(weights.values()) or 1.0
        held = [
            sum(weights[word] for word in weights.keys() & self._held(place, language)) for place in places
        ]
        return np.array(held) / total

    def _held(self, place: int, language: str) -> Collection[str]:
        if place not in self._words:
            passage = self._catalogue.passages[place]
            self._words[place] = frozenset(words(" ".join([*passage.heading, passage.plain]), language))
        return self._words[place]


def _opening(question: str, language: str, passages: int) -> NDArray[np.float64]:
    """What each passage has ahead for its place: a short, general question is answered near the top."""
    share = min(1.0, SHORT / max(len(words(question, language)), 1))
    return WEIGHT_OF_OPENING * share * np.linspace(1, 0, passages)
