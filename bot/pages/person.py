"""What the chat page shows of a person: who it is, how it stands, and what the customer can do about it."""

from datetime import UTC, datetime
from typing import Any

from bot.conversation.outlook import shown
from bot.phrase import phrase
from bot.settings import Settings
from bot.state.handling import owes_call
from bot.state.record import Ticket
from bot.state.ticket import Status

View = dict[str, Any]

_SAYS: dict[Status, str] = {
    "taken": "person_taken",
    "returned": "person_returned",
}
_ACTS: dict[Status, dict[str, str]] = {
    "waiting": {"end": "person_end_waiting"},
    "taken": {"back": "person_back", "end": "person_end"},
    "returned": {"end": "person_end_returned"},
}
"""By what the page does: the words on its button."""


def person(ticket: Ticket | None, language: str, settings: Settings) -> View | None:
    """How a customer stands with the people, in the page's language; None where they never needed one."""
    if ticket is None:
        return None
    acts = _ACTS.get(ticket.status, {})
    return {
        "status": ticket.status,
        "says": _says(ticket, language),
        "outlook": shown(ticket, language, settings, datetime.now(UTC)) or "",
        "invites": _invites(ticket, language),
        "parting": _parting(ticket, language, settings),
        "types": phrase("person_types", language, agent=ticket.agent_shown or ""),
        "acts": [{"do": act, "label": phrase(key, language)} for act, key in acts.items()],
    }


def _parting(ticket: Ticket, language: str, settings: Settings) -> str:
    """What becomes of an open ticket whose customer begins anew; empty for a closed one."""
    if not ticket.is_open:
        return ""
    by_mail = ticket.email if settings.mail else None
    where = by_mail or (ticket.phone if owes_call(ticket) else None)
    if where:
        return phrase("parting_reached", language, number=ticket.number, where=where)
    if ticket.email:  # no mail server is set: only a colleague's own mail gets there
        return phrase("parting_by_hand", language, number=ticket.number, where=ticket.email)
    return phrase("parting_unreached", language, number=ticket.number)


def _invites(ticket: Ticket, language: str) -> str:
    """Words for the empty box while a person reads what is written in it."""
    there = ticket.attended and ticket.agent_shown
    return phrase("person_placeholder", language, agent=ticket.agent_shown) if there else ""


def _says(ticket: Ticket, language: str) -> str:
    """Who is there, or called; empty once nobody is to come."""
    if ticket.status == "closed":
        return ""
    key = _waits(ticket) if ticket.status == "waiting" else _SAYS[ticket.status]
    return phrase(key, language, agent=ticket.agent_shown, number=ticket.number)


def _waits(ticket: Ticket) -> str:
    """Nobody is said to be called while nobody is there to hear it, nor who has just left."""
    if ticket.promise and ticket.promise["kind"] in ("opening", "never"):
        return "person_kept"
    if ticket.left_since:
        return "person_left"
    return "person_waiting_for" if ticket.agent_shown else "person_waiting"
