"""What the tickets panel asks of the server, and what agents do by it; who may come is the door's to say."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from anyio.to_thread import run_sync
from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from bot import body
from bot.access.user import User, user_of
from bot.message import Unreadable
from bot.state.database import StateError
from bot.state.store import UnknownTicket
from bot.takeover.agent import Agents
from bot.takeover.board import Show, Wish
from bot.takeover.workplace import View, Workplace
from bot.ticket import TicketRefused

PREFIX = "/desk/tickets"
LARGEST_NUMBER = 2**31 - 1

Result = TypeVar("Result")
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{8,64}$")]
Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]


class Act(body.Shape):
    """Something to do with a ticket: the same key again does it no second time."""

    key: Key


class Written(Act):
    """A message to the customer, or a note to colleagues; how long it may be is told in a sentence."""

    text: str


class PassedOn(Act):
    to: Annotated[str, Field(max_length=64)]


class Seen(body.Shape):
    """How far the agent's page has shown the conversation."""

    sequence: Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]


def router(workplace: Workplace, agents: Agents) -> APIRouter:
    """The routes below `/desk/tickets`; an act answers with the ticket as it is after it."""
    routes = APIRouter(prefix=PREFIX)

    @routes.get("/board")
    async def board(
        request: Request,
        show: Show = "open",
        queue: Annotated[str | None, Query(max_length=80)] = None,
    ) -> Response:
        wish, agent = Wish(show, queue or None), user_of(request)
        return JSONResponse(await _worked(lambda: workplace.board(wish, agent)))

    @routes.get("/{number}")
    async def ticket(request: Request, number: Number) -> Response:
        return await _shown(number, user_of(request))

    @routes.post("/{number}/take")
    async def take(request: Request, number: Number) -> Response:
        return await _acted(request, number, Act, lambda agent, act: agents.take(number, agent, act.key))

    @routes.post("/{number}/write")
    async def write(request: Request, number: Number) -> Response:
        return await _acted(
            request, number, Written, lambda agent, act: agents.write(number, agent, act.text, act.key)
        )

    @routes.post("/{number}/give_back")
    async def give_back(request: Request, number: Number) -> Response:
        return await _acted(request, number, Act, lambda agent, act: agents.give_back(number, agent, act.key))

    @routes.post("/{number}/release")
    async def release(request: Request, number: Number) -> Response:
        return await _acted(request, number, Act, lambda agent, act: agents.release(number, agent, act.key))

    @routes.post("/{number}/close")
    async def close(request: Request, number: Number) -> Response:
        return await _acted(request, number, Act, lambda agent, act: agents.close(number, agent, act.key))

    @routes.post("/{number}/assign")
    async def assign(request: Request, number: Number) -> Response:
        return await _acted(
            request, number, PassedOn, lambda agent, act: agents.assign(number, agent, act.to, act.key)
        )

    @routes.post("/{number}/note")
    async def note(request: Request, number: Number) -> Response:
        return await _acted(
            request, number, Written, lambda agent, act: agents.note(number, agent, act.text, act.key)
        )

    @routes.post("/{number}/tell_again")
    async def tell_again(request: Request, number: Number) -> Response:
        return await _acted(request, number, Act, lambda agent, act: agents.tell_again(number))

    @routes.post("/{number}/seen")
    async def seen(request: Request, number: Number) -> Response:
        agent, so_far = user_of(request), await body.shaped(request, Seen)
        await _worked(lambda: agents.seen(number, agent, so_far.sequence))
        return JSONResponse({})

    async def _acted(
        request: Request, number: int, shape: type[body.Shaped], act: Callable[[User, body.Shaped], object]
    ) -> Response:
        agent, asked = user_of(request), await body.shaped(request, shape)
        await _worked(lambda: act(agent, asked))
        return await _shown(number, agent)

    async def _shown(number: int, agent: User) -> Response:
        return JSONResponse(await _worked(lambda: _look(number, agent)))

    def _look(number: int, agent: User) -> View:
        agents.contact_seen(number, agent)
        return workplace.ticket(number, agent)

    return routes


async def _worked(work: Callable[[], Result]) -> Result:
    """The outcome of work in a thread, and what is refused as an answer with a sentence."""
    try:
        return await run_sync(work)
    except UnknownTicket as error:
        raise HTTPException(404, _sentence(error)) from error
    except TicketRefused as error:
        raise HTTPException(409, _sentence(error)) from error
    except Unreadable as error:
        raise HTTPException(422, str(error)) from error
    except StateError as error:
        raise HTTPException(503, f"Not stored, {error}.") from error


def _sentence(error: Exception) -> str:
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."
