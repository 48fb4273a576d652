"""Letters: what a mail says, as plain text and as HTML beside it, with headers that nobody else can write."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from html import escape
from typing import Any

from bot.single_line import single_line
from kb.language import direction

LONGEST_SUBJECT = 150
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to somebody; every part is plain text, whoever wrote it."""

    language: str
    subject: str
    before: Sequence[str]
    """Paragraphs."""
    facts: Sequence[Sequence[str]] = ()
    """Pairs of a name and what it is."""
    quote: str = ""
    """Somebody's own words."""
    link: str = ""
    """A web address; empty for none."""
    link_words: str = ""
    after: Sequence[str] = ()

    def document(self) -> dict[str, Any]:
        """For JSON; `read` makes it a letter again."""
        return asdict(self)


def read(document: dict[str, Any], **other: str) -> Letter:
    """A letter from its document, with other values where they are given."""
    return Letter(**{key: document[key] for key in Letter.__slots__ if key in document} | other)


def compose(
    letter: Letter,
    *,
    sender: str,
    sender_name: str,
    to: str,
    message_id: str,
    thread: str,
    moment: datetime,
    reply_to: str | None = None,
) -> EmailMessage:
    """The mail as it goes out; `thread` is the same for all mails of one matter."""
    message = EmailMessage(policy=SMTP if is_ascii(sender, to, reply_to) else SMTPUTF8)
    message["From"] = _address(sender, one_line(sender_name, LONGEST_NAME))
    message["To"] = _address(to)
    if reply_to:
        message["Reply-To"] = _address(reply_to)
    message["Subject"] = one_line(letter.subject, LONGEST_SUBJECT)
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = message_id
    message["In-Reply-To"] = message["References"] = thread
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = letter.language
    message.set_content(plain(letter))
    message.add_alternative(html(letter), subtype="html")
    return message


def is_ascii(*addresses: str | None) -> bool:
    """Whether any mail server takes a mail with these addresses in its headers."""
    return all(address is None or address.isascii() for address in addresses)


def one_line(text: str, most: int) -> str:
    """A text for a header: one line, without what can't be seen and what turns the direction of reading."""
    line = single_line(text, most + 1)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def plain(letter: Letter) -> str:
    """The letter as plain text."""
    facts = "\n".join(f"{name}: {_visible(value)}" for name, value in letter.facts)
    quote = "\n".join(f"> {line}" for line in _visible(letter.quote).splitlines())
    link = f"{letter.link_words}:\n{letter.link}" if letter.link else ""
    parts = (*map(_visible, letter.before), facts, quote, link, *map(_visible, letter.after))
    return "\n\n".join(part for part in parts if part) + "\n"


def html(letter: Letter) -> str:
    """The letter as HTML: no pictures, no scripts, nothing from elsewhere."""
    parts = [
        *map(_paragraph, letter.before),
        _facts(letter.facts),
        _quote(letter.quote),
        _link(letter),
        *(_paragraph(text, "color:#555;font-size:14px") for text in letter.after),
    ]
    body = "\n".join(part for part in parts if part)
    head = f'<meta charset="utf-8"><title>{_text(one_line(letter.subject, LONGEST_SUBJECT))}</title>'
    way = f'lang="{escape(letter.language)}" dir="{direction(letter.language)}"'
    style = "font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:40em;margin:1em auto"
    return f'<!doctype html>\n<html {way}><head>{head}</head><body style="{style}">\n{body}\n</body></html>\n'


def _address(written: str, name: str = "") -> Address:
    user, _, domain = written.rpartition("@")
    return Address(name, user, domain)


def _paragraph(text: str, style: str = "") -> str:
    styled = f' style="{style}"' if style else ""
    return f'<p dir="auto"{styled}>{_text(text)}</p>' if text else ""


def _facts(facts: Sequence[Sequence[str]]) -> str:
    cell = 'style="text-align:start;vertical-align:top;padding:2px 12px 2px 0"'
    rows = "".join(
        f'<tr><th {cell}>{_text(name)}</th><td {cell} dir="auto">{_text(value)}</td></tr>'
        for name, value in facts
    )
    return f"<table>{rows}</table>" if rows else ""


def _quote(text: str) -> str:
    style = "margin:1em 0;padding:.5em 1em;border-inline-start:4px solid #ccc;background:#f6f6f6"
    return f'<blockquote dir="auto" style="{style}">{_text(text)}</blockquote>' if text else ""


def _link(letter: Letter) -> str:
    if not letter.link:
        return ""
    style = "display:inline-block;padding:.6em 1em;border-radius:6px;background:#1b4d89;color:#fff"
    return f'<p><a href="{escape(letter.link)}" style="{style}">{_text(letter.link_words)}</a></p>'


def _text(text: str) -> str:
    return escape(_visible(text)).replace("\n", "<br>\n")


def _visible(text: str) -> str:
    """Without control characters and overrides of the direction of reading; lines stay."""
    return "".join(sign for sign in text if sign == "\n" or sign.isprintable() or sign in _JOINERS)


_JOINERS = "\u200c\u200d"
"""Arabic and emoji are written with them."""
