"""The signpost: a browser that was led astray shows a page with a way back; programs are told in JSON."""

import json
from collections.abc import Callable
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
_OF_THE_BODY = (b"content-length", b"content-type", b"content-encoding")
_CHOOSES = ("Accept", "Accept-Language")
"""What of a request decides whether a page is shown, and in which language."""


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
            _say_too(page, answer.held)
            await page(scope, receive, send)

    def _page(self, scope: Scope, status: int, body: str) -> HTMLResponse:
        company, room = self._settings.company, room_of(scope["path"])
        if _is_for_staff(room):
            told = instead.told(_sentence(status, body), company, scope.get(SCOPE))
            return HTMLResponse(told, status, {"Cache-Control": "no-store"})
        accepted = Headers(scope=scope).get("accept-language", "")
        language = preferred(accepted, self._settings.languages)
        return HTMLResponse(_for_customers(status)(company, language), status)


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


def _say_too(page: HTMLResponse, held: Message) -> None:
    """What was said beside the body, such as when to come again, and each cookie."""
    said = [(name.lower(), value) for name, value in held["headers"]]
    said = [(name, value) for name, value in said if name not in _OF_THE_BODY]
    again = {name for name, _ in said}
    page.raw_headers[:] = [*(one for one in page.raw_headers if one[0] not in again), *said]
    for choice in _CHOOSES:
        page.headers.add_vary_header(choice)


def _for_customers(status: int) -> Callable[[str, str], str]:
    """The page for a status, given the company and the language."""
    if status in _ASTRAY:
        return instead.nothing_here
    return instead.refused if status < HTTPStatus.INTERNAL_SERVER_ERROR else instead.failed


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
    if isinstance(own, str) and own and own != _called(status):
        return own
    if status in _ASTRAY:
        return instead.NOTHING_HERE
    return instead.REFUSED if status < HTTPStatus.INTERNAL_SERVER_ERROR else instead.FAILED


def _called(status: int) -> str:
    """What HTTP calls a status; nothing where it knows none such, as of a proxy's 499."""
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
