"""Links between articles: written from file to file, followed from page to page."""

import posixpath
import re
from collections.abc import Iterable
from urllib.parse import quote

from kb.article import Article

_TARGET = re.compile(r"(\]\()(?![a-zA-Z][\w+.-]*:|[/#])([^()\s]+?)((?:#[^()\s]*)?)(?=[\s)])")


def article_url(article: Article, anchor: str = "") -> str:
    """The address of an article's page, at one of its headings."""
    place = f"#{quote(anchor)}" if anchor else ""
    return f"/articles/{quote(article.language)}/{quote(article.slug)}{place}"


def find(articles: Iterable[Article], language: str, slug: str) -> Article | None:
    """The article that is asked for, of those that whoever asks may read."""
    return next((one for one in articles if (one.language, one.slug) == (language, slug)), None)


def followed(markdown: str, article: Article) -> str:
    """The article's Markdown with its links to other files made addresses of this site."""
    folder = posixpath.dirname(f"/{article.language}/{article.slug}")

    def address(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, match[2].removesuffix(".md")))
        return f"{match[1]}/articles{path}{match[3]}"

    return _TARGET.sub(address, markdown)
