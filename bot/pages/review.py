"""What the customer is asked once a person has left: whether it is solved, then how it was."""

from collections.abc import Sequence

from bot.conversation.customer import RATINGS
from bot.conversation.transcript import open_question
from bot.pages.element import Html, element
from bot.phrase import phrase
from bot.state.record import Message

ASKING = ("ended", "solved")
"""Kinds of messages that ask."""
_ANSWERING = ("reviewed", "reopened", "joined", "handoff")
"""Kinds after which what was asked before is asked no more."""


def asking(said: Sequence[Message]) -> Message | None:
    """The message whose question is still open."""
    return open_question(said, ASKING, _ANSWERING)


def form(message: Message, language: str) -> Html:
    """The question of a message that asks."""
    return _solved(language) if message.kind == "ended" else _rating(language)


def _solved(language: str) -> Html:
    question = phrase("solved_question", language)
    answers = (
        element("button", phrase(key, language), type="button", class_="choice", **{"data-do": key})
        for key in ("solved", "unsolved")
    )
    return element(
        "div",
        element("p", question),
        element("div", *answers, class_="choices"),
        class_="asks",
        role="group",
        **{"aria-label": question},
    )


def _rating(language: str) -> Html:
    """Nothing has to be chosen or written."""
    stars = (
        element("label", element("input", type="radio", name="rating", value=str(stars)), str(stars))
        for stars in RATINGS
    )
    scale = element("legend", phrase("rating_scale", language))
    comment = element("textarea", name="comment", rows="2", maxlength="2000", dir="auto")
    send = element("button", phrase("send", language), class_="primary")
    decline = element("button", phrase("contact_skip", language), type="button", **{"data-do": "decline"})
    return element(
        "form",
        element("fieldset", scale, element("div", *stars, class_="stars")),
        element("label", phrase("rating_comment", language), comment),
        element("div", send, decline, class_="row"),
        class_="asks reach review card",
        novalidate="",
    )
