"""Confidence: the probability that an article answers the question, from what speaks for it.

A logistic regression over a handful of features, fitted by each build (see `calibrate`). It stays close to
coefficients that were fitted on other articles until the knowledge base has enough questions of its own.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.hit import Thresholds
from index.rank import Candidates

FEATURES = (
    "similarity",
    "lead in similarity",
    "lead in total",
    "above the field",
    "coverage",
    "words known",
    "head",
    "agreement",
    "length",
)
CROWD = 5  # candidates behind the first that say how crowded the place is
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One question whose right answer is known, as the calibration saw it."""

    confidence: float
    right: bool
    language: str
    stranger: bool
    """True for an everyday question that no article answers."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients (features + 1,), the last one the intercept, and the questions they were checked on."""

    coefficients: tuple[float, ...]
    examples: tuple[Example, ...]
    """With the confidence that a fit without this example gave it."""

    def confidences(self, candidates: Candidates, question: str) -> Numbers:
        """One for each candidate, 0 to 1."""
        return probability(features(candidates, question), np.array(self.coefficients))

    def thresholds(self, wrong_answers: float) -> Thresholds:
        """From which confidence on to answer, so that at most this share of the answers is wrong.

        Answers' confidences lie between the threshold and 1. Spread evenly, a share of half that distance is
        wrong; they crowd near 1, so it is less: with 0.05 asked for, 0.04 on average over eleven sets of real
        questions. Suggestions begin where nineteen of twenty strangers are left behind.
        """
        answer = 1 - 2 * wrong_answers
        strangers = [example.confidence for example in self.examples if example.stranger]
        suggest = float(np.quantile(strangers, 0.95)) if strangers else answer / 2
        return Thresholds(answer, min(suggest, answer))

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Calibration":
        content = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            tuple(content["coefficients"]), tuple(Example(**example) for example in content["examples"])
        )


def features(candidates: Candidates, question: str) -> Numbers:
    """(candidates, features): each candidate against the best of the others."""
    count = len(candidates)
    similarity = candidates.similarity
    behind = np.sort(similarity)[::-1][1 : CROWD + 1]
    crowd = float(behind.mean()) if len(behind) else 0.0
    signals = [similarity, candidates.coverage, candidates.log_probability]
    leads = (
        [signal >= signal.max(initial=-np.inf) for signal in signals if np.ptp(signal) > 0] if count else []
    )
    columns = [
        similarity,
        similarity - _best_other(similarity, 0.0),
        np.clip(candidates.total - _best_other(candidates.total, 0.0), -10, 10) / 10,
        similarity - crowd,
        candidates.coverage,
        candidates.known,
        np.exp(candidates.log_probability) if np.any(candidates.log_probability) else np.zeros(count),
        np.mean(leads, axis=0) if leads else np.ones(count),
        np.full(count, np.log1p(len(question)) / 5),
    ]
    return np.column_stack([np.asarray(column, np.float64) for column in columns]).reshape(
        count, len(FEATURES)
    )


def fit(
    rows: Numbers, right: NDArray[np.bool_], weights: Numbers, prior: Numbers, strength: float
) -> Numbers:
    """Coefficients (features + 1,) of greatest posterior probability.

    `prior` is the mean and 1 / `strength` the variance of each coefficient before any example.
    """
    from scipy.optimize import minimize

    design = np.column_stack([rows, np.ones(len(rows))])

    def loss(coefficients: Numbers) -> tuple[float, Numbers]:
        logits, away = design @ coefficients, coefficients - prior
        missed = weights @ (np.logaddexp(0, logits) - right * logits)
        gradient = design.T @ (weights * (sigmoid(logits) - right)) + strength * away
        return float(missed + strength / 2 * away @ away), gradient

    found: Numbers = minimize(loss, prior, jac=True, method="L-BFGS-B").x
    return found


def probability(rows: Numbers, coefficients: Numbers) -> Numbers:
    """Of each row of features (rows, features) to be right."""
    return sigmoid(np.column_stack([rows, np.ones(len(rows))]) @ coefficients)


def sigmoid(values: Numbers) -> Numbers:
    bounded: Numbers = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return bounded


def _best_other(values: NDArray[np.float32], alone: float) -> NDArray[np.float32]:
    """For each value the largest of the others; `alone` where there is none."""
    if len(values) < 2:
        return np.full(len(values), alone, np.float32)
    second, first = np.sort(values)[-2:]
    others = np.full(len(values), first, np.float32)
    others[values.argmax()] = second
    return others
