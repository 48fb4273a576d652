"""A search: the words that an agent typed, and the articles that they are looked for in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.answer.language import language_of
from bot.settings import Settings
from index.hit import Found
from index.index import Index
from kb.article import Article

Readers = Literal["all", "public", "agents"]
HITS = 8
LONGEST = 500
"""Characters; an agent's words have about twenty."""
GENERAL = "-"
"""In place of a product: articles on none."""


@dataclass(frozen=True, slots=True)
class Search:
    words: str
    language: str | None = None
    """Of the articles; None: all."""
    product: str | None = None
    readers: Readers = "all"
    """Whom the articles are for."""

    @property
    def asked(self) -> str:
        """The words on one line, cut where nobody would type on."""
        return " ".join(self.words.split())[:LONGEST]


def find(index: Index, settings: Settings, search: Search) -> Found:
    """What agents may see of what is looked for, best first."""
    asked_in = language_of(search.asked, index, settings.languages, previous=settings.languages[0])
    return index.search(
        search.asked,
        asked_in,
        audience="public" if search.readers == "public" else "agents",
        only={search.language} if search.language else None,
        exclude=_left_out(index.articles, search),
        k=HITS,
    )


def products(articles: Iterable[Article]) -> tuple[str, ...]:
    """What there are articles on, in the order of the alphabet."""
    return tuple(sorted({article.product for article in articles if article.product}, key=str.casefold))


def _left_out(articles: Iterable[Article], search: Search) -> frozenset[str]:
    """The slugs of what is on another product or for other readers."""
    if search.product is None and search.readers != "agents":
        return frozenset()
    articles = tuple(articles)
    wanted = {article.slug for article in articles if _is_wanted(article, search)}
    return frozenset(article.slug for article in articles) - wanted


def _is_wanted(article: Article, search: Search) -> bool:
    on_product = search.product is None or (article.product or GENERAL) == search.product
    return on_product and (search.readers != "agents" or article.audience == "agents")
