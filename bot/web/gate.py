"""The gate: everybody comes at a pace, each conversation and each address, and what costs waits in line.

Who comes too often is told for how long to wait, and nothing of it is done: it can be sent again as it was.
"""

import json
import logging
import re
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.access.guard import is_forwarded, network, shows_page
from bot.measure import Measures
from bot.pages.accept_language import preferred
from bot.pages.instead import too_often
from bot.phrase import FALLBACK
from bot.settings import Settings
from bot.waiting.when import seconds
from bot.web.line import Line
from bot.web.pace import Kind, Turnstile, paces
from bot.web.rooms import Room, room_of

log = logging.getLogger(__name__)

RUN = "/gradio_api/run"
_ACTS: dict[str, Kind] = {
    "open": "looking",
    "words": "looking",
    "silence": "looking",
    "start": "beginning",
}
"""Those of the chat page that are no question; any other may be one."""
_IN_LINE = frozenset({"asking", "beginning", "looking"})
"""What takes some milliseconds; a word to a person does not wait, nor what is told meanwhile."""
_TOKEN = re.compile(r"[\w-]{16,64}", re.ASCII)
LONGEST_NAME = 64
"""Of a session: Gradio would remember it."""
SECONDS_IN_LINE = 2
"""To wait where the line is full."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What one has come too often for, and for how many seconds to wait."""

    limit: Literal["conversation", "address", "line"]
    seconds: int


class Gate:
    """Counts what comes into the rooms that say how it counts; `acts` names the chat page's functions."""

    def __init__(self, app: ASGIApp, settings: Settings, measures: Measures, acts: Mapping[int, str]) -> None:
        self._app = app
        self._measures = measures
        self._acts = acts
        self._settings = settings
        self._counts = {
            kind: (Turnstile(one.conversation), Turnstile(one.address))
            for kind, one in paces(settings.pace_conversation, settings.pace_address).items()
        }
        self._line = Line()
        self._warns = not settings.proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        room = room_of(scope["path"]) if scope["type"] == "http" else None
        if room is None or room.counts is None:
            return await self._app(scope, receive, send)
        try:
            content = await Request(scope, receive).body()
        except HTTPException as error:  # too long
            return await JSONResponse({"detail": error.detail}, error.status_code)(scope, receive, send)
        except ClientDisconnect:
            return None
        given = _object(content)
        if len(str(given.get("session_hash"))) > LONGEST_NAME:
            return await JSONResponse({"detail": "session_hash: too long"}, 422)(scope, receive, send)
        kind, token = self._kind(scope["path"], room, given), _token(room, given)
        address = network(scope["client"][0] if scope.get("client") else "")
        refusal = self._refusal(kind, token, address)
        if refusal is not None:
            return await self._refuse(kind, refusal, scope)(scope, receive, send)
        async with self._line.turn(address) if kind in _IN_LINE else nullcontext():
            return await self._app(scope, _again(content, receive), send)

    def _kind(self, path: str, room: Room, given: dict[str, Any]) -> Kind:
        """What is done; of the chat page's functions the number wins over the name, as it does in Gradio."""
        assert room.counts is not None
        if room.path != RUN:
            return room.counts
        number = given.get("fn_index")
        if number is None:
            act = path.removeprefix(RUN).strip("/")
        else:
            act = self._acts.get(number, "") if isinstance(number, int) else ""
        return _ACTS.get(act, room.counts)

    def _refusal(self, kind: Kind, token: str | None, address: str) -> Refusal | None:
        """Why this comes too often, None where it doesn't.

        The conversation first: what is refused of one out of order takes nothing from those beside it.
        """
        of_conversations, of_addresses = self._counts[kind]
        if token and (early := of_conversations.wait(token)):
            return Refusal("conversation", ceil(early))
        if kind in _IN_LINE and self._line.full(address):
            return Refusal("line", SECONDS_IN_LINE)
        if early := of_addresses.wait(address):
            return Refusal("address", ceil(early))
        return None

    def _refuse(self, kind: Kind, refusal: Refusal, scope: Scope) -> Response:
        self._measures.refused(kind, refusal.limit)
        if refusal.limit == "address":
            self._warn(scope)
        headers = {"Retry-After": str(refusal.seconds)}
        if shows_page(scope):
            accepted = Headers(scope=scope).get("accept-language", "")
            language = preferred(accepted, self._settings.languages)
            return HTMLResponse(too_often(refusal.seconds, self._settings.company, language), 429, headers)
        sentence = f"This was asked too often: try again in {seconds(refusal.seconds, FALLBACK)}."
        return JSONResponse({"detail": sentence}, 429, headers)

    def _warn(self, scope: Scope) -> None:
        """Once, where a proxy seems to stand in front that the settings don't name."""
        if self._warns and is_forwarded(scope):
            self._warns = False
            log.warning(
                "an address that asks too often sends forwarding headers: if it is your proxy, put it into "
                "the setting proxies, or all its visitors share the pace of one address"
            )


def _object(content: bytes) -> dict[str, Any]:
    """What a body holds, nothing where it is no JSON object."""
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def _token(room: Room, given: dict[str, Any]) -> str | None:
    """The conversation that a body names, where our routes or the chat page's functions look for it."""
    data = given.get("data")
    first = data[0] if isinstance(data, list) and data else None
    token = first if room.path == RUN else given.get("conversation")
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else None


def _again(content: bytes, receive: Receive) -> Receive:
    """Gives the body that was read, then what comes after it."""
    given = False

    async def received() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": content, "more_body": False}

    return received
