"""HTML elements: every text that goes into one is escaped, so that only what is made here is markup."""

from collections.abc import Iterable
from html import escape

_EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta"})
"""Elements that have no end."""


class Html(str):
    """Markup that may go into a page as it is."""

    __slots__ = ()


def element(tag: str, /, *children: str, **attributes: str | None) -> Html:
    """One element; attributes of None are left out, names spelled for Python: `class_`, `aria_label`."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if tag in _EMPTY:
        return Html(f"<{tag}{shown}>")
    return Html(f"<{tag}{shown}>{joined(children)}</{tag}>")


def joined(children: Iterable[str]) -> Html:
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children))


def block(*children: str) -> str:
    """Markup for `gr.Markdown`, in one line: a blank line would end HTML and start Markdown."""
    return element("div", *children).replace("\r", "").replace("\n", "&#10;")


def wide(label: str, *children: str) -> Html:
    """Content that may be wider than the screen and is scrolled on its own, by keyboard too."""
    return element("div", *children, class_="wide", role="region", tabindex="0", aria_label=label)


def unseen(text: str) -> Html:
    """Said by screen readers only."""
    return element("span", text, class_="unseen")


def notice(text: str, *, tone: str = "") -> Html:
    """A sentence that stands apart; tone is `good`, `warn`, `bad` or plain."""
    return element("p", text, class_=f"notice {tone}".strip(), role="status")
