"""Silence: when the bot asks whether there is more, when it closes, and when it says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.state.record import Message

Word = Literal["nudge", "closing"]
"""A question whether there is more; a kind last word. Both are kinds of messages, too."""

LATE = 3
"""After that many silences on end the customer has long been gone: who comes back then is not asked."""
_ASKED_MORE = ("thanks", "affirmation", "declined")
"""Small talk that has asked whether there is more, or was told that there is not."""
_LAST_WORDS = ("closing", "fault", "withdrawn", "ended", "solved", "reviewed")
"""Kinds of messages that leave nothing to be asked, those after a chat with a person among them."""
_OPEN = {"suggestions": "silence_waiting", "rephrase": "silence_rephrase"}
"""What the customer has not replied to yet, and what is said into the silence after it."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What is to be said into a silence, and when to look again."""

    word: Word | None
    seconds: float | None
    """Until something is to be said; None where nothing is, before the customer writes again."""


NOTHING = Silence(None, None)


def silence(transcript: Sequence[Message], now: datetime, pause: timedelta, *, with_person: bool) -> Silence:
    """Of a conversation that stands as it does; a pause of zero says nothing ever.

    Once between two closings the bot asks, then it closes; never while a person has the matter.
    """
    begun = any(message.author == "customer" for message in transcript)
    if with_person or not begun or not pause or (word := _next(transcript)) is None:
        return NOTHING
    waited = now - transcript[-1].created
    if waited > LATE * pause:
        return NOTHING
    return Silence(word, 0.0) if waited >= pause else Silence(None, (pause - waited).total_seconds())


def words(transcript: Sequence[Message], word: Word) -> str:
    """The key of the phrase to say."""
    if word == "closing":
        return "silence_close"
    return _OPEN.get(transcript[-1].kind, "silence_more")


def _next(transcript: Sequence[Message]) -> Word | None:
    last = transcript[-1]
    topic = (last.document or {}).get("topic")
    if last.author != "bot" or last.kind in _LAST_WORDS or topic == "farewell":
        return None
    asked = topic in _ASKED_MORE or "nudge" in _kinds_since_closing(transcript)
    return "closing" if asked else "nudge"


def _kinds_since_closing(transcript: Sequence[Message]) -> set[str]:
    kinds: set[str] = set()
    for message in reversed(transcript):
        if message.kind == "closing":
            break
        kinds.add(message.kind)
    return kinds
