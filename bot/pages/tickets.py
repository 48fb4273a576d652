"""Tickets: who waits for a person, and all that is known about what they asked."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from bot.access.user import LOCAL
from bot.fault import BotError
from bot.live import LiveIndex
from bot.pages import chip, staff
from bot.pages.element import Html, block, element, notice, wide
from bot.render import html, plain_html
from bot.settings import Settings
from bot.state.record import Message, Ticket
from bot.state.store import Store
from index.hit import Thresholds
from kb.language import direction, name

SECONDS_BETWEEN_LOOKS = 20
MOST_SOLVED = 50
_FIRST_WORDS = 90
_NO_INDEX = Thresholds(answer=1.0, suggest=1.0)
_REASONS = {
    "asked": "asked for a person",
    "missing_knowledge": "no article on it",
    "low_confidence": "no sure answer",
    "upset": "upset",
    "repeated_miss": "missed twice",
}


def panel(page: gr.Blocks, tab: gr.Tab, store: Store, live: LiveIndex, settings: Settings) -> None:
    """The list of tickets beside the packet of the chosen one."""
    chosen = staff.chooser("ticket")
    with gr.Row(elem_classes="tickets-panel"):
        with gr.Column(scale=2, min_width=280):
            refresh = gr.Button("Refresh", size="sm", elem_classes="refresh")
            listed = staff.shown(elem_id="tickets-list")
        with gr.Column(scale=3, min_width=280):
            solve = gr.Button("Mark as solved", variant="primary", visible=False)
            packet = staff.shown(_none_chosen(), elem_id="packet")
    clock = gr.Timer(SECONDS_BETWEEN_LOOKS)
    desk = _Tickets(store, live, settings)
    overview, everything = [tab, listed], [tab, listed, packet, solve]
    staff.on([page.load, clock.tick], desk.overview, [chosen], overview)
    staff.on([chosen.change, refresh.click], desk.everything, [chosen], everything, typing=True)
    staff.on(solve.click, desk.solve, [chosen], everything)


class _Tickets:
    """The store's tickets as updates of the page."""

    def __init__(self, store: Store, live: LiveIndex, settings: Settings) -> None:
        self._store, self._live, self._settings = store, live, settings

    def overview(self, chosen: str) -> list[Any]:
        try:
            tickets = self._store.tickets()
        except BotError as error:
            return [gr.skip(), block(notice(str(error), tone="bad"))]
        waiting = sum(ticket.is_open for ticket in tickets)
        return [gr.Tab(f"Tickets ({waiting})" if waiting else "Tickets"), block(ticket_list(tickets, chosen))]

    def everything(self, chosen: str) -> list[Any]:
        try:
            ticket = self._store.ticket(int(chosen)) if chosen else None
            messages = self._store.ticket_transcript(ticket.number) if ticket else ()
        except BotError as error:
            return [*self.overview(chosen), block(notice(str(error), tone="bad")), gr.skip()]
        if ticket is None:
            return [*self.overview(""), block(_none_chosen()), gr.Button(visible=False)]
        packet = ticket_packet(ticket, messages, self._thresholds(), self._titles(ticket))
        return [*self.overview(chosen), block(packet), gr.Button(visible=ticket.is_open)]

    def solve(self, chosen: str) -> list[Any]:
        try:
            with self._store.ticket_turn(int(chosen)) as turn:
                handling = turn.handling(int(chosen))
                if handling is not None and handling.ticket.is_open:
                    handling.close(LOCAL)
        except BotError as error:
            return [gr.skip(), gr.skip(), block(notice(f"Not marked: {error}", tone="bad")), gr.skip()]
        return self.everything(chosen)

    def _thresholds(self) -> Thresholds:
        index = self._live.index
        return index.thresholds(self._settings.wrong_answers) if index else _NO_INDEX

    def _titles(self, ticket: Ticket) -> dict[str, str]:
        """The titles of all articles by slug, in the ticket's language where there is one."""
        articles = self._live.index.articles if self._live.index else ()
        own = (ticket.packet.get("language") or {}).get("code")
        own_last = sorted(articles, key=lambda article: article.language == own)
        return {article.slug: article.title for article in own_last}


def ticket_list(tickets: Sequence[Ticket], chosen: str) -> Html:
    """Who has waited longest comes first; what is solved comes last, the latest first."""
    waiting = [ticket for ticket in tickets if ticket.is_open]
    solved = [ticket for ticket in tickets if ticket.status == "closed"]
    latest = sorted(solved, key=_closed, reverse=True)[:MOST_SOLVED]
    parts = [_entries(waiting, chosen) if waiting else notice("Nobody is waiting.", tone="good")]
    if latest:
        parts += [element("h2", "Solved"), _entries(latest, chosen)]
    return element("div", element("h2", f"Waiting: {len(waiting)}"), *parts)


def _entries(tickets: Sequence[Ticket], chosen: str) -> Html:
    entries = (element("li", _entry(ticket, str(ticket.number) == chosen)) for ticket in tickets)
    return element("ol", *entries, class_="entries")


def _entry(ticket: Ticket, is_chosen: bool) -> Html:
    facts = element(
        "span",
        element("strong", f"#{ticket.number}"),
        _waited(ticket),
        *_spoken(ticket.packet),
        chip.chip(_REASONS.get(ticket.reason, ticket.reason)),
        element("bdi", ticket.name or ticket.email or "", class_="contact"),
        class_="facts",
    )
    words = element("span", _first_words(ticket.packet), class_="words", dir="auto")
    return staff.choose("ticket", str(ticket.number), facts, words, class_="entry", current=is_chosen)


def _waited(ticket: Ticket) -> Html:
    if ticket.status == "closed":
        return chip.chip(f"solved after {chip.ago(_closed(ticket) - ticket.created)}", "good")
    return chip.chip(f"waiting {chip.ago(datetime.now(UTC) - ticket.created)}", "warn")


def _closed(ticket: Ticket) -> datetime:
    return ticket.closed or ticket.created


def _spoken(packet: Mapping[str, Any]) -> list[Html]:
    language = packet.get("language")
    return [chip.language(language["code"])] if language else []


def _first_words(packet: Mapping[str, Any]) -> str:
    """The question that brought the customer here, or the last thing they wrote."""
    own = [line["text"] for line in packet.get("transcript", ()) if line["author"] == "customer"]
    words = " ".join(str(packet.get("question") or (own[-1] if own else "")).split())
    return words if len(words) <= _FIRST_WORDS else f"{words[:_FIRST_WORDS].rstrip()}…"


def _none_chosen() -> Html:
    return element("p", "Choose a ticket to see all that was said and found.", class_="empty")


def ticket_packet(
    ticket: Ticket, messages: Sequence[Message], thresholds: Thresholds, titles: Mapping[str, str]
) -> Html:
    """All that a person needs to take over without asking anything twice; `titles` of articles by slug."""
    return element(
        "article",
        element("h2", f"Ticket #{ticket.number}"),
        _summary(ticket),
        element("h3", "What was said"),
        element("ol", *(_message(message) for message in messages), class_="transcript"),
        element("h3", "What was found"),
        _candidates(ticket.packet.get("found", ()), thresholds),
        element("h3", "What the customer turned down"),
        _rejected(ticket.packet, titles),
        class_="card packet",
    )


def _summary(ticket: Ticket) -> Html:
    rows = [
        ("Reason", chip.chip(_REASONS.get(ticket.reason, ticket.reason))),
        ("Status", _waited(ticket)),
        ("Since", element("span", f"{ticket.created.astimezone():%d %b %Y, %H:%M}")),
        ("Language", _language(ticket.packet)),
        ("Contact", _contact(ticket)),
    ]
    pairs = (element("div", element("dt", term), element("dd", told)) for term, told in rows)
    return element("dl", *pairs, class_="summary")


def _language(packet: Mapping[str, Any]) -> Html:
    language = packet.get("language")
    if not language:
        return element("span", "not known yet")
    own = element("span", name(language["code"]), lang=language["code"], dir=direction(language["code"]))
    return element("span", own, f" ({language['code']}), {language['certainty']:.0%} certain")


def _contact(ticket: Ticket) -> Html:
    if not (ticket.name or ticket.email or ticket.phone):
        return element("span", "none left")
    ways = [element("a", ticket.email, href=f"mailto:{ticket.email}")] if ticket.email else []
    ways += [element("bdi", ticket.phone, class_="phone")] if ticket.phone else []
    return element("span", element("bdi", ticket.name or ""), *(part for way in ways for part in (" ", way)))


def _message(message: Message) -> Html:
    said = plain_html(message.text) if message.author == "customer" else html(message.text)
    verdict = {True: [chip.chip("helped", "good")], False: [chip.chip("did not help", "bad")], None: []}
    who = f"{message.author.capitalize()}, {message.created.astimezone():%H:%M} "
    head = element("p", who, *verdict[message.helpful])
    return element("li", head, element("div", Html(said), class_="said", dir="auto"), class_=message.author)


def _candidates(found: Sequence[Mapping[str, Any]], thresholds: Thresholds) -> Html:
    if not found:
        return element("p", "Nothing: no question was searched for.")
    heads = ("Article", "Language", "Confidence")
    head = element("tr", *(element("th", title, scope="col") for title in heads))
    rows = (_candidate(hit, thresholds) for hit in found)
    table = element("table", element("thead", head), element("tbody", *rows))
    return wide("What was found", table)


def _candidate(hit: Mapping[str, Any], thresholds: Thresholds) -> Html:
    section = element("span", f" › {hit['section']}", class_="section") if hit.get("section") else Html()
    return element(
        "tr",
        element("td", element("span", hit["title"], section, lang=hit["language"], dir="auto")),
        element("td", chip.language(hit["language"])),
        element("td", chip.confidence(hit["confidence"], thresholds)),
    )


def _rejected(packet: Mapping[str, Any], titles: Mapping[str, str]) -> Html:
    rejected = packet.get("rejected") or ()
    if not rejected:
        return element("p", "Nothing.")
    items = (element("li", element("bdi", titles.get(slug, slug))) for slug in rejected)
    return element("ul", *items)
