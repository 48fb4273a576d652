"""People of other help desks: on a ticket they stand as one user of ours, who never signs in."""

from collections.abc import Iterable

from bot.access.user import User
from bot.notify.channel import ChatwootSettings
from bot.notify.notice import Notice
from bot.state.record import Ticket

CHATWOOT = User("chatwoot", "Chatwoot", "agent")
"""Who holds a ticket that was handed over there."""
_ALL = {one.name: one for one in (CHATWOOT,)}


def elsewhere(ticket: Ticket) -> User | None:
    """The help desk whose people answer the customer, None where ours do."""
    return _ALL.get(ticket.agent or "")


def place(ticket: Ticket, notices: Iterable[Notice], settings: ChatwootSettings | None) -> str | None:
    """The address where people of a help desk answer the ticket's customer; None where ours do.

    Where a help desk is no longer among the settings nobody answers there, so that ours may.
    """
    if settings is None or elsewhere(ticket) is None:
        return None
    told = [one.target for one in notices if one.channel == CHATWOOT.name]
    return told[-1] if told else settings.url
