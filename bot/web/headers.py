"""What a browser is told it may do with our pages."""

import re
import secrets
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.rooms import room_of

_NO_FRAMES = "'none'"
_SCRIPT = b"<script"
_PREVIEW = re.compile(rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>')
"""What Gradio says of itself to sites that preview a link."""


class SecurityHeaders:
    """Adds the policies to every response, and gives the scripts in Gradio's pages a nonce used once.

    `pages` are the paths of those pages. No other page has a script within it, and none may: what slipped
    into an article would have been given the nonce too. `frames` are the origins that may show in a frame
    what is meant to be framed.
    """

    def __init__(self, app: ASGIApp, pages: Iterable[str] = (), frames: Iterable[str] = ()) -> None:
        self._app = app
        self._pages = frozenset(pages)
        self._frames = " ".join(frames) or _NO_FRAMES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        room = room_of(scope["path"])
        frames = self._frames if room and room.framed else _NO_FRAMES
        if scope["path"] in self._pages:
            page = _Page(send, secrets.token_urlsafe(16), frames)
            return await self._app(_uncompressed(scope), receive, page.send)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_policies("'self'", frames))
            await send(message)

        return await self._app(scope, receive, told)


class _Page:
    """Passes a page of Gradio's on; HTML is held until it is whole, so that it can be marked."""

    def __init__(self, send: Send, nonce: str, frames: str) -> None:
        self._send = send
        self._nonce = nonce
        self._frames = frames
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_policies(f"'self' 'nonce-{self._nonce}'", self._frames))
            if headers.get("content-type", "").startswith("text/html"):
                self._start = message
                return
        if self._start is None:
            await self._send(message)
        else:
            await self._hold(message)

    async def _hold(self, message: Message) -> None:
        self._body += message.get("body", b"")
        if self._start is None or message.get("more_body"):
            return
        page = _PREVIEW.sub(b"", self._body)
        marked = page.replace(_SCRIPT, _SCRIPT + f' nonce="{self._nonce}"'.encode())
        MutableHeaders(scope=self._start)["content-length"] = str(len(marked))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": marked})


def _policies(scripts: str, frames: str) -> dict[str, str]:
    # Gradio sets styles by attribute, and its icons are data: addresses.
    policy = (
        "default-src 'self'",
        f"script-src {scripts}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors {frames}",
    )
    return {
        "content-security-policy": "; ".join(policy),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
        "cross-origin-opener-policy": "same-origin",
    }


def _uncompressed(scope: Scope) -> Scope:
    """Asks for a page of HTML as it is: a compressed one could not be marked."""
    headers = scope["headers"]
    if not any(name == b"accept" and b"text/html" in value for name, value in headers):
        return scope
    return {**scope, "headers": [pair for pair in headers if pair[0] != b"accept-encoding"]}
