"""The store: where conversations are begun, found again, carried on, and handed to people."""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session

from bot.access import audit
from bot.access.user import User
from bot.decide import Context
from bot.state import record
from bot.state.database import StateError, open_engine, reading, writing
from bot.state.event import TicketEvent, Witness, event
from bot.state.line import Line, line
from bot.state.record import Conversation, Marks, Message, News, Note, Ticket
from bot.state.tables import (
    ConversationKeyRow,
    ConversationRow,
    MessageRow,
    NoteRow,
    TicketEventRow,
    TicketRow,
)
from bot.state.turn import Turn, context, messages, open_ticket
from bot.ticket import Status

Side = Literal["customer", "desk"]

TOKEN_BYTES = 16


class UnknownConversation(StateError):
    """No conversation has this token."""


class UnknownTicket(StateError):
    """No ticket has this number."""


class Store:
    """All that is remembered, in one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._witnesses: list[Witness] = []
        self._listeners: list[Callable[[int], None]] = []

    def witness(self, witness: Witness) -> None:
        """From now on called for each ticket event, within its transaction: see `bot.state.event`."""
        self._witnesses.append(witness)

    def listen(self, listener: Callable[[int], None]) -> None:
        """From now on called with a conversation's number after every change to it; must not raise."""
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

    def transcript(self, token: str) -> tuple[Message, ...]:
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
        self._tell(turn.conversation)

    @contextmanager
    def ticket_turn(self, number: int) -> Iterator[Turn]:
        """A turn of a ticket's conversation, on the desk's side; raises UnknownTicket."""
        with writing(self.engine) as session:
            turn = Turn(session, _of_ticket(session, number), self._witnesses)
            yield turn
        self._tell(turn.conversation)

    def _tell(self, conversation: int) -> None:
        for listener in self._listeners:
            listener(conversation)

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

    def unsolved_tickets(self, most: int) -> tuple[Ticket, ...]:
        """Closed tickets whose customers said that they are not solved, the latest first."""
        chosen = select(TicketRow).where(TicketRow.status == "closed", TicketRow.solved.is_(False))
        with reading(self.engine) as session:
            rows = session.scalars(chosen.order_by(TicketRow.closed.desc()).limit(most))
            return tuple(record.ticket(row) for row in rows)

    def line(self, now: datetime) -> Line:
        """All queues as they are: who waits, who is there, how long it took lately."""
        with reading(self.engine) as session:
            return line(session, now)

    def ticket(self, number: int) -> Ticket | None:
        """One ticket, None where there is none of that number."""
        with reading(self.engine) as session:
            row = session.get(TicketRow, number)
            return record.ticket(row) if row else None

    def last_ticket(self, token: str) -> Ticket | None:
        """The latest ticket of a conversation; raises UnknownConversation."""
        latest = select(TicketRow).order_by(TicketRow.number.desc()).limit(1)
        with reading(self.engine) as session:
            row = session.scalar(latest.where(TicketRow.conversation_id == _known(session, token).id))
            return record.ticket(row) if row else None

    def ticket_transcript(self, number: int) -> tuple[Message, ...]:
        """All messages of a ticket's conversation, those after the handover too; empty without a ticket."""
        with reading(self.engine) as session:
            row = session.get(TicketRow, number)
            rows = session.scalars(messages(row.conversation_id)) if row else ()
            return tuple(record.message(row) for row in rows)

    def news(self, conversation: int, sequence: int) -> News:
        """What was said in a conversation after a sequence, and how it stands now."""
        latest = select(TicketRow).where(TicketRow.conversation_id == conversation)
        with reading(self.engine) as session:
            row = session.get(ConversationRow, conversation)
            rows = session.scalars(messages(conversation).where(MessageRow.sequence > sequence))
            ticket = session.scalar(latest.order_by(TicketRow.number.desc()).limit(1))
            return News(
                tuple(record.message(one) for one in rows),
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
        now = self.marks(conversation)
        known = (getattr(now, f"{side}_delivered"), getattr(now, f"{side}_seen"))
        if delivered <= known[0] and seen <= known[1]:
            return
        last = select(func.max(MessageRow.sequence)).where(MessageRow.conversation_id == conversation)
        with writing(self.engine) as session:
            row = session.get(ConversationRow, conversation, with_for_update=True)
            most = session.scalar(last) or 0
            risen = row is not None and _raise_marks(row, side, min(delivered, most), min(seen, most))
        if risen:
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
    digest = _digest(token)
    further = select(ConversationKeyRow.conversation_id).where(ConversationKeyRow.digest == digest)
    chosen = select(ConversationRow).where(
        or_(ConversationRow.token_digest == digest, ConversationRow.id == further.scalar_subquery())
    )
    return session.scalar(chosen.with_for_update() if lock else chosen)


def _known(session: Session, token: str, *, lock: bool = False) -> ConversationRow:
    row = _find(session, token, lock=lock)
    if row is None:
        raise UnknownConversation("there is no conversation with this token")
    return row


def _of_ticket(session: Session, number: int) -> ConversationRow:
    owner = select(TicketRow.conversation_id).where(TicketRow.number == number).scalar_subquery()
    row = session.scalar(select(ConversationRow).where(ConversationRow.id == owner).with_for_update())
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
