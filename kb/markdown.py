"""Markdown, read for its words: plain text, headings, and the blocks it is made of."""

import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Row = list[tuple[str, str]]
"""The cells of a table's row, each with what heads its column."""

_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]]*[^\s<>()\[\].,;:!?'\"。，！？、؟،]")


def tokens(markdown: str) -> "list[Token]":
    """The tokens of markdown-it: CommonMark with tables and strikethrough."""
    return _parser().parse(markdown)


def unescaped(written: str) -> str:
    """What backslashes and entities in the target of a link stand for."""
    from markdown_it.common.utils import unescapeAll

    return unescapeAll(written)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def plain(markdown: str) -> str:
    """The words of Markdown for an embedding model, one line per paragraph, list item or table row.

    Links give their text, images their alternative text, and addresses go. A table row reads
    `header: value; header: value`. Of raw HTML the words stay.
    """
    return _read(tokens(markdown))


def prose(markdown: str) -> str:
    """The words of Markdown as `plain` gives them, quotes and code left out: what its writer says."""
    return _read(list(_own(tokens(markdown))))


def _read(found: "Sequence[Token]") -> str:
    lines = (_spaced(one if isinstance(one, str) else _joined(one)) for one in _lines(found))
    return "\n".join(line for line in lines if line)


def _own(found: "Sequence[Token]") -> "Iterator[Token]":
    quotes = 0
    for token in found:
        quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if quotes or token.type in {"fence", "code_block"}:
            continue
        if token.children:
            token.children = [child for child in token.children if child.type != "code_inline"]
        yield token


def table_rows(markdown: str) -> list[Row]:
    """The rows of its tables below their headers, in order."""
    return [one for one in _lines(tokens(markdown)) if not isinstance(one, str)]


def row_words(row: Row) -> str:
    """`header: value; header: value`, as in `plain`."""
    return _spaced(_joined(row))


def first_heading(markdown: str) -> str | None:
    """The words of the level-1 heading that the text starts with, if it does."""
    found = tokens(markdown)
    if len(found) > 1 and found[0].type == "heading_open" and found[0].tag == "h1":
        return inline(found[1]) or None
    return None


def headings(markdown: str) -> list[str]:
    """The words of its headings in order; those within a quote or a list are part of that."""
    found = tokens(markdown)
    return [
        inline(words)
        for heading, words in pairwise(found)
        if heading.type == "heading_open" and heading.level == 0
    ]


def inline(token: "Token") -> str:
    """The words of one inline token."""
    return _spaced("".join(_words(token.children or [])))


def _spaced(line: str) -> str:
    return "\n".join(" ".join(part.split()) for part in line.split("\n")).strip()


def _lines(found: "Sequence[Token]") -> "Iterator[str | Row]":
    header: list[str] = []
    cells: list[str] = []
    in_header = in_cell = False
    for token in found:
        if token.type == "tr_open":
            cells = []
        elif token.type == "thead_open" or token.type == "thead_close":
            in_header = token.type == "thead_open"
            if not in_header:
                header = cells
        elif token.type in {"th_open", "td_open", "th_close", "td_close"}:
            in_cell = token.type.endswith("open")
        elif token.type == "tr_close" and not in_header:
            yield [*zip(header, cells, strict=False)]
        elif token.type == "inline" and in_cell:
            cells.append(inline(token))
        else:
            yield from _block(token)


def _joined(row: Row) -> str:
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in row if cell)


def _block(token: "Token") -> "Iterator[str]":
    if token.type == "inline":
        yield "".join(_words(token.children or []))
    elif token.type in {"fence", "code_block"}:
        yield token.content
    elif token.type == "html_block":
        yield _html_words(token.content)


def _words(children: "Sequence[Token]") -> "Iterator[str]":
    automatic = False
    for token in children:
        if token.type in {"link_open", "link_close"}:
            automatic = token.type == "link_open" and token.markup == "autolink"
        elif token.type == "image":
            yield from _words(token.children or [])
        elif token.type == "softbreak":
            yield " "
        elif token.type == "hardbreak":
            yield "\n"
        elif token.type == "code_inline":
            yield token.content
        elif token.type == "text" and not (automatic and "@" not in token.content):
            yield _URL.sub("", token.content)


class _Words(HTMLParser):
    """Collects the text of HTML outside of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in {"script", "style"}))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def _html_words(markup: str) -> str:
    reader = _Words()
    reader.feed(markup)
    reader.close()
    return " ".join(reader.words)
