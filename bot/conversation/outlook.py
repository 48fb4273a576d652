"""The outlook: what a customer hears of when somebody comes, honestly, in their language."""

from collections.abc import Callable
from datetime import datetime

from bot.phrase import phrase, run_on
from bot.settings import Settings
from bot.state.record import Ticket
from bot.waiting.promise import Promise, read
from bot.waiting.wait import Wait
from bot.waiting.when import at_the_latest, minutes, moment, wait

Telling = Callable[[Promise, Ticket, str, Settings, datetime], str]
"""How a promise on a ticket is put into words, in a language, at a moment."""


def outlook(promise: Promise, ticket: Ticket, language: str, settings: Settings, now: datetime) -> str:
    """What is promised, in whole sentences."""
    hours = settings.hours_of(ticket.queue)
    match promise.kind:
        case "wait":
            return run_on(_wait(promise, language), language)
        case "unknown":
            return run_on((*_place(promise, language), phrase("outlook_unknown", language)), language)
        case "opening" if promise.at:
            when = moment(promise.at, now, language, hours.clock)
            return phrase("outlook_opening", language, when=when)
        case "email" if promise.until:
            when = at_the_latest(promise.until, now, language, hours)
            return phrase("outlook_email", language, email=ticket.email or "", when=when)
        case "call" if promise.until:
            when = at_the_latest(promise.until, now, language, hours)
            return phrase("outlook_call", language, phone=_whole(ticket.phone or ""), when=when)
    return _whenever(language, settings)


def at_handover(promise: Promise, ticket: Ticket, language: str, settings: Settings, now: datetime) -> str:
    """The same as it is said first: with hours in words where nobody set any that can be reckoned with."""
    said = outlook(promise, ticket, language, settings, now)
    if promise.kind != "unknown":
        return said
    again = phrase("outlook_asks_again", language, length=minutes(settings.patience, language))
    hours = settings.hours_in_words(language)
    told = [phrase("ticket_when_hours", language, hours=hours)] if hours else []
    return run_on((*told, said, again), language)


def shown(ticket: Ticket, language: str, settings: Settings, now: datetime) -> str | None:
    """The line that the customer's page keeps up to date; None while nobody is waited for."""
    if ticket.status != "waiting" or ticket.promise is None:
        return None
    return outlook(read(ticket.promise), ticket, language, settings, now)


def _wait(promise: Promise, language: str) -> list[str]:
    expected = wait(Wait(promise.minutes or (0, None)), language)
    said = [*_place(promise, language), phrase("outlook_wait", language, wait=expected)]
    return [*said, phrase("outlook_closes", language)] if promise.closes else said


def _place(promise: Promise, language: str) -> list[str]:
    """The place in line, for which there need not be a line."""
    if promise.ahead:
        return [phrase("outlook_ahead", language, ahead=promise.ahead)]
    return [phrase("outlook_next", language)] if promise.kind == "wait" else []


def _whole(number: str) -> str:
    """A number that no line breaks apart."""
    return number.replace(" ", "\u00a0")


def _whenever(language: str, settings: Settings) -> str:
    hours = settings.hours_in_words(language)
    return phrase("ticket_when_hours", language, hours=hours) if hours else phrase("ticket_when", language)
