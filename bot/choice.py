"""A choice: the words on the button of a suggestion, as its document has it."""

from collections.abc import Mapping
from typing import Any


def label(suggestion: Mapping[str, Any]) -> str:
    """The question that an article answers; where the bot has asked for a condition, its value."""
    return str(suggestion["condition"]["value"] if "condition" in suggestion else suggestion["question"])
