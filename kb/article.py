"""An article: one Markdown file with its front matter, checked."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from kb.front_matter import Entry, FrontMatterError, cut, load
from kb.language import MAIN, Language, detect, name
from kb.markdown import first_heading, prose
from kb.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

Audience = Literal["public", "agents"]

KEYS = (
    "title",
    "questions",
    "not_questions",
    "audience",
    "product",
    "tags",
    "owner",
    "reviewed",
    "expires",
)
"""Of the front matter. Others are left to whoever wrote them, unless they look like one of these."""
ALIKE = 0.85
"""Ratio of letters from which on a key is taken for a slip: "audiense", "tag", not "product_id"."""

_TELLING, _LOOKED_AT, _SURE = 40, 8_000, 0.99
"""Characters of a text that tell its language, at least and at most, and how sure that has to be.

Of the example shop's 160 articles each is taken for what it is, at that certainty.
"""
_NOT_CONTENT = re.compile(r"<!--.*?-->|\A\s*#[ \t][^\n]*", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Article:
    """What the company knows about one matter, in one language."""

    slug: str
    language: str
    title: str
    body: str
    """Markdown without the front matter, its lines ended by `\\n`."""
    body_line: int
    """The line of the file, counted from 1, where the body starts."""
    path: str
    """Below the articles folder, with `/` on every system."""
    questions: tuple[str, ...] = ()
    not_questions: tuple[str, ...] = ()
    audience: Audience = "public"
    product: str | None = None
    tags: tuple[str, ...] = ()
    owner: str | None = None
    reviewed: date | None = None
    expires: date | None = None
    """The last day on which it is served."""
    digest: str = ""
    """SHA-256 of the file, in hexadecimal digits."""

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and self.expires < today

    def is_public(self, today: date) -> bool:
        """Whether customers are served it on that day."""
        return self.audience == "public" and not self.has_expired(today)


def parse(source: str, path: str, language: str, slug: str) -> tuple[Article | None, tuple[Problem, ...]]:
    """The article in a file's text, or None where it can't be served, and all that is wrong with it."""
    try:
        parts = cut(source)
        keys = _Keys(path, load(parts.front))
    except FrontMatterError as error:
        return None, (Problem(f"{path}:{error.line}", str(error)),)
    body = re.sub(r"\r\n?", "\n", parts.body)
    fault = _unservable(source, path)
    title = None if fault else _title(keys, body)
    if fault or title is None:
        return None, (*keys.problems, *fault)
    keys.report_slips()
    article = Article(
        slug,
        language,
        title,
        body,
        parts.body_line,
        path,
        questions=keys.texts("questions"),
        not_questions=keys.texts("not_questions"),
        audience=_audience(keys),
        product=keys.text("product"),
        tags=keys.texts("tags"),
        owner=keys.text("owner"),
        reviewed=keys.date("reviewed"),
        expires=keys.date("expires"),
        digest=digest(source),
    )
    told = (*_without_text(body, parts.body_line, path), *_in_another_language(article))
    return article, (*keys.problems, *told)


def digest(source: str) -> str:
    """SHA-256 of a text as UTF-8, in hexadecimal digits: the version of a file."""
    return sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def _unservable(source: str, path: str) -> tuple[Problem, ...]:
    if not source.strip("\ufeff \t\r\n"):
        return (Problem(path, "the file is empty: write the article, or remove the file"),)
    if "\0" in source or len(_CONTROL.findall(source)) > len(source) // 50:
        return (Problem(path, "this is not a text but binary data: save it as a plain UTF-8 text file"),)
    return ()


def _without_text(body: str, line: int, path: str) -> tuple[Problem, ...]:
    if re.search(r"\w", _NOT_CONTENT.sub("", body)):
        return ()
    fault = "expected text below the title: until it is written, the title alone is shown"
    return (Problem(f"{path}:{line}", fault),)


def _in_another_language(article: Article) -> tuple[Problem, ...]:
    """A text that is surely not in the language of its folder, which its readers would be told it is in."""
    written = _written_in(article.body) if article.language in MAIN else None
    if written is None or written.code == article.language or written.certainty < _SURE:
        return ()
    fault = f"the text is in {name(written.code)}, its folder says {name(article.language)}"
    remedy = f"if that is meant, move it to the folder {written.code}; else translate it"
    return (Problem(article.path, f"{fault}: {remedy}"),)


@lru_cache(4096)
def _written_in(markdown: str) -> Language | None:
    """The language of its words; None where they are too few to tell."""
    words = prose(markdown)[:_LOOKED_AT]
    return detect(words, MAIN) if len(words) >= _TELLING else None


def _title(keys: "_Keys", body: str) -> str | None:
    title = " ".join((keys.text("title") or "").split())
    if title:
        return title
    heading = first_heading(body)
    if heading:
        remedy = f"the heading {_shown(heading)} stands in; say title: {heading} in the front matter"
        keys.report("title", f"expected a title in the front matter: {remedy}")
    else:
        remedy = "start the file with three lines: ---, title: and what it is about, ---"
        keys.report("title", f"expected a title: {remedy}")
    return heading


def _audience(keys: "_Keys") -> Audience:
    entry = keys.entries.get("audience")
    if entry is None and "audience" in map(_meant, keys.entries):
        return "agents"
    if entry is None or entry.value in {"public", None}:
        return "public"
    if entry.value != "agents":
        remedy = "expected public or agents; it is kept from customers until then"
        keys.report("audience", f"unknown audience {_shown(entry)}: {remedy}")
    return "agents"


@dataclass(frozen=True, slots=True)
class _Keys:
    """Front matter, read key by key; a value that is not what it should be becomes a problem."""

    path: str
    entries: "Mapping[str, Entry]"
    problems: list[Problem] = field(default_factory=list)

    def report(self, key: str, what: str, entry: Entry | None = None) -> None:
        entry = entry or self.entries.get(key)
        self.problems.append(Problem(f"{self.path}:{entry.line if entry else 1}", what))

    def report_slips(self) -> None:
        """Keys that are none of ours but look like one."""
        for key, entry in self.entries.items():
            if meant := _meant(key):
                kept = "; the article is kept from customers until then" * (meant == "audience")
                self.report(key, f"unknown key {_shown(key)}: write {meant}, if that is meant{kept}", entry)

    def text(self, key: str) -> str | None:
        entry = self.entries.get(key)
        if entry is None or entry.value is None:
            return None
        if not isinstance(entry.value, str):
            self.report(key, f"{key} is {entry.kind}: expected one text, between quotes if it holds a colon")
            return None
        return entry.value.strip() or None

    def texts(self, key: str) -> tuple[str, ...]:
        entry = self.entries.get(key)
        if entry is None or entry.value is None:
            return ()
        if isinstance(entry.value, str):
            remedy = "expected a list of texts, each on a line after a dash; it is taken as the only one"
            self.report(key, f"{key} is the text {_shown(entry)}: {remedy}")
            return (entry.value.strip(),) if entry.value.strip() else ()
        if isinstance(entry.value, dict):
            self.report(key, f"{key} is {entry.kind}: expected a list of texts, each on a line after a dash")
            return ()
        found = (self._item(key, item, place) for place, item in enumerate(entry.value, 1))
        return tuple(dict.fromkeys(text for text in found if text))

    def _item(self, key: str, item: Entry, place: int) -> str:
        if isinstance(item.value, str) and item.value.strip():
            return item.value.strip()
        kind = "empty" if item.value == "" else item.kind
        self.report(
            key, f"item {place} of {key} is {kind}: expected a text, between quotes if it holds a colon", item
        )
        return ""

    def date(self, key: str) -> date | None:
        entry = self.entries.get(key)
        if entry is None or entry.value is None:
            return None
        try:
            return datetime.fromisoformat(str(entry.value).strip()).date()
        except ValueError:
            self.report(key, f"{key} is {_shown(entry)}: expected a date like 2026-11-01")
            return None


def _meant(key: str) -> str | None:
    """The key of ours that another looks like."""
    alike = get_close_matches(key.casefold(), KEYS, n=1, cutoff=ALIKE)
    return alike[0] if alike and key not in KEYS else None


def _shown(value: Entry | str) -> str:
    """A value for a message: quoted, and cut where it is long."""
    if isinstance(value, Entry):
        if not isinstance(value.value, str):
            return value.kind
        value = value.value
    return f'"{value[:60]}…"' if len(value) > 60 else f'"{value}"'
