"""The teller: who is to be told of what happens to a ticket. It writes, within the event's transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.access.tables import UserRow
from bot.notify.letter import Letter
from bot.notify.outbox import post
from bot.notify.people import elsewhere
from bot.notify.tables import NoticeRow
from bot.phrase import frame, language_name, phrase
from bot.settings import Settings
from bot.state.event import CUSTOMER, TicketEvent
from bot.state.presence import is_away
from bot.state.record import Ticket
from bot.state.tables import MessageRow
from bot.waiting.queue import Queue
from kb.language import name

TIME_TO_READ = timedelta(seconds=90)
"""A customer who has read the answer in the chat by then gets no mail of it."""
DAYS_A_LINK_WORKS = 14
LONGEST_QUOTE = 4000
TOLD_TO_PROGRAMS = frozenset(
    {"handed_over", "called", "taken", "assigned", "released", "returned", "contact_left", "closed"}
    | {"reopened", "reviewed", "apologised", "left", "came_back", "phoned"}
)
"""Kinds of events; what is written in the chat is not among them."""
REASONS = {
    "asked": "asked for a person",
    "missing_knowledge": "no article on it",
    "low_confidence": "no sure answer",
    "upset": "upset",
    "danger": "DANGER reported",
    "repeated_miss": "missed twice",
    "out_of_policy": "beyond what the rules allow",
}


class Teller:
    """A witness of ticket events."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, session: Session, ticket: Ticket, event: TicketEvent) -> None:
        """Puts into the outbox whatever follows from the event."""
        if event.kind in TOLD_TO_PROGRAMS:
            self._tell_programs(session, ticket, event)
        if self._settings.mail is None:
            return
        if event.kind == "contact_left" and ticket.email:
            _redirect(session, ticket.number, ticket.email)
        if event.kind in {"taken", "assigned"} and elsewhere(ticket) and ticket.reason != "danger":
            _withdraw(session, ticket.number)
        if _begins_waiting(ticket, event) or _to_be_reached(event):
            self._write_to_team(session, ticket, event, self._readers(session, ticket, event))
        elif event.kind == "assigned" and event.details.get("agent") != event.by:
            self._write_to_team(session, ticket, event, _own(session, ticket.agent))
        elif ticket.email and event.by != CUSTOMER and event.kind in {"agent_wrote", "closed"}:
            self._write_to_customer(session, ticket, event)

    def queue(self, ticket: Ticket) -> Queue | None:
        """The queue that a ticket stands in, None where it was taken out of the settings."""
        return next((queue for queue in self._settings.queues if queue.name == ticket.queue), None)

    def _readers(self, session: Session, ticket: Ticket, event: TicketEvent) -> tuple[str, ...]:
        """Who waits for whom: the agent it comes back to, unless they are away, else its queue's people."""
        gone = bool(ticket.agent) and is_away(session, ticket.agent or "")
        if event.kind == "reopened" and not gone and (own := _own(session, ticket.agent)):
            return own
        queue = self.queue(ticket)
        mail = self._settings.mail
        return (queue.email if queue else ()) or (mail.to if mail else ())

    def _tell_programs(self, session: Session, ticket: Ticket, event: TicketEvent) -> None:
        document = ticket_document(ticket, event, self._desk(ticket))
        for hook in self._settings.webhooks:
            if not hook.queues or ticket.queue in hook.queues:
                post(
                    session,
                    ticket=ticket.number,
                    audience="team",
                    channel="webhook",
                    target=hook.url,
                    event=event.kind,
                    document=document,
                    now=event.created,
                )

    def _write_to_team(
        self, session: Session, ticket: Ticket, event: TicketEvent, readers: Iterable[str]
    ) -> None:
        letter = team_letter(ticket, event, self._desk(ticket))
        for address in readers:
            post(
                session,
                ticket=ticket.number,
                audience="team",
                channel="email",
                target=address,
                event=event.kind,
                document=letter.document(),
                now=event.created,
            )

    def _write_to_customer(self, session: Session, ticket: Ticket, event: TicketEvent) -> None:
        """One mail for all that was written until it goes out."""
        message = _message(session, ticket, event)
        unsent = _unsent(session, ticket, event)
        if unsent is not None:
            document, text = unsent.document, message.text if message else ""
            quote = "\n\n".join(part for part in (document["quote"], text) if part)[-LONGEST_QUOTE:]
            unsent.document = {**document, "quote": quote, "sequence": _read_by(session, ticket, message)}
            unsent.due = _due(event)
            return
        letter = customer_letter(ticket, event, message.text if message else "", self._settings)
        more = {"conversation": ticket.conversation, "sequence": _read_by(session, ticket, message)}
        post(
            session,
            ticket=ticket.number,
            audience="customer",
            channel="email",
            target=ticket.email or "",
            event=event.kind,
            document={**letter.document(), **more},
            now=event.created,
            due=_due(event),
        )

    def _desk(self, ticket: Ticket) -> str:
        address = self._settings.public_url
        return f"{address}/desk/?ticket={ticket.number}" if address else ""


def ticket_document(ticket: Ticket, event: TicketEvent, desk: str) -> dict[str, Any]:
    """What programs are told: the event, and the ticket with its packet as it is then."""
    return {
        "type": f"ticket.{event.kind}",
        "timestamp": event.created.isoformat(),
        "data": {
            "ticket": ticket.number,
            "status": ticket.status,
            "queue": ticket.queue,
            "reason": ticket.reason,
            "language": ticket.language,
            "product": ticket.product,
            "agent": ticket.agent,
            "contact": {"name": ticket.name, "email": ticket.email, "phone": ticket.phone},
            "created": ticket.created.isoformat(),
            "event": {"by": event.by, **event.details},
            "packet": ticket.packet,
            "desk": desk or None,
        },
    }


def reason(key: str) -> str:
    """Why a person was called, in words."""
    return REASONS.get(key, key.replace("_", " "))


def team_letter(ticket: Ticket, event: TicketEvent, desk: str) -> Letter:
    """What the people of a queue read in their mail; in English, like the desk."""
    question = str(event.details.get("question", ticket.packet.get("question")) or "")
    code = ticket.language or ""
    language = language_name(code, "en") or (name(code) if code else "language not known")
    why = reason(ticket.reason)
    contact = " ".join(part for part in (ticket.name, ticket.email, ticket.phone) if part)
    found = ticket.packet.get("found") or ()
    happened = _HAPPENED.get(str(event.details.get("kind", event.kind)), "waits")
    if event.kind == "called" and ticket.attended:
        happened = f"is with {ticket.agent_shown}, and its customer is in danger"
    facts = [
        ("Reason", why),
        ("Language", language),
        ("Queue", ticket.queue or ""),
        ("Product", ticket.product or ""),
        ("Contact", contact or "none left yet"),
        ("Promised by", _until(ticket) if _to_be_reached(event) else ""),
        ("Nearest article", str(found[0].get("title", "")) if found else ""),
    ]
    return Letter(
        language="en",
        subject=f"#{ticket.number} {happened} ({language}, {why}): {question}",
        before=(f"Ticket #{ticket.number} {happened}.",),
        facts=[fact for fact in facts if fact[1]],
        quote=question,
        link=desk,
        link_words=f"Open ticket #{ticket.number} at the desk",
        after=("All that was said and found is on the ticket. Whoever takes it there has it alone.",),
    )


def customer_letter(ticket: Ticket, event: TicketEvent, answer: str, settings: Settings) -> Letter:
    """What a customer reads in their mail, in their language; the link is put in when it goes out."""
    language = frame(ticket.language or "", settings.languages[0])
    company, agent = settings.company, ticket.agent_shown or settings.company
    happened = (
        phrase("mail_closed", language, agent=agent, number=ticket.number)
        if event.kind == "closed"
        else phrase("mail_answered", language, agent=agent)
    )
    return Letter(
        language=language,
        subject=phrase("mail_subject", language, company=company, number=ticket.number),
        before=(phrase("mail_hello", language), happened),
        quote=answer[-LONGEST_QUOTE:],
        link_words=phrase("mail_link", language),
        after=(
            phrase("mail_link_note", language, days=DAYS_A_LINK_WORKS),
            phrase("mail_why", language, company=company),
        ),
    )


_HAPPENED = {
    "handed_over": "waits for a person",
    "called": "waits for a person again",
    "released": "was put back and waits",
    "reopened": "is not solved: it waits again",
    "left": "was left by its agent with the customer unanswered: it waits again",
    "assigned": "was passed on to you",
    "email": "waits no longer in the chat: an answer by e-mail was promised",
    "call": "waits no longer in the chat: a call was promised",
}
"""By the event's kind, or by what was promised."""


def _begins_waiting(ticket: Ticket, event: TicketEvent) -> bool:
    begun = ticket.waiting_since == event.created and event.kind in {"called", "released", "reopened", "left"}
    return event.kind == "handed_over" or begun or _is_new_danger(event)


def _is_new_danger(event: TicketEvent) -> bool:
    """Whether danger is reported, and in other words than before: a report sent again is no second alarm."""
    told = event.details
    return event.kind == "called" and told.get("reason") == "danger" and not told.get("repeated")


def _to_be_reached(event: TicketEvent) -> bool:
    """Whether a customer has chosen to be written to or called, so that somebody has to."""
    return event.kind == "promised" and event.details["kind"] in ("email", "call")


def _until(ticket: Ticket) -> str:
    return f"{ticket.promised_until:%d %b %Y, %H:%M} UTC" if ticket.promised_until else ""


def _own(session: Session, agent: str | None) -> tuple[str, ...]:
    """The agent's own address, if there is one."""
    address = session.scalar(select(UserRow.email).where(UserRow.name == agent)) if agent else None
    return (address,) if address else ()


def _message(session: Session, ticket: Ticket, event: TicketEvent) -> MessageRow | None:
    mine = MessageRow.conversation_id == ticket.conversation
    return session.scalar(
        select(MessageRow).where(mine, MessageRow.sequence == event.details.get("sequence", 0))
    )


def _unsent(session: Session, ticket: Ticket, event: TicketEvent) -> NoticeRow | None:
    """A mail to the customer of the same kind that has not gone out yet, and does not meanwhile."""
    mine = select(NoticeRow).where(
        NoticeRow.ticket == ticket.number,
        NoticeRow.audience == "customer",
        NoticeRow.event == event.kind,
        NoticeRow.state == "waiting",
        NoticeRow.attempts == 0,
    )
    return session.scalar(mine.with_for_update())


def _redirect(session: Session, number: int, email: str) -> None:
    """Sends what waits for the customer, also for another attempt, to the address that holds now."""
    session.execute(
        update(NoticeRow)
        .where(
            NoticeRow.ticket == number,
            NoticeRow.audience == "customer",
            NoticeRow.channel == "email",
            NoticeRow.state == "waiting",
        )
        .values(target=email)
    )


def _withdraw(session: Session, number: int) -> None:
    """Takes back what would ask our people, by mail, to take a ticket that they can't take any more."""
    session.execute(
        delete(NoticeRow).where(
            NoticeRow.ticket == number,
            NoticeRow.audience == "team",
            NoticeRow.channel == "email",
            NoticeRow.state == "waiting",
            NoticeRow.attempts == 0,
        )
    )


def _read_by(session: Session, ticket: Ticket, message: MessageRow | None) -> int:
    """The sequence that a customer's page has shown who needs no mail: the message's, or that of the line
    which follows the close and asks whether it is solved."""
    if message is not None:
        return message.sequence
    last = select(func.max(MessageRow.sequence)).where(MessageRow.conversation_id == ticket.conversation)
    return (session.scalar(last) or 0) + 1


def _due(event: TicketEvent) -> datetime:
    return event.created + TIME_TO_READ
