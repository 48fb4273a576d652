"""Evaluation: how often the first hit is right, and whether the confidence means what it says."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.curve import Answers, Point, curve
from index.errors import IndexingError
from index.hit import Found, Thresholds

DEPTH = 10  # hits looked at for the mean reciprocal rank
BINS = 10
BUDGETS = (0.01, 0.02, 0.05, 0.10)


class QuestionsError(IndexingError):
    """A file of questions that can't be read."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A question and the slugs that answer it; none where no article does."""

    question: str
    expect: tuple[str, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the index made of one question."""

    expected: Expected
    language: str
    rank: int | None
    """Of the first right hit, counted from 1; None where there is none among those looked at."""
    confidence: float
    milliseconds: float

    @property
    def right(self) -> bool:
        return self.rank == 1


def read_questions(path: Path) -> list[Expected]:
    """Lines of {"question", "language"?, "expect": [slug, …]}. Raises `QuestionsError` with the line."""
    questions = []
    for number, line in lines_of(path, str(path)):
        try:
            questions.append(question_in(line))
        except QuestionsError as error:
            raise QuestionsError(f"{path}:{number}: {error}") from error
    return questions


def lines_of(path: Path, called: str) -> list[tuple[int, str]]:
    """The lines of a file that are not empty, with their numbers; `called` is its name for people.

    Raises `QuestionsError`.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        raise QuestionsError(
            f"{called}: can't be read ({reason}); expected one JSON object a line, in UTF-8"
        ) from error
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def question_in(line: str) -> Expected:
    """The question of one line. Raises `QuestionsError` without the place."""
    try:
        row = json.loads(line)
        expect, language = row["expect"], row.get("language")
        if not (
            isinstance(row["question"], str)
            and isinstance(expect, list)
            and all(isinstance(s, str) for s in expect)
            and isinstance(language, str | None)
        ):
            raise TypeError("a value is of another type")
        return Expected(row["question"], tuple(expect), language)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        wanted = '{"question": "…", "language": "en", "expect": ["slug"]}'
        raise QuestionsError(f"expected {wanted}, {_amiss(error)}") from error


def _amiss(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"which this is not from column {error.colno} on"
        case KeyError():
            return f"{error.args[0]} is missing"
        case _:
            return "a value is of another type"


def evaluate(
    questions: Sequence[Expected],
    search: Callable[[Expected], Found],
    thresholds: Thresholds,
    wrong_answers: float = 0.05,
) -> dict[str, Any]:
    """Ask every question and measure; the document that `askdesk evaluate --json` prints.

    `search` finds at least `DEPTH` hits; `wrong_answers` is the share of answers that may be wrong.
    """
    outcomes = [_outcome(expected, search(expected)) for expected in questions]
    languages = sorted({outcome.language for outcome in outcomes})
    by_language = {
        language: _figures([o for o in outcomes if o.language == language], thresholds, wrong_answers)
        for language in languages
    }
    limits = {"thresholds": asdict(thresholds), "wrong_answers": wrong_answers}
    return _figures(outcomes, thresholds, wrong_answers) | limits | {"by_language": by_language}


def auroc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float | None:
    """Probability that a positive scores above a negative, ties counting half; None without both."""
    if positive.all() or not positive.any():
        return None
    order = np.argsort(scores, kind="stable")
    _values, first, counts = np.unique(scores[order], return_index=True, return_counts=True)
    ranks = np.empty(len(scores))
    ranks[order] = np.repeat(first + (counts + 1) / 2, counts)
    positives = int(positive.sum())
    above = ranks[positive].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(scores) - positives)))


def expected_calibration_error(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS
) -> float | None:
    """Mean distance of confidence and share of right ones, over bins of equal size (Naeini et al., 2015)."""
    if not len(confidence):
        return None
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(abs(confidence[p].mean() - right[p].mean()) * len(p) for p in parts) / len(order))


def coverage(confidence: NDArray[np.float64], right: NDArray[np.bool_], budget: float) -> float:
    """The largest share of questions answered, most confident first, with at most `budget` of them wrong."""
    if not len(confidence):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order])
    answered = np.arange(1, len(order) + 1)
    # Equal confidences are answered together or not at all.
    last_of_equals = np.append(np.diff(confidence[order]) != 0, True)
    bearable = answered[(wrong <= budget * answered) & last_of_equals]
    return float(bearable.max(initial=0) / len(order))


def _figures(outcomes: Sequence[Outcome], thresholds: Thresholds, wrong_answers: float) -> dict[str, Any]:
    confidence = np.array([outcome.confidence for outcome in outcomes], np.float64)
    right = np.array([outcome.right for outcome in outcomes], np.bool_)
    inside = np.array([bool(outcome.expected.expect) for outcome in outcomes], np.bool_)
    ranks = [outcome.rank for outcome in outcomes if outcome.expected.expect]
    answered = confidence >= thresholds.answer
    answers = Answers(int(answered.sum()), int((~right[answered]).sum()))
    return {
        "questions": len(outcomes),
        "in_scope": int(inside.sum()),
        "top1": _mean([rank == 1 for rank in ranks]),
        "recall_at_5": _mean([rank is not None and rank <= 5 for rank in ranks]),
        "mrr": _mean([1 / rank if rank else 0.0 for rank in ranks]),
        "auroc_correct": _rounded(auroc(confidence, right)),
        "auroc_in_scope": _rounded(auroc(confidence, inside)),
        "ece": _rounded(expected_calibration_error(confidence, right)),
        "coverage": {f"{budget:.2f}": _rounded(coverage(confidence, right, budget)) for budget in BUDGETS},
        "answered": _mean(answered.tolist()),
        "answered_wrong": _mean((~right[answered]).tolist()),
        "wrong_at_most": _rounded(answers.most_wrong),
        "milliseconds": _percentiles([outcome.milliseconds for outcome in outcomes]),
        "curve": [_point(point) for point in curve(confidence, right)],
        "warnings": answers.warnings(wrong_answers),
    }


def _point(point: Point) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(point).items()}


def _outcome(expected: Expected, found: Found) -> Outcome:
    slugs = [hit.passage.article.slug for hit in found.hits]
    rank = next((place for place, slug in enumerate(slugs, start=1) if slug in expected.expect), None)
    return Outcome(expected, found.language.code, rank, found.confidence, found.milliseconds)


def _mean(values: Sequence[float | bool]) -> float | None:
    return _rounded(float(np.mean(values))) if len(values) else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {"p50": 0.0, "p95": 0.0}
    return {
        "p50": round(float(np.percentile(values, 50)), 2),
        "p95": round(float(np.percentile(values, 95)), 2),
    }
