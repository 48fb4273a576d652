"""Calibration without labelled history: the knowledge base's own questions stand for its customers'.

Each of its questions is asked as if the index did not hold it (is the first hit the right article?), asked
again with its article taken out (nothing can be right: a near miss), and everyday questions are asked beside
them (strangers). What the confidence is afterwards compared with are fits that did not see the example.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from index.confidence import FEATURES, Calibration, Example, Numbers, features, fit, sigmoid
from index.encoder import Vectors
from index.head import Head, train, worth_training
from index.rank import Asked, Ranker

Thing = TypeVar("Thing")

FOLDS = 5
QUESTIONS = 600  # asked at the most: a second of searching at 10,000 articles
SHARE_OF_NEAR_MISSES = 0.25
SHARE_OF_STRANGERS = 0.15
PRIOR = np.array([6.0, 8.0, 4.0, 3.0, 1.0, 0.5, 2.0, 1.0, 0.0, -5.5])
PRIOR_STRENGTH = 0.5


@dataclass(frozen=True, slots=True)
class Known:
    """A question with its answer."""

    asked: Asked
    language: str
    topic: int | None
    """The topic that answers; None for a stranger."""
    field: int | None = None
    """The field that holds this very question, to be ignored while it is asked."""


@dataclass(frozen=True, slots=True)
class _Row:
    features: Numbers
    right: bool
    known: Known
    near_miss: bool


def calibrate(
    ranker: Ranker, questions: Sequence[Known], strangers: Sequence[Known], topics: int
) -> Calibration:
    """Fit confidence on questions that the index holds and on strangers."""
    heads = _Heads(questions, topics)
    chosen = _sample(range(len(questions)), QUESTIONS)
    rows = [row for place in chosen for row in _asked(ranker, questions[place], heads.without(place))]
    rows += [row for known in _sample(strangers, QUESTIONS) for row in _stranger(ranker, known)]
    if not rows:
        return Calibration(tuple(PRIOR.tolist()), ())
    return _fitted(rows)


def _asked(ranker: Ranker, known: Known, head: Head | None) -> Iterator[_Row]:
    """The question without its own field, then without its article."""
    topic = known.topic
    if topic is None:
        return
    own = [] if known.field is None else [known.field]
    found = ranker.rank(known.asked, without=own, head=head)
    if len(found):
        right = bool(found.topics[0] == topic)
        yield _Row(features(found, known.asked.text)[0], right, known, near_miss=False)
    others = found.only(found.topics != topic)
    if len(others):
        yield _Row(features(others, known.asked.text)[0], False, known, near_miss=True)


def _stranger(ranker: Ranker, known: Known) -> Iterator[_Row]:
    found = ranker.rank(known.asked)
    if len(found):
        yield _Row(features(found, known.asked.text)[0], False, known, near_miss=False)


class _Heads:
    """Question heads, each of which has not seen one fifth of the questions."""

    def __init__(self, questions: Sequence[Known], topics: int) -> None:
        self._owners = np.array([known.topic for known in questions], np.int64)
        self._vectors: Vectors = np.array([known.asked.vector for known in questions])
        self._topics = topics
        self._fold_of = np.random.default_rng(0).permutation(len(questions)) % FOLDS
        self._worth = worth_training(self._owners)
        self._made: dict[int, Head] = {}

    def without(self, question: int) -> Head | None:
        """One that has not seen the question at this place; None where a head is not worth training."""
        if not self._worth:
            return None
        fold = int(self._fold_of[question])
        if fold not in self._made:
            kept = self._fold_of != fold
            self._made[fold] = train(self._vectors[kept], self._owners[kept], self._topics)
        return self._made[fold]


def _fitted(rows: Sequence[_Row]) -> Calibration:
    table = np.array([row.features for row in rows])
    right = np.array([row.right for row in rows])
    weights = _weights(rows)
    fold_of = np.arange(len(rows)) % FOLDS
    held_out = np.empty(len(rows))
    for fold in range(FOLDS):
        inside = fold_of != fold
        coefficients = fit(table[inside], right[inside], weights[inside], PRIOR, PRIOR_STRENGTH)
        held_out[~inside] = sigmoid(np.column_stack([table, np.ones(len(rows))])[~inside] @ coefficients)
    coefficients = fit(table, right, weights, PRIOR, PRIOR_STRENGTH)
    examples = tuple(
        Example(float(confidence), row.right, row.known.language, float(weight), row.known.topic is None)
        for confidence, weight, row in zip(held_out, weights, rows, strict=True)
    )
    return Calibration(tuple(coefficients.tolist()), examples)


def _weights(rows: Sequence[_Row]) -> Numbers:
    """Near misses and strangers count as the shares of traffic that they stand for."""
    near = np.array([row.near_miss for row in rows])
    strange = np.array([row.known.topic is None for row in rows])
    asked = max(int((~near & ~strange).sum()), 1)
    weights = np.ones(len(rows))
    own = 1 - SHARE_OF_NEAR_MISSES - SHARE_OF_STRANGERS
    weights[near] = asked * SHARE_OF_NEAR_MISSES / own / max(int(near.sum()), 1)
    weights[strange] = asked * SHARE_OF_STRANGERS / own / max(int(strange.sum()), 1)
    return weights


def _sample(things: Sequence[Thing], most: int) -> Sequence[Thing]:
    if len(things) <= most:
        return things
    return random.Random(0).sample(things, most)


assert len(PRIOR) == len(FEATURES) + 1
