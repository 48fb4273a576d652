"""Chips: single facts about articles and hits, in words and a colour."""

from datetime import date, timedelta

from bot.pages.element import Html, element, joined
from index.hit import Thresholds
from kb.article import Article
from kb.language import direction, name

REVIEW_AFTER = timedelta(days=365)


def chip(text: str, tone: str = "", *, title: str | None = None) -> Html:
    """A pill; tone is `good`, `warn`, `bad` or plain."""
    return element("span", text, class_=f"chip {tone}".strip(), title=title)


def confidence(value: float, thresholds: Thresholds, hidden: str = "") -> Html:
    """How sure a hit is, in the words that the chat's own decision goes by; `hidden`: why it is not shown."""
    word, tone, does = _sure(value, thresholds)
    title = f"The chat never shows it: {hidden}" if hidden else f"The chat would {does}"
    return chip(f"{word} · {value:.0%}", tone, title=title)


def hidden(article: Article, today: date) -> str:
    """Why customers are not shown an article on that day; empty where they are."""
    if article.is_public(today):
        return ""
    return "it is for agents" if article.audience == "agents" else "it has expired"


def _sure(value: float, thresholds: Thresholds) -> tuple[str, str, str]:
    """The word, its tone, and what the chat would do."""
    if value >= thresholds.answer:
        return "sure", "good", "answer with it"
    if value >= thresholds.suggest:
        return "possible", "warn", "suggest it"
    return "unlikely", "", "not offer it"


def language(code: str) -> Html:
    """A language by its own name."""
    return element("span", name(code), class_="chip", lang=code, dir=direction(code))


def audience(article: Article) -> Html:
    if article.audience == "public":
        return Html()
    return chip("agents only", "warn", title="Customers never see this article: don't send it on")


def freshness(article: Article, today: date) -> Html:
    """When the article was last looked over, with a warning where that is overdue."""
    return joined([expired(article, today), _reviewed(article.reviewed, today)])


def expired(article: Article, today: date) -> Html:
    if article.expires is None or not article.has_expired(today):
        return Html()
    title = "Customers are not shown this article any more"
    return chip(f"expired {day(article.expires)}", "bad", title=title)


def overdue(article: Article, today: date) -> bool:
    """Whether somebody should look the article over."""
    reviewed_lately = article.reviewed is not None and today - article.reviewed <= REVIEW_AFTER
    return not reviewed_lately or article.has_expired(today)


def day(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def ago(span: timedelta) -> str:
    """A length of time in its largest unit: `3 hours`."""
    minutes = int(span.total_seconds()) // 60
    for unit, length in (("year", 525_600), ("month", 43_800), ("day", 1_440), ("hour", 60), ("minute", 1)):
        if minutes >= length:
            count = minutes // length
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def _reviewed(reviewed: date | None, today: date) -> Html:
    if reviewed is None:
        return chip("never reviewed", "warn")
    if reviewed >= today:
        return chip("reviewed today")
    age = f"reviewed {ago(today - reviewed)} ago"
    if today - reviewed > REVIEW_AFTER:
        return chip(f"{age}, overdue", "warn", title=day(reviewed))
    return chip(age, title=day(reviewed))
