"""Markdown and customers' text as HTML that can do no harm: known elements only, no styles, no scripts."""

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt

_TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img"),
    *("li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {
    "*": {"dir"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "table": {"tabindex"},
    "th": {"scope"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_ABROAD = re.compile(r"(?i)(https?|mailto|tel):")
_ADDRESS = re.compile(r"(https?://[!#-;=?-~]*[#-&*-+/-9=@-Z^-z|~-])")
"""Of ASCII alone, as addresses are sent; what ends the sentence around one is not of it."""
_HERE = re.compile(r"#|/(?![/\\])|[\w.~%-][^:]*$")


def html(markdown: str, anchors: "Sequence[str]" = ()) -> str:
    """Safe HTML of Markdown; each block finds its own direction.

    `anchors` become the ids of the headings, those within a quote or a list aside. Links lead to http,
    https, mail, telephone or within this site; images are this site's own.
    """
    tokens = _parser().parse(markdown)
    left = list(anchors)
    for at, token in enumerate(tokens):
        if token.type == "table_open":  # it may be wider than the screen, and is then scrolled by keyboard
            token.attrSet("tabindex", "0")
        if token.type == "th_open" and not tokens[at + 1].content:
            token.tag = tokens[at + 2].tag = "td"  # nothing is headed by it
        if token.nesting == 1 and token.level == 0:  # what is inside follows: "auto" looks past inner "auto"
            token.attrSet("dir", "auto")
        if token.type == "heading_open" and token.level == 0 and left:
            token.attrSet("id", left.pop(0))
        token.attrs.pop("style", None)
    return _safe(_parser().renderer.render(tokens, _parser().options, {}))


def plain_html(text: str) -> str:
    """A text as it was typed, in its own direction, with nothing in it taken for markup."""
    lines = escape(text).replace("\r\n", "\n").replace("\n", "<br>")
    return f'<p dir="auto">{lines}</p>'


def written_html(text: str) -> str:
    """What an agent wrote: paragraphs and lines as they were typed, web addresses as links, no markup."""
    paragraphs = (part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip())
    return _safe("".join(f'<p dir="auto">{_linked(part)}</p>' for part in paragraphs))


def _linked(text: str) -> str:
    """A plain text escaped, with the web addresses in it as links."""
    parts = _ADDRESS.split(text)  # text, address, text, address, …
    shown = (
        f'<a href="{escape(part)}">{escape(part)}</a>' if at % 2 else escape(part)
        for at, part in enumerate(parts)
    )
    return "".join(shown).replace("\n", "<br>")


def _safe(markup: str) -> str:
    import nh3

    return nh3.clean(
        markup,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    address = value.strip()
    if name == "src":
        return address if _HERE.match(address) else None
    if name == "href":
        return address if _ABROAD.match(address) or _HERE.match(address) else None
    if name == "dir":
        return value if value == "auto" else None
    return value


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
