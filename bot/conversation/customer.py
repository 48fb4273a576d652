"""What customers do while a person is in the chat: write to them, end it, go back, and say how it was.

`key` is made by the customer's page: what is sent again under the key it had first changes nothing a second
time. Where an act comes too late, since the agent was quicker, nothing is said and nothing goes wrong.
"""

from collections.abc import Callable
from datetime import timedelta

from bot.conversation.patience import spoken
from bot.conversation.respond import transient
from bot.message import Refused, check
from bot.phrase import frame, phrase
from bot.settings import Settings
from bot.state.handling import Handling
from bot.state.packet import pack
from bot.state.record import Message, Messages, Ticket
from bot.state.store import Store
from bot.state.ticket import TicketRefused
from bot.state.turn import Turn
from bot.wishes.intent import recognise
from index.hit import Found
from kb.language import Language

END = "/end"
"""Written instead of a message, it ends the chat with a person."""
LONGEST_COMMENT = 2000
RATINGS = range(1, 6)
"""From poor to very good."""
WARNED_FOR = timedelta(minutes=5)
"""Who goes on about the same danger is not told again by then how to get to safety."""


def hear(turn: Turn, text: str, key: str | None) -> Messages | None:
    """A customer's message, said to the person in the chat; None where there is none: the bot replies.

    In danger the bot speaks beside the person, who may not be looking, and the ticket's people are told.
    """
    handling = turn.handling()
    if handling is None or not handling.ticket.attended:
        return None
    if told := turn.told_before(key):
        return told
    said = turn.say("customer", text, "message", key=key)
    handling.wrote(None, said.sequence)
    return (said, *_warned(turn, handling, said))


class Customers:
    """All acts of customers towards a person; may be called from any thread.

    They raise UnknownConversation and StateError.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def write(self, token: str, text: str, *, page_language: str, key: str | None = None) -> Messages | None:
        """What was written, where it is for a person; None where it is for the bot."""
        ticket = self._store.last_ticket(token)
        if _ends(text):
            return self.end(token, page_language=page_language, key=key)
        if ticket is None or not ticket.attended:
            return None
        checked = check(text, self._settings.max_message, lines=True, symbols=True)
        if isinstance(checked, Refused):
            sentence = checked.sentence(frame(page_language, page_language), person=True)
            return (transient("bot", sentence, "error"),)
        with self._store.turn(token) as turn:
            return hear(turn, checked.text, key)

    def end(self, token: str, *, page_language: str, key: str | None = None) -> Messages:
        """Ends the ticket for the customer; whoever has spoken to a person is asked how it was."""
        speaks = frame(page_language, page_language)

        def close(turn: Turn, handling: Handling) -> Messages:
            ticket = handling.ticket
            handling.close(None)
            kind = "withdrawn" if ticket.taken is None else "ended"
            return (_say(turn, kind, _ended(ticket, speaks), speaks, key),)

        nobody = transient("bot", phrase("nobody_here", speaks), "small_talk")
        return self._act(token, key, close) or (nobody,)

    def part(self, token: str, closes: bool, *, page_language: str, key: str | None = None) -> Messages:
        """The customer begins a new conversation: the open matter is closed, or its agent told."""
        if closes:
            return self.end(token, page_language=page_language, key=key)
        speaks = frame(page_language, page_language)

        def tell(turn: Turn, handling: Handling) -> Messages:
            if not handling.ticket.is_open:
                return ()
            handling.move_on()
            text = phrase("moved_on", speaks, number=handling.ticket.number)
            return (_say(turn, "moved_on", text, speaks, key),)

        return self._act(token, key, tell)

    def back(self, token: str, *, page_language: str, key: str | None = None) -> Messages:
        """The assistant answers again, as the customer wishes; the ticket stays its agent's."""
        speaks = frame(page_language, page_language)

        def give_back(turn: Turn, handling: Handling) -> Messages:
            handling.give_back(None)
            text = phrase("customer_back", speaks, agent=handling.ticket.agent_shown)
            return (_say(turn, "handed_back", text, speaks, key),)

        return self._act(token, key, give_back)

    def solved(self, token: str, solved: bool, *, page_language: str, key: str | None = None) -> Messages:
        """Whether the closed matter is solved; if not it is opened again, at the same agent."""
        speaks = frame(page_language, page_language)

        def answer(turn: Turn, handling: Handling) -> Messages:
            if handling.ticket.is_open:
                return ()
            said = turn.say("customer", phrase("solved" if solved else "unsolved", speaks), "review", key=key)
            if solved:
                handling.review(solved=True, rating=None, comment=None)
                return said, _say(turn, "solved", phrase("rating_question", speaks), speaks, to=said)
            handling.reopen()
            return said, _say(turn, "reopened", _called_back(handling.ticket, speaks), speaks, to=said)

        return self._act(token, key, answer)

    def rate(
        self, token: str, rating: int | None, comment: str, *, page_language: str, key: str | None = None
    ) -> Messages:
        """How it was, 1 to 5, with a word if they like; neither is a polite no."""
        speaks = frame(page_language, page_language)
        checked = check(comment, LONGEST_COMMENT, lines=True, symbols=True)
        if isinstance(checked, Refused) and checked.fault != "empty":
            return (transient("bot", checked.sentence(speaks), "error"),)
        written = "" if isinstance(checked, Refused) else checked.text
        given = rating if rating in RATINGS else None

        def answer(turn: Turn, handling: Handling) -> Messages:
            if handling.ticket.is_open:
                return ()
            if not (given or written):
                return (_say(turn, "reviewed", phrase("rating_declined", speaks), speaks, key),)
            stars = phrase("rating_given", speaks, rating=given) if given else ""
            text = "\n".join(part for part in (stars, written) if part)
            said = turn.say("customer", text, "review", key=key)
            handling.review(solved=None, rating=given, comment=written or None)
            return said, _say(turn, "reviewed", phrase("rating_thanks", speaks), speaks, to=said)

        return self._act(token, key, answer)

    def _act(self, token: str, key: str | None, act: Callable[[Turn, Handling], Messages]) -> Messages:
        try:
            with self._store.turn(token) as turn:
                if told := turn.told_before(key):
                    return told
                handling = turn.handling()
                return act(turn, handling) if handling else ()
        except TicketRefused:
            return ()


def _warned(turn: Turn, handling: Handling, said: Message) -> Messages:
    """How to get to safety, where a message to a person reports danger; the ticket is raised by the first."""
    intent = recognise(said.text, spoken(turn))
    if intent is None or intent.wish != "danger":
        return ()
    transcript = turn.transcript()
    if handling.ticket.reason != "danger":
        found = Found(said.text, Language(intent.language, 0.0), (), 0.0)
        handling.call("danger", pack("danger", found, turn.context.rejected, transcript).document())
    elif any(_warns(one) and said.created - one.created < WARNED_FOR for one in transcript):
        return ()
    language = frame(intent.language, turn.page_language)
    return (_say(turn, "danger", phrase("danger", language), language, to=said),)


def _warns(message: Message) -> bool:
    """Whether the bot says in it how to get to safety."""
    return message.kind == "danger" or (message.document or {}).get("reason") == "danger"


def _ends(text: str) -> bool:
    return isinstance(text, str) and text.strip().casefold() == END


def _ended(ticket: Ticket, language: str) -> str:
    """Nobody is named where nobody was there, or whoever was has put the ticket back."""
    if ticket.agent_shown is None:
        return phrase("customer_withdrew", language, number=ticket.number)
    return phrase("customer_ended", language, agent=ticket.agent_shown)


def _called_back(ticket: Ticket, language: str) -> str:
    if ticket.agent_shown is None:
        return phrase("reopened", language)
    return phrase("reopened_at", language, agent=ticket.agent_shown)


def _say(
    turn: Turn, kind: str, text: str, language: str, key: str | None = None, to: Message | None = None
) -> Message:
    """A word of the assistant's on what has changed."""
    document = {"language": language, "kind": kind}
    return turn.say("bot", text, kind, document=document, key=key, replies_to=to.id if to else None)
