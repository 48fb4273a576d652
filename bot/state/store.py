"""The store: where conversations are begun, found again, carried on, and handed to people."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.access import audit
from bot.access.user import User
from bot.decide import Context
from bot.state import record
from bot.state.database import StateError, open_engine, reading, writing
from bot.state.record import Conversation, Message, Status, Ticket
from bot.state.tables import ConversationRow, TicketRow
from bot.state.turn import Turn, context, messages, open_ticket

TOKEN_BYTES = 16


class UnknownConversation(StateError):
    """No conversation has this token."""


class Store:
    """All that is remembered, in one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str | None, data: Path) -> "Store":
        """The store at a database URL, or as a file in the data folder; raises StateError."""
        return cls(open_engine(url, data))

    def close(self) -> None:
        """Gives the database's connections back."""
        self.engine.dispose()

    def start(self, page_language: str) -> Conversation:
        """A new conversation under a new token."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), datetime.now(UTC)
        row = ConversationRow(
            token_digest=_digest(token), page_language=page_language, misses=0, created=now, updated=now
        )
        with writing(self.engine) as session:
            session.add(row)
            session.flush()
            return record.conversation(row, token, None)

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
            yield Turn(session, _known(session, token, lock=True))

    def tickets(self, status: Status | None = None) -> tuple[Ticket, ...]:
        """Tickets, the oldest first."""
        chosen = select(TicketRow).order_by(TicketRow.number)
        if status is not None:
            chosen = chosen.where(TicketRow.status == status)
        with reading(self.engine) as session:
            return tuple(record.ticket(row) for row in session.scalars(chosen))

    def ticket(self, number: int) -> Ticket | None:
        """One ticket, None where there is none of that number."""
        with reading(self.engine) as session:
            row = session.get(TicketRow, number)
            return record.ticket(row) if row else None

    def ticket_transcript(self, number: int) -> tuple[Message, ...]:
        """All messages of a ticket's conversation, those after the handover too; empty without a ticket."""
        with reading(self.engine) as session:
            row = session.get(TicketRow, number)
            rows = session.scalars(messages(row.conversation_id)) if row else ()
            return tuple(record.message(row) for row in rows)

    def close_ticket(self, number: int) -> Ticket | None:
        """The ticket, closed now unless it was before; None where there is none of that number."""
        with writing(self.engine) as session:
            row = session.get(TicketRow, number)
            if row is not None and row.status == "open":
                row.status, row.closed = "closed", datetime.now(UTC)
            return record.ticket(row) if row else None

    def record(self, who: User | str, action: audit.Action, what: str = "", **details: str) -> None:
        """Adds an entry to the audit log; `audit.record` does so within another transaction."""
        with writing(self.engine) as session:
            audit.record(session, who, action, what, **details)

    def open_tickets(self) -> int:
        """How many tickets wait for a person."""
        count = select(func.count()).select_from(TicketRow).where(TicketRow.status == "open")
        with reading(self.engine) as session:
            return session.scalar(count) or 0


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _find(session: Session, token: str, *, lock: bool = False) -> ConversationRow | None:
    chosen = select(ConversationRow).where(ConversationRow.token_digest == _digest(token))
    return session.scalar(chosen.with_for_update() if lock else chosen)


def _known(session: Session, token: str, *, lock: bool = False) -> ConversationRow:
    row = _find(session, token, lock=lock)
    if row is None:
        raise UnknownConversation("there is no conversation with this token")
    return row
