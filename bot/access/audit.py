"""The audit log: who did what, when, to what. Entries are added, and never changed or removed.

Each entry's digest covers the one before it, so that a change made past the database's own triggers shows.
No entry holds what a customer wrote or how to reach them: it names the ticket, the article, the user.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, get_args

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from bot.access.tables import AuditRow
from bot.access.user import User
from bot.single_line import single_line

Action = Literal[
    "signed in",
    "sign-in refused",
    "signed out",
    "signed out everywhere",
    "user added",
    "user changed",
    "user disabled",
    "user enabled",
    "password changed",
    "article saved",
    "article deleted",
    "article moved",
    "build started",
    "index built",
    "index rolled back",
    "ticket taken",
    "ticket handed back",
    "ticket put back",
    "ticket reassigned",
    "ticket left",
    "ticket gone on with",
    "customer called",
    "ticket closed",
    "ticket reopened",
    "ticket answered",
    "note added",
    "contact viewed",
    "exported",
]
ACTIONS: tuple[Action, ...] = get_args(Action)
LONGEST_WHAT = 300
_BEGINNING = "0" * 64
_LAST = select(AuditRow.number, AuditRow.digest).order_by(AuditRow.number.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    when: datetime
    who: str
    """A user's name; of commands, `command:` and the system's user."""
    action: str
    what: str
    details: dict[str, str]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries to read; what is not said is no condition."""

    who: str | None = None
    action: str | None = None
    what: str | None = None
    """A part of it."""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    """Only entries with smaller numbers."""


def record(session: Session, who: User | str, action: Action, what: str = "", **details: str) -> None:
    """Adds an entry within the transaction of what it tells of: both are stored, or neither."""
    _be_the_only_writer(session)
    name = who.name if isinstance(who, User) else who
    last = session.execute(_LAST).first()
    row = AuditRow(
        number=last.number + 1 if last else 1,
        created=datetime.now(UTC),
        who=single_line(name, 120),
        action=action,
        what=single_line(what, LONGEST_WHAT),
        details={key: single_line(value, LONGEST_WHAT) for key, value in details.items()},
    )
    row.digest = _digest(last.digest if last else _BEGINNING, row)
    session.add(row)
    session.flush()


def record_once(session: Session, who: User, action: Action, what: str, since: datetime) -> None:
    """Adds an entry unless there has been the same one since then, also with several at once."""
    _be_the_only_writer(session)
    only = EntryFilter(who=who.name, action=action, what=what, since=since)
    if not any(entry.what == what for entry in entries(session, only)):
        record(session, who, action, what)


def _be_the_only_writer(session: Session) -> None:
    """Until the transaction ends; SQLite lets one write at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE audit IN EXCLUSIVE MODE"))


def entries(session: Session, only: EntryFilter, most: int | None = None) -> Iterator[Entry]:
    """The entries that pass the filter, the latest first."""
    chosen = _rows(only).order_by(AuditRow.number.desc()).limit(most)
    for row in session.scalars(chosen.execution_options(yield_per=500)):
        yield Entry(row.number, row.created, row.who, row.action, row.what, row.details)


def first_broken(session: Session) -> int | None:
    """The number of the first entry that is not as it was written or whose predecessor is gone."""
    digest, number = _BEGINNING, 1
    for row in session.scalars(select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=500)):
        digest = _digest(digest, row)
        if (row.number, row.digest) != (number, digest):
            return row.number
        number += 1
    return None


def _rows(only: EntryFilter) -> Select[AuditRow]:
    chosen = select(AuditRow)
    if only.who:
        chosen = chosen.where(AuditRow.who == only.who)
    if only.action:
        chosen = chosen.where(AuditRow.action == only.action)
    if only.what:
        chosen = chosen.where(AuditRow.what.icontains(only.what, autoescape=True))
    if only.since:
        chosen = chosen.where(AuditRow.created >= only.since)
    if only.until:
        chosen = chosen.where(AuditRow.created < only.until)
    if only.before is not None:
        chosen = chosen.where(AuditRow.number < only.before)
    return chosen


def _digest(before: str, row: AuditRow) -> str:
    moment = row.created.astimezone(UTC).isoformat(timespec="microseconds")
    told = [before, row.number, moment, row.who, row.action, row.what, row.details]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
