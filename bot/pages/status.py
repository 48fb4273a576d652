"""Where a ticket stands, in a few words: who has it, and for how long."""

from datetime import datetime

from bot.notify.teller import reason
from bot.pages import chip
from bot.pages.element import Html, element
from bot.state.record import Ticket
from bot.waiting.priority import Level

TONES: dict[Level, str] = {"urgent": "bad", "high": "warn", "normal": ""}


def standing(ticket: Ticket, now: datetime) -> str:
    """Where a ticket stands: `waiting 5 minutes`."""
    whose = ticket.agent_shown or ticket.agent or "nobody"
    match ticket.status:
        case "waiting":
            back = f" for {whose}" if ticket.agent and not ticket.left_since else ""
            return f"waiting{back} {chip.ago(now - (ticket.waiting_since or ticket.created))}"
        case "taken":
            return f"with {whose}"
        case "returned":
            return f"with the assistant, {whose} looks after it"
        case "closed":
            return f"closed after {chip.ago((ticket.closed or ticket.created) - ticket.created)}"


def called_for(ticket: Ticket) -> Html:
    """Why a person was called; danger in red."""
    return chip.chip(reason(ticket.reason), "bad" if ticket.reason == "danger" else "")


def left(ticket: Ticket) -> list[Html]:
    """In red, that its agent has gone and nobody has taken it since."""
    gone = f"{ticket.agent_shown or ticket.agent} has left"
    return [chip.chip(gone, "bad", title="The customer had no answer")] if ticket.left_since else []


def clock(moment: datetime, now: datetime) -> Html:
    """A moment on the server's clock, with the day where it is another."""
    here, today = moment.astimezone(), now.astimezone()
    shown = f"{here:%H:%M}" if here.date() == today.date() else f"{here.day} {here:%b, %H:%M}"
    return element("time", shown, datetime=moment.isoformat())
