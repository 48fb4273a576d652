"""What the store gives back: conversations, messages and tickets as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.state.tables import ConversationRow, MessageRow, TicketRow

Author = Literal["customer", "bot", "agent"]
Status = Literal["open", "closed"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    id: int
    """0 where it could not be stored."""
    sequence: int
    """From 1, rising, within the conversation."""
    author: Author
    text: str
    """Markdown of the bot and of agents, plain text of the customer."""
    kind: str
    document: dict[str, Any] | None
    created: datetime
    helpful: bool | None = None
    """What the customer's thumb said."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation that waits for a person, with all that the person needs."""

    number: int
    conversation: int
    reason: str
    status: Status
    packet: dict[str, Any]
    name: str | None
    email: str | None
    created: datetime
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as its customer may see it."""

    token: str
    """The key to it, 128 random bits; the database keeps no more than its SHA-256."""
    language: str | None
    """The customer's language as far as it is known."""
    page_language: str
    created: datetime
    updated: datetime
    ticket: Ticket | None
    """The open one."""


def message(row: MessageRow) -> Message:
    author: Author = "customer" if row.author == "customer" else "agent" if row.author == "agent" else "bot"
    return Message(row.id, row.sequence, author, row.text, row.kind, row.document, row.created, row.helpful)


def ticket(row: TicketRow) -> Ticket:
    return Ticket(
        row.number,
        row.conversation_id,
        row.reason,
        "open" if row.status == "open" else "closed",
        row.packet,
        row.name,
        row.email,
        row.created,
        row.closed,
    )


def conversation(row: ConversationRow, token: str, open_ticket: Ticket | None) -> Conversation:
    return Conversation(token, row.language, row.page_language, row.created, row.updated, open_ticket)
