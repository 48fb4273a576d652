"""Patience: an apology when nobody came or could be told, with a choice of how to go on."""

from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from bot import contact
from bot.conversation.outlook import at_handover, outlook
from bot.conversation.respond import promised, transient
from bot.phrase import frame, phrase, run_on
from bot.settings import Settings
from bot.state.handling import Handling
from bot.state.record import Message, Messages, Ticket
from bot.state.store import Store
from bot.state.turn import Turn
from bot.waiting.promise import Kind, Promise, Why
from bot.waiting.when import minutes

Way = Literal["wait", "email", "call"]
WAYS: tuple[Way, ...] = get_args(Way)
LABELS: dict[Way, str] = {"wait": "go_on_wait", "email": "go_on_email", "call": "go_on_call"}
"""The phrase on each button, and what the customer has said by pressing it."""
ASKS = "apology"
"""The kind of a message that asks."""
ANSWERS: dict[Way, str] = {"wait": "go_on", "email": "reachable", "call": "reachable"}
"""The kinds of the customer's choices."""


def apologise(turn: Turn, handling: Handling, why: Why, words: str, settings: Settings) -> Message:
    """Says it, with the ways to go on that can be kept: nobody is offered mail where none can be sent."""
    language = spoken(turn)
    ways = [way for way in WAYS if way != "email" or settings.mail]
    handling.apologise(why)
    document = {"language": language, "kind": ASKS, "ways": ways}
    return turn.say("bot", words, ASKS, document=document)


def sorry_for_waiting(turn: Turn, waited: timedelta) -> str:
    """That nobody came, and in what time."""
    language = spoken(turn)
    return phrase("wait_sorry", language, length=minutes(waited, language))


def sorry_for_silence(turn: Turn, ticket: Ticket, *, somebody_there: bool) -> str:
    """That nobody of the team could be told; an agent at the desk sees the ticket all the same."""
    key = "wait_untold_desk" if somebody_there else "wait_untold"
    return phrase(key, spoken(turn), number=ticket.number)


def spoken(turn: Turn) -> str:
    """The customer's language as far as there are phrases in it."""
    return frame(turn.language or "", turn.page_language)


class Patience:
    """What customers choose; raises UnknownConversation and StateError."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def go_on(
        self, token: str, way: str, where: str | None, *, page_language: str, key: str | None = None
    ) -> Messages:
        """How the customer wants to go on; `where`: the address or the number that it takes.

        Nothing is said where somebody came meanwhile.
        """
        speaks = frame(page_language, page_language)
        if way == "email" and self._settings.mail is None:
            return (transient("bot", phrase("go_on_no_mail", speaks), "error"),)
        if way == "email":
            given = contact.read(None, where)
            if given is None or given.email is None:
                return (transient("bot", phrase("contact_bad_email", speaks), "error"),)
            return self._promise(token, "email", speaks, key, email=given.email)
        if way == "call":
            number = contact.phone(where)
            if number is None:
                return (transient("bot", phrase("contact_bad_phone", speaks), "error"),)
            return self._promise(token, "call", speaks, key, phone=number)
        return self._wait(token, speaks, key)

    def _wait(self, token: str, language: str, key: str | None) -> Messages:
        with self._store.turn(token) as turn:
            if (heard := self._heard(turn, "wait", language, key)) is None:
                return turn.told_before(key)
            handling, said = heard
            handling.wait_on()
            now = datetime.now(UTC)
            made = promised(turn, handling.ticket, self._settings, now)
            told = at_handover(made, handling.ticket, language, self._settings, now)
            words = run_on((phrase("go_on_waiting", language), told), language)
            return said, _reply(turn, words, language, said)

    def _promise(
        self,
        token: str,
        kind: Literal["email", "call"],
        language: str,
        key: str | None,
        *,
        email: str | None = None,
        phone: str | None = None,
    ) -> Messages:
        with self._store.turn(token) as turn:
            if (heard := self._heard(turn, kind, language, key)) is None:
                return turn.told_before(key)
            handling, said = heard
            handling.leave_contact(None, email, phone)
            made, now = self._due(kind, handling.ticket)
            handling.promise(made)
            words = outlook(made, handling.ticket, language, self._settings, now)
            return said, _reply(turn, words, language, said)

    def _due(self, kind: Kind, ticket: Ticket) -> tuple[Promise, datetime]:
        now, hours = datetime.now(UTC), self._settings.hours_of(ticket.queue)
        return Promise(kind, hours.after(now, timedelta(hours=self._settings.answer_hours))), now

    def _heard(self, turn: Turn, way: Way, language: str, key: str | None) -> tuple[Handling, Message] | None:
        """The choice as a message of the customer's; None where it was heard before, or nobody waits."""
        handling = turn.handling()
        if handling is None or handling.ticket.status != "waiting" or turn.told_before(key):
            return None
        return handling, turn.say("customer", phrase(LABELS[way], language), ANSWERS[way], key=key)


def _reply(turn: Turn, words: str, language: str, to: Message) -> Message:
    return turn.say("bot", words, "outlook", document={"language": language}, replies_to=to.id)
