"""A ticket in somebody's hands: each act allowed by the state machine, stored with its event, or refused."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.access import audit
from bot.access.user import User
from bot.state import record
from bot.state.event import ASSISTANT, CUSTOMER, EventKind, TicketEvent, Witness, event
from bot.state.packet import called_again, called_before
from bot.state.record import Note, Ticket
from bot.state.tables import NoteRow, TicketEventRow, TicketRow
from bot.state.ticket import Act, TicketRefused, after
from bot.waiting.priority import distress, distress_reopened, without_danger
from bot.waiting.promise import Promise, Why, read

DANGER_PAST = timedelta(days=1)
"""After so long a closed ticket is opened again for something else; a danger that lasts is reported anew."""


class Handling:
    """What can be done with one ticket within one transaction; raises TicketRefused."""

    def __init__(self, session: Session, row: TicketRow, witnesses: Iterable[Witness]) -> None:
        self._session = session
        self._row = row
        self._witnesses = tuple(witnesses)
        self._now = datetime.now(UTC)

    @property
    def ticket(self) -> Ticket:
        """The ticket as it is now."""
        return record.ticket(self._row)

    def take(self, agent: User) -> None:
        """The agent is in the chat from now on; taking what one has already changes nothing."""
        if self._row.status == "taken" and self._row.agent == agent.name:
            return
        reopened = self._row.status == "closed"
        self._step("take")
        if reopened:
            self._open_again()
        self._hold(agent)
        self._happened("taken", agent, agent=agent.name, waited=self._waited())
        self._audit(agent, "ticket reopened" if reopened else "ticket taken")
        self._end_waiting()

    def assign(self, to: User, by: User) -> None:
        """Passes the ticket on."""
        before = self._row.agent
        self._step("assign")
        self._hold(to)
        self._end_waiting()
        self._happened("assigned", by, **{"agent": to.name, "from": before})
        self._audit(by, "ticket reassigned", to=to.name)

    def release(self, by: User) -> None:
        """Puts the ticket back, for anybody to take."""
        self._step("release")
        self._row.agent = self._row.agent_shown = None
        self._begin_waiting()
        self._happened("released", by)
        self._audit(by, "ticket put back")

    def leave(self, since: datetime) -> None:
        """Its agent has been gone since then, the customer unanswered: it waits for them, or for anybody."""
        self._step("leave")
        self._begin_waiting()
        self._row.left_since = since
        self._happened("left", ASSISTANT, agent=self._row.agent)
        audit.record(self._session, ASSISTANT, "ticket left", f"ticket {self._row.number}", by=self._agent)

    def come_back(self, agent: User) -> None:
        """The agent who left it is back, and nobody else has taken it."""
        self._step("take")
        self._end_waiting()
        self._happened("came_back", agent, agent=agent.name)
        self._audit(agent, "ticket gone on with")

    def phone(self, by: User, *, reached: bool) -> None:
        """The customer was called, as was promised; who was reached is promised nothing more, and the
        matter is the caller's until it is closed."""
        if not owes_call(self.ticket):
            raise TicketRefused(self._row.number, "has no call that is promised and not made yet")
        if reached:
            waited = self._row.status == "waiting"
            self._step("phone")
            if waited:
                self._hold(by)
            self._end_waiting()
            self._row.promise = self._row.promised_until = None
        self._happened("phoned", by, reached=reached)
        self._audit(by, "customer called", reached="yes" if reached else "no")

    def give_back(self, by: User | None) -> None:
        """The assistant answers again; `by` None: the customer wants it so."""
        self._step("give_back")
        self._happened("returned", by)
        self._audit(by, "ticket handed back")

    def call(self, reason: str, packet: dict[str, Any]) -> None:
        """The customer needs a person once more; what was asked and found since is added to the packet."""
        row = self._row
        returned = row.status == "returned"
        self._step("call")
        if returned:
            self._begin_waiting()
        row.distress = max(row.distress, distress(reason, len(packet.get("rejected", ()))))
        raised = reason == "danger" != row.reason
        row.reason = reason if raised else row.reason
        question = packet.get("question")
        repeated = not raised and called_before(row.packet, reason, question)
        row.packet = called_again(row.packet, packet, reason)
        self._happened("called", None, reason=reason, question=question, repeated=repeated)

    def move_on(self) -> None:
        """Tells that the customer has begun a new conversation and left this one open."""
        self._happened("moved_on", None)

    def close(self, by: User | None) -> None:
        """Ends the ticket; `by` None: by the customer."""
        self._step("close")
        self._row.closed, self._row.closed_by = self._now, "agent" if by else CUSTOMER
        self._end_waiting()
        self._happened("closed", by)
        self._audit(by, "ticket closed")

    def reopen(self) -> None:
        """The customer is not done: waits for the agent who had the ticket, or for anybody."""
        self._step("reopen")
        self._open_again()
        self._begin_waiting()
        self._happened("reopened", None, agent=self._row.agent)

    def review(self, *, solved: bool | None, rating: int | None, comment: str | None) -> None:
        """Stores what the customer thought of it; what is None stays as it was."""
        row = self._row
        row.solved = row.solved if solved is None else solved
        row.rating, row.comment = rating or row.rating, comment or row.comment
        details = {"solved": row.solved, "rating": rating, "commented": bool(comment)}
        self._happened("reviewed", None, **details)

    def wrote(self, by: User | None, sequence: int) -> None:
        """Tells that a message was said to the other side; an agent's keeps the promise of an answer."""
        if by and (self._row.promise or {}).get("kind") == "email":
            self._row.promised_until = None
        self._happened("agent_wrote" if by else "customer_wrote", by, sequence=sequence)
        self._audit(by, "ticket answered")

    def promise(self, promise: Promise) -> None:
        """Stores what the customer was told of when somebody comes; what was promised first counts."""
        row = self._row
        row.promise = promise.document()
        if row.promised_until is None or not promise.awaited:
            row.promised_until = promise.until
        self._happened("promised", ASSISTANT, **promise.document())

    def wait_on(self) -> None:
        """The customer waits on: their patience is counted anew."""
        self._row.patience_since = self._now

    def be_patient(self) -> None:
        """The patience of who waits is counted from when they began to, where nobody has counted it yet."""
        row, since = self._row, self._row.waiting_since or self._row.created
        asked = any(one.kind == "apologised" and one.created >= since for one in self.events())
        if row.patience_since is None and not asked:
            row.patience_since = since

    def apologise(self, why: Why) -> None:
        """Tells that the customer was asked how to go on; until they say it, they are not asked again."""
        self._row.patience_since = None
        self._happened("apologised", ASSISTANT, why=why)

    def events(self) -> tuple[TicketEvent, ...]:
        """What has happened so far, in order."""
        mine = select(TicketEventRow).where(TicketEventRow.ticket == self._row.number)
        return tuple(event(row) for row in self._session.scalars(mine.order_by(TicketEventRow.id)))

    def foresee(self, promise: Promise) -> None:
        """Stores what can be said now of when somebody comes, for the customer's page to show."""
        self._row.promise = promise.document()

    def leave_contact(self, name: str | None, email: str | None, phone: str | None = None) -> None:
        """Stores, in the packet too, whom to reach and how."""
        row = self._row
        row.name, row.email, row.phone = name or row.name, email or row.email, phone or row.phone
        contact = {"name": row.name, "email": row.email, "phone": row.phone}
        row.packet = {**row.packet, "contact": contact}
        self._happened("contact_left", None)

    def noted(self, key: str) -> bool:
        """Whether there is a note with this key."""
        return self._noted(key) is not None

    def note(self, by: User, text: str, key: str | None = None) -> Note:
        """Leaves a word for colleagues; the same key again gives the same note again.

        It may be written on meanwhile: whoever got no answer the first time does not know that it came.
        """
        known = self._noted(key) if key else None
        if known and known.text.startswith(text):
            return record.note(known)
        if known and text.startswith(known.text):
            known.text = text
            return record.note(known)
        own = None if known else key
        row = NoteRow(ticket=self._row.number, author=by.name, shown=by.shown, text=text, key=own)
        row.created = self._now
        self._session.add(row)
        self._session.flush()
        self._audit(by, "note added")
        return record.note(row)

    def begun(self, reason: str) -> None:
        """Tells that the ticket was just made."""
        self._happened("handed_over", None, reason=reason)

    def _noted(self, key: str) -> NoteRow | None:
        mine = select(NoteRow).where(NoteRow.ticket == self._row.number, NoteRow.key == key)
        return self._session.scalar(mine)

    def _step(self, act: Act) -> None:
        row = self._row
        status: Any = row.status
        row.status = after(row.number, status, act, held_by=row.agent_shown)

    def _hold(self, agent: User) -> None:
        self._row.agent, self._row.agent_shown = agent.name, agent.shown
        self._row.taken = self._now

    @property
    def _agent(self) -> str:
        return self._row.agent or ""

    def _end_waiting(self) -> None:
        self._row.waiting_since = self._row.left_since = None

    def _begin_waiting(self) -> None:
        """That somebody comes was kept, or is promised anew; a mail or a call that is owed stays owed."""
        row = self._row
        row.waiting_since = self._now
        if not owes(self.ticket):
            row.patience_since = self._now
            row.promise = row.promised_until = None

    def _waited(self) -> float:
        since = self._row.waiting_since
        return round(max(0.0, (self._now - since).total_seconds()), 1) if since else 0.0

    def _open_again(self) -> None:
        row = self._row
        others = select(TicketRow.number).where(
            TicketRow.conversation_id == row.conversation_id,
            TicketRow.status != "closed",
            TicketRow.number != row.number,
        )
        with self._session.no_autoflush:
            other = self._session.scalar(others)
        if other is not None:
            raise TicketRefused(row.number, f"stays closed: ticket {other} of this customer is open")
        if row.reason == "danger" and row.closed and self._now - row.closed > DANGER_PAST:
            first = row.packet.get("reason")
            row.reason = first if first and first != "danger" else "asked"
            row.distress = without_danger(row.distress)
        row.reopened += 1
        row.distress = distress_reopened(row.distress)
        row.closed = row.closed_by = row.solved = row.promised_until = None

    def _happened(self, kind: EventKind, by: User | str | None, /, **details: Any) -> None:
        """`by` None: the customer."""
        row = TicketEventRow(
            ticket=self._row.number,
            kind=kind,
            by=by.name if isinstance(by, User) else by or CUSTOMER,
            details=details,
            created=self._now,
        )
        self._session.add(row)
        self._session.flush()
        for witness in self._witnesses:
            witness(self._session, self.ticket, event(row))

    def _audit(self, by: User | None, action: audit.Action, **details: str) -> None:
        """What agents do is recorded; customers are nobody."""
        if by is not None:
            audit.record(self._session, by, action, f"ticket {self._row.number}", **details)


def owes(ticket: Ticket) -> bool:
    """Whether a mail or a call was promised, which is no wait in the chat."""
    return bool(ticket.promise and ticket.promised_until and not read(ticket.promise).awaited)


def owes_call(ticket: Ticket) -> bool:
    """Whether a call was promised that nobody has made."""
    return bool(ticket.promised_until and ticket.promise and ticket.promise["kind"] == "call")
