"""Ranking: what speaks for each article, and how much.

Five things speak for an article: the similarity of its nearest field, that of its passages on average, how
much of the question's words and of its letter groups the article covers, and the question head. They are
signals in the units of each, since a deviation estimated from a handful of articles would be worth less.
Across languages an article's words and the gist of its passages say less, so they count less.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.centre import unit
from index.encoder import Vectors
from index.head import Heads
from index.vectors import FieldVectors, Mask
from index.view import joined
from index.weights import START, Weights
from index.words import Words

NEAREST = 256  # fields looked at for one question
BY_WORDS = 20  # articles that come in by their words alone
DEVIATION = 0.12  # of the nearest fields' similarity over articles
ACROSS_LANGUAGES = 0.4  # of what words and passages count for an article in the question's language
SEVERAL = 0.2  # of the articles must have several passages, for passages to have a gist
"""Where they are one passage each, counting it again beside a nearer title cost 0.5 of a hundred first hits
over nineteen sets and 0.3 over 43 variations of them; where they are longer, the gist wins 1 to 2."""
FOREIGN = 0.5  # ahead for a topic that has no version in the question's language, and so none of its words
"""In the example shop 13 of 20 questions that only an article in another language answers find it first, 11
without; none of the other 148 is lost."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a question without names and numbers."""

    text: str
    vector: Vectors
    """Centred, both views joined, length 1."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the ranker needs it."""

    text: str
    vector: Vectors
    """Centred, both views joined, length 1."""
    language: str
    substance: float
    """How much it says beyond what all questions in its language do: the length of its vectors before they
    are made 1 long, 0 to 2 and mostly about 0.5."""
    rest: Rest | None = None
    """None where it has no names and no numbers."""

    @classmethod
    def of(
        cls,
        text: str,
        halves: Sequence[Vectors],
        language: str,
        rest: tuple[str, Sequence[Vectors]] | None = None,
    ) -> "Asked":
        """Of its vectors (dimension,) in both views, without the means and as long as they are.

        `rest` is the question without names and numbers, and its vectors.
        """
        lengths = [float(np.linalg.norm(half)) for half in halves]
        left = None if rest is None else Rest(rest[0], joined(*map(unit, rest[1])))
        return cls(text, joined(*map(unit, halves)), language, sum(lengths) / len(lengths), left)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What speaks for the articles that may answer one question; arrays (candidates, …), best first."""

    topics: NDArray[np.int64]
    """An article in all its languages is one topic; this is its position."""
    field: NDArray[np.int64]
    """Position of the nearest field."""
    short: NDArray[np.bool_]
    """Whether the nearest field is a title, a question or a heading."""
    similarity: NDArray[np.float32]
    """Of the nearest field."""
    bm25: NDArray[np.float32]
    coverage: NDArray[np.float32]
    grams: NDArray[np.float32]
    known: NDArray[np.float32]
    """As `Spoken` has them, of the language version that has most."""
    log_probability: NDArray[np.float32]
    """Of the question head; 0 everywhere where there is none."""
    rest: NDArray[np.float32]
    """Similarity of the field nearest to the question without names and numbers; 1 where it has none."""
    rest_covered: NDArray[np.float32]
    """The larger share of its words or letter groups that a language version covers; 1 where it has none."""
    foreign: Mask
    """Whether the topic has no version in the question's language."""
    signals: NDArray[np.float32]
    """(candidates, signals): what `Weights` weighs."""
    total: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.topics)

    def only(self, keep: NDArray[np.int64] | Mask) -> "Candidates":
        """Those at the given places, in that order."""
        return Candidates(*(getattr(self, name)[keep] for name in Candidates.__slots__))

    def weighed(self, weights: Weights) -> "Candidates":
        """The same with other weights, best first."""
        total = (self.signals @ weights.column + FOREIGN * self.foreign).astype(np.float32)
        return replace(self, total=total).only(np.argsort(-total, kind="stable"))


@dataclass(frozen=True, slots=True)
class Layout:
    """How fields, articles and topics belong together."""

    article_of_field: NDArray[np.int64]
    topic_of_article: NDArray[np.int64]
    is_passage: Mask
    is_question: Mask
    """(fields,); alternate questions only"""
    languages: Sequence[str]
    """Of the articles."""

    def spoken_in(self, language: str) -> Mask:
        """The fields (fields,) of the articles in that language."""
        return np.asarray((np.array(self.languages) == language)[self.article_of_field])

    def heard_in(self, language: str) -> Mask:
        """The fields (fields,) that speak to those who ask in a language.

        They are what an article says in it, or in any other where it has no version in it.
        """
        spoken = np.array(self.languages) == language
        translated = np.zeros(self.topic_of_article.max(initial=-1) + 1, np.bool_)
        translated[self.topic_of_article[spoken]] = True
        heard = spoken | ~translated[self.topic_of_article]
        return np.asarray(heard[self.article_of_field])


class Ranker:
    """Orders topics by what their fields, words and questions say."""

    def __init__(
        self,
        vectors: FieldVectors,
        words: Words,
        heads: Heads,
        layout: Layout,
        weights: Weights = START,
        without: Mask | None = None,
    ) -> None:
        """`without` (fields,) says which fields are to be ignored."""
        self._vectors, self._words, self._heads = vectors, words, heads
        self._layout, self._weights, self._without = layout, weights, without
        self._languages = np.array(layout.languages)
        self._topic_of_field = layout.topic_of_article[layout.article_of_field]
        order = np.argsort(self._topic_of_field, kind="stable")
        counts = np.bincount(self._topic_of_field, minlength=layout.topic_of_article.max(initial=-1) + 1)
        self._fields_of_topic = np.split(order, np.cumsum(counts)[:-1]) if len(counts) else []
        self._articles = _article_vectors(vectors, layout)
        self._gist = float((_passages_of(layout) > 1).mean() >= SEVERAL)
        self._versions = _versions(layout.topic_of_article)

    def rank(self, asked: Asked, allowed: Mask | None = None) -> Candidates:
        """The topics that may answer, best first; `allowed` (articles,) says which may be looked at."""
        return next(self.rank_each([asked], allowed))

    def rank_each(self, questions: Sequence[Asked], allowed: Mask | None = None) -> Iterator[Candidates]:
        """The same for each of many questions, whose vectors are compared all at once."""
        if not questions:
            return
        fields = self._allowed_fields(allowed)
        vectors = np.array([asked.vector for asked in questions])
        nearest = zip(*self._vectors.nearest(vectors, NEAREST, fields), strict=True)
        of_articles = vectors @ self._articles.T
        for asked, near, about in zip(questions, nearest, of_articles, strict=True):
            yield self._ranked(asked, allowed, fields, near, about)

    def _ranked(
        self,
        asked: Asked,
        allowed: Mask | None,
        fields: Mask | None,
        near: tuple[NDArray[np.float32], NDArray[np.int64]],
        of_articles: NDArray[np.float32],
    ) -> Candidates:
        """`near`: similarities and positions of the nearest fields; `of_articles`: of whole articles."""
        spoken = self._words.spoken(asked.text)
        if allowed is not None:
            spoken = spoken.of(allowed)
        share = np.where(self._languages == asked.language, 1.0, ACROSS_LANGUAGES).astype(np.float32)
        nearest = self._nearest(asked.vector, fields, near, share * (spoken.coverage + spoken.grams))
        topics = np.array(list(nearest), np.int64)
        best = np.array(list(nearest.values()), dtype=[("field", np.int64), ("similarity", np.float32)])
        similarity = best["similarity"]
        richest = self._best_version(topics, share * (spoken.coverage + spoken.grams))
        about = self._about(of_articles, allowed, topics)
        gist = self._gist * share[about.version]
        log_probability = self._log_probability(asked, topics)
        signals = [
            similarity / DEVIATION,
            ((1 - gist) * similarity + gist * about.similarity) / DEVIATION,
            (share * spoken.coverage)[richest],
            (share * spoken.grams)[richest],
            log_probability,
        ]
        return Candidates(
            topics=topics,
            field=best["field"],
            short=~self._layout.is_passage[best["field"]],
            similarity=similarity,
            bm25=spoken.bm25[richest],
            coverage=spoken.coverage[richest],
            grams=spoken.grams[richest],
            known=spoken.known[richest],
            log_probability=log_probability,
            rest=self._nearest_to_rest(asked, topics, fields),
            rest_covered=self._rest_covered(asked, topics, allowed),
            foreign=self._foreign(asked.language, allowed)[topics],
            signals=np.column_stack(signals).astype(np.float32),
            total=similarity,
        ).weighed(self._weights)

    def _allowed_fields(self, allowed: Mask | None) -> Mask | None:
        fields = None if allowed is None else allowed[self._layout.article_of_field]
        if self._without is None:
            return fields
        return ~self._without if fields is None else fields & ~self._without

    def _nearest(
        self,
        vector: Vectors,
        fields: Mask | None,
        near: tuple[NDArray[np.float32], NDArray[np.int64]],
        said: NDArray[np.float32],
    ) -> dict[int, tuple[int, float]]:
        """The nearest field and its similarity, by topic; topics come in by nearness or by their words."""
        similarities, positions = near
        found: dict[int, tuple[int, float]] = {}
        for similarity, position in zip(similarities.tolist(), positions.tolist(), strict=True):
            if position >= 0:
                found.setdefault(int(self._topic_of_field[position]), (position, similarity))
        saying = np.flatnonzero(said > 0)
        for article in saying[np.argsort(-said[saying], kind="stable")[:BY_WORDS]]:
            topic = int(self._layout.topic_of_article[article])
            if topic not in found:
                nearest = self._nearest_of(topic, vector, fields)
                if nearest:
                    found[topic] = nearest
        return found

    def fields_of(self, topic: int, allowed: Mask | None) -> NDArray[np.int64]:
        """Positions of a topic's fields in the articles allowed."""
        positions = self._fields_of_topic[topic]
        return positions if allowed is None else positions[allowed[self._layout.article_of_field[positions]]]

    def _nearest_of(self, topic: int, vector: Vectors, fields: Mask | None) -> tuple[int, float] | None:
        positions = self._fields_of_topic[topic]
        if fields is not None:
            positions = positions[fields[positions]]
        if not len(positions):
            return None
        similarities = self._vectors.at(positions) @ vector
        best = int(similarities.argmax())
        return int(positions[best]), float(similarities[best])

    def _nearest_to_rest(
        self, asked: Asked, topics: NDArray[np.int64], fields: Mask | None
    ) -> NDArray[np.float32]:
        if asked.rest is None:
            return np.ones(len(topics), np.float32)
        nearest = np.full(len(topics), -1.0, np.float32)
        of_topics = [self._fields_of_topic[topic] for topic in topics.tolist()]
        places = np.repeat(np.arange(len(topics)), list(map(len, of_topics)))
        positions = np.concatenate([*of_topics, np.zeros(0, np.int64)])
        if fields is not None:
            places, positions = places[fields[positions]], positions[fields[positions]]
        np.maximum.at(nearest, places, self._vectors.at(positions) @ asked.rest.vector)
        return nearest

    def _rest_covered(
        self, asked: Asked, topics: NDArray[np.int64], allowed: Mask | None
    ) -> NDArray[np.float32]:
        if asked.rest is None:
            return np.ones(len(topics), np.float32)
        spoken = self._words.spoken(asked.rest.text)
        if allowed is not None:
            spoken = spoken.of(allowed)
        covered = np.maximum(spoken.coverage, spoken.grams)
        most: NDArray[np.float32] = covered[self._best_version(topics, covered)]
        return most

    def _foreign(self, language: str, allowed: Mask | None) -> Mask:
        """Which topics have no version in that language among those allowed."""
        spoken = self._languages == language
        spoken = spoken if allowed is None else spoken & allowed
        foreign = np.ones(len(self._fields_of_topic), np.bool_)
        foreign[self._layout.topic_of_article[spoken]] = False
        return foreign

    def _about(
        self, similarity: NDArray[np.float32], allowed: Mask | None, topics: NDArray[np.int64]
    ) -> "_About":
        version = self._best_version(
            topics, similarity if allowed is None else np.where(allowed, similarity, -1.0)
        )
        return _About(version, similarity[version])

    def _log_probability(self, asked: Asked, topics: NDArray[np.int64]) -> NDArray[np.float32]:
        of_topics = self._heads.log_probabilities(asked.vector[None], asked.language)
        return np.zeros(len(topics), np.float32) if of_topics is None else of_topics[0][topics]

    def _best_version(self, topics: NDArray[np.int64], values: NDArray[np.float32]) -> NDArray[np.int64]:
        """For each topic, the article among its language versions with the largest value."""
        versions = self._versions[topics]
        best: NDArray[np.int64] = np.take_along_axis(versions, values[versions].argmax(axis=1)[:, None], 1)[
            :, 0
        ]
        return best


@dataclass(frozen=True, slots=True)
class _About:
    """The language version of each topic that is most like the question on the whole, and how much."""

    version: NDArray[np.int64]
    similarity: NDArray[np.float32]


def _versions(topic_of_article: NDArray[np.int64]) -> NDArray[np.int64]:
    """The articles of each topic (topics, versions), the first one again where a topic has fewer."""
    order = np.argsort(topic_of_article, kind="stable")
    counts = np.bincount(topic_of_article)
    starts = np.cumsum(counts) - counts
    within = np.arange(counts.max(initial=0))
    versions: NDArray[np.int64] = order[starts[:, None] + np.where(within < counts[:, None], within, 0)]
    return versions


def _passages_of(layout: Layout) -> NDArray[np.int64]:
    """How many each article has (articles,)."""
    counts: NDArray[np.int64] = np.bincount(
        layout.article_of_field[layout.is_passage], minlength=len(layout.topic_of_article)
    )
    return counts


def _article_vectors(vectors: FieldVectors, layout: Layout) -> Vectors:
    """The mean direction of each article's passages: (articles, dimension), length 1."""
    passages = np.flatnonzero(layout.is_passage)
    found = vectors.at(passages)
    sums = np.zeros((len(layout.topic_of_article), found.shape[1]), np.float32)
    np.add.at(sums, layout.article_of_field[passages], found)
    return unit(sums)
