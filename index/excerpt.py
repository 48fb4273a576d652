"""The excerpt: which passage of an article to show for a question."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.answer_type import AnswerType, expected, stated
from index.catalogue import Catalogue
from index.encoder import Vectors
from index.rank import Asked
from index.vectors import FieldVectors
from index.words import Words, words
from kb.abbreviation import spelled_out
from kb.markdown import plain
from kb.passage import Passage

WEIGHT_OF_HEADING = 0.5  # of its similarity, beside the passage's own, in how much a passage speaks to it
WEIGHT_OF_WORDS = 0.3  # for a passage that holds all of the question's words

# What is added to the passage's own similarity where one is chosen. Of 422 questions in five languages to
# known articles, the right passage is shown for 0.95 of those of a few words, 0.80 of whole questions, and
# 0.76 of 147 as customers write them, most of which a reader had picked as wrong; 0.98, 0.77 and 0.63 where
# nothing is taken off and no answer type expected. Of 150 others, written without looking at any answer, it
# is 0.77; 0.73 where no answer type is expected.
OF_TITLE = 0.9
"""Of what a question has of its article's title, how much is taken off: all passages have that, too."""
OF_HEADING = 0.15  # of the nearest heading's similarity
OF_HEADING_IN_BRIEF = 0.4  # more for a question of a few words
OF_WORDS = 0.2  # for a passage that holds all of the question's words
OF_OPENING = 0.2
"""For the first passage, less for each that follows, where a question is brief or asks what the title says:
"how long does delivery take", of an article on "How long delivery takes"."""
STRANGE, SAME = 0.3, 0.8
"""Similarities to the title at which a question asks something else, and just what the title says."""
OF_LENGTH = 0.05  # per unit of the logarithm of a passage's words
OF_TYPE = 0.1
"""Per unit of the logarithm of how many durations, prices, times or numbers a passage states, if one is
expected."""
MOST_OF_TYPE = 10  # that count: long tables state dozens
OFTEN = 0.4  # share of an article's questions that have a word which says only what the article is about
NONE = np.zeros(0, np.int64)
SHORT = 3  # words; a longer question says itself which part of the article it is about


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a passage and its headings."""

    different: frozenset[str]
    count: int
    states: Mapping[AnswerType, int]
    """How many of each answer type."""


class Excerpts:
    """Chooses by what the passage says, what its headings promise, and the question's words in it.

    Tables and lists of prices lie far from the question that they answer; their heading lies near. What a
    question shares with the article's title, and words that the article's questions repeat, say nothing of
    where in it the answer stands. The fewer words a question has, the more its heading tells, and what an
    article says first, against a passage that only refers to another; so it does where the question is the
    title once more.
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
        language = self._catalogue.articles[article].language
        asked_for = words(asked.text, language)
        covered = self._covered(places, asked_for, article)
        brief = _brevity(asked_for)
        title = self._vectors.at(self._catalogue.title_fields[[article]])[0]
        likeness = max(float(asked.vector @ title), 0.0)
        own, headings = self._near(fields, places, asked.vector - OF_TITLE * likeness * title)
        suits = own + (OF_HEADING + OF_HEADING_IN_BRIEF * brief) * headings + OF_WORDS * covered
        suits += OF_OPENING * max(brief, _sameness(likeness)) * np.linspace(1, 0, len(places))
        suits += OF_LENGTH * self._lengths(places, language) + OF_TYPE * self._typed(places, asked, language)
        own, headings = self._near(fields, places, asked.vector)
        fits = own + WEIGHT_OF_HEADING * headings + WEIGHT_OF_WORDS * covered
        passages = self._catalogue.passages
        return tuple((passages[places[at]], float(fits[at])) for at in np.argsort(-suits, kind="stable"))

    def _near(
        self, fields: NDArray[np.int64], places: list[int], question: Vectors
    ) -> tuple[Vectors, Vectors]:
        """How near each passage lies, and its nearest heading; the passage again where it has none."""
        own = self._vectors.at(fields) @ question
        of_passages = [self._catalogue.heading_fields.get(place, NONE) for place in places]
        of_all = self._vectors.at(np.concatenate(of_passages)) @ question
        of_each = np.split(of_all, np.cumsum([len(one) for one in of_passages])[:-1])
        nearest = [
            one.max(initial=-1.0) if len(one) else alone for one, alone in zip(of_each, own, strict=True)
        ]
        return own, np.array(nearest, np.float32)

    def _place(self, field: int) -> int:
        place = self._catalogue.fields[field].passage
        assert place is not None
        return place

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

    def _lengths(self, places: list[int], language: str) -> NDArray[np.float64]:
        """The logarithm of how many words each passage has."""
        lengths: NDArray[np.float64] = np.log([max(self._said(place, language).count, 1) for place in places])
        return lengths

    def _typed(self, places: list[int], asked: Asked, language: str) -> NDArray[np.float64]:
        """The logarithm of how often each passage states what the question expects to be told."""
        states = [self._said(place, language).states for place in places]
        counts = [[one[kind] for one in states] for kind in expected(asked.text, asked.language)]
        most = np.minimum(np.array(counts).reshape(-1, len(places)), MOST_OF_TYPE)
        typed: NDArray[np.float64] = np.log1p(most).sum(axis=0)
        return typed

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
            text = plain(spelled_out(passage.text, language))
            said = words(" ".join([*passage.heading, text]), language)
            states = stated("\n".join([*passage.heading, passage.text]), language)
            self._words[place] = _Said(frozenset(said), len(said), states)
        return self._words[place]


def _sameness(likeness: float) -> float:
    """0 for a question that is a stranger to the title, 1 for one that says the same."""
    return min(1.0, max(0.0, (likeness - STRANGE) / (SAME - STRANGE)))


def _brevity(asked_for: Sequence[str]) -> float:
    """1 for a few words, falling fast towards 0 for a question that says more."""
    return float(min(1.0, SHORT / max(len(asked_for), 1)) ** 1.5)
