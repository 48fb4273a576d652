"""What a browser shows in place of a page that was opened too often."""

from bot.pages.element import Html, element
from bot.phrase import phrase
from bot.waiting.when import seconds
from kb.language import direction

_HEAD = (
    '<meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="robots" content="noindex">'
    '<link rel="stylesheet" href="/askdesk/theme.css">'
    '<link rel="stylesheet" href="/askdesk/article.css">'
)


def too_often(wait: int, company: str, language: str) -> str:
    """The whole page; `wait` is in seconds. It leads back to the address that it stands at."""
    sentence = element("p", phrase("too_often", language, time=seconds(wait, language)))
    again = element("p", element("a", phrase("open_again", language), href=""))
    heading = element("h1", element("bdi", company))
    head = element("head", Html(_HEAD), element("title", company))
    body = element("body", element("main", heading, sentence, again, class_="article"))
    return f"<!doctype html>{element('html', head, body, lang=language, dir=direction(language))}"
