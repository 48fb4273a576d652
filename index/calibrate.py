"""Calibration: a build finds out how far its confidence can be believed.

The prior's coefficients come from real questions to other knowledge bases. Two numbers are this one's own,
the slope and the shift of the log odds: its own questions move them a little, since they are easier than what
customers ask, and questions that people asked and judged move them more. With the prior alone the confidence
was off by 0.060 on five knowledge bases that it had not seen, with their own questions by 0.058, and with
fifty to a hundred judged ones by 0.048. Own questions with their article taken out, as near misses, made it
worse.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from index.confidence import UNCALIBRATED, Calibration, Example, Numbers, features, fit, prior
from index.rank import Asked, Ranker
from index.rehearse import QUESTIONS, Rehearsed

Thing = TypeVar("Thing")

WEIGHT_OF_OWN = 60.0  # of all own questions together, in judged ones
STRENGTH = 20.0  # of the belief that slope and shift are the prior's


@dataclass(frozen=True, slots=True)
class Judged:
    """A question that people asked, and what is known of its answer."""

    asked: Asked
    right: frozenset[int]
    """Topics that answer it; none where no article does."""
    wrong: frozenset[int] | None = None
    """Topics that a customer turned down, where nothing is known of the others."""


@dataclass(frozen=True, slots=True)
class _Row:
    features: Numbers
    right: bool
    language: str
    weight: float
    real: bool


def calibrate(
    ranker: Ranker, own: Sequence[Rehearsed], judged: Sequence[Judged], strangers: Sequence[Asked]
) -> Calibration:
    """Set slope and shift by own and judged questions; strangers are questions that no article answers."""
    rows = [_own(question, WEIGHT_OF_OWN / len(own)) for question in own]
    rows += [row for question in judged if (row := _judged(ranker, question))]
    calibration = _fitted(rows)
    examples = [_example(calibration, row) for row in rows]
    asked = _sample(strangers, QUESTIONS)
    for stranger, found in zip(asked, ranker.rank_each(asked), strict=True):
        if len(found):
            confidence = calibration.confidences(found, stranger)[0]
            examples.append(Example(float(confidence), False, stranger.language, stranger=True))
    return Calibration(calibration.slope, calibration.shift, tuple(examples))


def _own(question: Rehearsed, weight: float) -> _Row:
    row = features(question.found, question.asked)[0]
    return _Row(row, bool(question.right[0]), question.asked.language, weight, real=False)


def _judged(ranker: Ranker, question: Judged) -> _Row | None:
    """What the first hit looks like, and whether it is right; None where nobody has said."""
    found = ranker.rank(question.asked)
    if not len(found):
        return None
    first = int(found.topics[0])
    if question.wrong is not None and first not in question.wrong | question.right:
        return None
    row = features(found, question.asked)[0]
    return _Row(row, first in question.right, question.asked.language, 1.0, real=True)


def _fitted(rows: Sequence[_Row]) -> Calibration:
    if not rows:
        return UNCALIBRATED
    logits = prior().logits(np.array([row.features for row in rows]))
    design = np.column_stack([logits, np.ones(len(rows))])
    right, weights = np.array([row.right for row in rows]), np.array([row.weight for row in rows])
    slope, shift = fit(design, right, weights, np.array([1.0, 0.0]), STRENGTH).tolist()
    return Calibration(max(slope, 0.0), shift, ())


def _example(calibration: Calibration, row: _Row) -> Example:
    confidence = float(calibration.probability(row.features[None])[0])
    return Example(confidence, row.right, row.language, stranger=False, real=row.real)


def _sample(things: Sequence[Thing], most: int) -> Sequence[Thing]:
    if len(things) <= most:
        return things
    return random.Random(0).sample(things, most)
