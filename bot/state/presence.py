"""Presence: which agents are at the desk now, as their open pages say."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from bot.access.account import user_in
from bot.access.tables import UserRow
from bot.access.user import LOCAL, User
from bot.database.engine import looking, reading, writing
from bot.state.tables import PresenceRow

FRESH = timedelta(seconds=90)
"""Whoever was not seen for so long has left: a page says about every half minute that it is open."""

_NAMES = select(PresenceRow.agent).where(
    PresenceRow.seen > bindparam("since"), PresenceRow.seen < bindparam("until"), PresenceRow.away.is_(None)
)

_AWAY = select(PresenceRow.agent).where(PresenceRow.away.is_not(None))


class Presence:
    """Who is at the desk, in the database: several servers see the same people."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def seen(self, user: User, now: datetime) -> None:
        """The user's page is open."""
        with writing(self._engine) as session:
            row = session.get(PresenceRow, user.name, with_for_update=True)
            if row is None:
                session.add(PresenceRow(agent=user.name, seen=now))
            else:
                row.seen = now

    def be_away(self, user: User, since: datetime | None) -> None:
        """By their own word the user is away since then, with None back."""
        with writing(self._engine) as session:
            row = session.get(PresenceRow, user.name, with_for_update=True)
            if row is not None:
                row.away = since

    def is_away(self, name: str) -> bool:
        """Whether somebody is away by their own word."""
        with reading(self._engine) as session:
            return is_away(session, name)

    def left(self, user: User) -> None:
        """The user's last page was closed; their word that they are away holds until they take it back."""
        with writing(self._engine) as session:
            row = session.get(PresenceRow, user.name)
            if row is not None and row.away is None:
                session.delete(row)

    def last_seen(self, now: datetime) -> dict[str, datetime]:
        """When each agent was last at the desk, by name; who says to be away was until they said so.

        Nothing of those whose moment was written before the clock was set back.
        """
        with reading(self._engine) as session:
            rows = session.scalars(select(PresenceRow).where(PresenceRow.seen < now + FRESH))
            return {row.agent: min(row.seen, row.away or row.seen) for row in rows}

    def names(self, now: datetime) -> frozenset[str]:
        """The names of who is at the desk, with those who are shut out; `present` leaves them out."""
        with looking(self._engine) as connection:
            since, until = now - FRESH, now + FRESH
            return frozenset(connection.scalars(_NAMES, {"since": since, "until": until}))

    def away(self) -> frozenset[str]:
        """Who is away by their own word, by name."""
        with looking(self._engine) as connection:
            return frozenset(connection.scalars(_AWAY))


def present(session: Session, now: datetime) -> tuple[User, ...]:
    """Who is at the desk, by name; not who is shut out or says to be away, whatever their pages say.

    A moment far ahead of now was written before the clock was set back, and says nothing.
    """
    fresh = (
        select(PresenceRow.agent, UserRow)
        .outerjoin(UserRow, UserRow.name == PresenceRow.agent)
        .where(PresenceRow.seen > now - FRESH, PresenceRow.seen < now + FRESH, PresenceRow.away.is_(None))
        .where(UserRow.disabled.is_(None))
        .order_by(PresenceRow.agent)
    )
    rows = session.execute(fresh)
    return tuple(user_in(row) if row else LOCAL for name, row in rows if row or name == LOCAL.name)


def is_away(session: Session, name: str) -> bool:
    """Whether somebody is away by their own word."""
    row = session.get(PresenceRow, name)
    return row is not None and row.away is not None
