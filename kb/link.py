"""Links of articles, and those among them that lead nowhere once they are followed on a page."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain
from os.path import isfile
from pathlib import Path
from posixpath import dirname, relpath
from urllib.parse import unquote

from kb.address import Address, address_from, path_from
from kb.anchor import anchors
from kb.article import Article
from kb.markdown import headings, tokens
from kb.problem import Problem

KEPT = 4096
"""Texts whose links and anchors are remembered; to read those of 160 articles takes half a second."""

_ABROAD = re.compile(r"(?i)(https?|mailto|tel):")
_SCHEME = re.compile(r"(?i)[a-z][\w+.-]*:")
_OF_AN_ARTICLE = re.compile(r"/articles/([^/]+)/(.+)")


@dataclass(frozen=True, slots=True)
class Link:
    """One as it is written in a text."""

    target: str
    line: int
    """Of the text, counted from 0."""
    is_image: bool


@lru_cache(KEPT)
def links(markdown: str) -> tuple[Link, ...]:
    """The links and images of a text in order, those within code aside."""
    found: list[Link] = []
    for block in tokens(markdown):
        line = block.map[0] if block.map else 0
        for token in block.children or ():
            line += token.type in {"softbreak", "hardbreak"}
            if token.type in {"link_open", "image"}:
                is_image = token.type == "image"
                found.append(Link(str(token.attrs["src" if is_image else "href"]), line, is_image))
    return tuple(found)


def dead_links(of: Iterable[Article], served: Iterable[Article], folder: Path) -> Iterator[Problem]:
    """Links that lead nowhere, in the order of the articles; other sites are not asked.

    `served` are all articles that can be read, `folder` is where all files are, also those that can't.
    """
    shelf = _Shelf({Address(one.language, one.slug): one for one in served}, folder)
    return chain.from_iterable(shelf.dead(article) for article in of)


@dataclass(frozen=True, slots=True)
class _Shelf:
    articles: dict[Address, Article]
    folder: Path

    def dead(self, article: Article) -> Iterator[Problem]:
        for link in links(article.body):
            fault = _unseen(link) if link.is_image else self._fault(article, unquote(link.target))
            if fault:
                yield Problem(f"{article.path}:{article.body_line + link.line}", fault)

    def _fault(self, article: Article, target: str) -> str | None:
        """Why it leads nowhere, and what to do; None where it leads somewhere or is not ours to know."""
        if _ABROAD.match(target):
            return None
        if _SCHEME.match(target) or target.startswith("//"):
            return f"{_told(target)} is none that a browser follows here: expected https:, mailto: or tel:"
        link, _, anchor = target.partition("#")
        link = link.partition("?")[0]
        if not link:
            return _fault_of_anchor(target, anchor, article)
        if link.startswith("/"):
            match = _OF_AN_ARTICLE.fullmatch(link)
            return self._fault_of(article, target, anchor, Address(match[1], match[2])) if match else None
        return self._fault_of(article, target, anchor, address_from(article, link))

    def _fault_of(self, article: Article, target: str, anchor: str, led: Address) -> str | None:
        found = self.articles.get(led)
        if found is None:
            return self._nowhere(article, target, led)
        if found.audience == "agents" and article.audience == "public":
            return f"{_told(target)} is to an article for agents, which customers can't open: take it out"
        return _fault_of_anchor(target, anchor, found)

    def _nowhere(self, article: Article, target: str, led: Address) -> str:
        path = path_from(article, re.split(r"[?#]", target)[0])
        if isfile(self.folder / path):
            return f"{_told(target)} is to {path}, which is not served: mend that file, or take the link out"
        if target.startswith("www."):
            return f"{_told(target)} is taken for a file: begin it with https://"
        if meant := self._alike(led):
            return f"{_told(target)} leads nowhere: is {relpath(meant, dirname(article.path))} meant?"
        remedy = "name the file of an article, such as returns.md, or take the link out"
        return f"{_told(target)} leads nowhere, there is no {path}: {remedy}"

    def _alike(self, led: Address) -> str | None:
        """The file that is likeliest meant: nearly of this name, else of it in another language."""
        here = {at.slug: one.path for at, one in self.articles.items() if at.language == led.language}
        longer = (path for slug, path in here.items() if slug.startswith(f"{led.slug}-"))
        alike = (here[slug] for slug in get_close_matches(led.slug, here, n=1))
        elsewhere = (one.path for at, one in self.articles.items() if at.slug == led.slug)
        return next(chain(longer, alike, elsewhere), None)


def _fault_of_anchor(target: str, anchor: str, article: Article) -> str | None:
    there = _anchors(article.body)
    if not anchor or anchor in there:
        return None
    fault = f"{_told(target)} is to a place that {article.path} does not have"
    if alike := get_close_matches(anchor.lower(), there, n=1):
        return f"{fault}: is #{alike[0]} meant?"
    known = ", ".join(f"#{one}" for one in there[:5]) or "none, as it has no headings"
    return f"{fault}: its places are {known}"


@lru_cache(KEPT)
def _anchors(markdown: str) -> tuple[str, ...]:
    return tuple(anchors(headings(markdown)))


def _unseen(link: Link) -> str | None:
    """Why an image is not shown: articles bring no files, and pictures of other sites are not loaded."""
    if link.target.startswith("/") and not link.target.startswith("//"):
        return None
    remedy = "say in words what it shows, or give the address of a picture on this site, such as /box.png"
    return f'the image "{unquote(link.target)[:80]}" is not shown: {remedy}'


def _told(target: str) -> str:
    return f'the link "{target[:80]}"'
