"""The curve: the share of questions that is answered against the share of these answers that is wrong.

Each limit of confidence is one point of it. How far a point can be trusted depends on how many answers stand
behind it, which the bound of Clopper and Pearson says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_POINTS = 400  # of a curve: a quarter of a percent apart
ROUNDING = 1e-9
CERTAINTY = 0.95  # of the bound: one file of questions in twenty may promise too much


@dataclass(frozen=True, slots=True)
class Point:
    """What answering from one confidence on would do."""

    threshold: float
    answered: float
    """Share of all questions, 0 to 1."""
    wrong: float
    """Share of these answers, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How many answers were given under the threshold in force, and how many of them were wrong."""

    given: int
    wrong: int

    @property
    def least_wrong(self) -> float:
        """The smallest share of wrong answers that these answers do not rule out."""
        from scipy.special import betaincinv

        return (
            float(betaincinv(self.wrong, self.given - self.wrong + 1, 1 - CERTAINTY)) if self.wrong else 0.0
        )

    @property
    def most_wrong(self) -> float:
        """The largest share of wrong answers that these answers do not rule out."""
        from scipy.special import betaincinv

        right = self.given - self.wrong
        return float(betaincinv(self.wrong + 1, right, CERTAINTY)) if right else 1.0

    def warnings(self, budget: float) -> list[str]:
        """Why nobody can promise that at most this share of answers is wrong; nothing where one can."""
        if self.most_wrong <= budget:
            return []
        if self.given == 0:
            return ["no question was answered, so nothing is known of the answers"]
        told = f"{self.wrong} of {self.given} answers wrong"
        if self.least_wrong > budget + ROUNDING:
            return [f"{told}: more than the {_percent(budget)} that may be"]
        return [
            f"{told}: as many as {self.most_wrong:.0%} may be, so {_percent(budget)} can't be promised; "
            f"{self._needed(budget)} answers with {self.wrong} wrong would do"
        ]

    def _needed(self, budget: float) -> int:
        """How many answers, with as many wrong ones as now, would do."""
        enough = self.given
        while Answers(enough, self.wrong).most_wrong > budget:
            enough += 1
        return enough


def curve(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], most: int = MOST_POINTS
) -> Sequence[Point]:
    """From only the surest question answered to all of them; equal confidences are answered together."""
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~right[order])
    last_of_equals = np.flatnonzero(np.append(np.diff(confidence[order]) != 0, len(order) > 0))
    kept = last_of_equals
    if len(kept) > most:
        kept = kept[np.unique(np.linspace(0, len(kept) - 1, most).round().astype(int))]
    return tuple(
        Point(float(confidence[order[at]]), float(answered[at] / len(order)), float(wrong[at] / answered[at]))
        for at in kept
    )


def _percent(share: float) -> str:
    return f"{100 * share:g}%"
