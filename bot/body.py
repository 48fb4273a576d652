"""A request's body, read no further than it may be long."""

from fastapi import HTTPException, Request

LARGEST = 64 * 1024
"""Bytes; the longest message fits several times over."""


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
