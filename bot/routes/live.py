"""What the pages on both sides of a live conversation keep open to the server, and tell it as it goes on.

The customers' token comes in the body, never in an address. Who may come to the desk's is the door's to say.
"""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from bot.access.guard import network
from bot.access.user import user_of
from bot.conversation.customer import Customers
from bot.database.engine import StateError
from bot.pages.bubble import bubbles
from bot.pages.person import person
from bot.settings import Settings
from bot.sights.live import DISPLACED, AgentsSight, CustomersSight
from bot.state.presence import Presence
from bot.state.record import Ticket
from bot.state.store import Store, UnknownConversation
from bot.takeover.attendance import attended
from bot.takeover.bookmarks import Bookmarks
from bot.takeover.pulse import Pulse
from bot.takeover.stream import LEFT_TO_AGENTS, Stream, Streams
from bot.web import body
from bot.web.work import awaited, unusable, worked

Token = Annotated[str, Field(min_length=1, max_length=64)]
Number = Annotated[int, Field(ge=0, le=body.LARGEST_NUMBER)]


class Live(body.Shape):
    """A customer's page that wants to go along."""

    conversation: Token
    language: body.Code
    after: Number = 0


class CustomerWrites(body.Shape):
    """A customer's message to the person in the chat."""

    conversation: Token
    language: body.Code
    key: body.Key
    text: str


class CustomerTypes(body.Shape):
    conversation: Token
    typing: bool = True


class AgentTypes(body.Shape):
    ticket: Number
    typing: bool = True


class CustomerSees(body.Shape):
    """How far a customer's page has come."""

    conversation: Token
    delivered: Number
    seen: Number


def router(
    store: Store, pulse: Pulse, bookmarks: Bookmarks, streams: Streams, settings: Settings
) -> APIRouter:
    """Both sides' routes."""
    routes = APIRouter()
    _serve_customers_sight(routes, store, pulse, streams, settings)
    _serve_customers_words(routes, store, settings)
    _serve_customers_signs(routes, store, pulse, bookmarks)
    _serve_agents(routes, store, pulse, streams)
    return routes


def _serve_customers_sight(
    routes: APIRouter, store: Store, pulse: Pulse, streams: Streams, settings: Settings
) -> None:
    """What a customer's page is told as it goes on."""

    @routes.post("/api/live")
    async def customers_live(request: Request) -> Response:
        asked = await body.shaped(request, Live)
        conversation = await _conversation(store, asked.conversation)
        sight = CustomersSight(store, pulse, conversation, settings.page_language(asked.language), settings)
        lines, owner = sight.lines(asked.after), f"conversation {conversation}"
        address = network(request.client.host if request.client else "")
        kind = "application/x-ndjson"
        return Stream(lines, streams, owner, kind, spared=LEFT_TO_AGENTS, address=address)


def _serve_customers_words(routes: APIRouter, store: Store, settings: Settings) -> None:
    """What a customer writes to a person."""
    customers = Customers(store, settings)

    @routes.post("/api/write")
    async def customer_writes(request: Request) -> Response:
        """What was said by it; nothing where no person is there, and the message is for the assistant.

        {"messages": […], "person": {…}}, the latter where the bot has the last word, as at the end.
        """
        asked = await body.shaped(request, CustomerWrites)
        language = settings.page_language(asked.language)
        write = partial(customers.write, asked.conversation, asked.text, page_language=language)
        said = await worked(partial(write, key=asked.key), _told)
        view: dict[str, Any] = {"messages": bubbles(said or (), language)}
        if said and said[-1].author == "bot":
            ticket = await worked(partial(store.last_ticket, asked.conversation), _told)
            view["person"] = person(ticket, language, settings)
        return JSONResponse(view)


def _serve_customers_signs(routes: APIRouter, store: Store, pulse: Pulse, bookmarks: Bookmarks) -> None:
    """That a customer types, and how far they have read."""

    @routes.post("/api/typing")
    async def customer_types(request: Request) -> Response:
        asked = await body.shaped(request, CustomerTypes)
        conversation = await _conversation(store, asked.conversation)
        pulse.type(conversation, "customer", asked.typing)
        return JSONResponse({})

    @routes.post("/api/seen")
    async def customer_saw(request: Request) -> Response:
        asked = await body.shaped(request, CustomerSees)
        conversation = await _conversation(store, asked.conversation)
        reached = {"delivered": asked.delivered, "seen": asked.seen}
        await awaited(bookmarks.put(conversation, "customer", **reached), _told)
        return JSONResponse({})


def _serve_agents(routes: APIRouter, store: Store, pulse: Pulse, streams: Streams) -> None:
    """What an agent's page is told as it goes on, and that the agent types."""
    presence = Presence(store.engine)

    @routes.get("/desk/live")
    async def agents_live(
        request: Request, ticket: Annotated[int | None, Query(ge=1, le=body.LARGEST_NUMBER)] = None
    ) -> Response:
        agent = user_of(request)
        watched = await _ticket(store, ticket) if ticket else None
        events = attended(AgentsSight(store, pulse, agent.name, watched).events(), agent, presence)
        owner = f"agent {agent.name}"
        return Stream(events, streams, owner, "text/event-stream", parting=DISPLACED)

    @routes.post("/desk/typing")
    async def agent_types(request: Request) -> Response:
        asked = await body.shaped(request, AgentTypes)
        ticket = await _ticket(store, asked.ticket)
        if ticket.attended and ticket.agent == user_of(request).name:
            pulse.type(ticket.conversation, "desk", asked.typing)
        return JSONResponse({})


async def _conversation(store: Store, token: str) -> int:
    found = await worked(lambda: store.number(token), _told)
    if found is None:
        raise _unknown()
    return found


def _unknown() -> HTTPException:
    return HTTPException(404, "There is no conversation with this token: begin a new one.")


async def _ticket(store: Store, number: int) -> Ticket:
    found = await worked(lambda: store.ticket(number), _told)
    if found is None:
        raise HTTPException(404, f"There is no ticket {number}.")
    return found


def _told(fault: Exception) -> HTTPException | None:
    match fault:
        case UnknownConversation():
            return _unknown()
        case StateError():
            return unusable(fault)
    return None
