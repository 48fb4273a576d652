"""The shift on the desk: what is open, what was promised and until when: danger first, then the overdue."""

from collections.abc import Sequence
from datetime import UTC, datetime

import gradio as gr

from bot.database.engine import StateError
from bot.pages import chip, staff
from bot.pages.element import Html, block, element, notice, wide
from bot.pages.status import called_for
from bot.state.store import Store
from bot.takeover.shift import Owed, Shift, in_words, shift

SECONDS_BETWEEN_LOOKS = 30
_OPEN = ("Ticket", "Promised", "Held by", "Open", "Waiting", "Question")


def panel(page: gr.Blocks, tab: gr.Tab, store: Store) -> None:
    """What is owed, and in the tab's name how much of it is overdue."""
    listed = staff.shown(elem_id="shift")
    clock = gr.Timer(SECONDS_BETWEEN_LOOKS)

    def show() -> list[object]:
        try:
            stands = shift(store, datetime.now(UTC))
        except StateError as error:
            return [gr.skip(), staff.not_shown(error)]
        label = f"Shift ({stands.overdue} overdue)" if stands.overdue else "Shift"
        return [gr.Tab(label), block(listing(stands))]

    staff.on([page.load, tab.select, clock.tick], show, [], [tab, listed])


def listing(shift: Shift) -> Html:
    """How much is open, and each of it."""
    waits = _open(shift.open) if shift.open else notice("Nothing is open.", tone="good")
    return element("div", element("h2", _counts(shift)), waits, class_="shift")


def _counts(shift: Shift) -> str:
    overdue = f", {shift.overdue} overdue" if shift.overdue else ""
    return f"Open: {len(shift.open)}{overdue}"


def _open(owed: Sequence[Owed]) -> Html:
    return _table("Open tickets", _OPEN, [_open_cells(one) for one in owed])


def _open_cells(one: Owed) -> tuple[Html, ...]:
    waits = "" if one.waits_for is None else chip.ago(one.waits_for)
    holder = one.ticket.agent_shown or one.ticket.agent
    return (
        _ticket(one),
        _promise(one),
        element("bdi", holder) if holder else chip.chip("nobody", "warn"),
        element("span", chip.ago(one.open_for), title=_clock(one.ticket.created)),
        element("span", waits),
        _question(one),
    )


def _ticket(one: Owed) -> Html:
    ticket = one.ticket
    number = element("a", f"#{ticket.number}", href=f"/desk/?ticket={ticket.number}")
    language = [chip.language(ticket.language)] if ticket.language else []
    queue = [element("bdi", ticket.queue, class_="section")] if ticket.queue else []
    return element("span", number, *language, called_for(ticket), *queue, class_="facts")


def _promise(one: Owed) -> Html:
    """How to reach the customer stands on the ticket: who looks there is recorded."""
    if one.until is None or one.promise is None:
        return element("span", "nothing", class_="section")
    until = chip.chip(f"by {_clock(one.until)}")
    if one.overdue is not None:
        until = chip.chip(f"overdue by {chip.ago(one.overdue)}", "bad", title=f"by {_clock(one.until)}")
    return element("span", until, " ", in_words(one.promise))


def _question(one: Owed) -> Html:
    question = one.ticket.packet.get("question")
    return element("span", question, dir="auto") if question else element("span", "none asked")


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone():%d %b, %H:%M}"


def _table(label: str, heads: Sequence[str], rows: Sequence[Sequence[Html]]) -> Html:
    head = element("tr", *(element("th", title, scope="col") for title in heads))
    body = (element("tr", *_cells(heads, cells)) for cells in rows)
    return wide(label, element("table", element("thead", head), element("tbody", *body)))


def _cells(heads: Sequence[str], cells: Sequence[Html]) -> list[Html]:
    return [element("td", cell, data_head=head) for head, cell in zip(heads, cells, strict=True)]
