"""Weights: how much each thing that speaks for an article counts.

They start where they did best over 21 sets of questions. A knowledge base with questions of its own moves
them to where these find their articles, since some are better found by words and some by meaning: a
conditional logit, held near its start by a Gaussian prior (McFadden, 1974).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

ENOUGH = 30  # questions; with fewer the weights stay where they start
STRENGTH = 0.03  # of the prior; first hits gained 0.3 to 0.8 points on four sets, with 0.003 they lost some
LEAST = 0.0  # nothing speaks against an article by being like the question


@dataclass(frozen=True, slots=True)
class Weights:
    """Of each signal, in the order of the columns of `Candidates.signals`."""

    nearest: float = 0.7
    about: float = 0.3
    words: float = 5.0
    grams: float = 5.0
    head: float = 0.5

    @property
    def column(self) -> Numbers:
        """(signals,)"""
        return np.array(astuple(self))

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(astuple(self)), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Weights":
        return cls(*json.loads(path.read_text(encoding="utf-8")))


START = Weights()
SPREAD = np.array([0.3, 0.3, 3.0, 3.0, 0.4])
"""How far each weight may move for the same price."""


def learn(questions: Sequence[tuple[NDArray[np.float32], NDArray[np.bool_]]]) -> Weights:
    """The weights under which the right candidates of these questions come first most surely.

    Each question has the signals of its candidates (candidates, signals) and which of them are right.
    """
    from scipy.optimize import minimize

    asked = [
        (signals.astype(np.float64), right) for signals, right in questions if right.any() and not right.all()
    ]
    if len(asked) < ENOUGH:
        return START
    start = START.column

    def loss(moved: Numbers) -> tuple[float, Numbers]:
        missed, gradient = 0.0, np.zeros(len(start))
        for signals, right in asked:
            probability = _softmax(signals @ (start + moved * SPREAD))
            of_right = max(float(probability[right].sum()), 1e-12)
            share = probability * right / of_right
            missed -= math.log(of_right)
            gradient += (probability - share) @ signals * SPREAD
        count = len(asked)
        return missed / count + STRENGTH / 2 * float(moved @ moved), gradient / count + STRENGTH * moved

    bounds = [((LEAST - begin) / spread, None) for begin, spread in zip(start, SPREAD, strict=True)]
    moved = minimize(loss, np.zeros(len(start)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Weights(*(float(weight) for weight in start + moved * SPREAD))


def _softmax(values: Numbers) -> Numbers:
    raised = np.exp(values - values.max())
    shares: Numbers = raised / raised.sum()
    return shares
