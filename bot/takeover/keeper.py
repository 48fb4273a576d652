"""The keeper of promises: looks after those who wait, so that nobody waits without a word.

It looks again and again, in a thread of its own. What it says and when hangs on the database alone, and each
word is said in the transaction that records it, under a lock on the conversation: so several servers, a
restart and a clock that was set back say nothing twice.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.conversation.patience import apologise, sorry_for_silence, sorry_for_waiting
from bot.database.engine import StateError
from bot.fault import tell
from bot.notify.notice import Notice, told
from bot.notify.outbox import Outbox
from bot.settings import Settings
from bot.state.event import TicketEvent
from bot.state.handling import Handling
from bot.state.line import TicketLine
from bot.state.presence import FRESH
from bot.state.record import Ticket
from bot.state.store import Store, UnknownTicket
from bot.state.turn import Turn
from bot.takeover.absence import Absence
from bot.waiting.promise import Promise, Why, differ, promise, read

log = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 10.0
LONGEST = 3
"""So many times their patience customers are left to a promise that has not run out."""


class Keeper:
    """Keeps promises from when it is entered until it is left."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._settings = settings
        self._clock = clock
        self._absence = Absence(store, settings)
        self._since: datetime | None = None
        """When it was entered."""
        self._stopped = threading.Event()
        self._watch = threading.Thread(target=self._run, name="keeper", daemon=True)

    def __enter__(self) -> "Keeper":
        self._since = self._clock()
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()

    def look(self) -> None:
        """Says to everybody who waits, or whose agent is gone, what is due now; raises StateError."""
        waiting, taken = self._store.tickets("waiting"), self._store.tickets("taken")
        if not (waiting or taken):
            return
        line = self._store.line(self._clock())
        if not self._has_just_begun(line.moment):
            self._absence.look((*waiting, *taken), line)
        notices = self._outbox.notices(ticket.number for ticket in waiting)
        for ticket in waiting:
            self._look_after(ticket, line, notices[ticket.number])

    def _has_just_begun(self, now: datetime) -> bool:
        """Whether agents' pages may still be on their way back from when no server was up."""
        return self._since is not None and self._since <= now < self._since + FRESH

    def _run(self) -> None:
        while not self._stopped.wait(SECONDS_BETWEEN_LOOKS):
            try:
                self.look()
            except StateError as error:
                log.error("those who wait can't be looked after: %s", error)
            except Exception as error:
                tell(error, "looking after those who wait")

    def _look_after(self, ticket: Ticket, line: TicketLine, notices: Sequence[Notice]) -> None:
        try:
            if why := self._fault(ticket, line.moment, notices):
                self._apologise(ticket, why, line)
            elif self._news(ticket, line):
                self._foresee(ticket.number, line)
        except UnknownTicket:
            return  # it was erased meanwhile
        except StateError:
            raise
        except Exception as error:  # the others are looked after all the same
            tell(error, f"looking after ticket {ticket.number}")

    def _fault(self, ticket: Ticket, now: datetime, notices: Sequence[Notice]) -> Why | None:
        """What to apologise for, as far as can be seen without a lock."""
        since = ticket.waiting_since or ticket.created
        untold = told(notices, now, since) == "nobody"
        if untold and not _said(self._store.ticket_events(ticket.number), ticket):
            return "untold"
        return "waited" if self._too_long(ticket, now) else None

    def _too_long(self, ticket: Ticket, now: datetime) -> bool:
        """Whether the customer's patience is over, and the time they were promised unless it is long."""
        if ticket.patience_since is None:
            return False
        waited = self._settings.hours_of(ticket.queue).between(ticket.patience_since, now)
        promised = ticket.promised_until is None or now >= ticket.promised_until
        patience = self._settings.patience
        return waited >= (patience if promised else LONGEST * patience)

    def _apologise(self, ticket: Ticket, why: Why, line: TicketLine) -> None:
        with self._store.ticket_turn(ticket.number) as turn:
            handling = turn.handling(ticket.number)
            if handling and self._still(handling, why, line.moment):
                words = self._words(turn, handling.ticket, why, line)
                apologise(turn, handling, why, words, self._settings)

    def _still(self, handling: Handling, why: Why, now: datetime) -> bool:
        """Whether it is so under the lock, too: somebody may have come, or another server been quicker."""
        ticket = handling.ticket
        if ticket.status != "waiting":
            return False
        if why == "untold":
            return not _said(handling.events(), ticket)
        return self._too_long(ticket, now)

    def _words(self, turn: Turn, ticket: Ticket, why: Why, line: TicketLine) -> str:
        if why == "waited":
            since = ticket.waiting_since or ticket.created
            return sorry_for_waiting(turn, self._settings.hours_of(ticket.queue).between(since, line.moment))
        there = line.desk(ticket, self._settings.queues).present > 0
        return sorry_for_silence(turn, ticket, somebody_there=there)

    def _news(self, ticket: Ticket, line: TicketLine) -> Promise | None:
        """What can be said now, where it differs from what the customer's page shows."""
        before = read(ticket.promise) if ticket.promise else None
        if before and not before.awaited:
            return None
        desk, hours = line.desk(ticket, self._settings.queues), self._settings.hours_of(ticket.queue)
        made = promise(desk, hours, line.moment, self._settings.patience)
        return made if before is None or differ(before, made) else None

    def _foresee(self, number: int, line: TicketLine) -> None:
        """Puts the news on the page if they still are, under the lock; what is said first since the ticket
        waits is promised."""
        with self._store.ticket_turn(number) as turn:
            handling = turn.handling(number)
            if handling is None or handling.ticket.status != "waiting":
                return
            made = self._news(handling.ticket, line)
            if made is None:
                return
            if handling.ticket.promise is None:
                handling.be_patient()
                handling.promise(made)
            else:
                handling.foresee(made)


def _said(events: Sequence[TicketEvent], ticket: Ticket) -> bool:
    """Whether the customer has heard, since they wait, that nobody could be told."""
    since = ticket.waiting_since or ticket.created
    heard = (one for one in events if one.kind == "apologised" and one.created >= since)
    return any(one.details["why"] == "untold" for one in heard)
