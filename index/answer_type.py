"""The expected answer type: what a question wants to be told, a duration, a price, a time of day or a number.

Passages and sentences that state one are likelier to answer it (Li and Roth, Learning Question Classifiers,
2002). The wordings of each language stand in `answer_types.toml`; in others nothing is expected.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import regex

from index.words import UNSPACED, fold

AnswerType = Literal["duration", "price", "time", "number"]

FILE = Path(__file__).with_name("answer_types.toml")
SYMBOLS = ("h", "min")
"""Of units of time, in all languages."""

_AMOUNT = r"\d[\d.,\u00a0]*(?:\s?[-–—~至到]\s?\d[\d.,]*)?"
_BARE = regex.compile(rf"(?<=\|)\s*{_AMOUNT}\s*(?=\|)")
_CURRENCY = regex.compile(
    r"[€$£¥₹₺₴₽元]|欧元|克朗|兹罗提"
    r"|(?<!\p{L})(?:eur|euro|euros|dkk|sek|nok|pln|usd|gbp|chf|czk|huf|kr|kroner|kronor|zl|zlot\p{L}+"
    r"|يورو|كرون\p{L}*|زلوتي|درهم|ريال)(?!\p{L})"
)
_TIME = regex.compile(r"(?<!\d)\d{1,2}[:.][0-5]\d(?![\d.])")
_NUMBER = regex.compile(r"\+\d[\d\s()/-]{6,}\d")  # of a telephone
_NEVER = regex.compile(r"(?!)")


def expected(question: str, language: str) -> frozenset[AnswerType]:
    """What a question wants to be told; nothing in a language without wordings.

    >>> expected("How long is the guarantee?", "en")
    frozenset({'duration'})
    """
    asked = fold(question)
    return frozenset(kind for kind in get_args(AnswerType) if _wordings(language, kind).search(asked))


def stated(markdown: str, language: str) -> Mapping[AnswerType, int]:
    """How many of each a text states.

    A figure alone in the cell of a table is of the units and currencies that the text names.

    >>> stated("You have 30 days. | Days | 2 | 3–4 |", "en")["duration"]
    3
    """
    text = fold(markdown)
    bare = len(_BARE.findall(text))
    prices = len(_CURRENCY.findall(text))
    return {
        "duration": len(_durations(language).findall(text))
        + bare * bool(_wordings(language, "units").search(text)),
        "price": prices + len(_wordings(language, "free").findall(text)) + bare * bool(prices),
        "time": len(_TIME.findall(text)),
        "number": len(_NUMBER.findall(text)),
    }


@cache
def _durations(language: str) -> "regex.Pattern[str]":
    """A figure and a unit of time, with at most one word between them: "5 working days"."""
    units = _any((*_lists().get(language, {}).get("units", ()), *SYMBOLS))
    return regex.compile(rf"{_AMOUNT}\s?(?:\p{{L}}+\s)?{units}")


@cache
def _wordings(language: str, kind: str) -> "regex.Pattern[str]":
    listed = _lists().get(language, {}).get(kind, ())
    return regex.compile(_any(listed)) if listed else _NEVER


def _any(wordings: Sequence[str]) -> str:
    return f"(?:{'|'.join(map(_one, wordings))})"


def _one(wording: str) -> str:
    letters = fold(wording).replace("aa", "aa?").replace("oe", "oe?")  # "hvornar", as some type it
    letters = letters.replace("*", r"\p{L}*").replace("+", r"\p{L}+")
    return letters if UNSPACED.search(wording) else rf"(?<![\p{{L}}\p{{N}}]){letters}(?!\p{{L}})"


@cache
def _lists() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
