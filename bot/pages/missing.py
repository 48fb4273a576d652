"""Missing answers: what customers asked and agents looked for in vain, for the editors to write."""

import json
from datetime import UTC, datetime

import gradio as gr

from bot.database.engine import StateError
from bot.finder.missed import MissedAnswer, MissedAnswers, still_missing, written_in
from bot.live import LiveIndex
from bot.pages import chip, draft, staff
from bot.pages.articles import Shelf, open_button
from bot.pages.element import Html, block, element, wide

MOST_ROWS = 100
MOST_WORDINGS = 12
"""Of one question, in its row and in its article."""
NOTHING = (
    "Nothing is missing. Here comes what customers ask the bot in vain. Agents report what they miss at the "
    "desk, below what a search found."
)
WHAT_FOR = (
    "What customers asked the bot in vain and what agents reported, the most missed first. A question leaves "
    "the list once an article has it among its questions and the index is rebuilt; it comes back when it is "
    "missed again."
)
_HEADS = ("Words", "Times", "Language", "Who", "Last", "Came first all the same", "Article")


def panel(page: gr.Blocks, tab: gr.Tab, missed: MissedAnswers, live: LiveIndex, shelf: Shelf) -> None:
    """The list of what is missing, and how many in the tab's name."""
    listed = staff.shown(elem_id="missing")

    def show() -> list[object]:
        try:
            answers = _open(missed, live)
        except StateError as error:
            return [gr.skip(), staff.not_shown(error)]
        label = f"Missing answers ({len(answers)})" if answers else "Missing answers"
        return [gr.Tab(label), block(listing(answers, shelf))]

    staff.on([page.load, tab.select], show, [], [tab, listed])


def _open(missed: MissedAnswers, live: LiveIndex) -> tuple[MissedAnswer, ...]:
    """Without those that the index in force holds an article for."""
    index = live.index
    if index is None:
        return missed.listed()
    return still_missing(missed.listed(), index.articles, datetime.fromisoformat(index.manifest.built))


def listing(answers: tuple[MissedAnswer, ...], shelf: Shelf) -> Html:
    """What is missed most comes first."""
    if not answers:
        return element("p", NOTHING, class_="empty")
    head = element("tr", *(element("th", title, scope="col") for title in _HEADS))
    rows = (_row(answer, shelf) for answer in answers[:MOST_ROWS])
    table = element("table", element("thead", head), element("tbody", *rows), class_="missing")
    hidden = len(answers) - MOST_ROWS
    more = [element("p", f"{hidden} more, missed less often.", class_="count")] if hidden > 0 else []
    return element("div", element("p", WHAT_FOR, class_="legend"), wide("Missing answers", table), *more)


def _row(answer: MissedAnswer, shelf: Shelf) -> Html:
    last, wordings = answer.last, answer.wordings[:MOST_WORDINGS]
    came = f"{last.best} · {last.confidence:.0%}" if last.best else f"nothing near, {last.confidence:.0%}"
    when = f"{chip.ago(datetime.now(UTC) - last.created)} ago"
    cells = (
        element("span", *(element("bdi", words) for words in wordings), class_="wordings"),
        element("span", str(len(answer.reports))),
        element("span", *map(chip.language, answer.languages)),
        element("bdi", _who(answer)),
        element("span", when, title=f"{last.created.astimezone():%d %b %Y, %H:%M}"),
        element("bdi", came),
        _article(answer, shelf),
    )
    pairs = zip(_HEADS, cells, strict=True)
    return element("tr", *(element("td", cell, data_head=title) for title, cell in pairs))


def _who(answer: MissedAnswer) -> str:
    customers = ["customers" if answer.customers > 1 else "a customer"] if answer.customers else []
    return ", ".join((*customers, *answer.agents))


def _article(answer: MissedAnswer, shelf: Shelf) -> Html:
    """The way to the article: one that waits for a rebuild, or a new one."""
    written = written_in(answer, shelf.library.articles)
    if written is not None:
        return element("span", open_button(written.path, written.path), ": rebuild to answer with it")
    questions = answer.wordings[:MOST_WORDINGS]
    path = draft.free_path(shelf.library.folder, questions[0], answer.last.language)
    wish = json.dumps({"path": path, "questions": questions}, ensure_ascii=False)
    return staff.choose("wish", wish, "Write the article", class_="small")
