"""What a message wishes beside knowledge: small talk, a person, to be heard in anger, or help in danger.

Small talk and a call for a person are recognised where known wordings cover the whole message, so that
"hi, how do I return a gift?" stays a question. Two things tell within a longer message too: to want to
reach somebody ("talk to" soon followed by "person"), and anger. A word of abuse is anger where it is all
that is said; within more it may be said of a thing or of somebody else. Danger is told by a wording
anywhere, be the message ever so long, unless it is denied or asked about: "my bike caught fire", but
neither "no smoke" nor "what if it caught fire". What no wording tells is left to `bot.wishes.meaning`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from bot.phrase import heard, languages, signals
from bot.wishes.cover import Wordings, Words, by_first_word, covering, holds, spots, words_of

DialogueAct = Literal[
    "greeting",
    "thanks",
    "farewell",
    "how_are_you",
    "who_are_you",
    "affirmation",
    "asking",
    "pause",
    "apology",
    "declined",
    "good_wishes",
    "which_one",
    "that_is_all",
]
"""What small talk does: `asking` says that a question is to come, `declined` that nothing more is needed;
`which_one` is what a yes to several suggestions is asked, `that_is_all` what an article has come to."""
Wish = DialogueAct | Literal["person", "upset", "unhelpful", "refusal", "danger"]

LONGEST = 400
"""Characters; whoever writes more has a matter to tell."""
MOST_BETWEEN = 3
"""Words that may stand between "talk to" and "person"."""

_WEIGHTIEST: tuple[DialogueAct, ...] = (
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
_OF_ANYBODY = ("greeting", "thanks", "farewell")
"""What is known in a language that the message does not seem to be in, and that the bot does not speak."""
_TURNING_DOWN: tuple[Literal["unhelpful", "refusal"], ...] = ("unhelpful", "refusal")
_SENTENCE_END = re.compile(r"[.!?;\n。！？；؟؛]+")
_CLAUSE_END = re.compile(r"[,:،，、：]|\s[–—-]\s")
_DENIED_WITHIN = 3
"""Words before a wording of danger in which a "no" denies it; an ideograph is a word."""
_CLOSING = ("declined", "refusal", "thanks", "affirmation", "farewell", "filler")
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


def recognise(text: str, language: str, *, danger: bool = True) -> Intent | None:
    """The wish, None for a question; the given language's wordings are tried first, then all others'.

    Of languages that the bot doesn't speak only the small talk that begins and ends a conversation.
    Without `danger` as if no wording told of any.
    """
    known = [code for code in dict.fromkeys((language, *languages())) if code in languages()]
    if danger and (code := next((code for code in known if _tells_of_danger(text, code)), None)) is not None:
        return Intent("danger", code)
    if danger and language in known and _says_only_danger(text, language):
        return Intent("danger", language)
    if len(text) > LONGEST or not (words := words_of(text)):
        return None
    for code in dict.fromkeys((language, *known, *heard())):
        wish = _wish(words, code)
        if wish is not None and (code in (language, *known) or wish in _OF_ANYBODY):
            return Intent(wish, code)
    return None


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a message, roughly."""
    return tuple(part for part in _SENTENCE_END.split(text) if part.strip())


def clauses(sentence: str) -> tuple[str, ...]:
    """The parts of a sentence between its commas, roughly."""
    return tuple(part for part in _CLAUSE_END.split(sentence) if part.strip())


def asks_of_danger(text: str, language: str) -> bool:
    """Whether a message has words of a question about danger, of precaution or of insurance in it."""
    return holds(words_of(text), _wordings(language)["danger_never"])


def _tells_of_danger(text: str, language: str) -> bool:
    """Whether a clause reports danger, and neither it nor the one before asks about it."""
    known = _wordings(language)
    for sentence in sentences(text):
        asked = False
        for clause in map(words_of, clauses(sentence)):
            asked_before, asked = asked, holds(clause, known["danger_never"])
            if not (asked or asked_before) and _reports(clause, known):
                return True
    return False


def _reports(clause: Words, known: Mapping[str, Wordings]) -> bool:
    """Whether danger is named in a clause and not denied."""
    starts = (start for start, _ in spots(clause, known["danger"]))
    return any(not holds(clause[max(0, at - _DENIED_WITHIN) : at], known["danger_denied"]) for at in starts)


def _says_only_danger(text: str, language: str) -> bool:
    """Whether a sentence is no more than a cry; in one language "brand" is a fire, in another a maker."""
    kinds, known = ("danger_alone", "asking", "filler"), _wordings(language)
    told = map(words_of, sentences(text))
    return any("danger_alone" in covering(sentence, known, kinds) for sentence in told)


def _wish(words: Words, language: str) -> Wish | None:
    known = _wordings(language)
    if holds(words, known["upset"]) or "swearing" in covering(words, known, ("swearing", "filler")):
        return "upset"
    turning_down = covering(words, known, (*_TURNING_DOWN, "filler"))
    if "unhelpful" in turning_down:
        return "unhelpful"
    closing = covering(words, known, _CLOSING)
    if "farewell" not in closing and ("declined" in closing or closing >= {"refusal", "thanks"}):
        return "declined"
    if "refusal" in turning_down:
        return "refusal"
    if "farewell" in closing:
        return "farewell"
    acts = covering(words, known, (*_WEIGHTIEST, "worked", "filler"))
    if act := next((act for act in _WEIGHTIEST if act in acts), None):
        return act
    if "worked" in acts:
        return "thanks"
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
        "danger_denied",
        "worked",
        "upset",
        "swearing",
        "person",
        "person_want",
        "person_reach",
        "person_who",
        "person_never",
        "filler",
    )
    all_kinds = (*kinds, *_TURNING_DOWN, *get_args(DialogueAct))
    return {kind: by_first_word(listed.get(kind, ())) for kind in all_kinds}
