"""Canned replies: what agents say again and again, at hand in each language, with the names filled in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

_PLACE = re.compile(r"\{(\w*)\}")
_NAMELESS = re.compile(r"\s*\{name\}")
_PLACES = frozenset({"name", "agent"})

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Canned(BaseModel):
    """A reply as the operator writes it: a title for agents, and a text for each language's code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title = Field(description="a few words that agents choose it by")
    texts: dict[Code, Text] = Field(
        min_length=1,
        description='texts by language, such as en = "Hello {name}, this is {agent}.", with no other places '
        "to fill than {name} and {agent}",
    )

    @model_validator(mode="before")
    @classmethod
    def _gather_texts(cls, given: Any) -> Any:
        """Everything but the title is a text in a language."""
        if not isinstance(given, Mapping) or "texts" in given:
            return given
        texts = {key: value for key, value in given.items() if key != "title"}
        return {"texts": texts, **({"title": given["title"]} if "title" in given else {})}

    @field_validator("texts")
    @classmethod
    def _have_places_that_can_be_filled(cls, texts: dict[str, str]) -> dict[str, str]:
        if any(set(_PLACE.findall(text)) - _PLACES for text in texts.values()):
            raise ValueError("another place to fill")
        return texts


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A canned reply, ready to be sent."""

    title: str
    language: str
    text: str


def replies(
    canned: Sequence[Canned], language: str | None, customer: str | None, agent: str
) -> list[CannedReply]:
    """All canned replies with the names filled in: in the customer's language where they have it, else
    in the one that they were written in first."""
    return list(_filled(canned, language, customer, agent))


def _filled(
    canned: Sequence[Canned], language: str | None, customer: str | None, agent: str
) -> Iterator[CannedReply]:
    for one in canned:
        code = language if language in one.texts else next(iter(one.texts))
        yield CannedReply(one.title, code, fill(one.texts[code], customer, agent))


def fill(text: str, customer: str | None, agent: str) -> str:
    """The text with both names; without the customer's it goes on without a gap: "Hello, this is Maja."."""
    named = text if customer else _NAMELESS.sub("", text).lstrip(" ,،，、")
    values = {"name": customer or "", "agent": agent}
    return _PLACE.sub(lambda place: values[place[1]], named)
