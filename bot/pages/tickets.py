"""The desk's tickets: the list, and beside it the ticket that is worked on, with all that an agent needs.

This is the frame, and the list; `pages.ticket` draws one ticket, `static/tickets.js` fills both and acts.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.pages import chip
from bot.pages.element import Html, element, joined, notice, unseen
from bot.pages.finder import finder
from bot.pages.status import TONES, called_for, left, standing
from bot.settings import Settings
from bot.state.record import Ticket
from bot.takeover.board import Board, Card, Show
from bot.takeover.shift import owed

FIRST_WORDS = 90
SHOWN: dict[Show, str] = {"open": "Open", "waiting": "Waiting", "mine": "Mine", "closed": "Closed"}
_NONE: dict[Show, str] = {
    "open": "Nothing is open. A ticket comes when the chat calls a person.",
    "waiting": "Nobody is waiting.",
    "mine": "You have no open ticket. Take one that waits.",
    "closed": "Nothing was closed yet.",
}
_HERE = ("You are here.", "I'm away")
_AWAY = ("You are away: nobody waits for you, and nothing is passed on to you.", "I'm back")
SIDES = (("articles", "Articles"), ("facts", "Packet"), ("notes", "Notes"), ("past", "History"))
"""What stands beside the conversation, one at a time."""
_READ = frozenset({"facts", "past"})
"""Sides with nothing to type in, which a keyboard reaches all the same to scroll them."""


def listing(board: Board, now: datetime) -> Html:
    """Filters with their counts, and the tickets that were wished for."""
    cards = joined(_card(card, now) for card in board.cards)
    none = notice(_NONE[board.chosen.show], tone="good" if board.chosen.show == "waiting" else "")
    listed = element("ol", cards, class_="entries") if board.cards else none
    return joined([_presence(board), _filters(board), listed])


def _presence(board: Board) -> Html:
    """Whether customers and colleagues may count on the agent, and the way to change that."""
    says, label = _AWAY if board.away else _HERE
    change = element("button", label, type="button", **{"data-away": "false" if board.away else "true"})
    look = "presence notice warn" if board.away else "presence"
    return element("p", element("span", says), " ", change, class_=look, **{"data-key": "presence"})


def _filters(board: Board) -> Html:
    shows = (
        _filter(
            "show", show, label, board.counts[show] if show != "closed" else None, board.chosen.show == show
        )
        for show, label in SHOWN.items()
    )
    return joined([element("div", *shows, role="group", aria_label="Show", class_="choices"), _queues(board)])


def _queues(board: Board) -> Html:
    """Nothing where there is but one queue."""
    if not board.queues:
        return Html()
    chosen = board.chosen.queue
    every = _filter("queue", "", "All queues", None, chosen is None)
    each = (_filter("queue", name, name, count, chosen == name) for name, count in board.queues.items())
    return element("div", every, *each, role="group", aria_label="Queue", class_="choices")


def _filter(name: str, value: str, label: str, count: int | None, chosen: bool) -> Html:
    counted = [" ", element("span", str(count), class_="number")] if count is not None else []
    pressed = "true" if chosen else "false"
    key = {"data-key": f"{name}-{value}", "data-filter": name, "data-value": value}
    return element("button", element("bdi", label), *counted, type="button", aria_pressed=pressed, **key)


def _card(card: Card, now: datetime) -> Html:
    ticket = card.ticket
    number = str(ticket.number)
    button = element(
        "button",
        element("span", *_told(card, now), class_="facts"),
        element("span", _first_words(ticket.packet), class_="words", dir="auto"),
        type="button",
        class_="entry",
        **{"data-ticket": number, "data-key": f"ticket-{number}"},
    )
    return element("li", button, **{"data-key": number})


def _told(card: Card, now: datetime) -> list[Html]:
    ticket = card.ticket
    tone = "good" if ticket.status == "taken" else TONES[card.level]
    told = [
        element("strong", f"#{ticket.number}"),
        *([chip.chip(card.level, TONES[card.level])] if card.level != "normal" else []),
        chip.chip(standing(ticket, now), tone, title=f"Priority {card.priority}"),
        *([chip.chip(f"{card.unread} new", "warn")] if card.unread else []),
        *left(ticket),
        *_review(ticket),
        *([chip.chip(f"overdue by {chip.ago(late)}", "bad")] if (late := owed(ticket, now).overdue) else []),
        *([chip.chip("nobody could be told", "bad")] if card.untold else []),
        *([chip.language(ticket.language)] if ticket.language else []),
        called_for(ticket),
        *(chip.chip(one) for one in (ticket.product, ticket.queue) if one),
        *([element("bdi", ticket.name, class_="contact")] if ticket.name else []),
    ]
    return [Html(part) for part in told]


def _review(ticket: Ticket) -> list[Html]:
    """What the customer of a closed ticket said of it."""
    if ticket.status != "closed" or not ticket.solved:
        return []
    rated = f", {ticket.rating} of 5" if ticket.rating else ""
    return [chip.chip(f"solved{rated}", "good")]


def _first_words(packet: Mapping[str, Any]) -> str:
    """The question that brought the customer here, or the last thing they wrote."""
    own = [line["text"] for line in packet.get("transcript", ()) if line["author"] == "customer"]
    words = " ".join(str(packet.get("question") or (own[-1] if own else "")).split())
    return words if len(words) <= FIRST_WORDS else f"{words[:FIRST_WORDS].rstrip()}…"


# The frame


def panel(settings: Settings) -> Html:
    """The frame of it all; what an agent types stands here, and is never drawn anew."""
    return element(
        "section",
        element("p", class_="state notice warn", role="status", hidden=""),
        element("div", class_="board", **{"data-part": "board"}),
        element("p", "Choose a ticket to see all that was said and found.", class_="empty no-ticket"),
        _asking(),
        _ticket(settings),
        class_="tickets",
        aria_label="Tickets",
        **{"data-public": settings.public_url or ""},
    )


def _ticket(settings: Settings) -> Html:
    return element(
        "article",
        element("button", "← All tickets", type="button", class_="act back", **{"data-act": "back"}),
        element("header", class_="ticket-head", **{"data-part": "head"}),
        element("div", class_="acts", role="group", aria_label="Acts", **{"data-part": "acts"}),
        element("p", class_="fault notice bad", role="alert", hidden=""),
        element("div", _talk(), _composer(settings), class_="chat-side"),
        _sides(),
        class_="ticket",
        hidden="",
    )


def _asking() -> Html:
    """What is asked once before an act that a slip must not do; what is asked stands on the act's button."""
    stay = element("button", "Leave it open", autofocus="")
    sure = element("button", "Close the ticket", value="sure", class_="act primary")
    buttons = element("form", stay, sure, method="dialog", class_="row")
    return element(
        "dialog", element("p", id="asking-says"), buttons, class_="asking card", aria_labelledby="asking-says"
    )


def _talk() -> Html:
    log = element("ol", class_="talk", **{"data-part": "talk"})
    scrolled = element("div", log, class_="talk-frame", role="log", tabindex="0", aria_label="Conversation")
    typing = element("p", "The customer is typing…", class_="typing", role="status", hidden="")
    return joined([scrolled, typing])


def _composer(settings: Settings) -> Html:
    canned = element(
        "select",
        element("option", "Canned replies…", value=""),
        element("optgroup", label="Ready to send", **{"data-part": "replies"}),
        name="canned",
        aria_label="Canned replies",
    )
    insert = element("button", "Insert", type="button", class_="act", **{"data-act": "canned"})
    box = element(
        "textarea",
        name="text",
        id="reply",
        rows="3",
        dir="auto",
        aria_describedby="reply-hint",
    )
    keys = "Enter sends, Shift + Enter begins a line, Ctrl + K searches, /end closes."
    return element(
        "form",
        element("ol", class_="talk unsent", aria_label="Not sent yet", hidden=""),
        element("label", "Reply", element("span", class_="to"), **{"for": "reply"}),
        box,
        element("p", class_="aside notice warn", role="status", hidden=""),
        element(
            "div",
            *([canned, insert] if settings.canned else []),
            element("button", "Send", class_="act primary"),
            class_="row",
        ),
        element("small", keys, id="reply-hint"),
        class_="composer",
        hidden="",
    )


def _sides() -> Html:
    tabs = (_tab(key, label, chosen=place == 0) for place, (key, label) in enumerate(SIDES))
    return element(
        "aside",
        element("div", *tabs, role="tablist", aria_label="Beside the conversation", class_="choices"),
        _side("articles", finder("ticket", insert="Insert"), chosen=True),
        _side("facts", element("div", **{"data-part": "facts"})),
        _side("notes", element("div", **{"data-part": "notes"}), _note_form()),
        _side("past", element("div", **{"data-part": "past"})),
        class_="beside",
    )


def _tab(key: str, label: str, *, chosen: bool) -> Html:
    return element(
        "button",
        label,
        element("span", class_="number"),
        type="button",
        role="tab",
        id=f"beside-{key}-tab",
        aria_controls=f"beside-{key}",
        aria_selected="true" if chosen else "false",
        tabindex="0" if chosen else "-1",
        **{"data-side": key},
    )


def _side(key: str, *children: str, chosen: bool = False) -> Html:
    return element(
        "div",
        *children,
        id=f"beside-{key}",
        role="tabpanel",
        aria_labelledby=f"beside-{key}-tab",
        tabindex="0" if key in _READ else None,
        class_=f"side {key}",
        hidden=None if chosen else "",
    )


def _note_form() -> Html:
    return element(
        "form",
        element("label", "Note for colleagues", unseen(", never shown to the customer"), **{"for": "note"}),
        element("textarea", name="note", id="note", rows="2", dir="auto"),
        element("button", "Add the note", class_="act"),
        class_="note-form",
    )
