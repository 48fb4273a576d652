"""Everyday questions in many languages, none of which a company's articles answer.

Their means tell what a language's questions have in common; the questions themselves stand for strangers
when confidence is calibrated. A further language is a further file.
"""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "samples"


@cache
def sample_questions() -> dict[str, tuple[str, ...]]:
    """The questions by language code."""
    return {
        path.stem: tuple(path.read_text(encoding="utf-8").split("\n")[:-1])
        for path in sorted(FOLDER.glob("*.txt"))
    }
