"""What a message wishes beside knowledge: small talk, a person, or to be heard in anger.

Small talk and a call for a person are recognised where known wordings cover the whole message, so that
"hi, how do I return a gift?" stays a question. Two things tell within a longer message too: to want to
reach somebody ("talk to" soon followed by "person"), and anger. A word of abuse is anger where it is all
that is said; within more it may be said of a thing or of somebody else. What no wording tells is left to
`bot.meaning`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from bot.phrase import languages, signals
from bot.reply import Topic

Wish = Topic | Literal["person", "upset", "unhelpful", "refusal"]
Words = tuple[str, ...]
Wordings = Mapping[str, tuple[Words, ...]]
"""Wordings by their first word."""

LONGEST = 400
"""Characters; whoever writes more has a matter to tell."""
MOST_BETWEEN = 3
"""Words that may stand between "talk to" and "person"."""

_WEIGHTIEST: tuple[Topic, ...] = (
    "who_are_you",
    "how_are_you",
    "farewell",
    "thanks",
    "greeting",
    "affirmation",
)
_TURNING_DOWN: tuple[Literal["unhelpful", "refusal"], ...] = ("unhelpful", "refusal")
_BESIDE_PERSON = ("person_want", "filler", "greeting", "thanks", "affirmation")
_IDEOGRAPH = re.compile(r"([\u3400-\u9fff])")
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_APART = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "ß": "ss", "ى": "ي", "ة": "ه", "ـ": ""})


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish, and the language whose wordings gave it away."""

    wish: Wish
    language: str


def recognise(text: str, language: str) -> Intent | None:
    """The wish, None for a question; the given language's wordings are tried first, then all others'."""
    if len(text) > LONGEST or not (words := _words(text)):
        return None
    known = languages()
    for code in dict.fromkeys((language, *known)):
        if code in known and (wish := _wish(words, code)) is not None:
            return Intent(wish, code)
    return None


def _wish(words: Words, language: str) -> Wish | None:
    known = _wordings(language)
    if _holds(words, known["upset"]) or "swearing" in _covering(words, known, ("swearing", "filler")):
        return "upset"
    for wish in _TURNING_DOWN:
        if wish in _covering(words, known, (wish, "filler")):
            return wish
    topics = _covering(words, known, (*_WEIGHTIEST, "filler"))
    if topic := next((topic for topic in _WEIGHTIEST if topic in topics), None):
        return topic
    if _reaches(words, known) or "person" in _covering(words, known, ("person", *_BESIDE_PERSON)):
        return "person"
    return None


def _reaches(words: Words, known: Mapping[str, Wordings]) -> bool:
    """Whether the message asks to reach somebody."""
    if _holds(words, known["person_never"]):
        return False
    whom = [start for start, _ in _spots(words, known["person_who"])]
    ends = [end for _, end in _spots(words, known["person_reach"])]
    return any(0 <= start - end <= MOST_BETWEEN for end in ends for start in whom)


def _covering(words: Words, known: Mapping[str, Wordings], kinds: tuple[str, ...]) -> frozenset[str]:
    """The kinds of the fewest wordings that together are the whole message; empty where none are."""
    reached: dict[int, tuple[str, ...]] = {0: ()}
    spots = sorted((start, end, kind) for kind in kinds for start, end in _spots(words, known[kind]))
    for start, end, kind in spots:
        before = reached.get(start)
        if before is not None and (end not in reached or _weighs_more((*before, kind), reached[end])):
            reached[end] = (*before, kind)
    return frozenset(reached.get(len(words), ()))


def _weighs_more(kinds: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Fewer wordings tell more; among as many, those with less filler."""
    return (len(kinds), kinds.count("filler")) < (len(others), others.count("filler"))


def _holds(words: Words, wordings: Wordings) -> bool:
    return next(_spots(words, wordings), None) is not None


def _spots(words: Words, wordings: Wordings) -> Iterator[tuple[int, int]]:
    """Where in the message a wording starts and ends."""
    for start, word in enumerate(words):
        for wording in wordings.get(word, ()):
            end = start + len(wording)
            if words[start:end] == wording:
                yield start, end


@cache
def _wordings(language: str) -> Mapping[str, Wordings]:
    listed = signals(language)
    kinds = (
        "upset",
        "swearing",
        "person",
        "person_want",
        "person_reach",
        "person_who",
        "person_never",
        "filler",
    )
    all_kinds = (*kinds, *_TURNING_DOWN, *get_args(Topic))
    return {kind: _by_first_word(listed.get(kind, ())) for kind in all_kinds}


def _by_first_word(wordings: Iterable[str]) -> Wordings:
    found: dict[str, tuple[Words, ...]] = {}
    for words in {_words(wording) for wording in wordings}:
        found[words[0]] = (*found.get(words[0], ()), words)
    return found


def _words(text: str) -> Words:
    """Words without case, accents, apostrophes and drawn-out letters; each ideograph is one."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign) and sign not in "'’`´")
    short = _DRAWN_OUT.sub(r"\1", letters.translate(_APART))
    return tuple(re.findall(r"[^\W_]+", _IDEOGRAPH.sub(r" \1 ", short)))
