"""What the store gives back: conversations, messages, tickets and notes as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.database.engine import Columns
from bot.state.tables import ConversationRow, MessageRow, NoteRow, TicketRow
from bot.state.ticket import OPEN, Status, is_attended

Author = Literal["customer", "bot", "agent"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    id: int
    """0 where it could not be stored."""
    sequence: int
    """From 1, rising, within the conversation."""
    author: Author
    text: str
    """Markdown of the bot, plain text of customers and agents."""
    kind: str
    document: dict[str, Any] | None
    created: datetime
    helpful: bool | None = None
    """What the customer's thumb said."""
    speaker: str | None = None
    """The name of an agent, as customers know it."""
    key: str | None = None
    """Made by the page that sent it."""


Messages = tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation that needs a person, with all that the person needs."""

    number: int
    conversation: int
    reason: str
    """Why a person was called, first of all."""
    status: Status
    packet: dict[str, Any]
    name: str | None
    email: str | None
    language: str | None
    """The customer's."""
    product: str | None
    queue: str | None
    """The name of the queue it stands in; None where there is but one."""
    distress: int
    """Minutes of head start: see `bot.waiting.priority`."""
    agent: str | None
    """Who has it, or had it last and is waited for, by the name that they sign in with."""
    agent_shown: str | None
    """The same as customers know them."""
    created: datetime
    waiting_since: datetime | None
    """None while nobody waits."""
    taken: datetime | None
    """When its agent took it."""
    closed: datetime | None
    closed_by: str | None
    """`agent` or `customer`."""
    solved: bool | None
    """True once the customer has said so after it was closed: who says no opens it again. Rating and comment
    are theirs, too."""
    rating: int | None
    """1 to 5."""
    comment: str | None
    reopened: int
    """How often it was opened again."""
    phone: str | None = None
    """To be called back under."""
    promise: dict[str, Any] | None = None
    """What the customer was told last of when somebody comes: see `bot.waiting.promise`."""
    promised_until: datetime | None = None
    """By when somebody was promised first, since it waits."""
    patience_since: datetime | None = None
    """From when the customer's patience is counted; None once they were asked how they want to go on."""
    left_since: datetime | None = None
    """Since when its agent has been gone and left the customer without an answer; None once it is taken."""

    @property
    def is_open(self) -> bool:
        """Whether the matter is unsolved as far as anybody knows."""
        return self.status in OPEN

    @property
    def attended(self) -> bool:
        """Whether a person is in the chat."""
        return is_attended(self.status)


@dataclass(frozen=True, slots=True)
class Note:
    """A word among agents on a ticket."""

    id: int
    author: str
    shown: str
    text: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Marks:
    """How far a conversation has come on each side, by the messages' sequence."""

    customer_delivered: int
    customer_seen: int
    desk_delivered: int
    desk_seen: int


@dataclass(frozen=True, slots=True)
class News:
    """What has come to a conversation, and how it stands, read at one moment."""

    messages: tuple[Message, ...]
    marks: Marks
    ticket: Ticket | None
    """The latest, open or closed."""
    revision: int


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
    id: int = 0


def message(row: MessageRow | Columns) -> Message:
    author: Author = "customer" if row.author == "customer" else "agent" if row.author == "agent" else "bot"
    return Message(
        row.id,
        row.sequence,
        author,
        row.text,
        row.kind,
        row.document,
        row.created,
        row.helpful,
        row.speaker,
        row.key,
    )


def ticket(row: TicketRow | Columns) -> Ticket:
    status: Status = row.status  # type: ignore[assignment]  # only the state machine's are ever stored
    return Ticket(
        number=row.number,
        conversation=row.conversation_id,
        reason=row.reason,
        status=status,
        packet=row.packet,
        name=row.name,
        email=row.email,
        language=row.language,
        product=row.product,
        queue=row.queue,
        distress=row.distress,
        agent=row.agent,
        agent_shown=row.agent_shown,
        created=row.created,
        waiting_since=row.waiting_since,
        taken=row.taken,
        closed=row.closed,
        closed_by=row.closed_by,
        solved=row.solved,
        rating=row.rating,
        comment=row.comment,
        reopened=row.reopened,
        phone=row.phone,
        promise=row.promise,
        promised_until=row.promised_until,
        patience_since=row.patience_since,
        left_since=row.left_since,
    )


def note(row: NoteRow) -> Note:
    return Note(row.id, row.author, row.shown, row.text, row.created)


def marks(row: ConversationRow | Columns) -> Marks:
    return Marks(row.customer_delivered, row.customer_seen, row.desk_delivered, row.desk_seen)


def conversation(row: ConversationRow, token: str, open_ticket: Ticket | None) -> Conversation:
    return Conversation(token, row.language, row.page_language, row.created, row.updated, open_ticket, row.id)
