"""The workplace of an agent: the board of tickets and a ticket's dossier, as they are now, and drawn."""

from datetime import UTC, datetime
from typing import Any

from bot.access.account import Accounts
from bot.access.user import User
from bot.live import LiveIndex
from bot.notify.notice import told
from bot.notify.outbox import Outbox
from bot.notify.people import place
from bot.pages import ticket as ticket_page
from bot.pages import tickets as board_page
from bot.settings import Settings
from bot.state.line import takes
from bot.state.presence import Presence
from bot.state.record import Ticket
from bot.state.store import Store, UnknownTicket
from bot.state.ticket import OPEN
from bot.takeover.board import Board, TicketFilter, board
from bot.takeover.canned import replies
from bot.takeover.dossier import Colleague, Dossier
from index.hit import Thresholds
from kb.language import direction, name

MOST_CLOSED = 50
_NO_INDEX = Thresholds(answer=1.0, suggest=1.0)

View = dict[str, Any]


class Workplace:
    """What the tickets panel shows; its methods may be called from any thread and raise StateError."""

    def __init__(self, live: LiveIndex, store: Store, accounts: Accounts, settings: Settings) -> None:
        self._live = live
        self._store = store
        self._accounts = accounts
        self._settings = settings
        self._outbox = Outbox(store.engine)
        self._presence = Presence(store.engine)

    def board(self, chosen: TicketFilter, agent: User) -> View:
        """The list of tickets, drawn, and how many wait."""
        found = self._board(chosen, agent.name, datetime.now(UTC))
        html = board_page.listing(found, datetime.now(UTC))
        return {"html": html, "waiting": found.waiting, "newest": found.newest, "unread": found.unread}

    def ticket(self, number: int, agent: User) -> View:
        """A ticket, drawn part by part; raises UnknownTicket."""
        dossier = self.dossier(number, agent)
        code = dossier.language
        return {
            "number": number,
            "held": dossier.is_held,
            "last": dossier.last,
            "language": code and {"code": code, "name": name(code), "direction": direction(code)},
            "parts": ticket_page.parts(dossier),
        }

    def dossier(self, number: int, agent: User) -> Dossier:
        """All that is known of a ticket; raises UnknownTicket."""
        ticket = self._store.ticket(number)
        if ticket is None:
            raise UnknownTicket(f"there is no ticket {number}")
        index, settings = self._live.index, self._settings
        language = ticket.language or settings.languages[0]
        notices = self._outbox.notices([number])[number]
        return Dossier(
            ticket=ticket,
            messages=self._store.ticket_transcript(number),
            marks=self._store.marks(ticket.conversation),
            notes=self._store.ticket_notes(number),
            events=self._store.ticket_events(number),
            notices=notices,
            agent=agent,
            colleagues=self._colleagues(ticket),
            replies=replies(settings.canned, language, ticket.name, agent.shown),
            articles=index.articles if index else (),
            thresholds=index.thresholds(settings.wrong_answers) if index else _NO_INDEX,
            now=datetime.now(UTC),
            elsewhere=place(ticket, notices, settings.chatwoot),
        )

    def _colleagues(self, ticket: Ticket) -> list[Colleague]:
        queue = next((one for one in self._settings.queues if one.name == ticket.queue), None)
        here, away = self._presence.names(datetime.now(UTC)), self._presence.away()
        colleagues = [
            Colleague(user, user.name in here, user.name in away, takes(user, queue, ticket.language))
            for user in self._accounts.users()
        ]
        return sorted(colleagues, key=_place)

    def _board(self, chosen: TicketFilter, agent: str, now: datetime) -> Board:
        closed = self._store.closed_tickets(MOST_CLOSED) if chosen.show == "closed" else ()
        tickets = (*self._store.tickets(*OPEN), *closed)
        waiting = {one.number: one.waiting_since for one in tickets if one.status == "waiting"}
        mine = [ticket.conversation for ticket in tickets if ticket.is_open and ticket.agent == agent]
        notices = self._outbox.notices(waiting)
        return board(
            tickets,
            chosen,
            agent,
            now,
            queues=[queue.name for queue in self._settings.queues],
            untold={one for one, since in waiting.items() if told(notices[one], now, since) == "nobody"},
            unread=self._store.unread(mine),
            away=self._presence.is_away(agent),
        )


def _place(one: Colleague) -> tuple[bool, bool, bool, str]:
    return one.away, not one.fits, not one.here, one.user.shown.casefold()
