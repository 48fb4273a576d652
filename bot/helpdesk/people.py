"""People of other help desks: on a ticket they stand as one user of ours, who never signs in."""

from bot.access.user import User
from bot.state.record import Ticket

CHATWOOT = User("chatwoot", "Chatwoot", "agent")
"""Who holds a ticket that was handed over there."""
_ALL = {one.name: one for one in (CHATWOOT,)}


def elsewhere(ticket: Ticket) -> User | None:
    """The help desk whose people answer the customer, None where ours do."""
    return _ALL.get(ticket.agent or "")
