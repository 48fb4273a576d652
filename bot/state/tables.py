"""The tables of conversations and tickets. A change needs a new version under `bot/database/migrations`."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.database.table import Table, UtcTime


class ConversationRow(Table):
    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token: who reads the database can't open a conversation with it."""
    language: Mapped[str | None] = mapped_column(String(12))
    page_language: Mapped[str] = mapped_column(String(12))
    misses: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    """Rises with every change that somebody may be looking at: messages, marks, the ticket's state."""
    customer_delivered: Mapped[int] = mapped_column(default=0)
    """The last message by sequence that has reached the customer's page; the others alike."""
    customer_seen: Mapped[int] = mapped_column(default=0)
    desk_delivered: Mapped[int] = mapped_column(default=0)
    desk_seen: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(UtcTime)
    updated: Mapped[datetime] = mapped_column(UtcTime)


class ConversationKeyRow(Table):
    """A further key to a conversation, such as a link in a mail was exchanged for."""

    __tablename__ = "conversation_keys"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the token."""
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    created: Mapped[datetime] = mapped_column(UtcTime)


class MessageRow(Table):
    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "sequence"),
        UniqueConstraint("conversation_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    author: Mapped[str] = mapped_column(String(12))
    speaker: Mapped[str | None] = mapped_column(String(80))
    """The agent's name as customers know it."""
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(String(80))
    """Made by the client: the same message sent again is stored once."""
    replies_to: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    created: Mapped[datetime] = mapped_column(UtcTime)
    helpful: Mapped[bool | None]


class TurnedDownRow(Table):
    __tablename__ = "turned_down"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    slug: Mapped[str] = mapped_column(String(255), primary_key=True)
    created: Mapped[datetime] = mapped_column(UtcTime)


class TicketRow(Table):
    """A ticket; what its columns mean is told by `bot.state.record.Ticket`."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index(
            "ix_tickets_one_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("status <> 'closed'"),
            postgresql_where=text("status <> 'closed'"),
        ),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    packet: Mapped[dict[str, Any]] = mapped_column(JSON)
    name: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(12))
    product: Mapped[str | None] = mapped_column(String(200))
    queue: Mapped[str | None] = mapped_column(String(80))
    distress: Mapped[int] = mapped_column(default=0)
    agent: Mapped[str | None] = mapped_column(String(80), index=True)
    agent_shown: Mapped[str | None] = mapped_column(String(80))
    created: Mapped[datetime] = mapped_column(UtcTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcTime)
    taken: Mapped[datetime | None] = mapped_column(UtcTime)
    closed: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_by: Mapped[str | None] = mapped_column(String(12))
    solved: Mapped[bool | None]
    rating: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(Text)
    reopened: Mapped[int] = mapped_column(default=0)
    phone: Mapped[str | None] = mapped_column(String(40))
    promise: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    promised_until: Mapped[datetime | None] = mapped_column(UtcTime)
    patience_since: Mapped[datetime | None] = mapped_column(UtcTime)
    left_since: Mapped[datetime | None] = mapped_column(UtcTime)


class PresenceRow(Table):
    """When an agent was last seen at the desk."""

    __tablename__ = "presence"

    agent: Mapped[str] = mapped_column(String(80), primary_key=True)
    """The name that they sign in with."""
    seen: Mapped[datetime] = mapped_column(UtcTime)
    away: Mapped[datetime | None] = mapped_column(UtcTime)
    """Since when they are away by their own word, though their page is open."""


class NoteRow(Table):
    """What agents tell each other on a ticket; no customer ever sees it."""

    __tablename__ = "ticket_notes"
    __table_args__ = (UniqueConstraint("ticket", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket: Mapped[int] = mapped_column(ForeignKey("tickets.number", ondelete="CASCADE"), index=True)
    author: Mapped[str] = mapped_column(String(80))
    shown: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    key: Mapped[str | None] = mapped_column(String(80))
    """Made by the client: the same note sent again is stored once."""
    created: Mapped[datetime] = mapped_column(UtcTime)


class TicketEventRow(Table):
    """What happened to a ticket, written in the transaction in which it happened: see `bot.state.event`."""

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket: Mapped[int] = mapped_column(ForeignKey("tickets.number", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[datetime] = mapped_column(UtcTime)
