"""A considered reply said within a turn, with all that follows from it: misses counted, a ticket written."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.answer import wording
from bot.answer.consider import Considered
from bot.answer.decide import Context
from bot.answer.document import kind
from bot.answer.reply import Answer, Handoff, Rephrase, Reply, Suggestions
from bot.conversation import outlook
from bot.phrase import phrase, run_on
from bot.settings import Settings
from bot.state.packet import pack
from bot.state.record import Author, Message, Ticket
from bot.state.turn import Turn
from bot.waiting.promise import Promise, promise, read
from bot.waiting.queue import matter, routed

LEAST_SURE = 0.3
"""Confidence from which on an article says what a matter is about."""


def respond(
    turn: Turn, considered: Considered, settings: Settings, *, replies_to: int, before: Sequence[str] = ()
) -> Message:
    """Says the reply in the conversation; `before`: sentences to open with.

    While a person is waited for the bot helps on, and what it can't answer is passed on to them.
    """
    ticket = turn.ticket()
    waits = ticket is not None and ticket.status == "waiting"
    reply = _passed_on(considered.reply) if waits else considered.reply
    if waits and isinstance(reply, Answer | Suggestions):
        offer = "while_waiting" if isinstance(reply, Answer) else "while_waiting_choice"
        before = (phrase(offer, considered.frame), *before)
    opening = run_on(before, considered.frame)
    text, document = considered.text, considered.document
    if isinstance(reply, Handoff):
        text, follows = _hand_over(turn, considered, reply, settings)
        document = {**document, "kind": kind(reply), "reason": reply.reason, **follows}
    text = f"{opening}\n\n{text}" if opening else text
    document = {**document, "text": text, "opening": opening}
    return turn.say("bot", text, kind(reply), document=document, replies_to=replies_to)


def misses_after(reply: Reply, context: Context) -> int:
    """Questions in a row without an answer, once this reply is given."""
    if isinstance(reply, Answer):
        return 0
    missed = isinstance(reply, Rephrase) or (isinstance(reply, Handoff) and reply.reason == "repeated_miss")
    return context.misses + missed


def transient(author: Author, text: str, kind: str) -> Message:
    """A message that is shown but not kept."""
    return Message(0, 0, author, text, kind, None, datetime.now(UTC))


def _passed_on(reply: Reply) -> Reply:
    """Nobody is asked to say it otherwise who is going to talk to a person."""
    return Handoff(reply.found, "low_confidence") if isinstance(reply, Rephrase) else reply


def promised(turn: Turn, ticket: Ticket, settings: Settings, now: datetime) -> Promise:
    """What can be promised to a customer who waits, from the queue as it is now; stored with the ticket.

    A mail or a call that was promised stays so.
    """
    if ticket.promise and not (before := read(ticket.promise)).awaited:
        return before
    desk = turn.line().desk(ticket, settings.queues)
    made = promise(desk, settings.hours_of(ticket.queue), now, settings.patience)
    if handling := turn.handling(ticket.number):
        handling.promise(made)
    return made


def _hand_over(
    turn: Turn, considered: Considered, reply: Handoff, settings: Settings
) -> tuple[str, dict[str, Any]]:
    """What the customer is told, and what the document says of the ticket."""
    earlier, said = turn.last_ticket(), turn.transcript()
    packet = pack(reply.reason, reply.found, turn.context.rejected, said)
    about = matter(reply.found, reply.reason, considered.language.code, LEAST_SURE)
    ticket = turn.hand_over(reply.reason, {**packet.document(), **routed(about, settings.queues)})
    speaks = considered.frame
    is_new = earlier is None or earlier.number != ticket.number
    if not is_new:
        waits_for = reply.reason in ("asked", "danger")
        asks = _when(turn, ticket, outlook.outlook, speaks, settings) if waits_for else ()
        text = run_on((phrase("handoff_already", speaks, number=ticket.number), *asks), speaks)
        text = wording.in_danger(text, speaks) if reply.reason == "danger" else text
    else:
        when = _when(turn, ticket, outlook.at_handover, speaks, settings)
        text = f"{considered.text}\n\n{wording.ticket(ticket.number, when, speaks)}"
    answered = any(message.kind in ("contact", "reachable") for message in said)
    asked = {"contact": is_new and not answered, "by_mail": settings.mail is not None}
    return text, {"ticket": ticket.number, **asked}


def _when(
    turn: Turn, ticket: Ticket, told: outlook.Telling, language: str, settings: Settings
) -> Sequence[str]:
    """When somebody comes, where nobody is there yet."""
    if ticket.status != "waiting":
        return ()
    now = datetime.now(UTC)
    return (told(promised(turn, ticket, settings, now), ticket, language, settings, now),)
