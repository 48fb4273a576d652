"""What a browser shows in place of a page that was opened too often, is not there, or failed."""

from bot.access.user import User
from bot.pages.element import Html, element
from bot.pages.sheet import navigation, sheet
from bot.phrase import phrase
from bot.waiting.when import seconds
from kb.language import direction

NOTHING_HERE = "There is nothing at this address. It may have a slip in it, or lead to what is gone."
REFUSED = "This was not accepted as it was sent. Open the page that it came from again, and try from there."
FAILED = "Something went wrong inside, and the log says what. Try again in a minute."

_HEAD = (
    '<meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="robots" content="noindex">'
    '<link rel="stylesheet" href="/askdesk/theme.css">'
    '<link rel="stylesheet" href="/askdesk/article.css">'
)


def too_often(wait: int, company: str, language: str) -> str:
    """The whole page, as the others are; `wait` is in seconds. It leads back to the address it stands at."""
    sentence = phrase("too_often", language, time=seconds(wait, language))
    return _page(company, language, sentence, _link("open_again", "", language))


def nothing_here(company: str, language: str) -> str:
    """For customers: it leads to the chat."""
    return _page(company, language, phrase("page_missing", language), _link("open_chat", "/", language))


def refused(company: str, language: str) -> str:
    """For customers: what was sent will not do, now or later. It leads to the chat."""
    return _page(company, language, phrase("page_refused", language), _link("open_chat", "/", language))


def failed(company: str, language: str) -> str:
    """For customers: it leads back to the address that it stands at, and to the chat."""
    ways = [_link("open_again", "", language), _link("open_chat", "/", language)]
    return _page(company, language, phrase("page_failed", language), *ways)


def told(sentence: str, company: str, user: User | None) -> str:
    """For staff: it leads to the pages that this user may open."""
    ways = navigation(user) if user else element("p", element("a", "Sign in", href="/sign-in"))
    return sheet("Not shown", company, element("p", sentence), ways)


def _page(company: str, language: str, sentence: str, *ways: Html) -> str:
    heading = element("h1", element("bdi", company))
    main = element("main", heading, element("p", sentence), *ways, class_="article")
    head = element("head", Html(_HEAD), element("title", company))
    page = element("html", head, element("body", main), lang=language, dir=direction(language))
    return f"<!doctype html>{page}"


def _link(key: str, address: str, language: str) -> Html:
    return element("p", element("a", phrase(key, language), href=address))
