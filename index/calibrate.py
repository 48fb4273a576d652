"""Calibration without labelled history: the knowledge base's own questions stand for its customers'.

Each of its questions is asked as if the index did not hold it (is the first hit the right article?), and
everyday questions are asked beside them (strangers). A knowledge base's own questions are easier than what
customers ask, so what they say is weighed against coefficients fitted on real questions to other knowledge
bases. Asking the own questions once more without their article, as near misses, was tried and made the
confidence worse: 0.10 to 0.30 off instead of 0.08.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.confidence import FEATURES, Calibration, Example, Numbers, features, fit, probability
from index.encoder import Vectors
from index.head import Head, train, worth_training
from index.rank import Asked, Ranker

Thing = TypeVar("Thing")

FOLDS = 5
ENOUGH = 30  # own questions; with fewer the prior stands as it is
QUESTIONS = 600  # asked at the most: a second of searching at 10,000 articles
WEIGHT_OF_QUESTIONS = 240.0  # of all own questions together, in real questions
WEIGHT_OF_STRANGERS = 60.0
PRIOR = np.array([5.88, -0.68, 8.82, 6.06, 1.22, -1.25, -0.47, 0.12, 0.13, -4.05])
"""Fitted on real questions to twenty-one knowledge bases, each counting the same. On one that it had not seen
it was off by 0.083 on average, and told right from wrong with an area under the curve of 0.905."""
PRIOR_STRENGTH = 30.0  # with 3 the confidence was off by 0.11, with 30 by 0.08, on sets not seen by the prior


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


def calibrate(
    ranker: Ranker, questions: Sequence[Known], strangers: Sequence[Known], topics: int
) -> Calibration:
    """Fit confidence on questions that the index holds and on strangers."""
    heads = _Heads(questions, topics)
    chosen = _sample(range(len(questions)), QUESTIONS)
    rows = [_asked(ranker, questions[place], heads.without(place)) for place in chosen]
    rows += [_asked(ranker, known, None) for known in _sample(strangers, QUESTIONS)]
    return _fitted([row for row in rows if row is not None])


def _asked(ranker: Ranker, known: Known, head: Head | None) -> _Row | None:
    """What the first hit looks like, and whether it is right; None where nothing is found."""
    found = ranker.rank(known.asked, without=[] if known.field is None else [known.field], head=head)
    if not len(found):
        return None
    return _Row(features(found, known.asked.text)[0], bool(found.topics[0] == known.topic), known)


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
    if not rows:
        return Calibration(tuple(PRIOR.tolist()), ())
    table = np.array([row.features for row in rows])
    right = np.array([row.right for row in rows])
    weights = _weights(rows)
    enough = sum(row.known.topic is not None for row in rows) >= ENOUGH

    def fitted(chosen: NDArray[np.bool_]) -> Numbers:
        return fit(table[chosen], right[chosen], weights[chosen], PRIOR, PRIOR_STRENGTH) if enough else PRIOR

    fold_of = np.arange(len(rows)) % FOLDS
    held_out = np.empty(len(rows))
    for fold in range(FOLDS):
        outside = fold_of == fold
        held_out[outside] = probability(table[outside], fitted(~outside))
    examples = tuple(
        Example(float(confidence), row.right, row.known.language, row.known.topic is None)
        for confidence, row in zip(held_out, rows, strict=True)
    )
    return Calibration(tuple(fitted(np.ones(len(rows), np.bool_)).tolist()), examples)


def _weights(rows: Sequence[_Row]) -> Numbers:
    strange = np.array([row.known.topic is None for row in rows])
    weights = np.empty(len(rows))
    weights[strange] = WEIGHT_OF_STRANGERS / max(int(strange.sum()), 1)
    weights[~strange] = WEIGHT_OF_QUESTIONS / max(int((~strange).sum()), 1)
    return weights


def _sample(things: Sequence[Thing], most: int) -> Sequence[Thing]:
    if len(things) <= most:
        return things
    return random.Random(0).sample(things, most)


assert len(PRIOR) == len(FEATURES) + 1
