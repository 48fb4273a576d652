"""What systems made of questions, and the figures that come of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from index.evaluate import auroc, coverage, expected_calibration_error

BUDGET = 0.05


@dataclass(frozen=True, slots=True)
class Row:
    """What one system made of one question."""

    system: str
    run: str
    language: str
    inside: bool
    """Whether an article answers it."""
    rank: int | None
    """Of the first right article, counted from 1."""
    confidence: float
    answered: bool
    milliseconds: float

    @property
    def right(self) -> bool:
        return self.rank == 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one system; None where there is nothing to measure."""

    top1: float | None
    recall: float | None
    auroc: float | None
    ece: float | None
    coverage: float | None
    answered: float | None
    wrong: float | None
    milliseconds: float | None


def figures(rows: Sequence[Row]) -> Figures:
    """Confidences that are no probabilities are cut to 0 and 1 where they have to be read as one."""
    confidence = np.array([row.confidence for row in rows], np.float64)
    right = np.array([row.right for row in rows], np.bool_)
    return Figures(
        top1=_mean([row.right for row in rows if row.inside]),
        recall=_mean([row.rank is not None and row.rank <= 5 for row in rows if row.inside]),
        auroc=auroc(confidence, right),
        ece=expected_calibration_error(np.clip(confidence, 0, 1), right),
        coverage=coverage(confidence, right, BUDGET),
        answered=_mean([row.answered for row in rows]),
        wrong=_mean([not row.right for row in rows if row.answered]),
        milliseconds=float(np.median([row.milliseconds for row in rows])),
    )


def by_system(rows: Iterable[Row]) -> dict[str, Figures]:
    return {name: figures(own) for name, own in grouped(rows, lambda row: row.system).items()}


def mean_over_runs(rows: Iterable[Row]) -> dict[str, Figures]:
    """By system; each set counts the same, however many questions it has."""
    return {
        name: _mean_figures([figures(part) for part in grouped(own, lambda row: row.run).values()])
        for name, own in grouped(rows, lambda row: row.system).items()
    }


def grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> Mapping[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _mean_figures(runs: Sequence[Figures]) -> Figures:
    names = [field.name for field in fields(Figures)]
    return Figures(*(_mean([v for run in runs if (v := getattr(run, name)) is not None]) for name in names))


def _mean(values: Sequence[float | bool]) -> float | None:
    return float(np.mean(values)) if values else None
