"""The door: every request passes it, with the user who acts, into a room that is open to them."""

import time
from urllib.parse import quote

from anyio import CancelScope
from anyio.to_thread import run_sync
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.access.guard import is_own, shows_page
from bot.access.user import SCOPE, User
from bot.database.engine import StateError
from bot.pages.sheet import not_for_you
from bot.settings import Settings
from bot.web.porter import Porter
from bot.web.rooms import Room, room_of

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
SECONDS_BETWEEN_LOOKS = 10.0
"""How long a stream that is open may outlast its session."""


class Door:
    """Lets a request into its room if the user who acts may enter; what is in no room is not there."""

    def __init__(self, app: ASGIApp, porter: Porter, settings: Settings) -> None:
        self._app = app
        self._porter = porter
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        room = room_of(scope["path"])
        refused = self._refused(scope, room)
        if refused is not None or room is None or room.least is None:
            return await (refused or self._app)(scope, receive, send)
        return await self._staff(scope, receive, send, room)

    def _refused(self, scope: Scope, room: Room | None) -> Response | None:
        """The refusal of what nobody may do."""
        if room is None:
            return JSONResponse({"detail": "There is nothing here."}, 404)
        own = {self._settings.public_origin or ""}
        friends = own | set(self._settings.embed_origins) if room.least is None else own
        if scope["method"] not in HARMLESS and not is_own(scope, friends):
            return JSONResponse(
                {"detail": "Another site's page asked for this: open ours and try again."}, 403
            )
        return None

    async def _staff(self, scope: Scope, receive: Receive, send: Send, room: Room) -> None:
        try:
            user = await run_sync(self._porter.user, scope)
        except StateError:
            sentence = "The database can't be read at the moment: try again in a minute."
            return await JSONResponse({"detail": sentence}, 503)(scope, receive, send)
        refused = self._turned_away(scope, room, user)
        if refused is not None:
            return await refused(scope, receive, send)
        scope[SCOPE] = user
        return await self._watched(scope, receive, send, room)

    def _turned_away(self, scope: Scope, room: Room, user: User | None) -> Response | None:
        if user is None and not self._porter.expects_sign_in():
            sentence = "This page is served to the machine that Askdesk runs on, and to no other."
            return JSONResponse({"detail": sentence}, 403)
        reads = _reads_page(scope)
        if user is None:
            if reads:
                return RedirectResponse(f"/sign-in?next={quote(_asked(scope), safe='/')}", 303)
            return JSONResponse({"detail": "Sign in first, at /sign-in."}, 401)
        if room.least is None or user.may(room.least):
            return None
        if reads:
            return HTMLResponse(not_for_you(user, room.least, self._settings.company), 403)
        return JSONResponse({"detail": f"This is for the role {room.least}; yours is {user.role}."}, 403)

    async def _watched(self, scope: Scope, receive: Receive, send: Send, room: Room) -> None:
        """Runs the application; a stream ends soon after the session that it was opened in."""
        with CancelScope() as running:
            looked = time.monotonic()

            async def watched(message: Message) -> None:
                nonlocal looked
                if message["type"] == "http.response.start":
                    _keep_from_caches(message)
                elif message.get("more_body") and time.monotonic() - looked > SECONDS_BETWEEN_LOOKS:
                    looked = time.monotonic()
                    if await self._gone(scope, room):
                        await send({"type": "http.response.body", "body": b""})
                        running.cancel()
                        return
                await send(message)

            await self._app(scope, receive, watched)

    async def _gone(self, scope: Scope, room: Room) -> bool:
        try:
            user = await run_sync(self._porter.user, scope)
        except StateError:
            return False
        return user is None or self._turned_away(scope, room, user) is not None


def _asked(scope: Scope) -> str:
    """The path that was asked for, with what comes after a question mark."""
    query = scope.get("query_string", b"").decode("ascii", "ignore")
    return f"{scope['path']}?{query}" if query else str(scope["path"])


def _reads_page(scope: Scope) -> bool:
    """Whether a person looks at what comes back."""
    return scope["method"] in ("GET", "HEAD") and shows_page(scope)


def _keep_from_caches(message: Message) -> None:
    """After signing out, no page of the staff comes back with the browser's back button."""
    headers = MutableHeaders(scope=message)
    if headers.get("content-type", "").startswith(("text/html", "application/json")):
        headers.setdefault("cache-control", "no-store")
