"""The excerpt: which passage of an article to show for a question."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.rank import Asked
from index.vectors import FieldVectors
from index.words import Words, words
from kb.passage import Passage

# Chosen on two thirds of 275 questions in five languages, 130 of them of a few words.
# The right passage is shown for 0.96 of the short and 0.75 of the long ones; it was 0.89 and 0.68 when the
# title's words counted and length did not.
WEIGHT_OF_HEADING = 0.5  # of its similarity, beside the passage's own
WEIGHT_OF_WORDS = 0.3  # for a passage that holds all of the question's words
WEIGHT_OF_OPENING = 0.2  # for the first passage, less for each that follows
WEIGHT_OF_LENGTH = 0.05  # per unit of the logarithm of a passage's words
OFTEN = 0.4  # share of an article's questions that have a word which says only what the article is about
NONE = np.zeros(0, np.int64)
SHORT = 3  # words; a longer question says itself which part of the article it is about


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a passage and its headings."""

    different: frozenset[str]
    count: int


class Excerpts:
    """Chooses by what the passage says, what its headings promise, and the question's words in it.

    Tables and lists of prices lie far from the question that they answer; their heading lies near. The words
    of the article's title, and those that its questions repeat, say nothing of where in it the answer stands.
    The fewer words a question has, the more speaks for what an article says first and at length, against a
    passage that only refers to another.
    """

    def __init__(self, catalogue: Catalogue, vectors: FieldVectors, lexicon: Words) -> None:
        self._catalogue = catalogue
        self._vectors = vectors
        self._lexicon = lexicon
        self._words: dict[int, _Said] = {}
        self._subjects: dict[int, frozenset[str]] = {}

    def best(self, article: int, asked: Asked) -> Passage:
        """The passage of the article at that position that suits the question best."""
        return self.fitting(article, asked)[0][0]

    def fitting(self, article: int, asked: Asked) -> tuple[tuple[Passage, float], ...]:
        """Its passages, the one that suits best first, and how much each speaks to the question.

        About 0.3 where it answers and below 0.2 where the question is a stranger, as follow-ups showed.
        """
        fields = self._catalogue.passage_fields[article]
        places = [self._place(int(field)) for field in fields]
        own = self._vectors.at(fields) @ asked.vector
        headings = self._headings(places, asked, own)
        language = self._catalogue.articles[article].language
        asked_for = words(asked.text, language)
        fits = own + WEIGHT_OF_HEADING * headings
        fits += WEIGHT_OF_WORDS * self._covered(places, asked_for, article)
        suits = fits + _brevity(asked_for) * self._prominence(places, language)
        passages = self._catalogue.passages
        return tuple((passages[places[at]], float(fits[at])) for at in np.argsort(-suits, kind="stable"))

    def _place(self, field: int) -> int:
        place = self._catalogue.fields[field].passage
        assert place is not None
        return place

    def _headings(self, places: list[int], asked: Asked, own: NDArray[np.float32]) -> NDArray[np.float32]:
        """Similarity of the nearest heading of each passage; of the passage itself where it has none."""
        fields = [self._catalogue.heading_fields.get(place, NONE) for place in places]
        of_all = self._vectors.at(np.concatenate(fields)) @ asked.vector
        of_each = np.split(of_all, np.cumsum([len(one) for one in fields])[:-1])
        return np.array(
            [one.max(initial=-1.0) if len(one) else alone for one, alone in zip(of_each, own, strict=True)]
        )

    def _covered(self, places: list[int], asked_for: Sequence[str], article: int) -> NDArray[np.float64]:
        """Share of the question's words in each passage, rare words weighing more, the subject's nothing."""
        language = self._catalogue.articles[article].language
        telling = set(asked_for).difference(self._subject(article))
        weights = {word: self._lexicon.rarity(word, language) for word in telling}
        total = sum(weights.values()) or 1.0
        held = [
            sum(weights[word] for word in weights.keys() & self._said(place, language).different)
            for place in places
        ]
        return np.array(held) / total

    def _prominence(self, places: list[int], language: str) -> NDArray[np.float64]:
        """What each passage has ahead for how early it comes and how much it says."""
        lengths = np.log([max(self._said(place, language).count, 1) for place in places])
        return WEIGHT_OF_OPENING * np.linspace(1, 0, len(places)) + WEIGHT_OF_LENGTH * lengths

    def _subject(self, article: int) -> frozenset[str]:
        """The words of the article's title, and those that come again and again in its questions."""
        if article not in self._subjects:
            about = self._catalogue.articles[article]
            asked = Counter(word for one in about.questions for word in {*words(one, about.language)})
            often = max(2.0, OFTEN * len(about.questions))
            repeated = (word for word, times in asked.items() if times >= often)
            self._subjects[article] = frozenset((*words(about.title, about.language), *repeated))
        return self._subjects[article]

    def _said(self, place: int, language: str) -> _Said:
        if place not in self._words:
            passage = self._catalogue.passages[place]
            said = words(" ".join([*passage.heading, passage.plain]), language)
            self._words[place] = _Said(frozenset(said), len(said))
        return self._words[place]


def _brevity(asked_for: Sequence[str]) -> float:
    """1 for a few words, falling fast towards 0 for a question that says more."""
    return float(min(1.0, SHORT / max(len(asked_for), 1)) ** 1.5)
