"""The store: where conversations are begun, found again, carried on, and handed to people."""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args

from sqlalchemy import Connection, Engine, bindparam, func, inspect, or_, select
from sqlalchemy.orm import Session

from bot.access import audit
from bot.access.user import User
from bot.answer.decide import Context
from bot.database.engine import StateError, looking, open_engine, reading, writing
from bot.state import record
from bot.state.event import TicketEvent, Witness, event
from bot.state.line import TicketLine, line
from bot.state.record import Author, Conversation, Marks, Messages, News, Note, Ticket
from bot.state.tables import (
    ConversationKeyRow,
    ConversationRow,
    MessageRow,
    NoteRow,
    TicketEventRow,
    TicketRow,
)
from bot.state.ticket import Status
from bot.state.turn import LATEST_FIRST, Turn, context, messages, open_ticket

Side = Literal["customer", "desk"]
SIDES: tuple[Side, ...] = get_args(Side)

Listener = Callable[[int, frozenset[Author]], None]
"""Called with the number of a conversation that has changed and who has written in it; must not raise."""

_LAST = (
    select(func.max(MessageRow.sequence))
    .where(MessageRow.conversation_id == ConversationRow.id)
    .scalar_subquery()
)
_MARKED = select(ConversationRow, _LAST)
_STAND = select(*inspect(ConversationRow).columns, _LAST.label("last")).where(
    ConversationRow.id == bindparam("conversation")
)
_SAID_AFTER = (
    select(*inspect(MessageRow).columns)
    .where(MessageRow.conversation_id == bindparam("conversation"))
    .where(MessageRow.sequence > bindparam("sequence"))
    .order_by(MessageRow.sequence)
)
_TICKET = select(*inspect(TicketRow).columns).where(TicketRow.number == bindparam("number"))
_LATEST_TICKET = (
    select(*inspect(TicketRow).columns)
    .where(TicketRow.conversation_id == bindparam("conversation"))
    .order_by(*LATEST_FIRST)
    .limit(1)
)
_OWNER = or_(
    ConversationRow.token_digest == bindparam("digest"),
    ConversationRow.id
    == select(ConversationKeyRow.conversation_id)
    .where(ConversationKeyRow.digest == bindparam("digest"))
    .scalar_subquery(),
)
_NUMBER_BY_TOKEN = select(ConversationRow.id).where(_OWNER)
_BY_TOKEN = select(ConversationRow).where(_OWNER)
_HELD_BY_TOKEN = _BY_TOKEN.with_for_update()
_HELD_BY_TICKET = (
    select(ConversationRow)
    .where(
        ConversationRow.id
        == select(TicketRow.conversation_id).where(TicketRow.number == bindparam("number")).scalar_subquery()
    )
    .with_for_update()
)
"""Run at every message of a live conversation, and built once: building takes longer than running."""

TOKEN_BYTES = 16
_UNKNOWN = "there is no conversation with this token"


class UnknownConversation(StateError):
    """No conversation has this token."""


class UnknownTicket(StateError):
    """No ticket has this number."""


class Store:
    """All that is remembered, in one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._witnesses: list[Witness] = []
        self._listeners: list[Listener] = []

    def witness(self, witness: Witness) -> None:
        """From now on called for each ticket event, within its transaction: see `bot.state.event`."""
        self._witnesses.append(witness)

    def listen(self, listener: Listener) -> None:
        """From now on called after every change to a conversation."""
        self._listeners.append(listener)

    @classmethod
    def open(cls, url: str | None, data: Path) -> "Store":
        """The store at a database URL, or as a file in the data folder; raises StateError."""
        return cls(open_engine(url, data))

    def close(self) -> None:
        """Gives the database's connections back."""
        self.engine.dispose()

    def start(self, page_language: str) -> Conversation:
        """A new conversation under a new token."""
        return self._begin(secrets.token_urlsafe(TOKEN_BYTES), page_language)

    def _begin(self, token: str, page_language: str) -> Conversation:
        now = datetime.now(UTC)
        row = ConversationRow(
            token_digest=_digest(token), page_language=page_language, misses=0, created=now, updated=now
        )
        with writing(self.engine) as session:
            session.add(row)
            session.flush()
            return record.conversation(row, token, None)

    def known_as(self, token: str, page_language: str) -> Conversation:
        """The conversation under a token that was made elsewhere, begun where there is none."""
        found = self.conversation(token)
        if found is not None:
            return found
        try:
            return self._begin(token, page_language)
        except StateError:
            if (found := self.conversation(token)) is None:  # else somebody else has just begun it
                raise
            return found

    def another_key(self, conversation: int) -> str | None:
        """A new token for a conversation beside those it has, None where there is no such conversation."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with writing(self.engine) as session:
            if session.get(ConversationRow, conversation) is None:
                return None
            key = ConversationKeyRow(
                digest=_digest(token), conversation_id=conversation, created=datetime.now(UTC)
            )
            session.add(key)
        return token

    def conversation(self, token: str) -> Conversation | None:
        """The conversation with that token, None where there is none."""
        with reading(self.engine) as session:
            row = _find(session, token)
            return record.conversation(row, token, open_ticket(session, row)) if row else None

    def number(self, token: str) -> int | None:
        """The number of the conversation with that token, None where there is none."""
        with looking(self.engine) as connection:
            return _number(connection, token)

    def transcript(self, token: str) -> Messages:
        """All messages of a conversation, in order; raises UnknownConversation."""
        with reading(self.engine) as session:
            rows = session.scalars(messages(_known(session, token).id))
            return tuple(record.message(row) for row in rows)

    def context(self, token: str) -> Context:
        """What a conversation has come to; raises UnknownConversation."""
        with reading(self.engine) as session:
            return context(session, _known(session, token))

    @contextmanager
    def turn(self, token: str) -> Iterator[Turn]:
        """A turn of a conversation, stored whole when the block ends; raises UnknownConversation."""
        with writing(self.engine) as session:
            turn = Turn(session, _known(session, token, lock=True), self._witnesses)
            yield turn
        self._tell(turn.conversation, turn.writers)

    @contextmanager
    def ticket_turn(self, number: int) -> Iterator[Turn]:
        """A turn of a ticket's conversation, on the desk's side; raises UnknownTicket."""
        with writing(self.engine) as session:
            turn = Turn(session, _of_ticket(session, number), self._witnesses)
            yield turn
        self._tell(turn.conversation, turn.writers)

    def _tell(self, conversation: int, writers: frozenset[Author] = frozenset()) -> None:
        for listener in self._listeners:
            listener(conversation, writers)

    def tickets(self, *statuses: Status) -> tuple[Ticket, ...]:
        """Tickets, the oldest first; all of them where no status is named."""
        chosen = select(TicketRow).order_by(TicketRow.number)
        if statuses:
            chosen = chosen.where(TicketRow.status.in_(statuses))
        with reading(self.engine) as session:
            return tuple(record.ticket(row) for row in session.scalars(chosen))

    def closed_tickets(self, most: int) -> tuple[Ticket, ...]:
        """Closed tickets, the latest first."""
        chosen = select(TicketRow).where(TicketRow.status == "closed").order_by(TicketRow.closed.desc())
        with reading(self.engine) as session:
            return tuple(record.ticket(row) for row in session.scalars(chosen.limit(most)))

    def line(self, now: datetime) -> TicketLine:
        """All queues as they are: who waits, who is there, how long it took lately."""
        with reading(self.engine) as session:
            return line(session, now)

    def ticket(self, number: int) -> Ticket | None:
        """One ticket, None where there is none of that number."""
        with looking(self.engine) as connection:
            row = connection.execute(_TICKET, {"number": number}).first()
        return record.ticket(row) if row else None

    def last_ticket(self, token: str) -> Ticket | None:
        """A conversation's open ticket, else the one that was closed last; raises UnknownConversation."""
        with looking(self.engine) as connection:
            conversation = _number(connection, token)
            if conversation is None:
                raise UnknownConversation(_UNKNOWN)
            row = connection.execute(_LATEST_TICKET, {"conversation": conversation}).first()
        return record.ticket(row) if row else None

    def ticket_transcript(self, number: int) -> Messages:
        """All messages of a ticket's conversation, those after the handover too; empty without a ticket."""
        with reading(self.engine) as session:
            row = session.get(TicketRow, number)
            rows = session.scalars(messages(row.conversation_id)) if row else ()
            return tuple(record.message(row) for row in rows)

    def news(self, conversation: int, sequence: int) -> News:
        """What was said in a conversation after a sequence, and how it stands now."""
        which = {"conversation": conversation, "sequence": sequence}
        with looking(self.engine) as connection:
            row = connection.execute(_STAND, which).first()
            said = connection.execute(_SAID_AFTER, which).all() if row and (row.last or 0) > sequence else ()
            ticket = connection.execute(_LATEST_TICKET, which).first()
        return News(
            tuple(record.message(one) for one in said),
            record.marks(row) if row else Marks(0, 0, 0, 0),
            record.ticket(ticket) if ticket else None,
            row.revision if row else -1,
        )

    def ticket_notes(self, number: int) -> tuple[Note, ...]:
        """What agents told each other on a ticket, in order."""
        chosen = select(NoteRow).where(NoteRow.ticket == number).order_by(NoteRow.id)
        with reading(self.engine) as session:
            return tuple(record.note(row) for row in session.scalars(chosen))

    def ticket_events(self, number: int) -> tuple[TicketEvent, ...]:
        """What happened to a ticket, in order."""
        chosen = select(TicketEventRow).where(TicketEventRow.ticket == number).order_by(TicketEventRow.id)
        with reading(self.engine) as session:
            return tuple(event(row) for row in session.scalars(chosen))

    def record(self, who: User | str, action: audit.Action, what: str = "", **details: str) -> None:
        """Adds an entry to the audit log; `audit.record` does so within another transaction."""
        with writing(self.engine) as session:
            audit.record(session, who, action, what, **details)

    @contextmanager
    def recorded(
        self, who: User | str, action: audit.Action, what: str = "", **details: str
    ) -> Iterator[None]:
        """Adds an entry to the audit log if the block does what it tells of; raises StateError before it
        is done where no entry can be stored."""
        with writing(self.engine) as session:
            audit.record(session, who, action, what, **details)
            yield

    def open_tickets(self) -> int:
        """How many tickets are not closed."""
        count = select(func.count()).select_from(TicketRow).where(TicketRow.status != "closed")
        with reading(self.engine) as session:
            return session.scalar(count) or 0

    def marks(self, conversation: int) -> Marks:
        """How far each side of a conversation has come."""
        with reading(self.engine) as session:
            row = session.get(ConversationRow, conversation)
            return record.marks(row) if row else Marks(0, 0, 0, 0)

    def mark(self, conversation: int, side: Side, *, delivered: int = 0, seen: int = 0) -> None:
        """Stores how far a side has come; never goes back, nor beyond the last message."""
        self.mark_all({(conversation, side): (delivered, seen)})

    def mark_all(self, reached: Mapping[tuple[int, Side], tuple[int, int]]) -> None:
        """The same for many sides at once, in one transaction: what is delivered and what is seen."""
        numbers = {conversation for conversation, _ in reached}
        marked = _MARKED.where(ConversationRow.id.in_(numbers)).order_by(ConversationRow.id)
        risen = set()
        with writing(self.engine) as session:
            for row, last in session.execute(marked.with_for_update(of=ConversationRow)):
                for side in SIDES:
                    delivered, seen = (min(one, last or 0) for one in reached.get((row.id, side), (0, 0)))
                    if _raise_marks(row, side, delivered, seen):
                        risen.add(row.id)
        for conversation in sorted(risen):
            self._tell(conversation)

    def unread(self, conversations: Collection[int]) -> Mapping[int, int]:
        """How many messages of each conversation's customer the desk has not seen; none are left out."""
        counted = (
            select(MessageRow.conversation_id, func.count())
            .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
            .where(MessageRow.conversation_id.in_(conversations), MessageRow.author == "customer")
            .where(MessageRow.sequence > ConversationRow.desk_seen)
            .group_by(MessageRow.conversation_id)
        )
        with reading(self.engine) as session:
            found = {row[0]: row[1] for row in session.execute(counted)}
            return {conversation: found.get(conversation, 0) for conversation in conversations}

    def revisions(self, conversations: Collection[int]) -> Mapping[int, int]:
        """The revision of each conversation: it rises with every change."""
        chosen = select(ConversationRow.id, ConversationRow.revision)
        with reading(self.engine) as session:
            rows = session.execute(chosen.where(ConversationRow.id.in_(conversations)))
            return {row.id: row.revision for row in rows}

    def desk_revision(self) -> tuple[tuple[int, int], ...]:
        """The open tickets with their conversations' revisions: differs once the desk's list does."""
        chosen = select(TicketRow.number, ConversationRow.revision).join(
            ConversationRow, ConversationRow.id == TicketRow.conversation_id
        )
        with reading(self.engine) as session:
            rows = session.execute(chosen.where(TicketRow.status != "closed").order_by(TicketRow.number))
            return tuple((row.number, row.revision) for row in rows)


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _find(session: Session, token: str, *, lock: bool = False) -> ConversationRow | None:
    return session.scalar(_HELD_BY_TOKEN if lock else _BY_TOKEN, {"digest": _digest(token)})


def _number(connection: Connection, token: str) -> int | None:
    return connection.scalar(_NUMBER_BY_TOKEN, {"digest": _digest(token)})


def _known(session: Session, token: str, *, lock: bool = False) -> ConversationRow:
    row = _find(session, token, lock=lock)
    if row is None:
        raise UnknownConversation(_UNKNOWN)
    return row


def _of_ticket(session: Session, number: int) -> ConversationRow:
    row = session.scalar(_HELD_BY_TICKET, {"number": number})
    if row is None:
        raise UnknownTicket(f"there is no ticket {number}")
    return row


def _raise_marks(row: ConversationRow, side: Side, delivered: int, seen: int) -> bool:
    """Whether a mark rose; what was seen was delivered."""
    risen = False
    for name, value in ((f"{side}_delivered", max(delivered, seen)), (f"{side}_seen", seen)):
        if value > getattr(row, name):
            setattr(row, name, value)
            risen = True
    row.revision += risen
    return risen
