"""The gate: everybody comes at a pace, each conversation and each address, and what costs waits in line.

Who comes too often is told for how long to wait, and nothing of it is done: it can be sent again as it was.
"""

import json
import logging
import re
from collections.abc import Mapping
from math import ceil
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.access.rooms import Room, room_of
from bot.guard import is_forwarded, network
from bot.line import Line
from bot.pace import Kind, Turnstile, paces
from bot.settings import Settings

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
SECONDS_IN_LINE = 2
"""To wait where the line is full."""


class Gate:
    """Counts what comes into the rooms that say how it counts; `acts` names the chat page's functions."""

    def __init__(self, app: ASGIApp, settings: Settings, acts: Mapping[int, str]) -> None:
        self._app = app
        self._acts = acts
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
        given = _read(content)
        if len(str(given.get("session_hash"))) > LONGEST_NAME:  # which Gradio would remember
            return await JSONResponse({"detail": "session_hash: too long"}, 422)(scope, receive, send)
        kind, token = self._told(scope["path"], room, given)
        address = network(scope["client"][0] if scope.get("client") else "")
        refused = self._refused(scope, kind, token, address)
        if refused is not None:
            return await refused(scope, receive, send)
        if kind not in _IN_LINE:
            return await self._app(scope, _again(content, receive), send)
        async with self._line.turn(address):
            return await self._app(scope, _again(content, receive), send)

    def _told(self, path: str, room: Room, given: dict[str, Any]) -> tuple[Kind, str | None]:
        """What is done, and in which conversation."""
        assert room.counts is not None
        data = given.get("data")
        token = given.get("conversation") or (data[0] if isinstance(data, list) and data else None)
        known = token if isinstance(token, str) and _TOKEN.fullmatch(token) else None
        if room.path != RUN:
            return room.counts, known
        number = given.get("fn_index")  # wins over the name in the path
        named = path.removeprefix(RUN).strip("/")
        act = named if number is None else self._acts.get(number, "") if isinstance(number, int) else ""
        return _ACTS.get(act, room.counts), known

    def _refused(self, scope: Scope, kind: Kind, token: str | None, address: str) -> Response | None:
        """The refusal of what comes too often.

        The conversation first: what is refused of one out of order takes nothing from those beside it.
        """
        of_conversations, of_addresses = self._counts[kind]
        early = of_conversations.wait(token) if token else 0.0
        if not early and kind in _IN_LINE and self._line.full(address):
            return _later(SECONDS_IN_LINE)
        if not early:
            early = of_addresses.wait(address)
            if early:
                self._warn(scope)
        return _later(ceil(early)) if early else None

    def _warn(self, scope: Scope) -> None:
        """Once, where a proxy seems to stand in front that the settings don't name."""
        if self._warns and is_forwarded(scope):
            self._warns = False
            log.warning(
                "an address that asks too often sends forwarding headers: if it is your proxy, put it into "
                "the setting proxies, or all its visitors share the pace of one address"
            )


def _later(seconds: int) -> Response:
    sentence = f"This was asked too often: try again in {seconds} second{'s' if seconds > 1 else ''}."
    return JSONResponse({"detail": sentence}, 429, headers={"Retry-After": str(seconds)})


def _read(content: bytes) -> dict[str, Any]:
    """What a body holds, nothing where it is no JSON object."""
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


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
