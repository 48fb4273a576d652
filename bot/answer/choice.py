"""A choice: the words on the button of a suggestion, and which one a message chooses: "the second one"."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from bot.phrase import signals
from bot.wishes.cover import Wordings, by_first_word, covering, words_of

_PLACES = ("choice_1", "choice_2", "choice_3", "choice_4")
_LAST = "choice_last"
_COMMAS = ",،，"
_CODE = re.compile(r"\D*(\d+)")


def label(suggestion: Mapping[str, Any]) -> str:
    """The question that an article answers; where the bot has asked for a condition, its value."""
    return str(suggestion["condition"]["value"] if "condition" in suggestion else suggestion["question"])


def place(message: str, labels: Sequence[str], languages: Iterable[str], *, yes: bool = True) -> int | None:
    """Which of these a message chooses by its place, or by a yes where there is but one; None for neither.

    Without `yes` that chooses nothing: it was said to something else.

    "2" is none where it may as well stand for another one's name: "Strand E2" in the first place.
    """
    if yes and len(labels) == 1 and agrees(message, languages):
        return 0
    words = words_of(message)
    found = next(
        (kinds for code in languages if (kinds := _kinds(_after_a_no(message, code), code))), frozenset()
    )
    if len(found) != 1:
        return None
    kind = next(iter(found))
    chosen = len(labels) - 1 if kind == _LAST else _PLACES.index(kind)
    return chosen if chosen < len(labels) and _numbered(words, labels) in (None, chosen) else None


def agrees(message: str, languages: Iterable[str]) -> bool:
    """Whether a message is a yes and nothing else."""
    words = words_of(message)
    return any(bool(covering(words, _wordings(code), ("choice_yes",))) for code in languages)


def _after_a_no(message: str, language: str) -> str:
    """What follows on "no, ": without the comma it denies."""
    no, comma, rest = message.partition(next((sign for sign in message if sign in _COMMAS), ","))
    return rest if comma and covering(words_of(no), _wordings(language), ("refusal",)) else message


def _kinds(message: str, language: str) -> frozenset[str]:
    """The places that a message consists of, beside words that choose nothing."""
    kinds = (*_PLACES, _LAST, "choice_beside")
    return covering(words_of(message), _wordings(language), kinds) - {"choice_beside"}


def _numbered(words: Sequence[str], labels: Sequence[str]) -> int | None:
    """Which label has a number that was said, where several have one: "2" names Strand E2 beside E1."""
    numbers = [{one[1] for word in words_of(label) if (one := _CODE.fullmatch(word))} for label in labels]
    named = [at for at, own in enumerate(numbers) if own & set(words)]
    return named[0] if len(named) == 1 and sum(map(bool, numbers)) > 1 else None


@cache
def _wordings(language: str) -> Mapping[str, Wordings]:
    listed = signals(language)
    kinds = (*_PLACES, _LAST, "choice_beside", "choice_yes", "refusal")
    return {kind: by_first_word(listed.get(kind, ())) for kind in kinds}
