"""Links between articles: written from file to file, followed from page to page."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from urllib.parse import quote, unquote

from kb.address import address_from
from kb.article import Article
from kb.markdown import tokens, unescaped

_CODE = r"(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)"
_TO = r"<[^<>\n]*>|(?:\\.|\((?:\\.|[^()\s<>\\])*\)|[^()\s<>\\])+"
_WRITTEN = re.compile(
    rf"(?s:{_CODE})"
    rf"|(?P<in_text>\]\(\s*)(?P<to>{_TO})(?=\s*\)|\s+[\"'(])"
    rf"|(?P<below>^[ >]*\[[^\]\n]+\]:\s*)(?P<named>{_TO})(?=[ \t]*$|[ \t]+[\"'(])",
    re.MULTILINE,
)
"""A span of code; a link in the text itself; one below it, where the text refers to it by a name."""
_ELSEWHERE = re.compile(r"[a-zA-Z][\w+.-]*:|/")
_UNSAFE = re.compile(r"[\s()<>\\]")
"""What would end a link in Markdown."""


def article_url(article: Article, anchor: str = "") -> str:
    """The address of an article's page, at one of its headings."""
    place = f"#{quote(anchor)}" if anchor else ""
    return f"/articles/{quote(article.language)}/{quote(article.slug)}{place}"


def find(articles: Iterable[Article], language: str, slug: str) -> Article | None:
    """The article that is asked for, of those that whoever asks may read."""
    return next((one for one in articles if (one.language, one.slug) == (language, slug)), None)


def followed(markdown: str, article: Article) -> str:
    """The article's Markdown with its links to files and headings made addresses of this site.

    What stands in code stays as it is.
    """

    def address(match: re.Match[str]) -> str:
        before, written = match["in_text"] or match["below"], match["to"] or match["named"]
        if not written:
            return match[0]
        bracketed = written.startswith("<")
        led = _led(written[1:-1] if bracketed else written, article)
        if led is None:
            return match[0]
        return f"{before}<{led}>" if bracketed else f"{before}{led}"

    pieces = _pieces(markdown)
    return "\n".join(piece if is_code else _WRITTEN.sub(address, piece) for is_code, piece in pieces)


def _pieces(markdown: str) -> Iterator[tuple[bool, str]]:
    """The lines of the text in runs, and whether these are a block of code."""
    blocks = (token for token in tokens(markdown) if token.type in {"fence", "code_block"})
    code = {line for block in blocks if block.map for line in range(*block.map)}
    lines = enumerate(markdown.split("\n"))
    for is_code, run in groupby(lines, lambda line: line[0] in code):
        yield is_code, "\n".join(line for _, line in run)


def _led(written: str, article: Article) -> str | None:
    """The address on this site; None where it is not to a file or a heading."""
    target = unescaped(written)
    if not target or _ELSEWHERE.match(target):
        return None
    place = re.search(r"[?#]", target)
    path, rest = (target[: place.start()], target[place.start() :]) if place else (target, "")
    rest = _UNSAFE.sub(lambda found: quote(found[0]), rest)
    if not path:
        return f"{article_url(article)}{rest}" if rest.startswith("#") else None
    led = address_from(article, unquote(path))
    return f"/articles/{quote(led.language)}/{quote(led.slug)}{rest}"
