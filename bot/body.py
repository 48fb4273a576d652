"""A request's body, read no further than it may be long."""

from typing import TypeVar

from fastapi import HTTPException, Request
from pydantic import BaseModel, ConfigDict, ValidationError

LARGEST = 64 * 1024
"""Bytes; the longest message fits several times over."""


class Shape(BaseModel):
    """What a body must be: these fields, of these types, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True)


Shaped = TypeVar("Shaped", bound=Shape)


async def shaped(request: Request, shape: type[Shaped]) -> Shaped:
    """What a body holds; JSON only, which no other site's form can send."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise HTTPException(415, "expected application/json")
    try:
        return shape.model_validate_json(await read(request))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise HTTPException(422, f"{where}: {first['msg']}") from error


async def read(request: Request, limit: int = LARGEST) -> bytes:
    """The body; raises a 413 as soon as it is known to be too long, sent in chunks or not."""
    if _declared(request) > limit:
        raise _too_long(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_long(limit)
    return bytes(body)


def _declared(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _too_long(limit: int) -> HTTPException:
    sentence = f"the body is longer than {limit // 1024} KB: send a shorter question"
    return HTTPException(413, sentence, headers={"Connection": "close"})
