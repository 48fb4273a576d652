"""Missing answers: what agents looked for in vain, for the editors to write."""

from datetime import UTC, datetime

import gradio as gr

from bot.fault import BotError
from bot.finder.missed import MissedAnswer, MissedAnswers
from bot.pages import chip, staff
from bot.pages.element import Html, block, element, notice, wide

_HEADS = ("Words", "Times", "Language", "Who", "Last", "Came first all the same")


def panel(page: gr.Blocks, tab: gr.Tab, missed: MissedAnswers) -> None:
    """The list of what was reported at the desk, and how many in the tab's name."""
    listed = staff.shown(elem_id="missing")

    def show() -> list[object]:
        try:
            answers = missed.listed()
        except BotError as error:
            return [gr.skip(), block(notice(str(error), tone="bad"))]
        label = f"Missing answers ({len(answers)})" if answers else "Missing answers"
        return [gr.Tab(label), block(listing(answers))]

    staff.on([page.load, tab.select], show, [], [tab, listed])


def listing(answers: tuple[MissedAnswer, ...]) -> Html:
    """What is missed most comes first."""
    if not answers:
        sentence = "Nothing is reported as missing. Agents do so at the desk, below what a search found."
        return element("p", sentence, class_="empty")
    head = element("tr", *(element("th", title, scope="col") for title in _HEADS))
    table = element("table", element("thead", head), element("tbody", *map(_row, answers)), class_="missing")
    return wide("Missing answers", table)


def _row(answer: MissedAnswer) -> Html:
    last = answer.last
    came = f"{last.best} · {last.confidence:.0%}" if last.best else "nothing"
    when = f"{chip.ago(datetime.now(UTC) - last.created)} ago"
    cells = (
        element("bdi", last.words),
        element("span", str(len(answer.reports))),
        element("span", *map(chip.language, answer.languages)),
        element("bdi", ", ".join(answer.agents)),
        element("span", when, title=f"{last.created.astimezone():%d %b %Y, %H:%M}"),
        element("bdi", came),
    )
    pairs = zip(_HEADS, cells, strict=True)
    return element("tr", *(element("td", cell, data_head=title) for title, cell in pairs))
