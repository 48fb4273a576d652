"""Confidence: the probability that an article answers the question, from what speaks for it.

A logistic regression over a dozen features, their squares and their products. Its coefficients were fitted on
real questions to many knowledge bases (`prior.json`); each build sets their slope and shift by what it knows
of its own (see `calibrate`). One more feature can only lower it: what is left of a question without its names
and numbers has to lie near the article, too, or be said in it, for names say which thing is meant and not
what is asked of it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.hit import Thresholds
from index.rank import Asked, Candidates

FEATURES = (
    "similarity",
    "lead in similarity",
    "lead in total",
    "above the field",
    "coverage",
    "letters covered",
    "words known",
    "head",
    "agreement",
    "length",
    "substance",
    "short text nearest",
    "taught by questions",
    "without names",
)
CROWD = 5  # candidates behind the first that say how crowded the place is
LEAST, USUAL, MOST = 0.3, 0.43, 0.6
"""Substance of the questions that the prior has seen; beyond, which is another model, it tells nothing."""
NEAR = 0.3
"""Similarity that a question without its names and numbers has to the article that answers it, mostly."""
SAID = 0.15
"""Share of its words, or of its letter groups, that such an article has: mostly 0.1 to 0.25 of questions to
an encyclopaedia, and hardly any where nothing but a name is shared."""
NAMED = 15.0
"""Log odds that are lost by as much less as a similarity of 1, where none of its words are said. Of a hundred
questions that share only a name or a number with the example shop's articles 5 had a confidence above 0.8
then, and 22 where names were not told apart."""
FAR = 6.0  # bound of a standardised feature and of a product: beyond it the prior has seen nothing
PRIOR_FILE = Path(__file__).with_name("prior.json")
TINY = 1e-9  # off 0 and 1, where log odds end
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prior:
    """Coefficients that were fitted on other knowledge bases, to all features but the last."""

    usual: Numbers
    """Mean of each feature (features,)."""
    spread: Numbers
    """Standard deviation of each feature (features,)."""
    coefficients: Numbers
    """Of each feature, of each product of two of them (a square included), and the intercept."""

    def logits(self, rows: Numbers) -> Numbers:
        """Of rows of features (rows, features)."""
        logits: Numbers = design(self.standardised(rows)) @ self.coefficients + NAMED * rows[:, -1]
        return logits

    def parts(self, row: Numbers) -> Numbers:
        """What each feature adds to the logit of one row (features,), the intercept aside.

        A product counts half for each of its two features.
        """
        count = len(self.usual)
        counted = design(self.standardised(row[None]))[0] * self.coefficients
        parts: Numbers = np.append(counted[:count], NAMED * row[-1])
        for features_of_product in np.triu_indices(count):
            np.add.at(parts, features_of_product, counted[count:-1] / 2)
        return parts

    def standardised(self, rows: Numbers) -> Numbers:
        """Rows of features (rows, features), without the last one."""
        standardised: Numbers = (rows[:, :-1] - self.usual) / self.spread
        return standardised

    @classmethod
    def load(cls, path: Path) -> "Prior":
        content = json.loads(path.read_text(encoding="utf-8"))
        return cls(*(np.array(content[name], np.float64) for name in cls.__slots__))

    def save(self, path: Path) -> None:
        content = {name: [round(float(x), 4) for x in getattr(self, name)] for name in Prior.__slots__}
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


@cache
def prior() -> Prior:
    """The one that comes with the program."""
    return Prior.load(PRIOR_FILE)


def design(standardised: Numbers) -> Numbers:
    """(rows, features) to (rows, coefficients): the features, their products, and 1."""
    first, second = np.triu_indices(standardised.shape[1])
    products = standardised[:, first] * standardised[:, second]
    bounded = np.clip(np.hstack([standardised, products]), -FAR, FAR)
    return np.column_stack([bounded, np.ones(len(standardised))])


@dataclass(frozen=True, slots=True)
class Example:
    """One question whose right answer is known, as the calibration saw it."""

    confidence: float
    right: bool
    language: str
    stranger: bool
    """True for an everyday question that no article answers."""
    real: bool = False
    """True for a question that was asked by people and judged by people."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How this knowledge base's log odds follow from the prior's, and the questions that it was set by."""

    slope: float
    shift: float
    examples: tuple[Example, ...]

    def confidences(self, candidates: Candidates, asked: Asked) -> Numbers:
        """One for each candidate, 0 to 1."""
        return self.probability(features(candidates, asked))

    def probability(self, rows: Numbers) -> Numbers:
        """Of each row of features (rows, features) to be right."""
        return sigmoid(self.slope * prior().logits(rows) + self.shift)

    def thresholds(self, wrong_answers: float) -> Thresholds:
        """From which confidence on to answer, so that at most this share of the answers is wrong.

        Where enough questions of real people are known, the lowest limit above which that holds of what is
        seen of them, the confidences' promise counting as much as `BELIEF` answers. Else answers' confidences
        are taken to lie evenly between the limit and 1, so that a share of half that distance is wrong; they
        crowd near 1, so it is less. Suggestions begin where `LEFT_BEHIND` of the strangers are.
        """
        answer = _limit([example for example in self.examples if example.real], wrong_answers)
        strangers = [example.confidence for example in self.examples if example.stranger]
        suggest = float(np.quantile(strangers, LEFT_BEHIND)) if strangers else answer / 2
        return Thresholds(answer, min(suggest, answer))

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Calibration":
        content = json.loads(path.read_text(encoding="utf-8"))
        examples = tuple(Example(**example) for example in content["examples"])
        return cls(content["slope"], content["shift"], examples)


UNCALIBRATED = Calibration(1.0, 0.0, ())
ENOUGH_REAL = 100  # questions of real people from which a limit can be read
LEFT_BEHIND = 0.9
"""Share of everyday questions that are asked to be put otherwise. Turning suggestions down leads as far as
putting a question otherwise, with less typing. With 0.95, of the example's golden questions that are not
answered 27 had the right article among the three likeliest and were not offered it; with this 14, and of 80
that no article answers 35 are offered some instead of 26."""
BELIEF = 20.0  # answers that the confidences' promise is worth beside those that are seen


def features(candidates: Candidates, asked: Asked) -> Numbers:
    """(candidates, features): each candidate against the best of the others."""
    count = len(candidates)
    similarity = candidates.similarity
    behind = np.sort(similarity)[::-1][1 : CROWD + 1]
    crowd = float(behind.mean()) if len(behind) else 0.0
    taught = bool(np.any(candidates.log_probability))
    signals = [similarity, candidates.coverage, candidates.grams, candidates.log_probability]
    leads = (
        [signal >= signal.max(initial=-np.inf) for signal in signals if np.ptp(signal) > 0] if count else []
    )
    columns = [
        similarity,
        similarity - _best_other(similarity, 0.0),
        np.clip(candidates.total - _best_other(candidates.total, 0.0), -10, 10) / 10,
        similarity - crowd,
        candidates.coverage,
        candidates.grams,
        candidates.known,
        np.exp(candidates.log_probability) if taught else np.zeros(count),
        np.mean(leads, axis=0) if leads else np.ones(count),
        np.full(count, np.log1p(len(asked.text)) / 5),
        np.full(count, asked.substance if LEAST <= asked.substance <= MOST else USUAL),
        candidates.short,
        np.full(count, taught),
        np.minimum(candidates.rest - NEAR, 0) * np.clip(1 - candidates.rest_covered / SAID, 0, 1),
    ]
    return np.column_stack([np.asarray(column, np.float64) for column in columns]).reshape(
        count, len(FEATURES)
    )


def fit(
    design: Numbers, right: NDArray[np.bool_], weights: Numbers, start: Numbers, strength: float | Numbers
) -> Numbers:
    """Coefficients (columns,) of greatest posterior probability for a design (rows, columns).

    `start` is the mean and 1 / `strength` the variance of each coefficient before any example; one strength
    for all, or one for each.
    """
    from scipy.optimize import minimize

    def loss(coefficients: Numbers) -> tuple[float, Numbers]:
        logits, away = design @ coefficients, coefficients - start
        missed = weights @ (np.logaddexp(0, logits) - right * logits)
        gradient = design.T @ (weights * (sigmoid(logits) - right)) + strength * away
        return float(missed + (strength * away) @ away / 2), gradient

    found: Numbers = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return found


def log_odds(probability: float) -> float:
    bounded = min(max(probability, TINY), 1 - TINY)
    return float(np.log(bounded / (1 - bounded)))


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


def _limit(real: Sequence[Example], wrong_answers: float) -> float:
    evenly = 1 - 2 * wrong_answers
    if len(real) < ENOUGH_REAL:
        return evenly
    surest_first = sorted(real, key=lambda example: -example.confidence)
    confidences = np.array([example.confidence for example in surest_first])
    answers = np.arange(1, len(real) + 1)
    promised = np.cumsum(1 - confidences) / answers
    seen = np.cumsum([not example.right for example in surest_first])
    alike_end = np.append(confidences[1:] < confidences[:-1], True)
    bears = (seen + BELIEF * promised) / (answers + BELIEF) <= wrong_answers
    bearable = confidences[bears & alike_end]
    return float(bearable[-1]) if len(bearable) else max(evenly, float(np.nextafter(confidences[0], 1.0)))
