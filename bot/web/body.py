"""A request's body: no longer than its room takes, and of the shape that is expected."""

from typing import Annotated, TypeVar

from fastapi import HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.rooms import KIB, Room, room_of

Code = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
"""Of a language."""
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{8,64}$")]
"""Made by the page: what comes again under the same key is not done again."""
LARGEST_NUMBER = 2**31 - 1
"""Of a ticket or a message: what a column of numbers holds."""
_NO_ROOM = Room("")
_CLOSE = {"Connection": "close"}
"""Else the server would read on to the end of a body that nobody wants, if it has one."""


class Shape(BaseModel):
    """What a body must be: these fields, of these types, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True)


Shaped = TypeVar("Shaped", bound=Shape)


async def shaped(request: Request, shape: type[Shaped]) -> Shaped:
    """What a body holds; JSON only, which no other site's form can send."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise HTTPException(415, "expected application/json")
    return read(await request.body(), shape)


def read(content: bytes, shape: type[Shaped], expected: str = "") -> Shaped:
    """What a body holds, whatever it says to be; `expected` is told beside what is wrong with it."""
    try:
        return shape.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        wrong = f"{where}: {first['msg']}"
        raise HTTPException(422, f"{wrong}; expected {expected}" if expected else wrong) from error


class BodyLimit:
    """Refuses a body that is longer than its room takes: unread where it says so, else while it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = (room_of(scope["path"]) or _NO_ROOM).most_bytes
        headers = Headers(scope=scope)
        if _length(headers) > limit:
            return await JSONResponse({"detail": _sentence(limit)}, 413, _CLOSE)(scope, receive, send)
        in_chunks = "transfer-encoding" in headers
        return await self._app(scope, _counting(receive, limit), _closing(send) if in_chunks else send)


def _length(headers: Headers) -> int:
    """What is said of it, 0 where nothing is."""
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def _counting(receive: Receive, limit: int) -> Receive:
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, _sentence(limit))
        return message

    return counted


def _closing(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_CLOSE)
        await send(message)

    return sent


def _sentence(limit: int) -> str:
    return f"This is too much at once: at most {limit // KIB} KiB are taken in one request."
