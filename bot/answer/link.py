"""Links between articles: written from file to file, followed from page to page."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from kb.address import address_from
from kb.article import Article

_FILE = r"(?![a-zA-Z][\w+.-]*:|[/<])([^()\s#<>]*)((?:#[^()\s<>]*)?)"
"""Of a link: the file, and the anchor in it."""
_WRITTEN = (
    re.compile(rf"(\]\(\s*<?){_FILE}(?=>?\s*\)|>?\s+[\"'(])"),
    re.compile(rf"(^ {{0,3}}\[[^\]\n]+\]:\s*<?){_FILE}(?=>?[ \t]*$|>?[ \t]+[\"'(])", re.MULTILINE),
)
"""In the text itself, and below it where the text refers to it by a name."""


def article_url(article: Article, anchor: str = "") -> str:
    """The address of an article's page, at one of its headings."""
    place = f"#{quote(anchor)}" if anchor else ""
    return f"/articles/{quote(article.language)}/{quote(article.slug)}{place}"


def find(articles: Iterable[Article], language: str, slug: str) -> Article | None:
    """The article that is asked for, of those that whoever asks may read."""
    return next((one for one in articles if (one.language, one.slug) == (language, slug)), None)


def followed(markdown: str, article: Article) -> str:
    """The article's Markdown with its links to files and headings made addresses of this site."""

    def address(match: re.Match[str]) -> str:
        before, path, anchor = match.groups()
        if not path:
            return f"{before}{article_url(article)}{anchor}" if anchor else match[0]
        led = address_from(article, path)
        return f"{before}/articles/{led.language}/{led.slug}{anchor}"

    for written in _WRITTEN:
        markdown = written.sub(address, markdown)
    return markdown
