"""Queues: which people a matter goes to, by its language, its products and what one has to know for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.waiting.hours import Hours
from index.hit import Found

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s<>\",;:()]+@[^@\s<>\"',;:()]+$", max_length=254)]


class Queue(BaseModel):
    """People who look after the same matters. What is left empty holds for everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name = Field(description="a short name that no other queue has")
    languages: tuple[str, ...] = Field((), description='language codes, such as ["da", "sv"]')
    products: tuple[Name, ...] = Field((), description="products as the articles name them")
    skills: tuple[Name, ...] = Field(
        (), description='what its people know: tags of articles, or reasons of a handover such as "upset"'
    )
    agents: tuple[Name, ...] = Field((), description="names of the users who look after it; empty: all")
    hours: Hours | None = Field(None, description="opening hours of its own")
    email: tuple[Address, ...] = Field(
        (), description='addresses that are told, such as ["team@shop.example"]'
    )


@dataclass(frozen=True, slots=True)
class Matter:
    """What a customer needs a person for, as far as it decides on the queue."""

    language: str | None
    products: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


def matter(found: Found | None, reason: str, language: str | None, least: float) -> Matter:
    """The matter of a question: what the articles found with at least that confidence are about."""
    near = [hit.passage.article for hit in found.hits if hit.confidence >= least] if found else []
    products = {article.product for article in near[:1] if article.product}
    return Matter(
        language, frozenset(products), frozenset({reason, *(tag for one in near for tag in one.tags)})
    )


def route(matter: Matter, queues: Sequence[Queue]) -> Queue:
    """The queue made most for the matter, the first one of equals; there has to be one at least.

    One that names a product, a skill or languages takes no other; where that leaves nobody, whoever speaks
    the language does, and else the first queue: a matter is never left without one.
    """
    fitting = [queue for queue in queues if _fits(matter, queue)]
    speaking = [queue for queue in queues if _takes(queue.languages, _spoken(matter))]
    return max(fitting or speaking or queues[:1], key=lambda queue: _made_for(matter, queue))


def routed(matter: Matter, queues: Sequence[Queue]) -> dict[str, str | None]:
    """What a ticket is routed by: its product, and its queue where queues are set."""
    product = min(matter.products, default=None)
    return {"product": product, "queue": route(matter, queues).name if queues else None}


def _fits(matter: Matter, queue: Queue) -> bool:
    return (
        _takes(queue.languages, _spoken(matter))
        and _takes(queue.products, matter.products)
        and _takes(queue.skills, matter.skills)
    )


def _takes(named: Collection[str], wanted: Collection[str]) -> bool:
    return not named or bool(_plain(named) & _plain(wanted))


def _made_for(matter: Matter, queue: Queue) -> tuple[bool, int, bool]:
    """A product says most, then skills, then the language."""
    by_product = bool(queue.products) and _takes(queue.products, matter.products)
    by_language = bool(queue.languages) and _takes(queue.languages, _spoken(matter))
    return by_product, len(_plain(queue.skills) & _plain(matter.skills)), by_language


def _spoken(matter: Matter) -> frozenset[str]:
    return frozenset({matter.language} if matter.language else ())


def _plain(words: Collection[str]) -> set[str]:
    return {word.casefold() for word in words}
