"""The door: every request passes it, with the user who acts, into a room that is open to them."""

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.access.rooms import room_of
from bot.access.user import LOCAL, SCOPE
from bot.guard import is_local


class Door:
    """Lets a request into its room if the user who acts may enter; what is in no room is not there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        refused = self._let_in(scope)
        if refused is not None:
            return await refused(scope, receive, send)
        return await self._app(scope, receive, send)

    def _let_in(self, scope: Scope) -> Response | None:
        """Leaves the user in the scope, or gives the refusal."""
        room = room_of(scope["path"])
        if room is None:
            return JSONResponse({"detail": "There is nothing here."}, 404)
        if room.least is None:
            return None
        if not is_local(scope):
            sentence = "This page is served to the machine that Askdesk runs on, and to no other.\n"
            return PlainTextResponse(sentence, 403)
        scope[SCOPE] = LOCAL
        return None
