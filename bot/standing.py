"""Where the bot stands: what answering more or less would cost, and how sure the limit in force is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
STEPS = 10  # of the share of questions answered


@dataclass(frozen=True, slots=True)
class Step:
    """What answering from one confidence on does."""

    threshold: float
    answered: float
    """Share of all questions."""
    wrong: float | None
    """Share of these answers; None where there are none."""
    now: bool
    """Whether this is the limit in force."""


def steps(figures: Document, answer: float) -> Sequence[Step]:
    """From few questions answered to all, a tenth at a time, with the limit in force among them.

    `figures` are those of all questions or of one language, `answer` is the threshold in force.
    """
    first: dict[int, Document] = {}
    for point in figures["curve"]:
        first.setdefault(int(point["answered"] * STEPS + 1e-9), point)
    own = Step(answer, figures["answered"] or 0.0, figures["answered_wrong"], now=True)
    others = (Step(**point, now=False) for tenth, point in first.items() if tenth > 0)
    apart = (step for step in others if abs(step.answered - own.answered) > 0.5 / STEPS)
    return sorted([*apart, own], key=lambda step: step.answered)
