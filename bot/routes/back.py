"""The way back from a mail: the page that its link leads to, and the exchange of the link for a key."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import Field

from bot.notify.back import PATH, LinkRefused, WayBack
from bot.pages.back import page
from bot.settings import Settings
from bot.web import body
from bot.web.work import worked


class Link(body.Shape):
    """The body of `POST /api/back`."""

    signed: str = Field(max_length=500)


def router(back: WayBack, settings: Settings) -> APIRouter:
    """The page, and the exchange."""
    routes = APIRouter()

    @routes.get(PATH)
    async def show() -> Response:
        return HTMLResponse(page(settings), headers={"Cache-Control": "no-store"})

    @routes.post(f"/api{PATH}")
    async def exchange(request: Request) -> Response:
        link = body.read(await request.body(), Link, '{"signed": "…"}')
        try:
            token = await worked(lambda: back.exchange(link.signed))
        except LinkRefused as error:
            raise HTTPException(410, str(error)) from error
        return JSONResponse({"conversation": token}, headers={"Cache-Control": "no-store"})

    return routes
