"""The line: who waits before whom, who is there to take them, and how long that has taken lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.access.user import User
from bot.state.presence import present
from bot.state.record import Ticket
from bot.state.tables import ConversationRow, TicketEventRow, TicketRow
from bot.waiting.priority import priority
from bot.waiting.queue import Queue
from bot.waiting.wait import Desk

LATEST = 200
"""So many closed tickets and takings are looked at, of all queues together."""
MOST = 20
"""Of these at most so many of the queue's own count: how busy it was last month says little of now."""
STILL_BUSY = timedelta(minutes=30)
"""Whose chat has been quiet for so long is free, though the ticket is still theirs."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that waits, as far as it decides on its place."""

    number: int
    queue: str | None
    since: datetime | None
    distress: int


@dataclass(frozen=True, slots=True)
class Duration:
    """How long something took in a queue."""

    queue: str | None
    length: timedelta


@dataclass(frozen=True, slots=True)
class TicketLine:
    """All queues at a moment."""

    moment: datetime
    waiting: Sequence[Waiting]
    present: Sequence[User]
    busy: frozenset[str]
    """Names of those who are with a customer."""
    handling: Sequence[Duration]
    """From taken to closed, the latest first."""
    pickup: Sequence[Duration]
    """From handed over to taken where somebody was free, the latest first."""

    def desk(self, ticket: Ticket, queues: Sequence[Queue]) -> Desk:
        """The queue of a ticket as it stands before it."""
        queue = next((one for one in queues if one.name == ticket.queue), None)
        there = {user.name for user in self.present if takes(user, queue, ticket.language)}
        return Desk(
            ahead=self._ahead(ticket),
            present=len(there),
            busy=len(there & self.busy),
            handling=_of(self.handling, ticket.queue),
            pickup=_of(self.pickup, ticket.queue),
        )

    def _ahead(self, ticket: Ticket) -> int:
        own = Waiting(ticket.number, ticket.queue, ticket.waiting_since or self.moment, ticket.distress)
        others = (one for one in self.waiting if one.queue == own.queue and one.number != own.number)
        return sum(self._place(one) < self._place(own) for one in others)

    def _place(self, one: Waiting) -> tuple[int, int]:
        return -priority(one.since, one.distress, self.moment), one.number


def takes(user: User, queue: Queue | None, language: str | None) -> bool:
    """Whether somebody looks after a queue, and writes the language."""
    in_queue = queue is None or not queue.agents or user.name in queue.agents
    return in_queue and (not user.languages or language is None or language in user.languages)


def line(session: Session, now: datetime) -> TicketLine:
    """The line as the database has it."""
    return TicketLine(
        now, _waiting(session), present(session, now), _busy(session, now), _handled(session), _taken(session)
    )


def _waiting(session: Session) -> tuple[Waiting, ...]:
    columns = (TicketRow.number, TicketRow.queue, TicketRow.waiting_since, TicketRow.distress)
    rows = session.execute(select(*columns).where(TicketRow.status == "waiting").order_by(TicketRow.number))
    return tuple(Waiting(*row) for row in rows)


def _busy(session: Session, now: datetime) -> frozenset[str]:
    lively = (
        select(TicketRow.agent)
        .join(ConversationRow, ConversationRow.id == TicketRow.conversation_id)
        .where(TicketRow.status == "taken", ConversationRow.updated > now - STILL_BUSY)
    )
    return frozenset(agent for agent in session.scalars(lively) if agent)


def _handled(session: Session) -> tuple[Duration, ...]:
    columns = (TicketRow.queue, TicketRow.taken, TicketRow.closed)
    closed = select(*columns).where(TicketRow.status == "closed", TicketRow.taken.is_not(None))
    rows = session.execute(closed.order_by(TicketRow.closed.desc()).limit(LATEST))
    spans = (Duration(queue, end - begin) for queue, begin, end in rows if begin and end)
    return tuple(span for span in spans if span.length > timedelta())


def _taken(session: Session) -> tuple[Duration, ...]:
    taken = (
        select(TicketRow.queue, TicketRow.promise, TicketEventRow.details)
        .join(TicketRow, TicketRow.number == TicketEventRow.ticket)
        .where(TicketEventRow.kind == "taken")
        .order_by(TicketEventRow.id.desc())
        .limit(LATEST)
    )
    return tuple(
        Duration(queue, timedelta(seconds=details["waited"]))
        for queue, promise, details in session.execute(taken)
        if _was_free(promise)
    )


def _was_free(promise: Mapping[str, Any] | None) -> bool:
    return bool(promise and promise.get("free"))


def _of(spans: Sequence[Duration], queue: str | None) -> tuple[timedelta, ...]:
    return tuple(span.length for span in spans if span.queue == queue)[:MOST]
