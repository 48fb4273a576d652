"""What the bot can answer with: one of five kinds of reply, each holding what it was decided from."""

from dataclasses import dataclass
from typing import Literal

from bot.wishes.intent import DialogueAct
from index.hit import Found, Hit
from kb.passage import Place

Reason = Literal["asked", "missing_knowledge", "low_confidence", "upset", "repeated_miss", "danger"]
Kind = Literal["answer", "suggestions", "rephrase", "handoff", "small_talk"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An article's passage, led by the sentence of it that answers best."""

    found: Found
    hit: Hit
    sentence: str
    foreign: bool
    """The article is not in the asker's language."""
    place: Place
    """Where in the article that sentence stands."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The likeliest articles, at most three, likeliest first, for the customer to choose from."""

    found: Found
    hits: tuple[Hit, ...]
    condition: str | None = None
    """What the answer depends on, where each of them answers under another one: `product`, `country`."""
    sentences: tuple[str, ...] = ()
    """What each of them would open its answer with, empty where none is sure; none under a condition."""


@dataclass(frozen=True, slots=True)
class Rephrase:
    """Nothing near enough: the question is asked for once more, in other words."""

    found: Found


@dataclass(frozen=True, slots=True)
class Handoff:
    """A person takes over."""

    found: Found | None
    """None where a person was called by the button, without a question."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A human word in return, no knowledge needed."""

    act: DialogueAct
    language: str


Reply = Answer | Suggestions | Rephrase | Handoff | SmallTalk
