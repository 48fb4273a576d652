"""Explanations: which field, which words and what else speaks for an article, and how much each counts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from index.confidence import FEATURES, Calibration, features, log_odds, prior
from index.hit import Hit
from index.rank import FOREIGN, Asked, Candidates
from index.weights import Weights
from index.words import AskedWord

ROUNDING = 1e-6
SIGNALS: Mapping[str, str] = {
    "nearest": "nearest field",
    "about": "article as a whole",
    "words": "words",
    "grams": "letters of the words",
    "head": "learned from questions",
}
"""What `Weights` weighs, as people call it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that counts."""

    name: str
    value: float
    """As it was measured."""
    counted: float
    """What it adds to the sum."""


@dataclass(frozen=True, slots=True)
class FitOfRest:
    """What is left of a question without its names and numbers, and how it fits the article."""

    text: str
    similarity: float
    """Of the nearest field."""
    covered: float
    """The share of its words, or of its letter groups, that the article has, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one article stands where it stands."""

    hit: Hit
    read_as: str
    """The question with its slips of the keyboard mended."""
    order: tuple[Part, ...]
    """They add up to the sum that articles are ordered by."""
    confidence: tuple[Part, ...]
    """They add up to the log odds of the confidence, beginning with those of a usual first hit."""
    words: tuple[AskedWord, ...]
    """The question's words in order; what they count adds up to the coverage."""
    rest: FitOfRest | None
    """None where the question has no names and no numbers."""


def order(candidates: Candidates, weights: Weights, place: int) -> tuple[Part, ...]:
    """What the candidate's total is made of."""
    values, counted = candidates.signals[place], candidates.signals[place] * weights.column
    names = (SIGNALS[field.name] for field in fields(Weights))
    parts = list(map(Part, names, values.tolist(), counted.tolist()))
    if candidates.foreign[place]:
        parts.append(Part("in other languages only", 1.0, FOREIGN))
    return tuple(parts)


def rest(candidates: Candidates, asked: Asked, place: int) -> FitOfRest | None:
    """What the confidence's "without names" is measured by."""
    if asked.rest is None:
        return None
    text = " ".join(asked.rest.text.split())
    return FitOfRest(text, float(candidates.rest[place]), float(candidates.rest_covered[place]))


def confidence(
    calibration: Calibration, candidates: Candidates, asked: Asked, place: int, said: float
) -> tuple[Part, ...]:
    """What the candidate's log odds are made of; `said` is the confidence that it was given.

    A feature counts for how far it is from what is usual. What two of them count together is shared between
    them by halves, which is the Shapley value of this model (Lundberg and Lee, 2017).
    """
    values = features(candidates, asked)[place]
    usual = calibration.slope * float(prior().coefficients[-1]) + calibration.shift
    parts = [Part("as usual", 1.0, usual)]
    parts += map(Part, FEATURES, values.tolist(), (calibration.slope * prior().parts(values)).tolist())
    missing = log_odds(said) - sum(part.counted for part in parts)
    if abs(missing) > ROUNDING:  # the first may be an author's own question; only one can be the best answer
        first = "asked word for word" if missing > 0 else "near to what it must not answer"
        name = "an earlier article is likelier" if place else first
        parts.append(Part(name, said, missing))
    return tuple(parts)
