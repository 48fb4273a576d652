"""How well the bot answers: figures of the golden questions, the curve, and what is not proven."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from bot.live import LiveIndex
from bot.pages import chart, staff
from bot.pages.chart import Drawn
from bot.pages.element import Html, block, element, notice
from bot.standing import steps
from kb.language import name

Document = Mapping[str, Any]
NONE_YET = (
    "Nobody knows yet how well the bot answers: put questions with their right articles into golden.jsonl in "
    "the articles folder, and rebuild."
)
OLDER = "This index was built by an earlier version: rebuild under Index to see how well it answers."


def panel(page: gr.Blocks, tab: gr.Tab, live: LiveIndex) -> None:
    """What the build of the index in force measured."""
    shown = staff.shown(elem_id="quality")
    staff.on([page.load, tab.select], lambda: block(quality(live)), [], [shown])


def quality(live: LiveIndex) -> Html:
    """The figures of all questions, and of each language."""
    index = live.index
    if index is None:
        return notice(live.problem or "there is no index yet: rebuild under Index", tone="bad")
    evaluation = index.manifest.evaluation
    if evaluation is None:
        return notice(NONE_YET, tone="warn")
    if "curve" not in evaluation:
        return notice(OLDER, tone="warn")
    languages = evaluation["by_language"].items()
    return element(
        "div",
        _summary(evaluation),
        _part("All languages", evaluation, evaluation),
        element("h2", "By language"),
        element("div", *(_part(name(code), part, evaluation) for code, part in languages), class_="curves"),
        _legend(),
    )


def _summary(evaluation: Document) -> Html:
    rows = (
        ("Golden questions", f"{evaluation['questions']}, {evaluation['in_scope']} with an answer"),
        ("Right article first", _share(evaluation["top1"])),
        ("Among the first five", _share(evaluation["recall_at_5"])),
        ("Answered", _share(evaluation["answered"])),
        ("Of these wrong", _share(evaluation["answered_wrong"])),
        ("May be wrong", f"{evaluation['wrong_answers']:.1%}"),
    )
    pairs = (element("div", element("dt", term), element("dd", told)) for term, told in rows)
    return element("div", element("dl", *pairs, class_="summary"), class_="card")


def _part(called: str, figures: Document, evaluation: Document) -> Html:
    points = [(point["answered"], point["wrong"]) for point in figures["curve"]]
    limits = steps(figures, evaluation["thresholds"]["answer"])
    drawn = Drawn(called, figures["questions"], points, limits, evaluation["wrong_answers"])
    warnings = (element("p", f"{warning}.", class_="notice warn") for warning in figures["warnings"])
    return element("section", chart.curve(drawn), *warnings)


def _legend() -> Html:
    return element(
        "p",
        "Each point of a line is a limit of confidence from which on the bot would answer. The dot is the "
        "limit in force; the band is the share of answers that may be wrong. A warning says where the golden "
        "questions are too few to promise that share. Nineteen of twenty such promises hold.",
        class_="legend",
    )


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.1%}"
