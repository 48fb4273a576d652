"""One turn of a conversation: all that a message changes, stored together or not at all."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from bot.answer.decide import Context
from bot.state import record
from bot.state.event import Witness
from bot.state.handling import Handling
from bot.state.line import TicketLine, line
from bot.state.record import Author, Message, Messages, Ticket
from bot.state.tables import ConversationRow, MessageRow, TicketRow, TurnedDownRow
from bot.waiting.priority import distress

_UNDER_KEY = select(MessageRow).where(
    MessageRow.conversation_id == bindparam("conversation"), MessageRow.key == bindparam("key")
)
_LAST_SEQUENCE = select(func.max(MessageRow.sequence)).where(
    MessageRow.conversation_id == bindparam("conversation")
)
LATEST_FIRST = (TicketRow.status == "closed", TicketRow.closed.desc(), TicketRow.number.desc())
"""A conversation's tickets from the latest: an open one may be an earlier one that was opened again."""
_LATEST_TICKET = (
    select(TicketRow)
    .where(TicketRow.conversation_id == bindparam("conversation"))
    .order_by(*LATEST_FIRST)
    .limit(1)
)
"""Run at every message, and built once: building takes longer than running."""


class Turn:
    """What can be recorded about one conversation within one transaction."""

    def __init__(self, session: Session, row: ConversationRow, witnesses: Iterable[Witness] = ()) -> None:
        self._session = session
        self._row = row
        self._witnesses = tuple(witnesses)
        row.updated = datetime.now(UTC)
        row.revision += 1
        self.conversation = row.id
        """The conversation's number in the database."""
        self.writers: frozenset[Author] = frozenset()
        """Who has said something in this turn."""

    @property
    def language(self) -> str | None:
        """The customer's language, as far as it is known."""
        return self._row.language

    @property
    def page_language(self) -> str:
        """The language of the customer's page."""
        return self._row.page_language

    @property
    def context(self) -> Context:
        """What went before, for the decision on what comes next."""
        return context(self._session, self._row)

    def told_before(self, key: str | None) -> Messages:
        """The message that came with this key, and the replies to it; empty for a new key."""
        if key is None:
            return ()
        said = self._session.scalar(_UNDER_KEY, {"conversation": self._row.id, "key": key})
        if said is None:
            return ()
        replies = self._session.scalars(self._messages().where(MessageRow.replies_to == said.id))
        return tuple(record.message(row) for row in (said, *replies))

    def say(
        self,
        author: Author,
        text: str,
        kind: str,
        *,
        document: dict[str, Any] | None = None,
        key: str | None = None,
        replies_to: int | None = None,
        speaker: str | None = None,
    ) -> Message:
        """Stores a message at the end of the conversation."""
        row = MessageRow(
            conversation_id=self._row.id,
            sequence=self._last_sequence() + 1,
            author=author,
            speaker=speaker,
            text=text,
            kind=kind,
            document=document,
            key=key,
            replies_to=replies_to,
            created=self._row.updated,
        )
        self._session.add(row)
        self._session.flush()
        self.writers |= {author}
        return record.message(row)

    def speak(self, language: str | None, page_language: str) -> None:
        """Stores the customer's language, where it is known, and the page's."""
        self._row.language = language or self._row.language
        self._row.page_language = page_language

    def count_misses(self, misses: int) -> None:
        """Stores how many questions in a row found no answer."""
        self._row.misses = misses

    def turn_down(self, slugs: Iterable[str]) -> None:
        """Stores that these articles did not help, so that they are not offered again."""
        for slug in set(slugs) - self.context.rejected:
            row = TurnedDownRow(conversation_id=self._row.id, slug=slug, created=self._row.updated)
            self._session.add(row)
        self._session.flush()

    def transcript(self) -> Messages:
        """All messages so far, in order."""
        return tuple(record.message(row) for row in self._session.scalars(self._messages()))

    def message(self, message_id: int) -> Message | None:
        """One message of this conversation, None where it has no such message."""
        row = self._session.scalar(self._messages().where(MessageRow.id == message_id))
        return record.message(row) if row else None

    def rate(self, message_id: int, helpful: bool) -> None:
        """Stores what the customer thought of a message."""
        row = self._session.scalar(self._messages().where(MessageRow.id == message_id))
        if row is not None:
            row.helpful = helpful

    def ticket(self) -> Ticket | None:
        """The open ticket of this conversation."""
        return open_ticket(self._session, self._row)

    def last_ticket(self) -> Ticket | None:
        """The open ticket of this conversation, else the one that was closed last."""
        row = self._last_ticket()
        return record.ticket(row) if row else None

    def handling(self, number: int | None = None) -> Handling | None:
        """What can be done with a ticket of this conversation, the latest where none is named."""
        row = self._last_ticket() if number is None else self._session.get(TicketRow, number)
        if row is None or row.conversation_id != self._row.id:
            return None
        return Handling(self._session, row, self._witnesses)

    def hand_over(self, reason: str, packet: dict[str, Any]) -> Ticket:
        """The open ticket of this conversation, else a new one with the contact of the one before.

        On an open one the customer is heard once more: it waits again if the assistant had it back.
        """
        earlier = self.handling()
        if earlier is not None and earlier.ticket.is_open:
            earlier.call(reason, packet)
            return earlier.ticket
        row = self._new_ticket(reason, packet, earlier.ticket if earlier else None)
        self._session.add(row)
        self._session.flush()
        handling = Handling(self._session, row, self._witnesses)
        handling.begun(reason)
        return handling.ticket

    def leave_contact(
        self, number: int, name: str | None, email: str | None, phone: str | None = None
    ) -> None:
        """Stores on a ticket of this conversation, and in its packet, whom to reach and how."""
        handling = self.handling(number)
        if handling is not None:
            handling.leave_contact(name, email, phone)

    def line(self) -> TicketLine:
        """All queues as they are now."""
        return line(self._session, datetime.now(UTC))

    def _new_ticket(self, reason: str, packet: dict[str, Any], earlier: Ticket | None) -> TicketRow:
        name, email = (earlier.name, earlier.email) if earlier else (None, None)
        phone = earlier.phone if earlier else None
        return TicketRow(
            conversation_id=self._row.id,
            reason=reason,
            status="waiting",
            packet={**packet, "contact": {"name": name, "email": email, "phone": phone}},
            name=name,
            email=email,
            phone=phone,
            language=self._row.language or self._row.page_language,
            product=packet.get("product"),
            queue=packet.get("queue"),
            distress=distress(reason, len(packet.get("rejected", ()))),
            created=self._row.updated,
            waiting_since=self._row.updated,
            patience_since=self._row.updated,
            reopened=0,
        )

    def _last_ticket(self) -> TicketRow | None:
        return self._session.scalar(_LATEST_TICKET, {"conversation": self._row.id})

    def _messages(self) -> Select[MessageRow]:
        return messages(self._row.id)

    def _last_sequence(self) -> int:
        return self._session.scalar(_LAST_SEQUENCE, {"conversation": self._row.id}) or 0


def messages(conversation_id: int) -> Select[MessageRow]:
    """The statement for a conversation's messages in order."""
    return (
        select(MessageRow).where(MessageRow.conversation_id == conversation_id).order_by(MessageRow.sequence)
    )


def context(session: Session, row: ConversationRow) -> Context:
    """What the conversation has come to."""
    slugs = select(TurnedDownRow.slug).where(TurnedDownRow.conversation_id == row.id)
    unhelpful = messages(row.id).where(MessageRow.helpful.is_(False))
    documents = (message.document or {} for message in session.scalars(unhelpful))
    passages = {citation["passage"] for document in documents for citation in document.get("citations", ())}
    return Context(row.misses, frozenset(session.scalars(slugs)), row.language, frozenset(passages))


def open_ticket(session: Session, row: ConversationRow) -> Ticket | None:
    """The conversation's open ticket."""
    ticket = session.scalar(
        select(TicketRow).where(TicketRow.conversation_id == row.id, TicketRow.status != "closed")
    )
    return record.ticket(ticket) if ticket else None
