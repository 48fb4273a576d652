"""What agents do to a ticket: each act is checked here, stored once, and told to the customer in the chat.

`key` is made by the agent's page: what is sent again under its first key changes nothing a second time.
The acts raise TicketRefused where the ticket is another's or does not allow it, UnknownTicket, Unreadable
where a text can't be sent, and StateError.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Literal

from bot.access import audit
from bot.access.account import Accounts
from bot.access.user import User
from bot.conversation.patience import spoken
from bot.database.engine import writing
from bot.message import Fault, Refused, Unreadable, check
from bot.notify.outbox import Outbox
from bot.notify.people import CHATWOOT, place
from bot.phrase import phrase
from bot.settings import Settings
from bot.state.handling import Handling
from bot.state.presence import Presence
from bot.state.record import Message, Ticket
from bot.state.store import Store, UnknownTicket
from bot.state.ticket import TicketRefused, taken_by
from bot.state.turn import Turn
from bot.takeover.discretion import Discretion

Announcement = Literal["called", "joined", "passed_on", "handed_back", "put_back", "ended"]
"""What the customer is told of an act; the kind of the message, too."""
ANNOUNCEMENTS: dict[Announcement, str] = {
    "called": "call_missed",
    "joined": "agent_joined",
    "passed_on": "agent_passed_on",
    "handed_back": "agent_handed_back",
    "put_back": "agent_put_back",
    "ended": "agent_ended",
}
"""The phrase for each."""
END = "/end"
"""Written instead of a message, it ends the conversation."""
_REFUSED: dict[Fault, str] = {
    "empty": "There is nothing to send yet.",
    "too_long": "This is too long: {length} characters, and at most {limit} can be sent.",
    "binary": "This looks like the contents of a file, and only words can be sent.",
}
"""What an agent is told."""


class Agents:
    """All acts of agents; may be called from any thread."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        discretion: Discretion,
        settings: Settings,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`wake`: called when something in the outbox has become urgent."""
        self._wake = wake
        self._store = store
        self._accounts = accounts
        self._discretion = discretion
        self._settings = settings
        self._outbox = Outbox(store.engine)
        self._presence = Presence(store.engine)
        self._contacts_seen: set[tuple[date, str, int]] = set()

    def take(self, number: int, agent: User, key: str) -> None:
        """The agent is in the chat from now on, and the customer reads by whom they are helped."""
        with self._turn(number) as (turn, handling):
            if turn.told_before(key) or _holds(handling.ticket, agent):
                return
            handling.take(agent)
            _tell(turn, "joined", agent, key)
        if self._presence.is_away(agent.name):
            self._presence.be_away(agent, None)  # who takes a ticket is here

    def write(self, number: int, agent: User, text: str, key: str) -> Message | None:
        """Says a text to the customer; None where it was the word that ends the conversation."""
        if text.strip().casefold() == END:
            self.close(number, agent, key)
            return None
        said = self._checked(text)
        if betrayed := self._discretion.betrayed(said):
            raise Unreadable(betrayed.sentence())
        with self._turn(number) as (turn, handling):
            if told := turn.told_before(key):
                return told[0]
            if not _holds(handling.ticket, agent):
                raise TicketRefused(number, _not_yours(handling.ticket))
            message = turn.say("agent", said, "message", key=key, speaker=agent.shown)
            handling.wrote(agent, message.sequence)
            return message

    def give_back(self, number: int, agent: User, key: str) -> None:
        """The assistant answers again, the ticket stays the agent's."""
        self._leave(number, agent, key, Handling.give_back, "handed_back")

    def release(self, number: int, agent: User, key: str) -> None:
        """Puts the ticket back, for whoever takes it next."""
        self._leave(number, agent, key, Handling.release, "put_back")

    def close(self, number: int, agent: User, key: str) -> None:
        """Ends the ticket; one that nobody is busy with may be ended by anybody."""
        self._leave(number, agent, key, Handling.close, "ended")

    def assign(self, number: int, agent: User, to: str, key: str) -> None:
        """Passes the ticket on to another agent; a colleague's too, else one who went home would keep it."""
        known = self._accounts.find(to)
        if known is None or known.disabled:
            remedy = "choose another colleague"
            raise TicketRefused(number, f"can't be passed on to {to}, who can't sign in: {remedy}")
        if known.user.name != agent.name and self._presence.is_away(known.user.name):
            raise TicketRefused(number, f"can't be passed on to {known.user.shown}, who is away just now")
        with self._turn(number) as (turn, handling):
            if turn.told_before(key) or _holds(handling.ticket, known.user):
                return
            handling.assign(known.user, agent)
            _tell(turn, "passed_on", known.user, key)

    def note(self, number: int, agent: User, text: str, key: str) -> None:
        """Leaves a word for colleagues; on any ticket, whoever has it."""
        written = self._checked(text)
        with self._turn(number, anywhere=True) as (_, handling):
            handling.note(agent, written, key)

    def phoned(self, number: int, agent: User, reached: bool, text: str, key: str) -> None:
        """The agent has called, as was promised; `text`: what came of it, for colleagues.

        The customer who was not reached reads that it was tried.
        """
        note = f"{'Called, reached' if reached else 'Called, not reached'}: {self._checked(text)}"
        with self._turn(number) as (turn, handling):
            if handling.noted(key):
                handling.note(agent, note, key)
                return
            if handling.ticket.attended and not _holds(handling.ticket, agent):
                raise TicketRefused(number, _not_yours(handling.ticket))
            phone = handling.ticket.phone or ""
            handling.phone(agent, reached=reached)
            handling.note(agent, note, key)
            if not reached:
                _tell(turn, "called", agent, key, phone=phone)

    def away(self, agent: User, away: bool) -> None:
        """The agent is away though their page is open, or is back: nobody waits for who is away."""
        now = datetime.now(UTC)
        self._presence.seen(agent, now)
        self._presence.be_away(agent, now if away else None)

    def tell_again(self, number: int) -> None:
        """Tries once more, at once, to tell whoever could not be told."""
        self._outbox.retry(number, datetime.now(UTC))
        self._wake()

    def talks_in(self, number: int, agent: User) -> int | None:
        """The conversation that the agent is in by a ticket; None for lookers-on: nobody is told of them."""
        ticket = self._store.ticket(number)
        return ticket.conversation if ticket and _holds(ticket, agent) else None

    def contact_seen(self, number: int, agent: User) -> None:
        """Records that the agent sees how to reach the customer, if that is known: once a day and ticket."""
        today = datetime.now(UTC).date()
        sight = (today, agent.name, number)
        ticket = None if sight in self._contacts_seen else self._store.ticket(number)
        if ticket is None or not (ticket.name or ticket.email or ticket.phone):
            return
        what = f"ticket {number}"
        since = datetime.combine(today, time(), UTC)
        with writing(self._store.engine) as session:
            audit.record_once(session, agent, "contact viewed", what, since)
        self._contacts_seen = {one for one in self._contacts_seen if one[0] == today} | {sight}

    def _checked(self, text: str) -> str:
        checked = check(text, self._settings.max_message, lines=True, symbols=True)
        if isinstance(checked, Refused):
            raise Unreadable(_REFUSED[checked.fault].format(length=checked.length, limit=checked.limit))
        return checked.text

    @contextmanager
    def _turn(self, number: int, *, anywhere: bool = False) -> Iterator[tuple[Turn, Handling]]:
        """`anywhere`: also on a ticket that is answered in another help desk."""
        with self._store.ticket_turn(number) as turn:
            handling = turn.handling(number)
            if handling is None:
                raise UnknownTicket(f"there is no ticket {number}")
            if not anywhere and (there := self._elsewhere(handling.ticket)):
                raise TicketRefused(
                    number, f"is answered in {CHATWOOT.shown}, where the customer is: {there}"
                )
            yield turn, handling

    def _elsewhere(self, ticket: Ticket) -> str | None:
        notices = self._outbox.notices([ticket.number])[ticket.number]
        return place(ticket, notices, self._settings.chatwoot)

    def _leave(
        self, number: int, agent: User, key: str, act: Callable[[Handling, User], None], told: Announcement
    ) -> None:
        """An act that takes the agent out of the chat, on a ticket that no colleague is busy with."""
        with self._turn(number) as (turn, handling):
            if turn.told_before(key):
                return
            if handling.ticket.attended and not _holds(handling.ticket, agent):
                raise TicketRefused(number, _not_yours(handling.ticket))
            act(handling, agent)
            _tell(turn, told, agent, key)


def _holds(ticket: Ticket, agent: User) -> bool:
    return ticket.attended and ticket.agent == agent.name


def _not_yours(ticket: Ticket) -> str:
    if ticket.attended:
        return taken_by(ticket.agent_shown)
    return "is nobody's at the moment: take it first"


def _tell(turn: Turn, told: Announcement, agent: User, key: str, **more: str) -> None:
    """A line of the assistant's between the messages, in the customer's language."""
    language = spoken(turn)
    text = phrase(ANNOUNCEMENTS[told], language, agent=agent.shown, **more)
    turn.say("bot", text, told, document={"language": language, "kind": told}, key=key)
