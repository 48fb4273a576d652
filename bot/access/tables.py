"""The tables of users, their sessions, failed sign-ins, and the audit log."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.database.table import Table, UtcTime


class UserRow(Table):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    shown: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(10))
    email: Mapped[str | None] = mapped_column(String(254))
    languages: Mapped[list[str]] = mapped_column(JSON)
    products: Mapped[list[str]] = mapped_column(JSON)
    skills: Mapped[list[str]] = mapped_column(JSON)
    password: Mapped[str | None] = mapped_column(String(255))
    """An Argon2 hash; None for those who sign in elsewhere."""
    subject: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the issuer and the subject of who signs in by OpenID Connect."""
    created: Mapped[datetime] = mapped_column(UtcTime)
    disabled: Mapped[datetime | None] = mapped_column(UtcTime)


class SessionRow(Table):
    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the key: who reads the database can't act with it."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created: Mapped[datetime] = mapped_column(UtcTime)
    seen: Mapped[datetime] = mapped_column(UtcTime, index=True)


class AttemptRow(Table):
    __tablename__ = "sign_in_attempts"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of what is counted: a name with an address, or an address."""
    count: Mapped[int]
    last: Mapped[datetime] = mapped_column(UtcTime, index=True)
    """Up to when time has been taken off the count: at the last attempt or a little before it."""
    until: Mapped[datetime] = mapped_column(UtcTime)
    """Until then no further attempt is heard."""


class AuditRow(Table):
    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[datetime] = mapped_column(UtcTime, index=True)
    who: Mapped[str] = mapped_column(String(120), index=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    what: Mapped[str] = mapped_column(String(300))
    details: Mapped[dict[str, str]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the digest before and of this entry."""
