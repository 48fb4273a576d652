"""A follow-up: a question that leans on what was answered last, and what it means in that light.

Measured by tests/benchmarks/conversations.py: of 100 follow-ups 42 find their article alone, 96 under the
last article's title, as here 90. Of questions that change the subject, a title misleads two in three: so it
is heard only where the question alone finds nothing sure, or points back ("how long does that take").
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from math import exp

from bot.phrase import signals
from index.hit import Found, Hit

MOST_WORDS = 9
"""Whoever writes more says what it is about; two ideographs count as one."""
SURE_ALONE = 0.8
"""What a question must find alone to be heard alone, whatever the limit for answering is.

When it was all that told a change by, with 0.95, 0.8 and 0.6, of 60 changes of subject 0.88, 0.93 and 0.95
found their article, of 155 follow-ups 0.92, 0.91 and 0.88.
"""
LESS_ALONE = 0.5
"""What a question that points back can be trusted by what it says alone."""
LIKELY_ALONE = 0.5
"""What a question that says what it is about must find alone, to be heard alone where its topic leads to
another article: "where is my parcel", after how to return one.

So 56 instead of 54 of 60 changes of subject find their article, and none is answered wrongly, where one was;
of 155 follow-ups 144 instead of 146 find theirs.
"""
_SLOPE, _HALF = 18.4, 0.087
"""How surely a passage answers, by how much it speaks to the question: fitted to 135 follow-ups, and to 18
questions on the same articles that none answers, four of the first to one of the second."""

FEWEST_WORDS = 3
"""Whoever writes fewer has seldom said what it is about."""
MOST_CARRIED_ON = 3
"""Words after "and" that carry the last question on; with more of them they ask one of their own."""

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+")
_APOSTROPHE = re.compile(r"['’]")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_ATTACHED = re.compile(r"[\u0600-\u06ff\u3400-\u9fff]")
"""Letters of the languages that write "and" without a space after it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What was answered last, or is still to be answered."""

    title: str
    """Of the article, in the language in which it was shown; of what is not answered yet the question."""
    question: str


def length(text: str) -> float:
    """Words; two ideographs count as one."""
    words = _WORD.findall(text)
    ideographs = sum(bool(_IDEOGRAPH.match(word)) for word in words)
    return len(words) - ideographs / 2


def may_lean(question: str) -> bool:
    """Whether a question is short enough to mean more than it says."""
    return length(question) <= MOST_WORDS


def stands_alone(question: str, language: str) -> bool:
    """Whether a question says what it is about."""
    return length(question) >= FEWEST_WORDS and not points_back(question, language)


def points_back(question: str, language: str) -> bool:
    """Whether a question names its subject by a pronoun only, or not at all: "and for bicycles?"."""
    text = _bare(question)
    back, bare, _ = _wordings(language)
    if carries_on(question, language):
        return True
    return bool(back and back.search(text)) or bool(bare and bare.fullmatch(text))


def carries_on(message: str, language: str) -> bool:
    """Whether a message carries on what was said before: "and Sweden", "what about Sundays?"."""
    return added(message, language) is not None


def asks_how_it_goes_on(message: str, language: str) -> bool:
    """Whether a message asks for no more than what comes next: "and then?"."""
    return _APOSTROPHE.sub("", _bare(message)) in signals(language).get("goes_on", ())


def added(message: str, language: str) -> str | None:
    """What a message adds that carries on what was said before, "sweden"; None where it does not."""
    _, _, carrying = _wordings(language)
    carried = carrying.fullmatch(_bare(message)) if carrying else None
    if carried is None:
        return None
    rest = next((part for part in carried.groups() if part), "").strip()
    return rest if length(rest) <= MOST_CARRIED_ON else None


def says_another(alone: Found, within: Found) -> bool:
    """Whether a question is likely to be about another article than the one its topic leads to."""
    return (
        alone.confidence >= LIKELY_ALONE
        and stands_alone(alone.question, alone.language.code)
        and not _same(alone.hits[0], within.hits[0])
    )


def in_context(question: str, topic: Topic) -> str:
    """The question as somebody would ask it who has not heard what came before."""
    return f"{topic.title}: {question}"


def weigh(alone: Found, within: Found, fit: float, *, back: bool) -> Found:
    """What a question finds by itself and in the light of the topic, as one result, likeliest first.

    `fit` is how much the first passage found within speaks to the question alone. A title makes any question
    sound like its article's, so what is found within is only as sure as that passage.
    """
    if not within.hits:
        return alone
    first = within.hits[0]
    led = as_sure_as(first, fit)
    others = [_trusted(hit, LESS_ALONE if back else 1.0) for hit in alone.hits]
    hits: dict[str, Hit] = {}
    for hit in sorted((led, *others), key=lambda hit: -hit.confidence):
        shown = replace(led, confidence=hit.confidence) if _same(hit, led) else hit
        hits.setdefault(hit.passage.article.slug, shown)
    milliseconds = alone.milliseconds + within.milliseconds
    return replace(alone, hits=tuple(hits.values())[: max(len(alone.hits), 1)], milliseconds=milliseconds)


def as_sure_as(hit: Hit, fit: float) -> Hit:
    """A hit whose article is known by name: as sure as its passage speaks to the question."""
    return replace(hit, confidence=hit.confidence * _answers(fit))


def _bare(message: str) -> str:
    return message.casefold().strip(" ?？؟¿!！¡.,…。，")


def _answers(fit: float) -> float:
    return 1 / (1 + exp(-_SLOPE * (fit - _HALF)))


def _trusted(hit: Hit, share: float) -> Hit:
    return replace(hit, confidence=hit.confidence * share)


def _same(hit: Hit, other: Hit) -> bool:
    return hit.passage.article.slug == other.passage.article.slug


@cache
def _wordings(language: str) -> tuple[re.Pattern[str] | None, ...]:
    """Words that point back, questions that say nothing, and what carries on; a group is what that adds."""
    listed = signals(language)
    back = [_back(word) for word in listed.get("points_back", ())]
    bare = [re.escape(wording) for wording in listed.get("bare", ())]
    not_and = "|".join(map(re.escape, listed.get("own_and", ())))
    carries_on = [_carrying(word, not_and) for word in listed.get("carries_on", ())]
    return tuple(re.compile("|".join(kind), re.DOTALL) if kind else None for kind in (back, bare, carries_on))


def _carrying(word: str, not_and: str) -> str:
    """A word before what is added, or behind it (`* x`); no word that only begins like it is one."""
    if word.startswith("* "):
        return rf"(.+)\s{re.escape(word[2:])}"
    if _ATTACHED.match(word):
        return rf"{f'(?!{not_and})' if not_and else ''}{re.escape(word)}(.*)"
    return rf"{re.escape(word)}(?![\w-])(.*)"


def _back(word: str) -> str:
    """A word, an ending (`-x`), or a word that stands last (`x$`)."""
    if _IDEOGRAPH.search(word):
        return re.escape(word)
    if word.startswith("-"):
        return rf"\w{{2}}{re.escape(word[1:])}\b"
    return rf"\b{re.escape(word[:-1])}$" if word.endswith("$") else rf"\b{re.escape(word)}\b"
