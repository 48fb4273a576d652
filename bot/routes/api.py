"""The HTTP interface: ask, search, read an article, and how the server is doing."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import Field

from bot.answer.document import Document, search_document
from bot.answer.link import find
from bot.conversation.assistant import Assistant
from bot.database.engine import StateError
from bot.fault import tell
from bot.message import Unreadable
from bot.pages.article_page import article_page
from bot.state.record import Messages
from bot.state.store import UnknownConversation
from bot.web import body
from bot.web.work import unusable, worked

MOST_HITS = 20
NEW = "new"
"""In place of a token: begins a conversation."""
_QUESTION = '{"question": "…", "language"?, "conversation"?, "key"?}'


class Question(body.Shape):
    """The body of `POST /api/ask`."""

    question: str
    language: body.Code | None = None
    conversation: Annotated[str, Field(max_length=64)] | None = None
    """A token, or `new`; without one the question stands alone."""
    key: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] | None = None
    """Made by the client: the same message sent twice to a conversation is stored and answered once. With
    `new`, each begins a conversation of its own."""


def router(assistant: Assistant) -> APIRouter:
    """The routes, to be included in an application."""
    routes = APIRouter()

    @routes.post("/api/ask")
    async def ask(request: Request) -> Response:
        question = body.read(await request.body(), Question, _QUESTION)
        return JSONResponse(await worked(lambda: _asked(assistant, question), _told))

    @routes.get("/api/search")
    async def search(
        q: str,
        language: Annotated[str | None, Query(pattern=r"^[a-z]{2,3}$")] = None,
        k: Annotated[int, Query(ge=1, le=MOST_HITS)] = 5,
    ) -> Response:
        return JSONResponse(await worked(lambda: _searched(assistant, q, language, k), _told))

    @routes.get("/articles/{language}/{slug:path}")
    async def read(language: str, slug: str) -> Response:
        return HTMLResponse(await worked(lambda: _article(assistant, language, slug), _told))

    @routes.get("/health")
    async def health() -> Response:
        return JSONResponse({"status": "alive"})

    @routes.get("/ready")
    async def ready() -> Response:
        problems = await worked(assistant.problems, _told)
        status = "waiting" if problems else "ready"
        return JSONResponse({"status": status, "problems": problems}, 503 if problems else 200)

    @routes.get("/metrics")
    async def metrics() -> Response:
        text = await worked(assistant.measures.text, _told)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return routes


def _asked(assistant: Assistant, question: Question) -> Document:
    _refuse_unless_ready(assistant)
    if question.conversation is None:
        return assistant.ask_once(question.question, question.language)[1]
    page_language = question.language or assistant.settings.languages[0]
    token = question.conversation
    if token == NEW:
        token = assistant.open(None, page_language).token
    said = assistant.ask(token, question.question, page_language=page_language, key=question.key)
    return {**_last_said(said), "conversation": token}


def _last_said(said: Messages) -> Document:
    """The bot's last message; one that was refused or failed is its sentence.

    With a person in the chat the bot says little, and the message is for them.
    """
    last = said[-1]
    if last.author == "customer":
        return _reply("with_person", "")
    if last.kind == "error":
        raise Unreadable(last.text)
    if last.kind == "fault":
        raise HTTPException(503, last.text)
    return {**_reply(last.kind, last.text), **(last.document or {})}


def _reply(kind: str, text: str) -> Document:
    """What every reply has."""
    return {"kind": kind, "text": text, "citations": [], "suggestions": []}


def _searched(assistant: Assistant, question: str, language: str | None, k: int) -> Document:
    _refuse_unless_ready(assistant)
    return search_document(assistant.search(question, language, k))


def _article(assistant: Assistant, language: str, slug: str) -> str:
    index = assistant.live.index
    article = find(index.public if index else (), language, slug)
    if article is None:
        raise HTTPException(404, "there is no such article")
    return article_page(article)


def _refuse_unless_ready(assistant: Assistant) -> None:
    if assistant.live.index is None:
        raise HTTPException(503, "no question can be answered at the moment: /ready says why")


def _told(fault: Exception) -> HTTPException | None:
    match fault:
        case Unreadable():
            return HTTPException(422, str(fault))
        case UnknownConversation():
            return HTTPException(404, f'{fault}: begin one with "conversation": "{NEW}"')
        case StateError():
            return unusable(fault)
        case HTTPException():
            return None
    tell(fault)
    return HTTPException(500, "something went wrong inside: try again, or talk to a person")
