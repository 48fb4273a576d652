"""A question tried: what the chat would say to it, and why."""

from collections.abc import Sequence
from typing import assert_never

import gradio as gr

from bot.answer.consider import Basis, Considered, consider
from bot.answer.reply import Answer, Handoff, Rephrase, Reply, SmallTalk, Suggestions
from bot.live import LiveIndex
from bot.message import Refused, check
from bot.pages import chip, reasons, staff
from bot.pages.element import Html, block, element, notice, wide
from bot.pages.render import html
from bot.settings import Settings
from index.explain import Explanation
from index.hit import Found, Hit, Thresholds
from kb.language import direction, name

DETECTED = "detected"
_HEADS = ("Article", "Confidence", "Similarity", "Title", "Questions", "Passages", "Words")
HITS = 10


def panel(live: LiveIndex, settings: Settings) -> None:
    """A question, and below it all that the index in force makes of it."""
    with gr.Row(elem_classes="filter"):
        question = gr.Textbox(
            label="Question, as a customer would type it", scale=3, min_width=280, elem_id="trial"
        )
        choices = [("Detected", DETECTED), *((name(code), code) for code in settings.languages)]
        language = gr.Dropdown(choices, value=DETECTED, label="Language", scale=1)
        ask = gr.Button("Try", variant="primary", scale=1)
    shown = staff.shown(_invitation(), elem_id="trial-result")

    def tried(question: str, language: str) -> str:
        return block(trial(live, settings, question, language))

    staff.on([question.submit, ask.click], tried, [question, language], [shown])


def trial(live: LiveIndex, settings: Settings, question: str, language: str) -> Html:
    """What the chat would say, and every hit with its figures."""
    checked = check(question or "", settings.max_message)
    if isinstance(checked, Refused):
        return notice(checked.sentence("en"), tone="warn")
    index = live.index
    if index is None:
        return notice(live.problem or "there is no index yet: rebuild under Index", tone="bad")
    given = None if language == DETECTED else language
    considered = consider(checked.text, Basis(index, settings, page_language="en", language=given))
    found, explanations = index.explained(checked.text, considered.language, k=HITS)
    thresholds = index.thresholds(settings.wrong_answers)
    return element(
        "div",
        _understood(considered, found, explanations, thresholds, index.generation),
        _said(considered),
        element("section", element("h2", "What was found"), _hits(found, thresholds)),
        *([reasons.section(explanations)] if explanations else []),
    )


def _invitation() -> Html:
    sentence = "Type a question to see what the chat would say, how sure it is, and what it weighed."
    return element("p", sentence, class_="empty")


def _understood(
    considered: Considered,
    found: Found,
    explanations: Sequence[Explanation],
    thresholds: Thresholds,
    generation: str,
) -> Html:
    language = considered.language
    read_as = explanations[0].read_as if explanations else found.question
    rows = [
        ("Language", f"{name(language.code)} ({language.code}), {language.certainty:.0%} certain"),
        ("Decision", _decision(considered.reply)),
        ("Confidence", f"{found.confidence:.0%}"),
        ("Limits", f"answers from {thresholds.answer:.0%}, suggests from {thresholds.suggest:.0%}"),
        ("Index", generation),
        ("Time", f"{found.milliseconds:.1f} ms to search"),
        *([("Read as", read_as)] if read_as != found.question else []),
    ]
    pairs = (element("div", element("dt", term), element("dd", told)) for term, told in rows)
    return element("div", element("dl", *pairs, class_="summary"), class_="card", role="status")


def _decision(reply: Reply) -> str:
    match reply:
        case Answer():
            return "answer"
        case Suggestions(hits=hits):
            return f"suggest {len(hits)} articles to choose from"
        case Rephrase():
            return "ask to put it differently; after a second miss, call a person"
        case Handoff(reason=reason):
            return f"call a person ({reason.replace('_', ' ')})"
        case SmallTalk(act=act):
            return f"small talk ({act.replace('_', ' ')})"
        case _:
            assert_never(reply)


def _said(considered: Considered) -> Html:
    said = (Html(html(considered.text)), *_offered(considered.reply))
    return element(
        "section",
        element("h2", "What the chat says"),
        element("div", *said, class_="card said", lang=considered.frame, dir=direction(considered.frame)),
    )


def _offered(reply: Reply) -> list[Html]:
    if not isinstance(reply, Suggestions):
        return []
    offered = (hit.passage.article for hit in reply.hits)
    items = (element("li", element("bdi", article.title, lang=article.language)) for article in offered)
    return [element("ul", *items)]


def _hits(found: Found, thresholds: Thresholds) -> Html:
    if not found.hits:
        return element("p", "Nothing.", class_="empty")
    head = element("tr", *(element("th", title, scope="col") for title in _HEADS))
    rows = (_row(hit, thresholds) for hit in found.hits)
    table = element("table", element("thead", head), element("tbody", *rows), class_="figures")
    return element("div", wide("What was found", table), _legend())


def _legend() -> Html:
    return element(
        "p",
        "Similarity, −1 to 1, is that of the field printed below the title; the next three are the nearest "
        "of each kind. Words is the match of the words themselves, 0 and up.",
        class_="legend",
    )


def _row(hit: Hit, thresholds: Thresholds) -> Html:
    kinds = ("title", "question", "passage")
    figures = [_figure(hit.similarity), *(_similarity(hit, kind) for kind in kinds)]
    shown = (*figures, f"{hit.words:.1f}")
    return element(
        "tr",
        element("td", _matched(hit)),
        element("td", chip.confidence(hit.confidence, thresholds), data_head=_HEADS[1]),
        *(
            element("td", figure, class_="figure", data_head=title)
            for title, figure in zip(_HEADS[2:], shown, strict=True)
        ),
    )


def _similarity(hit: Hit, kind: str) -> str:
    value = next((value for own, value in hit.fields.items() if own == kind), None)
    return "none" if value is None else _figure(value)


def _figure(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # + 0.0: no minus before zero


def _matched(hit: Hit) -> Html:
    article = hit.passage.article
    title = element("strong", article.title, lang=article.language, dir=direction(article.language))
    shown = " ".join(hit.matched.split())
    cut = shown if len(shown) <= 160 else f"{shown[:160].rstrip()}…"
    field = element("bdi", f"{hit.field}: {cut}", class_="words")
    return element("span", title, " ", chip.language(article.language), field)
