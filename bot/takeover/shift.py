"""The shift: what one hands over to the next. What is open, what was promised, and what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.notify.teller import reason
from bot.state.record import Ticket
from bot.state.store import Store
from bot.state.ticket import OPEN
from bot.waiting.priority import tells_of_danger
from bot.waiting.promise import Promise, read
from bot.waiting.wait import Wait
from bot.waiting.when import wait

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Owed:
    """A ticket, and what its customer still waits for."""

    ticket: Ticket
    promise: Promise | None
    """The last thing that was said of when somebody comes."""
    until: datetime | None
    """By when it was promised; None where nothing was, or it was kept."""
    open_for: timedelta
    waits_for: timedelta | None
    """None while nobody waits."""
    overdue: timedelta | None
    """By how much the promise is broken; None where it is not."""


@dataclass(frozen=True, slots=True)
class Shift:
    """All that is owed at a moment."""

    moment: datetime
    open: Sequence[Owed]
    """What is about danger first, then what is overdue longest, what is promised soonest, and the oldest."""

    @property
    def overdue(self) -> int:
        """How many promises are broken."""
        return sum(one.overdue is not None for one in self.open)


def shift(store: Store, now: datetime) -> Shift:
    """The shift as the database has it; raises StateError."""
    return Shift(now, in_order(store.tickets(*OPEN), now))


def in_order(tickets: Sequence[Ticket], now: datetime) -> list[Owed]:
    """Open tickets, the most pressing first."""
    return sorted((owed(ticket, now) for ticket in tickets), key=_place)


def owed(ticket: Ticket, now: datetime) -> Owed:
    """What a ticket's customer waits for at a moment."""
    promise = read(ticket.promise) if ticket.promise else None
    kept = promise is None or (promise.awaited and ticket.status != "waiting")
    until = None if kept or ticket.status == "closed" else ticket.promised_until
    since = ticket.waiting_since
    return Owed(
        ticket,
        promise,
        until,
        _passed(ticket.created, now),
        _passed(since, now) if since else None,
        now - until if until and until < now else None,
    )


def shift_document(shift: Shift) -> Document:
    """For JSON."""
    return {
        "moment": shift.moment.isoformat(),
        "overdue": shift.overdue,
        "open": [_document(one) for one in shift.open],
    }


def in_words(promise: Promise) -> str:
    """What was promised, for the people at the desk."""
    match promise.kind:
        case "wait":
            return f"somebody in {wait(Wait(promise.minutes or (0, None)), 'en')}"
        case "unknown":
            return "somebody, or to be asked how to go on"
        case "opening":
            return "somebody when the desk opens"
        case "never":
            return "no time"
        case "email":
            return "an answer by e-mail"
        case "call":
            return "a call"


def _place(one: Owed) -> tuple[bool, bool, datetime, int]:
    """Danger comes first; then what is promised soonest, overdue or not; then the oldest of the others."""
    ticket = one.ticket
    return (
        not tells_of_danger(ticket.distress),
        one.until is None,
        one.until or ticket.created,
        ticket.number,
    )


def _document(one: Owed) -> Document:
    ticket = one.ticket
    return {
        "ticket": ticket.number,
        "status": ticket.status,
        "queue": ticket.queue,
        "language": ticket.language,
        "reason": reason(ticket.reason),
        "question": ticket.packet.get("question"),
        "agent": ticket.agent,
        "contact": {"name": ticket.name, "email": ticket.email, "phone": ticket.phone},
        "created": ticket.created.isoformat(),
        "open_seconds": round(one.open_for.total_seconds()),
        "waiting_seconds": None if one.waits_for is None else round(one.waits_for.total_seconds()),
        "promised": one.promise and in_words(one.promise),
        "promised_until": one.until and one.until.isoformat(),
        "overdue_seconds": None if one.overdue is None else round(one.overdue.total_seconds()),
        "reopened": ticket.reopened,
        "rating": ticket.rating,
        "comment": ticket.comment,
    }


def _passed(since: datetime, now: datetime) -> timedelta:
    """Never less than nothing, should the clock have been set back."""
    return max(now - since, timedelta())
