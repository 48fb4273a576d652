"""Sessions: who has signed in, known again by a key that only their browser has."""

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine, bindparam, delete, func, select, update

from bot.access.account import KNOWN, user_in
from bot.access.tables import SessionRow, UserRow
from bot.access.user import User
from bot.database.engine import StateError, looking, reading, writing

KEY_BYTES = 32
SECONDS_BETWEEN_SIGHTINGS = 60
"""A page that looks for news every second would else write as often."""

_LASTING = (
    select(SessionRow.seen, *KNOWN)
    .join(UserRow, UserRow.id == SessionRow.user_id)
    .where(SessionRow.digest == bindparam("digest"), UserRow.disabled.is_(None))
    .where(SessionRow.created > bindparam("begun"), SessionRow.seen > bindparam("seen"))
)
"""Run at every request of the staff, and built once."""


class Sessions:
    """All sessions, in the database. One ends after `idle` without a request, and after `longest` anyhow."""

    def __init__(self, engine: Engine, idle: timedelta, longest: timedelta) -> None:
        self._engine = engine
        self._idle = idle
        self._longest = longest

    def begin(self, name: str, instead_of: str | None = None) -> str:
        """The key of a new session; the one that the browser had before is ended."""
        key, now = secrets.token_urlsafe(KEY_BYTES), datetime.now(UTC)
        ended = [SessionRow.created < now - self._longest, SessionRow.seen < now - self._idle]
        with writing(self._engine) as session:
            session.execute(delete(SessionRow).where(ended[0] | ended[1]))
            if instead_of:
                session.execute(delete(SessionRow).where(SessionRow.digest == digest(instead_of)))
            user = session.scalars(select(UserRow).where(UserRow.name == name)).one()
            session.add(SessionRow(digest=digest(key), user_id=user.id, created=now, seen=now))
        return key

    def user(self, key: str) -> User | None:
        """Whose session a key opens, None when it has ended or its user is disabled."""
        now = datetime.now(UTC)
        asked = {"digest": digest(key), "begun": now - self._longest, "seen": now - self._idle}
        with looking(self._engine) as connection:
            found = connection.execute(_LASTING, asked).one_or_none()
        if found is not None and (now - found.seen).total_seconds() > SECONDS_BETWEEN_SIGHTINGS:
            self._sight(key, now)
        return user_in(found) if found else None

    def end(self, key: str) -> None:
        """Signs out."""
        with writing(self._engine) as session:
            session.execute(delete(SessionRow).where(SessionRow.digest == digest(key)))

    def end_all(self, name: str) -> int:
        """Signs a user out everywhere; says of how many sessions."""
        own = select(UserRow.id).where(UserRow.name == name).scalar_subquery()
        with writing(self._engine) as session:
            ended = session.scalars(
                delete(SessionRow).where(SessionRow.user_id == own).returning(SessionRow.digest)
            )
            return len(ended.all())

    def count(self, name: str) -> int:
        """In how many browsers a user has signed in."""
        now = datetime.now(UTC)
        lasting = (
            select(func.count())
            .select_from(SessionRow)
            .join(UserRow, UserRow.id == SessionRow.user_id)
            .where(UserRow.name == name)
            .where(SessionRow.created > now - self._longest, SessionRow.seen > now - self._idle)
        )
        with reading(self._engine) as session:
            return session.scalar(lasting) or 0

    def _sight(self, key: str, now: datetime) -> None:
        try:
            with writing(self._engine) as session:
                session.execute(update(SessionRow).where(SessionRow.digest == digest(key)).values(seen=now))
        except StateError:
            return  # a database that is busy or full must not shut out who only reads


def digest(key: str) -> str:
    """What the database knows of a key."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
