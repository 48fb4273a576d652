"""One ticket as an agent sees it, part by part: what is live is drawn anew around what is being typed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import assert_never

from bot.access.user import User
from bot.answer.choice import label
from bot.notify.notice import told
from bot.notify.teller import reason
from bot.pages import chip, packet
from bot.pages.bubble import LINES
from bot.pages.deliveries import deliveries, warning
from bot.pages.element import Html, element, joined
from bot.pages.render import html, plain_html, written_html
from bot.pages.status import TONES, called_for, clock, left, standing
from bot.state.event import ASSISTANT, CUSTOMER, TicketEvent
from bot.state.handling import owes_call
from bot.state.record import Author, Marks, Message, Note, Ticket
from bot.takeover.dossier import Colleague, Dossier
from bot.takeover.shift import in_words
from bot.waiting.promise import read
from kb.language import name

_WRITERS = {"customer": "Customer", "bot": "Assistant", "agent": "Colleague"}
MOST_DRAWN = 5_000
"""Messages that are kept as they were drawn: some megabytes."""
_DRAWN: dict[Author, Callable[[str], str]] = {"customer": plain_html, "agent": written_html, "bot": html}
STILL_WAITS = "This customer still waits for a person. Close the ticket all the same?"
_IN_CONVERSATION = frozenset({"agent_wrote", "customer_wrote"})
"""Events that stand in the conversation itself."""


def parts(dossier: Dossier) -> dict[str, str]:
    """The markup of each part of the page, by its name there; replies have a place only if some are set."""
    replies = {"replies": _replies(dossier)} if dossier.replies else {}
    return {
        "head": _head(dossier),
        "acts": _acts(dossier),
        "talk": joined(line(message, dossier.marks, dossier.now) for message in dossier.messages),
        "facts": packet.facts(dossier),
        "notes": _notes(dossier.notes, dossier.now),
        "past": _past(dossier),
        **replies,
    }


# The head, and what can be done


def _head(dossier: Dossier) -> Html:
    ticket = dossier.ticket
    whom = element("bdi", ticket.name) if ticket.name else "A customer"
    tone = {"waiting": TONES[dossier.level] or "warn", "taken": "good"}.get(ticket.status, "")
    facts = [
        chip.chip(standing(ticket, dossier.now), tone),
        _spoken(dossier),
        called_for(ticket),
        *left(ticket),
        *([chip.chip(ticket.queue, title="Queue")] if ticket.queue else []),
        *([chip.chip(ticket.product, title="Product")] if ticket.product else []),
        *([chip.chip(f"opened again {ticket.reopened}×", "warn")] if ticket.reopened else []),
    ]
    title = element("h2", element("span", f"#{ticket.number} ", class_="number"), whom, tabindex="-1")
    since = ticket.waiting_since
    untold = warning(dossier.notices, dossier.now, since) if ticket.status == "waiting" else Html()
    return joined([title, element("p", *facts, class_="facts"), untold])


def _spoken(dossier: Dossier) -> Html:
    return chip.language(dossier.language) if dossier.language else chip.chip("language not known")


def _acts(dossier: Dossier) -> Html:
    ticket = dossier.ticket
    if dossier.elsewhere:
        return _elsewhere(dossier.elsewhere, ticket)
    match ticket.status:
        case "taken" if not dossier.is_held:
            busy = element("bdi", ticket.agent_shown or "")
            sentence = element("p", busy, " is with the customer. You can leave a note, or pass it on.")
            return joined([sentence, _pass_on(dossier)])
        case "taken":
            acts = [_act("give_back", "Hand back to the assistant"), _act("release", "Put back")]
            return joined([*_calls(ticket), *acts, _act("close", "Close"), _pass_on(dossier)])
        case "returned":
            label = "Take again" if ticket.agent == dossier.agent.name else "Take"
            acts = [_act("take", label, primary=True), _act("release", "Put back")]
            return joined([*_calls(ticket), *acts, _act("close", "Close"), _pass_on(dossier)])
        case "waiting":
            untold = told(dossier.notices, dossier.now, ticket.waiting_since) == "nobody"
            again = [_act("tell_again", "Try again to tell somebody")] if untold else []
            return joined(
                [
                    _act("take", "Take", primary=True),
                    *_calls(ticket),
                    *again,
                    _act("close", "Close", asks=STILL_WAITS),
                    _pass_on(dossier),
                ]
            )
        case "closed":
            return _act("take", "Open again", primary=True)


def _elsewhere(address: str, ticket: Ticket) -> Html:
    link = element(
        "a", f"Open the conversation in {ticket.agent_shown}", href=address, target="_blank", rel="noopener"
    )
    sentence = element("p", f"The customer is in {ticket.agent_shown}, and its people answer there. ", link)
    return joined([sentence, element("p", "You can leave a note here.")])


def _act(name: str, label: str, *, primary: bool = False, asks: str | None = None) -> Html:
    """`asks` is asked before it is done."""
    look = "act primary" if primary else "act"
    return element("button", label, type="button", class_=look, **{"data-act": name, "data-asks": asks})


def _calls(ticket: Ticket) -> list[Html]:
    """What came of a promised call: the words for it stand in the note."""
    if not owes_call(ticket):
        return []
    labels = {"yes": "I have called: reached", "no": "Called in vain"}
    return [
        element(
            "button", label, type="button", class_="act", **{"data-act": "phoned", "data-reached": reached}
        )
        for reached, label in labels.items()
    ]


def _pass_on(dossier: Dossier) -> Html:
    """Nothing where there is nobody to pass it on to."""
    others = [one for one in dossier.colleagues if one.user.name != dossier.ticket.agent]
    if not others:
        return Html()
    options = (_option(one, dossier.agent) for one in others)
    chooser = element("select", element("option", "Pass on to…", value=""), *options, aria_label="Pass on to")
    return element("span", chooser, _act("assign", "Pass on"), class_="pass-on")


def _option(one: Colleague, agent: User) -> Html:
    shut = "" if one.away and one.user.name != agent.name else None
    name = one.user.name
    return element("option", _named(one, agent), value=name, data_key=f"to-{name}", disabled=shut)


def _named(one: Colleague, agent: User) -> str:
    """A colleague, with what speaks for or against them."""
    if one.user.name == agent.name:
        return "myself"
    stands = "away" if one.away else "here" if one.here else "not here"
    return f"{one.user.shown} ({stands}{'' if one.fits else ', other matters'})"


def _replies(dossier: Dossier) -> Html:
    """Canned replies as options; those in another language than the customer's say so."""
    return joined(
        element(
            "option",
            one.title if one.language == dossier.language else f"{one.title} ({name(one.language)})",
            **{"data-text": one.text, "data-language": one.language},
        )
        for one in dossier.replies
    )


# The conversation


def line(message: Message, marks: Marks, now: datetime) -> Html:
    """A message of the conversation, as it stands below those before it."""
    said = _said(message.author, message.text)
    verdict = {True: [chip.chip("helped", "good")], False: [chip.chip("did not help", "bad")], None: []}
    gone = [chip.chip("a new conversation was begun", "warn")] if message.kind == "moved_on" else []
    head = element("p", *_written(message, now), *verdict[message.helpful], *gone, class_="by")
    return element(
        "li",
        head,
        element("div", Html(said), *_offered(message), class_="said", dir="auto"),
        class_=f"{message.author} {message.kind}{' line' if message.kind in LINES else ''}",
        data_key=str(message.id),
        data_sequence=str(message.sequence),
        data_sign=_sign(message, marks),
    )


def _offered(message: Message) -> Iterable[Html]:
    """What the customer was given to choose from."""
    offered = (message.document or {}).get("suggestions") or ()
    if offered:
        yield element("ul", *(element("li", label(one), dir="auto") for one in offered))


@lru_cache(maxsize=MOST_DRAWN)
def _said(author: Author, text: str) -> str:
    """What was said stays as it is, and is drawn again with every look at its ticket."""
    return _DRAWN[author](text)


def _written(message: Message, now: datetime) -> Iterable[str]:
    shown = element("bdi", message.speaker) if message.speaker else _WRITERS[message.author]
    return shown, " ", clock(message.created, now), " "


def _sign(message: Message, marks: Marks) -> str | None:
    """How far an agent's message has come; drawn by the page's style, which a screen reader reads too."""
    if message.author != "agent":
        return None
    if message.sequence <= marks.customer_seen:
        return "seen"
    return "delivered" if message.sequence <= marks.customer_delivered else "sent"


# Among colleagues, and what happened


def _notes(notes: Sequence[Note], now: datetime) -> Html:
    if not notes:
        return element("p", "No notes yet. Only colleagues read them.", class_="empty")
    return element("ol", *(_note(note, now) for note in notes), class_="notes")


def _note(note: Note, now: datetime) -> Html:
    head = element("p", element("bdi", note.shown), " ", clock(note.created, now), class_="by")
    return element("li", head, element("div", Html(written_html(note.text)), dir="auto"))


def _past(dossier: Dossier) -> Html:
    events = (event for event in dossier.events if event.kind not in _IN_CONVERSATION)
    listed = (_event(event, dossier) for event in events)
    return joined(
        [
            element("h3", "What happened"),
            element("ol", *listed, class_="past"),
            element("h3", "Who was told"),
            deliveries(dossier.notices, dossier.now),
        ]
    )


def _event(event: TicketEvent, dossier: Dossier) -> Html:
    return element("li", clock(event.created, dossier.now), " ", _happened(event, _names(dossier)))


def _names(dossier: Dossier) -> Mapping[str, str]:
    """What users are known by; who is not there any more is called by the name they signed in with."""
    users = (*(one.user for one in dossier.colleagues), dossier.agent)
    known = {one.name: one.shown for one in users}
    return {CUSTOMER: "the customer", ASSISTANT: "the assistant", **known}


def _happened(event: TicketEvent, names: Mapping[str, str]) -> str:
    who = names.get(event.by, event.by)
    to = str(event.details.get("agent") or "")
    match event.kind:
        case "handed_over":
            return f"A person was called: {reason(str(event.details.get('reason')))}"
        case "called":
            return f"A person was called again: {reason(str(event.details.get('reason')))}"
        case "taken":
            return f"Taken by {who}"
        case "assigned":
            return f"Passed on by {who} to {names.get(to, to)}"
        case "released":
            return f"Put back by {who}"
        case "returned":
            return f"Handed back to the assistant by {who}"
        case "contact_left":
            return "The customer left a contact"
        case "closed":
            return f"Closed by {who}"
        case "reopened":
            return "Not solved, says the customer: it waits again"
        case "reviewed":
            return _reviewed(event)
        case "promised":
            return f"Promised by the assistant: {in_words(read(event.details))}"
        case "apologised":
            return "The assistant apologised for the wait"
        case "left":
            return f"Waits again: {names.get(to, to)} was not there, and the customer had no answer"
        case "moved_on":
            return "The customer has begun a new conversation, and left this one open"
        case "phoned":
            return f"{who} called the customer{'' if event.details.get('reached') else ', in vain'}"
        case "came_back":
            return f"{who} was back and went on"
        case "customer_wrote" | "agent_wrote":
            return "Wrote"
        case never:
            assert_never(never)


def _reviewed(event: TicketEvent) -> str:
    """What was new in it: a customer says piece by piece how it was."""
    if rating := event.details.get("rating"):
        return f"The customer said how it was: {rating} of 5"
    return "The customer left a comment" if event.details.get("commented") else "Solved, says the customer"
