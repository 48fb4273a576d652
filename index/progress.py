"""How long work tells how far it is."""

from collections.abc import Callable
from typing import Literal

Stage = Literal["model", "read", "embed", "train", "write", "publish"]
Report = Callable[[Stage, int, int], None]
"""Called with the stage, how much of it is done, and how much there is."""


def silent(stage: Stage, done: int, total: int) -> None:
    """A report to nobody."""
