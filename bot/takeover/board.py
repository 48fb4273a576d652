"""The board: which tickets an agent is shown, in which order, and how many there are besides."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from bot.state.record import Ticket
from bot.waiting.priority import Level, level, priority

Show = Literal["open", "waiting", "mine", "closed"]
SHOWS: tuple[Show, ...] = get_args(Show)


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets an agent wants to see."""

    show: Show = "open"
    queue: str | None = None
    """None: of all queues."""


@dataclass(frozen=True, slots=True)
class Card:
    """A ticket on the board."""

    ticket: Ticket
    priority: int
    """Minutes: see `bot.waiting.priority`."""
    untold: bool
    """It waits, and nobody of the team could be told."""
    unread: int
    """What its customer wrote since its agent looked; 0 on those of colleagues."""

    @property
    def level(self) -> Level:
        return level(self.priority if self.ticket.status == "waiting" else 0)


@dataclass(frozen=True, slots=True)
class Board:
    """The tickets that were wished for, and the counts of all."""

    chosen: TicketFilter
    cards: Sequence[Card]
    counts: Mapping[Show, int]
    """Of the wished queue."""
    queues: Mapping[str, int]
    """Open tickets in each queue that is set or still has some."""
    waiting: int
    """In all queues, whatever was wished for; so are the others."""
    newest: int
    """The number of the ticket that was made last; 0 where none is open."""
    away: bool
    """Whether the agent is away by their own word."""
    unread: int
    """What customers wrote on the agent's own tickets since the agent looked."""


def board(
    tickets: Sequence[Ticket],
    chosen: TicketFilter,
    agent: str,
    now: datetime,
    *,
    queues: Collection[str] = (),
    untold: Collection[int] = (),
    unread: Mapping[int, int] | None = None,
    away: bool = False,
) -> Board:
    """The board of an agent; `untold` by ticket's number, `unread` by conversation."""
    cards = [
        Card(
            ticket,
            priority(ticket.waiting_since, ticket.distress, now),
            ticket.number in untold,
            (unread or {}).get(ticket.conversation, 0) if _is_mine(ticket, agent) else 0,
        )
        for ticket in tickets
    ]
    queued = [card for card in cards if chosen.queue in (None, card.ticket.queue)]
    shown = [card for card in queued if _is_shown(card.ticket, chosen.show, agent)]
    counts = {show: sum(_is_shown(card.ticket, show, agent) for card in queued) for show in SHOWS}
    standing = Counter(ticket.queue for ticket in tickets if ticket.queue and ticket.is_open)
    return Board(
        chosen,
        sorted(shown, key=_place),
        counts,
        {name: standing[name] for name in dict.fromkeys((*queues, *standing))},
        sum(ticket.status == "waiting" for ticket in tickets),
        max((ticket.number for ticket in tickets if ticket.is_open), default=0),
        away,
        sum(card.unread for card in cards),
    )


def _is_shown(ticket: Ticket, show: Show, agent: str) -> bool:
    match show:
        case "open":
            return ticket.is_open
        case "waiting":
            return ticket.status == "waiting"
        case "mine":
            return _is_mine(ticket, agent)
        case "closed":
            return ticket.status == "closed"


def _is_mine(ticket: Ticket, agent: str) -> bool:
    return ticket.is_open and ticket.agent == agent


def _place(card: Card) -> tuple[int, float, int]:
    """Who waits comes first, the most pressing on top; what is closed comes last, the latest first."""
    ticket = card.ticket
    if ticket.status == "closed":
        return 2, -(ticket.closed or ticket.created).timestamp(), ticket.number
    return int(ticket.status != "waiting"), -card.priority, ticket.number
