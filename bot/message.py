"""A message as it comes in: cleaned of what can't be shown, or refused with a sentence."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bot.fault import BotError
from bot.phrase import phrase

Fault = Literal["empty", "too_long", "wordless", "binary"]

MOST_STRAY = 0.1
"""Share of control and replacement characters from which on a text is taken for a file's contents."""
MOST_MARKS = 4
"""Accents in a row on one letter; no written language stacks more."""

_OVERRIDES = "\u202a-\u202e\u2066-\u2069"
_CONTROLS = re.compile(rf"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff{_OVERRIDES}]")
_STRAY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffd]")
_EMPTY_LINES = re.compile(r"\n{3,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/=_-]{200,}")
_STACKED = re.compile(
    rf"([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{{{MOST_MARKS}}})[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)


class Unreadable(BotError):
    """A message that was refused, in words for its writer."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A message that can be worked with."""

    text: str
    cleaned: bool
    """Invisible characters were left out."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that can't."""

    fault: Fault
    length: int
    limit: int

    def sentence(self, language: str, *, person: bool = False) -> str:
        """What the customer is told; `person`: it was meant for a person, for whom nobody else speaks."""
        who = "person" if person and self.fault != "wordless" else "message"
        return phrase(f"{who}_{self.fault}", language, length=self.length, limit=self.limit)


def check(message: object, limit: int, *, lines: bool = False, symbols: bool = False) -> Checked | Refused:
    """The message cleaned, or why it is refused; takes no longer for 10 MB than for the limit.

    It is one line, or with `lines` keeps its own, with no more than one empty line in a row. `symbols`: they
    are enough, as they are to a person, to whom a long word is no file either.
    """
    if not isinstance(message, str):
        return Refused("binary", 0, limit)
    if len(message) > limit:
        return Refused("too_long", len(message), limit)
    if len(_STRAY.findall(message)) > MOST_STRAY * len(message) or (not symbols and _BASE64.search(message)):
        return Refused("binary", len(message), limit)
    kept = _CONTROLS.sub("", message)
    text = _STACKED.sub(r"\1", unicodedata.normalize("NFC", kept))
    text = _lines(text) if lines else _line(text)
    if not _visible(text):
        return Refused("empty", 0, limit)
    if not symbols and not any(character.isalnum() for character in text):
        return Refused("wordless", len(text), limit)
    return Checked(text, cleaned=len(kept) < len(message))


def accepted(message: str, limit: int, language: str) -> Checked:
    """The message cleaned; raises Unreadable, in that language."""
    checked = check(message, limit)
    if isinstance(checked, Refused):
        raise Unreadable(checked.sentence(language))
    return checked


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return _EMPTY_LINES.sub("\n\n", "\n".join(map(_line, text.splitlines()))).strip()


def _visible(text: str) -> bool:
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)
