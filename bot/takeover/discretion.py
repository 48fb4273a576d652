"""Discretion: what is for agents only does not go out to a customer, by link or word for word."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from bot.live import LiveIndex
from index.index import Index
from kb.article import Article
from kb.sentence import sentences

SHORTEST = 25
"""Letters of a sentence, ideographs counted twice; shorter ones everybody says: "It takes a week"."""
_PATH = "/articles/"
_GOES_ON = re.compile(r"[/_-]*[A-Za-z0-9]")
"""What follows an address that is another's: `limits-2`, `limits/old`."""


@dataclass(frozen=True, slots=True)
class Betrayed:
    """An article for agents that a text would show."""

    title: str
    linked: bool

    def sentence(self) -> str:
        """Why it is not sent, and what to do."""
        does = "links to" if self.linked else "quotes"
        return f"Not sent: this {does} “{self.title}”, which is for agents only. Say it in your own words."


class Discretion:
    """Knows what the articles for agents say, anew with each index."""

    def __init__(self, live: LiveIndex) -> None:
        self._live = live
        self._generation: str | None = None
        self._said: dict[str, str] = {}

    def betrayed(self, text: str) -> Betrayed | None:
        """The first article for agents that a text links to or quotes."""
        index = self._live.index
        if index is None:
            return None
        return _linked(text, index) or self._quoted(text, index)

    def _quoted(self, text: str, index: Index) -> Betrayed | None:
        if index.generation != self._generation:
            self._said = dict(_agents_sentences(index))
            self._generation = index.generation
        folded = _folded(text)
        quoted = ((said, title) for said, title in self._said.items() if said in folded)
        title = next((title for said, title in quoted if not _is_public(said, index)), None)
        return None if title is None else Betrayed(title, linked=False)


def _linked(text: str, index: Index) -> Betrayed | None:
    """A place names the article with the longest address that stands there: many signs may follow one."""
    plain = unquote(text)
    for place in (found.start() for found in re.finditer(_PATH, plain)):
        named = (article for article in index.articles if _stands(article, plain, place))
        linked = max(named, key=lambda article: len(article.slug), default=None)
        if linked is not None and linked.audience == "agents":
            return Betrayed(linked.title, linked=True)
    return None


def _stands(article: Article, text: str, place: int) -> bool:
    address = f"{_PATH}{article.language}/{article.slug}"
    return text.startswith(address, place) and not _GOES_ON.match(text, place + len(address))


def _agents_sentences(index: Index) -> Iterator[tuple[str, str]]:
    """What articles for agents say, each sentence with its article's title."""
    for article in _for_agents(index):
        for said in _sentences(article, index):
            if _letters(said) >= SHORTEST:
                yield said, article.title


def _is_public(said: str, index: Index) -> bool:
    """Whether customers may read the same elsewhere; looked up for the few sentences that are sent."""
    return any(
        said in _folded(passage.plain) for article in index.public for passage in index.passages(article)
    )


def _sentences(article: Article, index: Index) -> Iterator[str]:
    for passage in index.passages(article):
        for sentence in sentences(passage.plain, article.language):
            yield _folded(sentence)


def _for_agents(index: Index) -> Iterator[Article]:
    return (article for article in index.articles if article.audience == "agents")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _letters(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(sign) == "W") for sign in text if sign.isalnum())
