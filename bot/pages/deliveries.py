"""Deliveries: who was told of a ticket, when, and what their side answered; in red where nobody could be."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.notify.notice import Delivery, Notice, told
from bot.pages import chip
from bot.pages.element import Html, element, notice

_WAYS = {"email": "by e-mail", "webhook": "by webhook", "chatwoot": "in Chatwoot"}


def deliveries(notices: Sequence[Notice], now: datetime) -> Html:
    """The proof of what was told about one ticket, the latest last."""
    listed = element("ul", *(_notice(one) for one in notices), class_="deliveries")
    return element("div", warning(notices, now), listed if notices else Html(), class_="told")


def warning(notices: Sequence[Notice], now: datetime, since: datetime | None = None) -> Html:
    """A sentence where nobody of the team knows, since then, of the ticket; else nothing."""
    match told(notices, now, since):
        case "nobody":
            return notice(
                "Nobody could be told of this ticket: no mail and no webhook got through.", tone="bad"
            )
        case "unset":
            return notice("Nobody is told of tickets: neither mail nor webhooks are set.", tone="warn")
        case _:
            return Html()


def _notice(one: Notice) -> Html:
    who = "the customer, " if one.audience == "customer" else ""
    target = one.target if one.channel == "email" else urlsplit(one.target).netloc
    sentence = element("span", f"{who}", element("bdi", target), f" {_WAYS[one.channel]}, ", _when(one))
    return element("li", _state(one), " ", sentence, _answers(one.deliveries))


def _state(one: Notice) -> Html:
    match one.state:
        case "sent":
            return chip.chip("told", "good")
        case "needless":
            return chip.chip("read in the chat")
        case "failed":
            return chip.chip("not told", "bad")
        case "waiting":
            return chip.chip("not told yet", "warn") if one.attempts else chip.chip("being told")


def _when(one: Notice) -> str:
    last = one.deliveries[-1].started if one.deliveries else one.created
    attempts = f", attempt {one.attempts}" if one.attempts > 1 else ""
    again = f", next at {_clock(one.due)}" if one.state == "waiting" and one.attempts else ""
    return f"{last.astimezone():%d %b, %H:%M}{attempts}{again}"


def _answers(attempts: Sequence[Delivery]) -> Html:
    """What was answered last, with the id by which the other side can find it again."""
    if not attempts:
        return Html()
    last = attempts[-1]
    id = element("small", f" {last.message_id}") if last.accepted and last.message_id else Html()
    return element("div", element("bdi", last.answer), id, class_="answer")


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M}"
