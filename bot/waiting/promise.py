"""Promises: what a customer is told of when somebody comes, and whether it was kept.

Pure: what stands at the desk comes in, what can honestly be said goes out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.waiting.hours import Hours
from bot.waiting.wait import Desk, expect

Kind = Literal["wait", "unknown", "opening", "never", "email", "call"]
"""Somebody comes after a wait, nobody knows when, when the desk opens, never; or writes; or calls."""

Why = Literal["waited", "untold", "left"]
"""What the chat apologises for: nobody came in time, nobody could be told, or who came is gone."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What was said of when somebody comes."""

    kind: Kind
    until: datetime | None
    """By when it has to be kept; None where nothing can be promised."""
    minutes: tuple[int, int | None] | None = None
    """The range of a wait."""
    at: datetime | None = None
    """When the desk opens."""
    ahead: int = 0
    """Tickets that are taken before."""
    free: bool = False
    """Somebody was there with nothing to do."""
    closes: bool = False
    """The desk may close before."""

    def document(self) -> dict[str, Any]:
        """For JSON; `read` makes it a promise again."""
        return {
            "kind": self.kind,
            "until": self.until and self.until.isoformat(),
            "minutes": self.minutes and list(self.minutes),
            "at": self.at and self.at.isoformat(),
            "ahead": self.ahead,
            "free": self.free,
            "closes": self.closes,
        }

    @property
    def awaited(self) -> bool:
        """Whether it is kept as soon as somebody takes the ticket; a mail or a call is kept later."""
        return self.kind not in ("email", "call")


def read(document: dict[str, Any]) -> Promise:
    """A promise from its document."""
    minutes = document["minutes"]
    return Promise(
        document["kind"],
        _moment(document["until"]),
        (minutes[0], minutes[1]) if minutes else None,
        _moment(document["at"]),
        document["ahead"],
        document["free"],
        document["closes"],
    )


def promise(desk: Desk, hours: Hours, now: datetime, patience: timedelta) -> Promise:
    """What can be said now; where the wait is not known, the customer is asked again after `patience`."""
    opening = hours.next_opening(now)
    if opening is None:
        return Promise("never", None, ahead=desk.ahead)
    if opening > now:
        return Promise("opening", hours.after(opening, patience), at=opening, ahead=desk.ahead)
    wait = expect(desk)
    if wait is None:
        return Promise("unknown", hours.after(now, patience), ahead=desk.ahead)
    until = hours.after(now, wait.longest)
    return Promise(
        "wait",
        until,
        wait.minutes,
        ahead=desk.ahead,
        free=desk.present - desk.busy > desk.ahead,
        closes=until is None or until - now > wait.longest,
    )


def differ(told: Promise, now: Promise) -> bool:
    """Whether a customer who was told the one should hear of the other: a step of the range, or a place."""
    return (told.kind, told.minutes, told.at, told.ahead) != (now.kind, now.minutes, now.at, now.ahead)


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
