"""A condition: what an answer depends on, such as the product or the country.

Articles that share most tags and differ in one condition are siblings. Where two of them speak to a question
about as well, the better one is a guess: "how far does the e-bike go" has one answer for each e-bike.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from index.hit import Hit
from kb.article import Article
from kb.clue import small_words
from kb.passage import Passage

AS_WELL = 0.8
"""From this share of the best article's fit on a sibling answers as well. Of 18 questions in five languages
on weight, range, price or pairing 16 have that; of 18 on a fault of one product, none."""
LEAST_FIT = 0.4
"""What a sibling's best passage must speak to the question; below it, the shares of two fits are chance."""
MOST_SHARED = 0.5
"""Share of two articles' tags that must be in both."""
MOST_CHOICES = 4
MOST_SIBLINGS = 20
"""How many are looked at, at about 0.3 ms each."""

_IN_TITLE = re.compile(r"[(（](?P<value>[^()（）]+)[)）]\s*$")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+")

Fitting = Callable[[Article], tuple[Passage, float]]
"""The passage of an article that suits the question best, and how much it speaks to it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What an article holds for."""

    name: str
    """`product`, what stands before the colon of a tag such as `country: Poland`, or `case`."""
    value: str


def condition(article: Article) -> Condition | None:
    """From its front matter: the product, a tag with a colon, or what stands in brackets after its title."""
    if article.product:
        return Condition("product", article.product)
    for tag in article.tags:
        name, colon, value = tag.partition(":")
        if colon and name.strip() and value.strip():
            return Condition(name.strip().casefold(), value.strip())
    in_title = _IN_TITLE.search(article.title)
    return Condition("case", in_title["value"]) if in_title else None


def choices(question: str, first: Hit, articles: Iterable[Article], fitting: Fitting) -> tuple[Hit, ...]:
    """The likeliest hit and its siblings that answer as well; empty where there is nothing to choose.

    Whoever names the condition has chosen.
    """
    known = condition(first.passage.article)
    family = (one for one in articles if known and _siblings(first.passage.article, known, one))
    siblings = list(islice(family, MOST_SIBLINGS))
    if known is None or not siblings or _names(question, known, siblings):
        return ()
    needed = max(LEAST_FIT, AS_WELL * fitting(first.passage.article)[1])
    codes = _codes(question) & _words(first.passage.article.body)
    fits = [(one, *fitting(one)) for one in siblings if codes <= _words(one.body)]
    as_well = sorted((fit for fit in fits if fit[2] >= needed), key=lambda fit: -fit[2])
    hits = [_hit(first, article, passage) for article, passage, _ in as_well]
    return (first, *hits)[:MOST_CHOICES] if hits else ()


def named(message: str, values: Sequence[str]) -> int | None:
    """Which of these values a message names, None where it is none or more than one."""
    said = _words(message)
    found = [place for place, value in enumerate(values) if said & _own(value, values)]
    return found[0] if len(found) == 1 else None


def says_only(message: str, article: Article, language: str) -> bool:
    """Whether a message says no more than which product it is about: "the Strand E1"."""
    said = _words(message) - small_words(language)
    return bool(article.product and said) and said <= _words(f"{article.product} {article.title}")


def product_named(message: str, slugs: Collection[str], articles: Iterable[Article]) -> str | None:
    """The one of these articles, by its slug, whose product is all that a message says."""
    found = {one.slug for one in articles if one.slug in slugs and says_only(message, one, one.language)}
    return found.pop() if len(found) == 1 else None


def _siblings(article: Article, known: Condition, other: Article) -> bool:
    theirs = condition(other)
    if other.language != article.language or theirs is None:
        return False
    return (
        theirs.name == known.name and theirs.value != known.value and _shared(article, other) >= MOST_SHARED
    )


def _shared(article: Article, other: Article) -> float:
    """The share of their tags that both have; of articles without tags, whether only the brackets differ."""
    tags, others = (frozenset(tag for tag in one.tags if ":" not in tag) for one in (article, other))
    if tags or others:
        return len(tags & others) / len(tags | others)
    return float(_IN_TITLE.sub("", article.title) == _IN_TITLE.sub("", other.title))


def _names(question: str, known: Condition, siblings: Sequence[Article]) -> bool:
    conditions = (condition(one) for one in siblings)
    values = [known.value, *(one.value for one in conditions if one)]
    return bool(_words(question) & _own(known.value, values))


def _codes(question: str) -> frozenset[str]:
    """What a question names by letters and digits: E12 is a fault of one product only."""
    return frozenset(word for word in _words(question) if re.search(r"\d", word))


def _own(value: str, values: Sequence[str]) -> frozenset[str]:
    """The words that tell a value from the others."""
    others = [_words(other) for other in values if other != value]
    return _words(value) - frozenset().union(*others)


def _hit(first: Hit, article: Article, passage: Passage) -> Hit:
    """A sibling to choose; it can be no likelier than the first."""
    shown = replace(first, passage=passage, field="title", matched=article.title)
    return replace(shown, confidence=min(first.confidence, 1 - first.confidence))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
