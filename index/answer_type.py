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

from index.words import RUN, UNSPACED, fold

AnswerType = Literal["duration", "price", "time", "number"]

FILE = Path(__file__).with_name("answer_types.toml")
SYMBOLS = ("h", "min")
"""Of units of time, in all languages."""
ALIASES = {"nb": "no", "nn": "no"}

_SENTENCE = regex.compile(r"[.?!\n。？！؟]+")
_BEGINNING = r"(?m:^)(?:\p{L}+ )?"
_ARTICLE = r"(?:[وفبلك]?ال|لل|[وفبلك])?"
_ARABIC = regex.compile(r"\p{Arabic}")
_AMOUNT = r"(?<![\d.,:])\d{1,3}(?:[.,]\d+)*(?:\s?[-–—~至到]\s?\d{1,3}(?:[.,]\d+)*)?"
_BARE = regex.compile(rf"(?<=\|)\s*{_AMOUNT}\s*(?=\|)")
_CURRENCY = regex.compile(
    r"[€$£¥₹₺₴₽]|(?<!单)元|\d块|欧元|克朗|兹罗提"
    r"|(?<!\p{L})(?:aed|aud|bgn|brl|cad|chf|cny|czk|dkk|eur|gbp|huf|inr|jpy|nok|pln|ron|rub|sar|sek|try|uah|usd"
    r"|euro|euros|euroa|kr|kroner|kronor|zl|zlot\p{L}+|lira|tl|руб\p{L}*|евро|грн|гривен\p{L}*"
    r"|يورو|كرون\p{L}*|زلوتي|درهم|ريال|دينار|دولار|جنيه)(?!\p{L})"
)
_HOUR = r"(?<!\d|\d[.,:])(?:[01]?\d|2[0-4])"
_TIME = regex.compile(
    rf"{_HOUR}:[0-5]\d(?!\d)|{_HOUR}\.[0-5]\d\s?[-–—]\s?\d{{1,2}}\.[0-5]\d(?!\d)|(?<!\p{{L}})kl\.? ?\d"
    rf"|{_HOUR}\s?(?:am|pm|a\.m|p\.m|uhr)(?!\p{{L}})|{_HOUR}[点點]|{_HOUR}h(?:[0-5]\d|(?=\s?[-–à]))"
)
_NUMBER = regex.compile(r"\+\d[\d\s()/-]{6,}\d|(?<![\d.,:-])\d{2,4}(?:[ -]\d{2,4}){2,}")  # of a telephone
_NEVER = regex.compile(r"(?!)")


def expected(question: str, language: str) -> frozenset[AnswerType]:
    """What a question wants to be told; nothing in a language without wordings."""
    sentences = _SENTENCE.split(fold(question))
    asked = "\n".join(" ".join(RUN.findall(sentence)) for sentence in sentences)
    kinds: tuple[AnswerType, ...] = get_args(AnswerType)
    spans = {kind: [one.span() for one in _wordings(language, kind).finditer(asked)] for kind in kinds}
    return frozenset(
        kind for kind in kinds if any(not _within_another(one, kind, spans) for one in spans[kind])
    )


def stated(markdown: str, language: str) -> Mapping[AnswerType, int]:
    """How many of each a text states.

    A figure alone in the cell of a table is of the units and currencies that the text names.
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


def _within_another(
    span: tuple[int, int], kind: AnswerType, spans: Mapping[AnswerType, Sequence[tuple[int, int]]]
) -> bool:
    """Whether a wording is part of a longer one for something else: "ne kadar" of "ne kadar sürer"."""
    others = (other for of, found in spans.items() if of != kind for other in found)
    return any(start <= span[0] and span[1] <= end and (start, end) != span for start, end in others)


@cache
def _durations(language: str) -> "regex.Pattern[str]":
    """A figure and a unit of time, with at most one word between them: "5 working days"."""
    units = _any((*_listed(language, "units"), *SYMBOLS))
    return regex.compile(rf"{_AMOUNT}[ \u00a0-]?(?:\p{{L}}+ )?{units}")


@cache
def _wordings(language: str, kind: str) -> "regex.Pattern[str]":
    listed = _listed(language, kind)
    return regex.compile(_any(listed)) if listed else _NEVER


def _listed(language: str, kind: str) -> Sequence[str]:
    return _lists().get(ALIASES.get(language, language), {}).get(kind, ())


def _any(wordings: Sequence[str]) -> str:
    """One of the wordings, the longest that fits."""
    return f"(?:{'|'.join(map(_one, sorted(wordings, key=len, reverse=True)))})"


def _one(wording: str) -> str:
    words = " ".join(map(_word, wording.removeprefix("^").split()))
    if UNSPACED.search(wording):
        return words
    beginning = rf"{_BEGINNING}\K" if wording.startswith("^") else ""
    return rf"{beginning}(?<![\p{{L}}\p{{N}}]){words}(?!\p{{L}})"


def _word(word: str) -> str:
    parts = [regex.escape(fold(part)) for part in word.split("*")]
    letters = r"\p{L}*".join(parts) if any(parts) else r"[\p{L}\p{N}]+"
    letters = letters.replace("aa", "aa?").replace("oe", "oe?")  # "hvornar", as some type it
    return _ARTICLE + letters if _ARABIC.match(letters) else letters


@cache
def _lists() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
