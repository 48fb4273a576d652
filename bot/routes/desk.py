"""What the tickets panel asks of the server, and what agents do by it; who may come is the door's to say."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from bot.access.user import User, user_of
from bot.database.engine import UNUSABLE, StateError
from bot.message import Unreadable
from bot.sights.talk import said
from bot.sights.workplace import View, Workplace
from bot.state.record import Marks
from bot.state.store import UnknownTicket
from bot.state.ticket import TicketRefused
from bot.takeover.agent import Agents
from bot.takeover.board import Show, TicketFilter
from bot.takeover.bookmarks import Bookmarks
from bot.web import body
from bot.web.work import awaited, unusable, worked

PREFIX = "/desk/tickets"
UNREAD = Marks(0, 0, 0, 0)
"""Of a message that was just written."""

Doing = Callable[[int, User, Any], object]
"""Does an act on a ticket, for an agent, as they said."""
Looking = Callable[[int, User], Awaitable[Response]]
"""Shows an agent a ticket."""
Number = Annotated[int, Path(ge=1, le=body.LARGEST_NUMBER)]


class Asked(body.Shape):
    """Something to do with a ticket."""

    key: body.Key


class Written(Asked):
    """A message to the customer, or a note to colleagues; how long it may be is told in a sentence."""

    text: str


class Phoned(Written):
    """What came of a call that was promised."""

    reached: bool


class Away(body.Shape):
    away: bool


class PassedOn(Asked):
    to: Annotated[str, Field(max_length=64)]


class Seen(body.Shape):
    """How far the agent's page has shown the conversation."""

    sequence: Annotated[int, Field(ge=0, le=body.LARGEST_NUMBER)]


def router(workplace: Workplace, agents: Agents, bookmarks: Bookmarks) -> APIRouter:
    """The routes below `/desk/tickets`; an act answers with the ticket as it is after it, and what was
    written with that alone: see `bot.sights.talk`."""
    routes, look = APIRouter(prefix=PREFIX), _looking(workplace, agents)
    _serve_board(routes, workplace)
    _serve_presence(routes, agents, bookmarks)
    _serve_ticket(routes, agents, look)
    for name, (shape, act) in _acts(agents).items():
        routes.add_api_route(f"/{{number}}/{name}", _doing(shape, act, look), methods=["POST"])
    return routes


def _serve_board(routes: APIRouter, workplace: Workplace) -> None:
    @routes.get("/board")
    async def board(
        request: Request,
        show: Show = "open",
        queue: Annotated[str | None, Query(max_length=80)] = None,
    ) -> Response:
        chosen, agent = TicketFilter(show, queue or None), user_of(request)
        return JSONResponse(await worked(lambda: workplace.board(chosen, agent), _not_shown))


def _serve_presence(routes: APIRouter, agents: Agents, bookmarks: Bookmarks) -> None:
    """Whether an agent is there, and how far they have read."""

    @routes.post("/presence")
    async def presence(request: Request) -> Response:
        agent, said = user_of(request), await body.shaped(request, Away)
        await worked(lambda: agents.away(agent, said.away), _not_stored)
        return JSONResponse({})

    @routes.post("/{number}/seen")
    async def seen(request: Request, number: Number) -> Response:
        agent, so_far = user_of(request), await body.shaped(request, Seen)
        conversation = await worked(lambda: agents.talks_in(number, agent), _not_shown)
        if conversation is not None:
            reached = {"delivered": so_far.sequence, "seen": so_far.sequence}
            await awaited(bookmarks.put(conversation, "desk", **reached), _not_shown)
        return JSONResponse({})


def _serve_ticket(routes: APIRouter, agents: Agents, look: Looking) -> None:
    """A ticket, and what is written to its customer."""

    @routes.get("/{number}")
    async def ticket(request: Request, number: Number) -> Response:
        return await look(number, user_of(request))

    @routes.post("/{number}/write")
    async def write(request: Request, number: Number) -> Response:
        agent, asked = user_of(request), await body.shaped(request, Written)
        work = partial(agents.write, number, agent, asked.text, asked.key)
        message = await worked(work, _not_stored)
        if message is None:
            return await look(number, agent)
        return JSONResponse(said(number, (message,), message.sequence - 1, UNREAD))


def _looking(workplace: Workplace, agents: Agents) -> Looking:
    def view(number: int, agent: User) -> View:
        agents.contact_seen(number, agent)
        return workplace.ticket(number, agent)

    async def look(number: int, agent: User) -> Response:
        return JSONResponse(await worked(lambda: view(number, agent), _not_shown))

    return look


def _doing(shape: type[Asked], act: Doing, look: Looking) -> Callable[..., object]:
    """The route of an act."""

    async def do(request: Request, number: Number) -> Response:
        agent, asked = user_of(request), await body.shaped(request, shape)
        await worked(lambda: act(number, agent, asked), _not_stored)
        return await look(number, agent)

    return do


def _acts(agents: Agents) -> Mapping[str, tuple[type[Asked], Doing]]:
    """What agents can do with a ticket, by its name: what has to be said with it, and who does it."""
    return {
        "take": (Asked, lambda number, agent, said: agents.take(number, agent, said.key)),
        "give_back": (Asked, lambda number, agent, said: agents.give_back(number, agent, said.key)),
        "release": (Asked, lambda number, agent, said: agents.release(number, agent, said.key)),
        "close": (Asked, lambda number, agent, said: agents.close(number, agent, said.key)),
        "assign": (PassedOn, lambda number, agent, said: agents.assign(number, agent, said.to, said.key)),
        "note": (Written, lambda number, agent, said: agents.note(number, agent, said.text, said.key)),
        "phoned": (
            Phoned,
            lambda number, agent, said: agents.phoned(number, agent, said.reached, said.text, said.key),
        ),
        "tell_again": (Asked, lambda number, agent, said: agents.tell_again(number)),
    }


def _not_shown(fault: Exception) -> HTTPException | None:
    return _told(fault, "This can't be shown now")


def _not_stored(fault: Exception) -> HTTPException | None:
    return _told(fault, "Not stored")


def _told(fault: Exception, failing: str) -> HTTPException | None:
    """What is refused as an answer with a sentence; `failing`: how it begins where the database does."""
    match fault:
        case UnknownTicket():
            return HTTPException(404, _sentence(fault))
        case TicketRefused():
            return HTTPException(409, _sentence(fault))
        case Unreadable():
            return HTTPException(422, str(fault))
        case StateError():
            return unusable(fault, f"{failing}, {UNUSABLE}.")
    return None


def _sentence(error: Exception) -> str:
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."
