"""What the finder on a page asks of the server; who may is the door's to say."""

from asyncio import Lock
from collections import defaultdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import Field, StringConstraints

from bot.access.user import user_of
from bot.finder.search import LONGEST, Readers, Search
from bot.pages.article_page import article_page
from bot.sights.lookup import Lookup
from bot.web import body
from bot.web.work import worked

PREFIX = "/desk/finder"
NOBODY_WAITS = 499  # status of what was given up before its turn came; no browser sees it
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]


class Searched(body.Shape):
    """A search that was made use of."""

    words: Words


class Pinned(body.Shape):
    """A passage to keep at hand, or to let go."""

    mark: Annotated[str, Field(max_length=LONGEST)]
    pinned: bool


class Lacking(body.Shape):
    """Words that no article answers."""

    words: Words
    key: body.Key


def router(lookup: Lookup) -> APIRouter:
    """The routes below `/desk/finder`."""
    routes = APIRouter(prefix=PREFIX)
    _serve_finding(routes, lookup)
    _serve_keeping(routes, lookup)
    return routes


def _serve_finding(routes: APIRouter, lookup: Lookup) -> None:
    """What is found, what there is to begin with, and an article as a whole."""
    turns: defaultdict[str, Lock] = defaultdict(Lock)
    """By agent: who types fast asks for the next search before the last one is made."""

    @routes.get("/search")
    async def search(
        request: Request,
        q: Annotated[str, Query(max_length=10 * LONGEST)],
        language: Annotated[str | None, Query(pattern=r"^[a-z]{2,3}$")] = None,
        product: Annotated[str | None, Query(max_length=200)] = None,
        readers: Readers = "all",
    ) -> Response:
        asked = Search(q, language, product, readers)
        async with turns[user_of(request).name]:
            if await request.is_disconnected():
                return Response(status_code=NOBODY_WAITS)
            return JSONResponse(await worked(lambda: lookup.found(asked, date.today()).document()))

    @routes.get("/start")
    async def start(request: Request) -> Response:
        agent = user_of(request).name
        return JSONResponse(await worked(lambda: lookup.start(agent, date.today())))

    @routes.get("/article/{language}/{slug:path}")
    async def article(language: str, slug: str) -> Response:
        found = await worked(lambda: lookup.article(language, slug))
        if found is None:
            raise HTTPException(404, "there is no such article any more")
        return HTMLResponse(await worked(lambda: article_page(found)))


def _serve_keeping(routes: APIRouter, lookup: Lookup) -> None:
    """What an agent keeps, lets go, or misses."""

    @routes.post("/recent")
    async def recent(request: Request) -> Response:
        agent, searched = user_of(request).name, await body.shaped(request, Searched)
        await worked(lambda: lookup.kept.remember(agent, Search(searched.words).asked))
        return JSONResponse({})

    @routes.delete("/recent")
    async def forget(request: Request) -> Response:
        agent = user_of(request).name
        await worked(lambda: lookup.kept.forget(agent))
        return JSONResponse({})

    @routes.post("/pin")
    async def pin(request: Request) -> Response:
        agent, pinned = user_of(request).name, await body.shaped(request, Pinned)
        refusal = await worked(lambda: lookup.pin(agent, pinned.mark, pinned.pinned))
        if refusal is not None:
            raise HTTPException(409, refusal)
        return JSONResponse({"pinned": pinned.pinned})

    @routes.post("/missing")
    async def missing(request: Request) -> Response:
        agent, lacking = user_of(request).name, await body.shaped(request, Lacking)
        return JSONResponse(await worked(lambda: lookup.miss(agent, lacking.key, Search(lacking.words))))
