"""The signpost: a browser that was led astray shows a page with a way back; programs are told in JSON."""

import json
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.access.guard import shows_page
from bot.access.user import SCOPE
from bot.pages import instead
from bot.pages.accept_language import preferred
from bot.settings import Settings
from bot.web.rooms import Room, below, room_of

_FOR_PROGRAMS = ("/api", "/health", "/ready", "/metrics")
_ASTRAY = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
_OF_THE_BODY = ("content-length", "content-type", "content-encoding")


class Signpost:
    """Puts a page in the place of what is refused or fails without one, where a browser shows it."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not shows_page(scope) or _is_for_programs(scope["path"]):
            await self._app(scope, receive, send)
        else:
            await self._shown(scope, receive, send)

    async def _shown(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer.send)
        except Exception:  # its traceback goes on to the log
            if not answer.begun:
                await self._page(scope, HTTPStatus.INTERNAL_SERVER_ERROR, "")(scope, receive, send)
            raise
        if answer.held is not None:
            page = self._page(scope, answer.held["status"], answer.body.decode("utf-8", "replace"))
            page.headers.update(answer.headers())
            await page(scope, receive, send)

    def _page(self, scope: Scope, status: int, body: str) -> HTMLResponse:
        company, room = self._settings.company, room_of(scope["path"])
        if _is_for_staff(room):
            told = instead.told(_sentence(status, body), company, scope.get(SCOPE))
            return HTMLResponse(told, status, {"Cache-Control": "no-store"})
        accepted = Headers(scope=scope).get("accept-language", "")
        language = preferred(accepted, self._settings.languages)
        page = instead.nothing_here if status in _ASTRAY else instead.failed
        return HTMLResponse(page(company, language), status)


class _Answer:
    """Passes on what the application answers; a refusal that is no page is held."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False
        self.held: Message | None = None
        self.body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            if message["status"] >= HTTPStatus.BAD_REQUEST and not _is_page(headers):
                self.held = message
        if self.held is None:
            await self._send(message)
        else:
            self.body += message.get("body", b"")

    def headers(self) -> dict[str, str]:
        """What was said beside the body, such as when to come again."""
        assert self.held is not None
        said = MutableHeaders(scope=self.held)
        return {name: value for name, value in said.items() if name not in _OF_THE_BODY}


def _is_for_programs(path: str) -> bool:
    return any(below(path, start) for start in _FOR_PROGRAMS)


def _is_page(headers: MutableHeaders) -> bool:
    return headers.get("content-type", "").startswith("text/html")


def _is_for_staff(room: Room | None) -> bool:
    return room is not None and (room.least is not None or room.path == "/sign-in")


def _sentence(status: int, body: str) -> str:
    """What the answer says itself, unless that is only what its status is called."""
    try:
        own = json.loads(body).get("detail")
    except (ValueError, AttributeError):
        own = body.strip()
    if isinstance(own, str) and own and own != HTTPStatus(status).phrase:
        return own
    return instead.NOTHING_HERE if status in _ASTRAY else instead.FAILED
