"""The page that a link in a mail leads to: it exchanges the link for a key, and goes on to the chat."""

from string import Template

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import Field

from bot.notify.back import PATH, LinkRefused, WayBack
from bot.pages.element import element, joined
from bot.phrase import phrase
from bot.settings import Settings
from bot.web import body
from bot.web.work import worked
from kb.language import direction

_PAGE = Template(
    """<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title</title>
<link rel="stylesheet" href="/askdesk/theme.css">
<link rel="stylesheet" href="/askdesk/article.css">
<script type="module" src="/askdesk/back.js"></script>
</head>
<body>
<main class="article"><h1>$company</h1>
<div id="refused" hidden>$refused</div>
<noscript>$refused</noscript>
</main>
</body>
</html>
"""
)


class Link(body.Shape):
    """The body of `POST /api/back`."""

    signed: str = Field(max_length=500)


def router(back: WayBack, settings: Settings) -> APIRouter:
    """The page, and the exchange."""
    routes = APIRouter()

    @routes.get(PATH)
    async def page() -> Response:
        return HTMLResponse(_page(settings), headers={"Cache-Control": "no-store"})

    @routes.post(f"/api{PATH}")
    async def exchange(request: Request) -> Response:
        link = body.read(await request.body(), Link, '{"signed": "…"}')
        try:
            token = await worked(lambda: back.exchange(link.signed))
        except LinkRefused as error:
            raise HTTPException(410, str(error)) from error
        return JSONResponse({"conversation": token}, headers={"Cache-Control": "no-store"})

    return routes


def _page(settings: Settings) -> str:
    """In every language of the chat: whose link is refused is known to nobody."""
    said = (
        element("p", phrase("link_refused", code), lang=code, dir=direction(code))
        for code in settings.languages
    )
    chat = element("p", element("a", settings.company, href="./"))
    company = element("bdi", settings.company)
    return _PAGE.substitute(title=joined([settings.company]), company=company, refused=joined([*said, chat]))
