"""What happens to a ticket: one row for each event, written in the transaction in which it happens.

To act on events, say to send a mail, give `Store.witness` a function. It is called within that transaction
with the session, the ticket as it is now and the event; what it writes through the session is stored together
with the event or not at all, so nothing that happened is ever left untold. It must not call outside: a worker
sends what was written, after the commit. `Store.listen` is told of every commit, for whoever only wants to
look again. The kinds and their details:

    handed_over      {"reason"}                     a customer waits for a person
    called           {"reason", "question",         ... and asked again, or needs one again; whether it is
                      "repeated"}                   in the words of an earlier call for the same reason
    taken            {"agent", "waited"}            an agent is in the chat; seconds the customer waited
    assigned         {"agent", "from"}              passed on to another agent
    released         {}                             put back: anybody may take it
    returned         {}                             the assistant answers again, the matter is still open
    customer_wrote   {"sequence"}                   to the agent
    agent_wrote      {"sequence"}
    contact_left     {}
    closed           {}
    reopened         {"agent"}                      not solved, says the customer: waits for that agent
    reviewed         {"solved", "rating",           whether it is solved, as far as the customer has said, and
                      "commented"}                  what is new: 1 to 5, and whether in words
    promised         as in `bot.waiting.promise`    the assistant said when somebody comes
    apologised       {"why"}                        ... and that nobody came, or could be told
    left             {"agent"}                      its agent is gone, the customer had no answer
    came_back        {"agent"}                      ... is back before anybody took it, and goes on
    moved_on         {}                             the customer has begun a new conversation beside it
    phoned           {"reached"}                    the customer was called as promised, and reached or not
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from bot.state.record import Ticket
from bot.state.tables import TicketEventRow

EventKind = Literal[
    "handed_over",
    "called",
    "taken",
    "assigned",
    "released",
    "returned",
    "customer_wrote",
    "agent_wrote",
    "contact_left",
    "closed",
    "reopened",
    "reviewed",
    "promised",
    "apologised",
    "left",
    "came_back",
    "phoned",
    "moved_on",
]
CUSTOMER = "customer"
"""In `by`, for the customer; agents stand there by the name that they sign in with."""
ASSISTANT = "assistant"
"""In `by`, for what the assistant said to a customer who waits."""


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """Something that happened to a ticket."""

    id: int
    ticket: int
    kind: EventKind
    by: str
    details: dict[str, Any]
    created: datetime


Witness = Callable[[Session, Ticket, TicketEvent], None]


def event(row: TicketEventRow) -> TicketEvent:
    kind: EventKind = row.kind  # type: ignore[assignment]  # only written from these
    return TicketEvent(row.id, row.ticket, kind, row.by, row.details, row.created)
