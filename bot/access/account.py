"""The accounts: users as they are kept, made, changed and shut out."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from bot import contact
from bot.access import password as passwords
from bot.access.audit import record
from bot.access.tables import SessionRow, UserRow
from bot.access.user import LONGEST_SHOWN, ROLES, Role, User
from bot.database.engine import Columns, looking, reading, writing
from bot.fault import BotError
from bot.single_line import single_line
from kb.language import base

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


class AccountError(BotError):
    """An account that can't be or is not: which one, and what to do."""


KNOWN = (UserRow.name, UserRow.shown, UserRow.role, UserRow.languages, UserRow.products, UserRow.skills)
"""What `user_in` reads of a row."""
_ENABLED = select(*KNOWN).where(UserRow.disabled.is_(None)).order_by(UserRow.name)


class Particulars(TypedDict, total=False):
    """What is known of a user beside the name; what is missing or None stays as it is."""

    shown: str | None
    role: Role | None
    email: str | None
    """An empty one takes the address away."""
    languages: Sequence[str] | None
    products: Sequence[str] | None
    skills: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Account:
    """A user as operators see them."""

    user: User
    email: str | None
    created: datetime
    disabled: datetime | None
    elsewhere: bool
    """Signs in by OpenID Connect."""


class Accounts:
    """All accounts, in the database; `by` is who makes a change."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._some = False

    def some(self) -> bool:
        """Whether there is any account; once there is one, there always is."""
        if not self._some:
            with reading(self._engine) as session:
                self._some = session.scalar(select(UserRow.id).limit(1)) is not None
        return self._some

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        with reading(self._engine) as session:
            return tuple(_account(row) for row in session.scalars(select(UserRow).order_by(UserRow.name)))

    def users(self) -> tuple[User, ...]:
        """All who can sign in, by name."""
        with looking(self._engine) as connection:
            return tuple(user_in(row) for row in connection.execute(_ENABLED))

    def find(self, name: str) -> Account | None:
        with reading(self._engine) as session:
            row = _row(session, name)
            return _account(row) if row else None

    def add(self, name: str, password: str, by: User | str, **more: Unpack[Particulars]) -> Account:
        """A new account, an agent's if nothing else is said; raises AccountError, WeakPassword."""
        name = _checked_name(name)
        known = passwords.hashed(passwords.accepted(password, name))
        with writing(self._engine) as session:
            if _row(session, name):
                raise AccountError(f"there is a user {name} already: choose another name, or change that one")
            row = new_row(name, **more)
            row.password = known
            session.add(row)
            session.flush()
            record(session, by, "user added", name, role=row.role)
            return _account(row)

    def change(self, name: str, by: User | str, **more: Unpack[Particulars]) -> Account:
        """Changes what is given; raises AccountError."""
        with writing(self._engine) as session:
            row = _known(session, name)
            told = describe(row, **more)
            record(session, by, "user changed", row.name, **told)
            return _account(row)

    def set_password(self, name: str, password: str, by: User | str) -> Account:
        """A new password; whoever was signed in with the old one is not any more."""
        known = passwords.hashed(passwords.accepted(password, _folded(name)))
        with writing(self._engine) as session:
            row = _known(session, name)
            row.password = known
            _sign_out(session, row)
            record(session, by, "password changed", row.name)
            return _account(row)

    def disable(self, name: str, by: User | str) -> Account:
        """Shuts a user out, at once and until enabled again."""
        with writing(self._engine) as session:
            row = _known(session, name)
            row.disabled = row.disabled or datetime.now(UTC)
            _sign_out(session, row)
            record(session, by, "user disabled", row.name)
            return _account(row)

    def enable(self, name: str, by: User | str) -> Account:
        with writing(self._engine) as session:
            row = _known(session, name)
            row.disabled = None
            record(session, by, "user enabled", row.name)
            return _account(row)

    def check(self, name: str, password: str) -> User | None:
        """The user of that name and password. A wrong name takes as long as a wrong password."""
        with reading(self._engine) as session:
            row = _row(session, name)
            known, enabled = (row.password, row.disabled is None) if row else (None, False)
            user = user_in(row) if row else None
        if not passwords.matches(password, known) or not enabled or user is None:
            return None
        if known and passwords.outdated(known):
            self._hash_anew(user.name, password, known)
        return user

    def welcome(self, subject: str, name: str, **more: Unpack[Particulars]) -> User | None:
        """The user whom a provider knows as `subject`: made at the first time, told anew at each later
        one; None where disabled. Nobody else's account is taken over, whatever the name."""
        with writing(self._engine) as session:
            row = session.scalar(select(UserRow).where(UserRow.subject == subject))
            if row is None:
                row = new_row(_free_name(session, name, subject), **more)
                row.subject = subject
                session.add(row)
                session.flush()
                record(session, row.name, "user added", row.name, role=row.role, by="OpenID Connect")
            elif told := describe(row, **more):
                record(session, row.name, "user changed", row.name, by="OpenID Connect", **told)
            return None if row.disabled else user_in(row)

    def _hash_anew(self, name: str, password: str, old: str) -> None:
        new = passwords.hashed(password)
        with writing(self._engine) as session:
            row = _known(session, name)
            if row.password == old:
                row.password = new


def user_in(row: UserRow | Columns) -> User:
    """The user that a row holds."""
    role = next(role for role in ROLES if role == row.role)
    return User(row.name, row.shown, role, tuple(row.languages), tuple(row.products), tuple(row.skills))


def new_row(name: str, **more: Unpack[Particulars]) -> UserRow:
    """A row for a user who is not there yet, without a way to sign in; raises AccountError."""
    row = UserRow(name=name, shown=name, role=ROLES[0], languages=[], products=[], skills=[])
    row.created = datetime.now(UTC)
    describe(row, **more)
    return row


def describe(row: UserRow, **more: Unpack[Particulars]) -> dict[str, str]:
    """Puts what is given into a row; says what is another than before. Raises AccountError."""
    given = {key: _CHECKS[key](value) for key, value in more.items() if value is not None}
    other = {key: value for key, value in given.items() if getattr(row, key) != value}
    for key, value in other.items():
        setattr(row, key, value)
    return {key: ", ".join(value) if isinstance(value, list) else value or "" for key, value in other.items()}


def _account(row: UserRow) -> Account:
    return Account(user_in(row), row.email, row.created, row.disabled, row.subject is not None)


def _row(session: Session, name: str) -> UserRow | None:
    return session.scalar(select(UserRow).where(UserRow.name == _folded(name)))


def _known(session: Session, name: str) -> UserRow:
    row = _row(session, name)
    if row is None:
        raise AccountError(f"there is no user {single_line(name, 64)!r}: 'askdesk user list' names them all")
    return row


def _free_name(session: Session, name: str, subject: str) -> str:
    wished = name if _can_be(name) else "user"
    names = (wished, f"{wished[:51]}-{subject[:12]}")
    return next((free for free in names if free != "user" and _row(session, free) is None), subject[:32])


def _sign_out(session: Session, row: UserRow) -> None:
    session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))


def _folded(name: str) -> str:
    """As names are stored; a sign that no name has is a ?, PostgreSQL takes no NUL."""
    return name.strip().casefold().encode("ascii", "replace").decode().replace("\0", "?")[:65]


_OURS = frozenset({"local", "chatwoot", "assistant", "customer", "nobody"})
"""Names that stand for nobody who could sign in."""


def _can_be(name: str) -> bool:
    """Whether a user may have that name, as it is stored."""
    return bool(_NAME.fullmatch(name)) and name not in _OURS


def _checked_name(name: str) -> str:
    folded = name.strip().casefold()
    if not _can_be(folded):
        remedy = "use small Latin letters, digits and . _ - + @, such as maja or maja@shop.example"
        raise AccountError(f"{single_line(name, 64)!r} can't be the name of a user: {remedy}")
    return folded


def _checked_shown(shown: str) -> str:
    line = single_line(shown, LONGEST_SHOWN + 1)
    if not 0 < len(line) <= LONGEST_SHOWN:
        raise AccountError(
            f"the name shown to customers has 1 to {LONGEST_SHOWN} characters that can be seen"
        )
    return line


def _checked_role(role: Any) -> str:
    if role not in ROLES:
        raise AccountError(f"{role!r} is no role: the roles are {', '.join(ROLES)}")
    return str(role)


def _checked_email(email: str) -> str | None:
    """The address, None for an empty one: there is none any more."""
    read = contact.read(None, email)
    if read is None:
        raise AccountError(f"{single_line(email, 64)!r} is no address that mail can be sent to")
    return read.email


def _checked_languages(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(_checked_language(code) for code in _words(codes)))


def _checked_language(code: str) -> str:
    known = base(code)
    if known is None:
        raise AccountError(f"{code[:64]!r} is no language code: write one such as da")
    return known


def _words(texts: Iterable[str]) -> list[str]:
    return [line for line in map(single_line, texts) if line]


_CHECKS: dict[str, Callable[[Any], str | list[str] | None]] = {
    "shown": _checked_shown,
    "role": _checked_role,
    "email": _checked_email,
    "languages": _checked_languages,
    "products": _words,
    "skills": _words,
}
