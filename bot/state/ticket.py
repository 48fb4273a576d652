"""A ticket's life: waiting for a person, taken by one, given back to the assistant, closed, opened again.

    waiting ──take──▶ taken ──give_back──▶ returned
       ▲ ▲             │ │ ▲ ◀───take────────┘ │
       │ └───release───┘ │ └────────────┐      │
       ├──call───────────┼──────────────┼──────┤
       └──reopen── closed ◀──close──────┴──────┘   (closed ──take──▶ taken: an agent opens it again)

While it is `taken` a person is in the chat and the bot is silent. `returned` means that the bot answers again
and the ticket is still its agent's, unsolved. Everything here is pure: the store records what comes of it.
"""

from typing import Literal

from bot.fault import BotError

Status = Literal["waiting", "taken", "returned", "closed"]
OPEN: tuple[Status, ...] = ("waiting", "taken", "returned")
"""Unsolved, so somebody owes the customer something."""

Act = Literal["take", "assign", "release", "give_back", "call", "close", "reopen", "leave", "phone"]

_NEXT: dict[Act, dict[Status, Status]] = {
    "take": {"waiting": "taken", "returned": "taken", "closed": "taken"},
    "assign": {"waiting": "taken", "taken": "taken", "returned": "taken"},
    "release": {"taken": "waiting", "returned": "waiting"},
    "give_back": {"taken": "returned"},
    "call": {"waiting": "waiting", "taken": "taken", "returned": "waiting"},
    "close": {"waiting": "closed", "taken": "closed", "returned": "closed"},
    "reopen": {"closed": "waiting"},
    "leave": {"taken": "waiting"},
    "phone": {"waiting": "returned", "taken": "taken", "returned": "returned"},
}
_CAN_T = {
    "assign": "can't be passed on: open it again first",
    "release": "can't be put back: nobody has it",
    "give_back": "can't be given back to the assistant: nobody is in the chat",
    "call": "is closed: a new one is begun",
    "close": "is closed already",
    "reopen": "is open already",
    "leave": "is nobody's at the moment",
    "phone": "is closed",
}


class TicketRefused(BotError):
    """An act that a ticket's state does not allow: which ticket, and why."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"ticket {number} {reason}")


def after(number: int, status: Status, act: Act, *, held_by: str | None = None) -> Status:
    """The status that an act leads to; raises TicketRefused. `held_by`: who has it, for the sentence."""
    if act == "take" and status == "taken":
        raise TicketRefused(number, taken_by(held_by))
    following = _NEXT[act].get(status)
    if following is None:
        raise TicketRefused(number, _CAN_T[act])
    return following


def taken_by(agent: str | None) -> str:
    """Why a colleague's ticket is out of reach, and what to do."""
    return f"was taken by {agent}: pass it on to yourself, or leave a note"


def is_attended(status: Status) -> bool:
    """Whether a person is in the chat, so that the bot is silent."""
    return status == "taken"
