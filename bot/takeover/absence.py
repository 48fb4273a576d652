"""Absence: customers whose agent has gone, or was not there when it was passed to them, are not left alone.

An agent is there as long as their page is open and they have not said that they are away. Where
they are not, and their customer has had no answer for as long as one may wait, the ticket goes back into the
line: colleagues are told, the customer hears it and chooses how to go on, and whoever is quickest takes it.
Who comes back before anybody did goes on.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from bot.access.user import User
from bot.conversation.outlook import outlook
from bot.conversation.patience import apologise, spoken
from bot.database.engine import StateError
from bot.fault import tell
from bot.notify.people import elsewhere
from bot.phrase import phrase, run_on
from bot.settings import Settings
from bot.state.event import TicketEvent
from bot.state.handling import Handling, owes
from bot.state.line import TicketLine
from bot.state.presence import Presence
from bot.state.record import Ticket
from bot.state.store import Store, UnknownTicket
from bot.state.turn import Turn
from bot.waiting.promise import promise
from bot.waiting.when import minutes

_TO_ANSWER = frozenset({"taken", "assigned", "came_back", "customer_wrote"})
"""Events after which the agent owes the customer a word."""


class Absence:
    """Looks after the tickets of agents who are not there; raises StateError."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._presence = Presence(store.engine)

    def look(self, tickets: Iterable[Ticket], line: TicketLine) -> None:
        """Takes tickets from whoever is gone too long, and gives them back to whoever is here again.

        `tickets`: those that wait, and those that are taken.
        """
        there, seen = {user.name: user for user in line.present}, self._presence.last_seen(line.moment)
        for ticket in tickets:
            agent = there.get(ticket.agent or "")
            if agent and ticket.left_since:
                self._guarded(ticket, self._give_back, agent)
            elif not agent and ticket.status == "taken" and not elsewhere(ticket):
                self._guarded(ticket, self._look_after, seen, line)

    def _guarded(self, ticket: Ticket, work: Callable[..., None], *more: object) -> None:
        """One ticket's fault keeps no other from being looked after."""
        try:
            work(ticket, *more)
        except UnknownTicket:
            return  # it was erased meanwhile
        except StateError:
            raise
        except Exception as error:
            tell(error, f"looking after ticket {ticket.number}")

    def _look_after(self, ticket: Ticket, seen: Mapping[str, datetime], line: TicketLine) -> None:
        alone = self._alone(ticket, self._store.ticket_events(ticket.number), seen)
        if alone is None or not self._too_long(ticket, alone, line.moment):
            return
        with self._store.ticket_turn(ticket.number) as turn:
            handling = turn.handling(ticket.number)
            if handling is None or not _same(handling.ticket, ticket):
                return  # somebody else has it, or another server was quicker
            if self._alone(handling.ticket, handling.events(), seen) == alone:
                self._leave(turn, handling, alone, line)

    def _alone(
        self, ticket: Ticket, events: Iterable[TicketEvent], seen: Mapping[str, datetime]
    ) -> datetime | None:
        """Since when the customer has been without an answer and without their agent."""
        unanswered = unanswered_since(events, owed=owes(ticket))
        return unanswered and max(unanswered, seen.get(ticket.agent or "", unanswered))

    def _too_long(self, ticket: Ticket, since: datetime, now: datetime) -> bool:
        """Opening time counts; who is left when the desk closes hears of it at once, not in the morning."""
        hours = self._settings.hours_of(ticket.queue)
        passed = hours.between(since, now) if hours.next_opening(now) == now else now - since
        return passed >= self._settings.patience

    def _leave(self, turn: Turn, handling: Handling, alone: datetime, line: TicketLine) -> None:
        """To the customer who was promised a mail or a call nothing new is promised."""
        now, language = line.moment, spoken(turn)
        handling.leave(alone)
        ticket = handling.ticket
        if owes(ticket):
            return
        hours = self._settings.hours_of(ticket.queue)
        made = promise(line.desk(ticket, self._settings.queues), hours, now, self._settings.patience)
        handling.promise(made)
        waited = minutes(max(now - alone, timedelta()), language)
        sorry = phrase("left_sorry", language, agent=ticket.agent_shown, length=waited)
        opens = outlook(made, ticket, language, self._settings, now) if made.kind == "opening" else ""
        words = run_on((sorry, *filter(None, (opens,)), phrase("how_to_go_on", language)), language)
        apologise(turn, handling, "left", words, self._settings)

    def _give_back(self, ticket: Ticket, agent: User) -> None:
        with self._store.ticket_turn(ticket.number) as turn:
            handling = turn.handling(ticket.number)
            if handling is None or not _same(handling.ticket, ticket):
                return
            handling.come_back(agent)
            language = spoken(turn)
            text = phrase("agent_came_back", language, agent=handling.ticket.agent_shown)
            turn.say("bot", text, "joined", document={"language": language, "kind": "joined"})


def unanswered_since(events: Iterable[TicketEvent], *, owed: bool = False) -> datetime | None:
    """Since when whoever has a ticket owes the customer a word; None where they do not.

    They owe one from when they got the ticket, and from what the customer wrote after their last. `owed`: a
    mail or a call was promised, so that nobody sits in the chat who has not written there since.
    """
    since = None
    for event in events:
        if event.kind == "agent_wrote":
            since = None
        elif event.kind == "customer_wrote" or (event.kind in _TO_ANSWER and not owed):
            since = since or event.created
    return since


def _same(now: Ticket, seen: Ticket) -> bool:
    return (now.status, now.agent, now.taken, now.left_since) == (
        seen.status,
        seen.agent,
        seen.taken,
        seen.left_since,
    )
