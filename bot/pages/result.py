"""Results: passages that agents copy, hand on or open, with all that says whether they may be relied on."""

from datetime import date
from functools import lru_cache

from bot.answer.link import followed
from bot.finder.sight import source
from bot.pages import chip
from bot.pages.element import Html, element, joined, unseen
from bot.pages.highlight import highlight
from bot.pages.render import html
from index.hit import Hit, Thresholds
from kb.article import Article
from kb.language import direction
from kb.passage import Passage

PASSAGES_KEPT = 2000
"""Drawn passages; drawing one takes about a millisecond, and typing draws the same ones again and again."""


def result(hit: Hit, place: int, question: str, thresholds: Thresholds, today: date) -> Html:
    """One hit; `place` is that of its row."""
    sure = chip.confidence(hit.confidence, thresholds, chip.hidden(hit.passage.article, today))
    return row(hit.passage, place, today, question, sure)


def row(passage: Passage, place: int, today: date, question: str = "", sure: str = "") -> Html:
    """A passage in a grid, with its article's title, and what can be done with it."""
    own = {"lang": passage.article.language, "dir": direction(passage.article.language)}
    title = element("h2", passage.article.title)
    return element(
        "div",
        element(
            "div",
            element("div", title, element("bdi", sure, lang="en"), class_="hit-title", **own),
            _section(passage, own),
            warning(passage.article, today),
            element("div", _drawn(passage, question), class_="passage", **own),
            _facts(passage, today),
            role="gridcell",
        ),
        element("div", *_acts(passage), role="gridcell", class_="acts"),
        role="row",
        class_="card hit",
        aria_selected="false",
        **{"data-row": str(place), "data-does": "copy"},
    )


def warning(article: Article, today: date) -> Html:
    """Why the article should not be relied on unread, where somebody should have looked it over by now."""
    if not chip.overdue(article, today):
        return Html()
    ask = f"ask {article.owner} before you promise it" if article.owner else "check it before you promise it"
    return element("p", f"{_overdue(article, today)}: {ask}.", class_="overdue")


def _overdue(article: Article, today: date) -> str:
    if article.expires is not None and article.has_expired(today):
        return f"Expired on {chip.day(article.expires)}"
    if article.reviewed is None:
        return "Never reviewed"
    return f"Overdue, reviewed {chip.ago(today - article.reviewed)} ago"


def _drawn(passage: Passage, question: str) -> Html:
    markup = _markup(followed(passage.text, passage.article))
    return highlight(markup, question, passage.article.language) if question else Html(markup)


@lru_cache(PASSAGES_KEPT)
def _markup(markdown: str) -> str:
    return html(markdown)


def _section(passage: Passage, own: dict[str, str]) -> Html:
    if not passage.heading:
        return Html()
    return element("p", " › ".join(passage.heading), class_="section", **own)


def _facts(passage: Passage, today: date) -> Html:
    article = passage.article
    product = chip.chip(article.product) if article.product else Html()
    return element(
        "p",
        chip.language(article.language),
        chip.audience(article),
        product,
        element("span", _age(article, today)),
        element("span", "Owner ", element("bdi", article.owner or "nobody")),
        element("code", source(passage), class_="source"),
        class_="facts",
        lang="en",
    )


def _age(article: Article, today: date) -> str:
    if article.reviewed is None:
        return "Never reviewed"
    if article.reviewed >= today:
        return "Reviewed today"
    return f"Reviewed {chip.day(article.reviewed)}, {chip.ago(today - article.reviewed)} ago"


def _acts(passage: Passage) -> tuple[Html, ...]:
    title = passage.article.title
    insert = () if passage.article.audience == "agents" else (_act("insert", "Insert", title),)
    return (_act("copy", "Copy", title), *insert, _act("open", "Open", title), _act("pin", "Pin", title))


def _act(name: str, label: str, title: str) -> Html:
    """A button for the mouse; by keyboard the row itself is acted on."""
    told = joined([label, unseen(f" “{title}”")])
    return element("button", told, type="button", class_=f"act {name}", tabindex="-1", **{"data-act": name})
