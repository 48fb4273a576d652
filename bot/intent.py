"""What a message wishes beside knowledge: small talk, a person, to be heard in anger, or help in danger.

Small talk and a call for a person are recognised where known wordings cover the whole message, so that
"hi, how do I return a gift?" stays a question. Two things tell within a longer message too: to want to
reach somebody ("talk to" soon followed by "person"), and anger. A word of abuse is anger where it is all
that is said; within more it may be said of a thing or of somebody else. Danger is told
by a wording anywhere, be the message ever so long, unless the same sentence asks about it: "my bike caught
fire", but not "what if it caught fire". What no wording tells is left to `bot.meaning`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from bot.cover import Wordings, Words, by_first_word, covering, holds, spots, words_of
from bot.phrase import languages, signals
from bot.reply import Topic

Wish = Topic | Literal["person", "upset", "unhelpful", "refusal", "danger"]

LONGEST = 400
"""Characters; whoever writes more has a matter to tell."""
MOST_BETWEEN = 3
"""Words that may stand between "talk to" and "person"."""

_WEIGHTIEST: tuple[Topic, ...] = (
    "who_are_you",
    "how_are_you",
    "farewell",
    "thanks",
    "good_wishes",
    "greeting",
    "asking",
    "apology",
    "pause",
    "affirmation",
)
_TURNING_DOWN: tuple[Literal["unhelpful", "refusal"], ...] = ("unhelpful", "refusal")
_SENTENCE_END = re.compile(r"[.!?;\n。！？；؟؛]+")
_CLOSING = ("declined", "refusal", "thanks", "farewell", "filler")
_BESIDE_PERSON = (
    "person_want",
    "filler",
    "greeting",
    "asking",
    "apology",
    "thanks",
    "affirmation",
    "refusal",
)


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish, and the language whose wordings gave it away."""

    wish: Wish
    language: str


def recognise(text: str, language: str) -> Intent | None:
    """The wish, None for a question; the given language's wordings are tried first, then all others'."""
    known = [code for code in dict.fromkeys((language, *languages())) if code in languages()]
    told = [words_of(sentence) for sentence in sentences(text)]
    if (code := next((code for code in known if _tells_of_danger(told, code)), None)) is not None:
        return Intent("danger", code)
    if len(text) > LONGEST or not (words := words_of(text)):
        return None
    for code in known:
        if (wish := _wish(words, code)) is not None:
            return Intent(wish, code)
    return None


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a message, roughly."""
    return tuple(part for part in _SENTENCE_END.split(text) if part.strip())


def asks_of_danger(text: str, language: str) -> bool:
    """Whether a message has words of a question about danger, of precaution or of insurance in it."""
    return holds(words_of(text), _wordings(language)["danger_never"])


def _tells_of_danger(told: Sequence[Words], language: str) -> bool:
    known = _wordings(language)
    told_alone = any(
        "danger_alone" in covering(one, known, ("danger_alone", "asking", "filler")) for one in told
    )
    return told_alone or any(
        holds(one, known["danger"]) and not holds(one, known["danger_never"]) for one in told
    )


def _wish(words: Words, language: str) -> Wish | None:
    known = _wordings(language)
    if holds(words, known["upset"]) or "swearing" in covering(words, known, ("swearing", "filler")):
        return "upset"
    closing = covering(words, known, _CLOSING)
    if "farewell" not in closing and ("declined" in closing or closing >= {"refusal", "thanks"}):
        return "declined"
    turning_down = covering(words, known, (*_TURNING_DOWN, "filler"))
    if wish := next((wish for wish in _TURNING_DOWN if wish in turning_down), None):
        return wish
    if "farewell" in closing:
        return "farewell"
    topics = covering(words, known, (*_WEIGHTIEST, "filler"))
    if topic := next((topic for topic in _WEIGHTIEST if topic in topics), None):
        return topic
    if _reaches(words, known) or "person" in covering(words, known, ("person", *_BESIDE_PERSON)):
        return "person"
    return None


def _reaches(words: Words, known: Mapping[str, Wordings]) -> bool:
    """Whether the message asks to reach somebody."""
    if holds(words, known["person_never"]):
        return False
    whom = [start for start, _ in spots(words, known["person_who"])]
    ends = [end for _, end in spots(words, known["person_reach"])]
    return any(0 <= start - end <= MOST_BETWEEN for end in ends for start in whom)


@cache
def _wordings(language: str) -> Mapping[str, Wordings]:
    listed = signals(language)
    kinds = (
        "danger",
        "danger_never",
        "danger_alone",
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
    return {kind: by_first_word(listed.get(kind, ())) for kind in all_kinds}
