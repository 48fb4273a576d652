"""The outbox: notices are put in by the transaction that they tell of, and taken out by whoever sends them.

A notice is never lost and may be told twice: whoever takes one out and dies leaves it to the next, once the
claim has run out. The id stays the same, so that a receiver can tell.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.database.engine import StateError, reading, writing
from bot.notify.backoff import JITTER, LONGEST, again
from bot.notify.notice import STATES, Audience, Delivery, Kind, Notice, Outcome, State, new_id
from bot.notify.tables import DeliveryRow, NoticeRow

CLAIM = timedelta(seconds=100)
"""Longer than any attempt may take, even where names are slow to be found; shorter than `notice.PATIENCE`, so
that what a killed server left is tried again before it is said that nobody could be told."""
IN_ORDER: Kind = "chatwoot"
"""A chat's channel: what is said to the same place there is told one by one, as it was put in."""
OVERTAKEN = timedelta(minutes=5)
"""After so long, what can't be told holds nothing else up any more."""
LONGEST_ANSWER = 500
FARTHEST = LONGEST * (1 + JITTER) + timedelta(seconds=1)
"""Nothing is ever put off further: what is was put off before the clock was set back."""


def post(
    session: Session,
    *,
    ticket: int | None,
    audience: Audience,
    channel: Kind,
    target: str,
    event: str,
    document: dict[str, Any],
    now: datetime,
    due: datetime | None = None,
    id: str | None = None,
) -> str:
    """Puts a notice in, within the transaction of the session; gives its id, a new one if none is given.

    What is to be told before it, and was put off, is due at once.
    """
    if channel == IN_ORDER:
        put_off = (NoticeRow.channel == channel, NoticeRow.target == target, NoticeRow.state == "waiting")
        session.execute(update(NoticeRow).where(*put_off, NoticeRow.due > now).values(due=now))
    row = NoticeRow(
        id=id or new_id(),
        ticket=ticket,
        audience=audience,
        channel=channel,
        target=target,
        event=event,
        document=document,
        state="waiting",
        attempts=0,
        created=now,
        due=due or now,
    )
    session.add(row)
    session.flush()
    return row.id


class Outbox:
    """What waits to be told, and what came of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, now: datetime, most: int, but: Collection[Kind] = ()) -> tuple[Notice, ...]:
        """Notices that are due, for nobody else to take until they are settled or the claim has run out.

        `but`: channels that are left out.
        """
        due = _due(now).where(NoticeRow.channel.not_in(but)).order_by(NoticeRow.due).limit(most)
        with reading(self._engine) as session:
            if session.scalar(due) is None:
                return ()
        with writing(self._engine) as session:
            rows = session.scalars(due.with_for_update(skip_locked=True)).all()
            for row in rows:
                row.claimed_until = now + CLAIM
                row.attempts += 1
            return tuple(notice(row) for row in rows)

    def settle(self, claimed: Notice, outcome: Outcome, started: datetime, now: datetime) -> None:
        """Stores what came of an attempt, and when the next one is due if one is."""
        with writing(self._engine) as session:
            row = session.get(NoticeRow, claimed.id)
            if row is None:
                return  # the ticket was erased meanwhile, and all that belongs to it
            session.add(_delivery(claimed, outcome, started, now))
            row.claimed_until = None
            done = outcome.accepted or outcome.needless
            following = None if done or outcome.final else again(row.created, now, row.attempts)
            if done:
                row.state, row.document = "sent" if outcome.accepted else "needless", {}
            elif row.state == "waiting":  # else somebody else was faster, who took this one for dead
                wished = row.due != claimed.due  # that it is tried again at once, meanwhile
                row.state = "waiting" if following or wished else "failed"
                row.due = row.due if wished else following or row.due
                row.document = outcome.document or row.document

    def retry(self, ticket: int, now: datetime) -> int:
        """Makes what could not be told about a ticket due at once; gives how many that are.

        An attempt that is under way goes on; if it fails, the next one follows at once.
        """
        open = NoticeRow.state.in_(("waiting", "failed"))
        unsent = select(NoticeRow).where(NoticeRow.ticket == ticket, open)
        with writing(self._engine) as session:
            rows = session.scalars(unsent).all()
            for row in rows:
                row.state, row.due = "waiting", now
            return len(rows)

    def notices(self, tickets: Iterable[int]) -> dict[int, tuple[Notice, ...]]:
        """What was told about tickets, the oldest first, by their numbers."""
        numbers = list(tickets)
        found: dict[int, tuple[Notice, ...]] = dict.fromkeys(numbers, ())
        chosen = select(NoticeRow).where(NoticeRow.ticket.in_(numbers))
        with reading(self._engine) as session:
            for row in session.scalars(chosen.order_by(NoticeRow.created, NoticeRow.target, NoticeRow.id)):
                assert row.ticket is not None
                found[row.ticket] += (notice(row),)
        return found

    def counts(self) -> dict[State, int]:
        """How many notices there are in each state."""
        counted = select(NoticeRow.state, func.count()).group_by(NoticeRow.state)
        with reading(self._engine) as session:
            found: dict[str, int] = dict(session.execute(counted).tuples().all())
        return {state: found.get(state, 0) for state in STATES}

    def notice(self, id: str) -> Notice | None:
        """One notice, None where there is none of that id."""
        with reading(self._engine) as session:
            row = session.get(NoticeRow, id)
            return notice(row) if row else None

    def post(self, **what: Any) -> str:
        """Puts in a notice that belongs to no other change: see `post`; one that is there already stays."""
        try:
            with writing(self._engine) as session:
                return post(session, **what)
        except StateError:
            id = what.get("id")
            if id is None or self.notice(id) is None:  # else the same was told twice at once
                raise
            return str(id)


def notice(row: NoticeRow) -> Notice:
    """A row as a value."""
    audience: Audience = "team" if row.audience == "team" else "customer"
    channel: Kind = row.channel  # type: ignore[assignment]  # only these are ever stored
    state: State = row.state  # type: ignore[assignment]  # these, too
    attempts = tuple(
        Delivery(one.attempt, one.started, one.accepted, one.answer, one.message_id, one.milliseconds)
        for one in row.deliveries
    )
    told_what = (row.event, row.document, state, row.attempts, row.created, row.due)
    return Notice(row.id, row.ticket, audience, channel, row.target, *told_what, attempts)


def _due(now: datetime) -> Select[NoticeRow]:
    free = or_(
        NoticeRow.claimed_until.is_(None),
        NoticeRow.claimed_until < now,
        NoticeRow.claimed_until > now + 2 * CLAIM,  # claimed before the clock was set back
    )
    come = or_(NoticeRow.due <= now, NoticeRow.due > now + FARTHEST)
    return select(NoticeRow).where(NoticeRow.state == "waiting", free, come, ~_has_one_before(now))


def _has_one_before(now: datetime) -> ColumnElement[bool]:
    """Whether something else is to be told first, or is being told."""
    before = aliased(NoticeRow)
    same = (
        before.channel == IN_ORDER,
        before.channel == NoticeRow.channel,
        before.target == NoticeRow.target,
    )
    holds = or_(before.created > now - OVERTAKEN, before.claimed_until > now)
    return exists().where(*same, before.state == "waiting", before.created < NoticeRow.created, holds)


def _delivery(claimed: Notice, outcome: Outcome, started: datetime, now: datetime) -> DeliveryRow:
    return DeliveryRow(
        notice=claimed.id,
        attempt=claimed.attempts,
        started=started,
        accepted=outcome.accepted,
        answer=" ".join(outcome.answer.split())[:LONGEST_ANSWER],
        message_id=outcome.message_id,
        milliseconds=max(0, round((now - started).total_seconds() * 1000)),
    )
