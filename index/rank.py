"""Ranking: what speaks for each article, and how much.

Three things speak for an article: its similarity (mostly of its nearest field, partly of its passages on
average), how much of the question's words it covers, and the question head. Their weights are constants in
the units of each, since a deviation estimated from a handful of articles would be worth less; over 21 sets
of questions they did as well as standardising each over all articles.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.centre import unit
from index.encoder import Vectors
from index.head import Head
from index.vectors import FieldVectors, Mask
from index.words import Words

NEAREST = 256  # fields looked at for one question
BY_WORDS = 20  # articles that come in by their words alone
DEVIATION = 0.12  # of the nearest fields' similarity over articles
SHARE_OF_ARTICLE = 0.3  # of a similarity: the rest is the nearest field's
WEIGHT_OF_WORDS = 7.0  # for full coverage; mean first hits were lower with 4 and with 10
WEIGHT_OF_HEAD = 0.5  # per unit of log probability


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the ranker needs it."""

    text: str
    vector: Vectors
    """Centred, length 1."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What speaks for the articles that may answer one question; arrays (candidates,), best first."""

    topics: NDArray[np.int64]
    """An article in all its languages is one topic; this is its position."""
    field: NDArray[np.int64]
    """Position of the nearest field."""
    similarity: NDArray[np.float32]
    """Of the nearest field."""
    about: NDArray[np.float32]
    """Similarity of the article's passages on average."""
    bm25: NDArray[np.float32]
    coverage: NDArray[np.float32]
    known: NDArray[np.float32]
    """As `Spoken` has them, of the language version that covers most."""
    log_probability: NDArray[np.float32]
    """Of the question head; 0 everywhere where there is no head."""
    total: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.topics)

    def only(self, keep: NDArray[np.int64] | Mask) -> "Candidates":
        """Those at the given places, in that order."""
        return Candidates(*(getattr(self, name)[keep] for name in Candidates.__slots__))


class Ranker:
    """Orders topics by what their fields, words and questions say."""

    def __init__(
        self,
        vectors: FieldVectors,
        words: Words,
        head: Head | None,
        article_of_field: NDArray[np.int64],
        topic_of_article: NDArray[np.int64],
        is_passage: Mask,
    ) -> None:
        """`article_of_field` and `is_passage` (fields,), `topic_of_article` (articles,)."""
        self._vectors = vectors
        self._words = words
        self._head = head
        self._article_of_field = article_of_field
        self._topic_of_article = topic_of_article
        self._topic_of_field = topic_of_article[article_of_field]
        order = np.argsort(self._topic_of_field, kind="stable")
        counts = np.bincount(self._topic_of_field, minlength=topic_of_article.max(initial=-1) + 1)
        self._fields_of_topic = np.split(order, np.cumsum(counts)[:-1]) if len(counts) else []
        self._articles = _article_vectors(
            vectors, article_of_field, np.flatnonzero(is_passage), len(topic_of_article)
        )

    def rank(
        self, asked: Asked, allowed: Mask | None = None, without: Sequence[int] = (), head: Head | None = None
    ) -> Candidates:
        """The topics that may answer, best first.

        `allowed` (articles,) says which articles may be looked at; `without` names fields to be ignored and
        `head` replaces the ranker's own, both for calibration by questions that the index holds itself.
        """
        fields = self._allowed_fields(allowed, without)
        spoken = self._words.spoken(asked.text)
        if allowed is not None:
            spoken = spoken.of(allowed)
        coverage = spoken.coverage
        nearest = self._nearest(asked.vector, fields, coverage)
        topics = np.array(list(nearest), np.int64)
        best = np.array(list(nearest.values()), dtype=[("field", np.int64), ("similarity", np.float32)])
        richest = self._best_version(topics, coverage)
        about = self._articles @ asked.vector
        about = about[
            self._best_version(topics, about if allowed is None else np.where(allowed, about, -1.0))
        ]
        log_probability = self._log_probability(asked, topics, head or self._head)
        total = (
            ((1 - SHARE_OF_ARTICLE) * best["similarity"] + SHARE_OF_ARTICLE * about) / DEVIATION
            + WEIGHT_OF_WORDS * coverage[richest]
            + WEIGHT_OF_HEAD * log_probability
        )
        words = spoken.bm25[richest], coverage[richest], spoken.known[richest]
        candidates = Candidates(
            topics, best["field"], best["similarity"], about, *words, log_probability, total
        )
        return candidates.only(np.argsort(-total, kind="stable"))

    def _allowed_fields(self, allowed: Mask | None, without: Sequence[int]) -> Mask | None:
        if allowed is None and not len(without):
            return None
        fields = np.ones(len(self._vectors), np.bool_) if allowed is None else allowed[self._article_of_field]
        fields[list(without)] = False
        return fields

    def _nearest(
        self, vector: Vectors, fields: Mask | None, coverage: NDArray[np.float32]
    ) -> dict[int, tuple[int, float]]:
        """The nearest field and its similarity, by topic; topics come in by nearness or by their words."""
        similarities, positions = self._vectors.nearest(vector[None], NEAREST, fields)
        found: dict[int, tuple[int, float]] = {}
        for similarity, position in zip(similarities[0].tolist(), positions[0].tolist(), strict=True):
            if position >= 0:
                found.setdefault(int(self._topic_of_field[position]), (position, similarity))
        for article in np.argsort(-coverage, kind="stable")[:BY_WORDS]:
            topic = int(self._topic_of_article[article])
            if coverage[article] > 0 and topic not in found:
                nearest = self._nearest_of(topic, vector, fields)
                if nearest:
                    found[topic] = nearest
        return found

    def fields_of(self, topic: int, allowed: Mask | None) -> NDArray[np.int64]:
        """Positions of a topic's fields in the articles allowed."""
        positions = self._fields_of_topic[topic]
        return positions if allowed is None else positions[allowed[self._article_of_field[positions]]]

    def _nearest_of(self, topic: int, vector: Vectors, fields: Mask | None) -> tuple[int, float] | None:
        positions = self._fields_of_topic[topic]
        if fields is not None:
            positions = positions[fields[positions]]
        if not len(positions):
            return None
        similarities = self._vectors.at(positions) @ vector
        best = int(similarities.argmax())
        return int(positions[best]), float(similarities[best])

    def _log_probability(
        self, asked: Asked, topics: NDArray[np.int64], head: Head | None
    ) -> NDArray[np.float32]:
        if head is None or not len(topics):
            return np.zeros(len(topics), np.float32)
        of_topics: NDArray[np.float32] = head.log_probabilities(asked.vector[None])[0][topics]
        return of_topics

    def _best_version(self, topics: NDArray[np.int64], values: NDArray[np.float32]) -> NDArray[np.int64]:
        """For each topic, the article among its language versions with the largest value."""
        order = np.lexsort((-values, self._topic_of_article))
        best: NDArray[np.int64] = order[np.searchsorted(self._topic_of_article[order], topics)]
        return best


def _article_vectors(
    vectors: FieldVectors, article_of_field: NDArray[np.int64], passages: NDArray[np.int64], articles: int
) -> Vectors:
    """The mean direction of each article's passages: (articles, dimension), length 1."""
    found = vectors.at(passages)
    sums = np.zeros((articles, found.shape[1]), np.float32)
    np.add.at(sums, article_of_field[passages], found)
    return unit(sums)
