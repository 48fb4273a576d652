"""Ways to go on: what a customer can choose who has waited too long."""

from collections.abc import Sequence

from bot.conversation.patience import ANSWERS, ASKS, LABELS, Way
from bot.conversation.transcript import open_question
from bot.pages.element import Html, element
from bot.phrase import phrase
from bot.state.record import Message

_OVER = (*ANSWERS.values(), "joined", "withdrawn", "ended", "reopened")
"""Kinds after which it is no longer asked."""
_FIELDS: dict[Way, tuple[str, str]] = {"email": ("go_on_address", "email"), "call": ("go_on_number", "tel")}
"""The label and the kind of the field that a way takes."""


def asking(said: Sequence[Message]) -> Message | None:
    """The message whose choice is still open."""
    return open_question(said, (ASKS,), _OVER)


def form(message: Message, language: str) -> Html:
    """A button for each way; one that takes an address or a number opens a field for it."""
    ways = (message.document or {}).get("ways", ())
    return element("div", *(_way(way, language) for way in ways), class_="choices ways")


def _way(way: Way, language: str) -> Html:
    label = phrase(LABELS[way], language)
    if way not in _FIELDS:
        do = {"data-do": "go_on", "data-way": way}
        return element("button", label, type="button", class_="choice", **do)
    return element("details", element("summary", label, class_="choice"), _field(way, language))


def _field(way: Way, language: str) -> Html:
    key, kind = _FIELDS[way]
    box = element("input", name="where", type=kind, autocomplete=kind, dir="ltr", maxlength="200")
    return element(
        "form",
        element("label", phrase(key, language), box),
        element("button", phrase("send", language), class_="primary"),
        class_="reach card",
        novalidate="",
        **{"data-way": way},
    )
