"""What the chat page asks of the server: Gradio endpoints, off its queue, with the work in threads."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
from anyio.to_thread import run_sync

from bot.conversation.assistant import Assistant
from bot.database.engine import StateError
from bot.pages.accept_language import preferred
from bot.pages.bubble import bubbles, welcome
from bot.pages.person import person
from bot.phrase import phrase
from bot.settings import Settings
from bot.state.record import Conversation, Messages
from bot.state.store import UnknownConversation
from kb.language import direction

View = dict[str, Any]

EXAMPLES = 4
LONGEST_CONTACT = 300
LONGEST_KEY = 64
_LABELS = (
    *("thinking", "unsent", "connection_lost", "article_missing", "close", "connection_back"),
    *("rated_helpful", "fault_unsaved", "question_placeholder"),
    *("mark_waiting", "mark_sent", "mark_delivered", "mark_seen"),
    *("language_label", "new_conversation", "new_conversation_sure", "conversation_label"),
    *("parting_open", "parting_close", "parting_stay"),
)


class Talk:
    """The endpoints. Everything that reaches them was sent by a stranger, and may be of any type."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant = assistant
        self._settings = settings

    async def open(self, token: Any, language: Any, request: gr.Request) -> View:
        """The page as it stands: its words, and the conversation so far; starts nothing."""
        accepted = request.headers.get("accept-language", "")
        return await run_sync(self._open, token, language, accepted)

    async def start(self, language: Any) -> str:
        """The token of a new conversation."""
        return (await run_sync(self._assistant.open, None, self._settings.page_language(language))).token

    async def ask(self, token: Any, language: Any, key: Any, text: Any) -> View:
        return await self._turn(self._assistant.ask, token, language, text, key=_key(key))

    async def choose(self, token: Any, language: Any, key: Any, slug: Any) -> View:
        return await self._turn(self._assistant.choose, token, language, _text(slug), key=_key(key))

    async def none(self, token: Any, language: Any, key: Any) -> View:
        return await self._turn(self._assistant.none_of_these, token, language, key=_key(key))

    async def person(self, token: Any, language: Any, key: Any) -> View:
        return await self._turn(self._assistant.call_person, token, language, key=_key(key))

    async def rate(self, token: Any, language: Any, message: Any, helpful: Any) -> View:
        number = message if isinstance(message, int) and 0 < message < 2**31 else 0
        return await self._turn(self._assistant.rate, token, language, number, helpful is True)

    async def silence(self, token: Any, language: Any) -> View:
        """Called by a page that has been as quiet as the server said it may be."""
        return await self._turn(self._assistant.break_silence, token, language)

    async def end(self, token: Any, language: Any, key: Any) -> View:
        return await self._turn(self._assistant.customers.end, token, language, key=_key(key))

    async def part(self, token: Any, language: Any, key: Any, closes: Any) -> View:
        act = self._assistant.customers.part
        return await self._turn(act, token, language, closes is True, key=_key(key))

    async def back(self, token: Any, language: Any, key: Any) -> View:
        return await self._turn(self._assistant.customers.back, token, language, key=_key(key))

    async def solved(self, token: Any, language: Any, key: Any, solved: Any) -> View:
        act = self._assistant.customers.solved
        return await self._turn(act, token, language, solved is True, key=_key(key))

    async def review(self, token: Any, language: Any, key: Any, rating: Any, comment: Any) -> View:
        given = (rating if type(rating) is int else None, _text(comment))
        return await self._turn(self._assistant.customers.rate, token, language, *given, key=_key(key))

    async def go_on(self, token: Any, language: Any, key: Any, way: Any, where: Any) -> View:
        given = (_text(way), _text(where)[:LONGEST_CONTACT])
        return await self._turn(self._assistant.patience.go_on, token, language, *given, key=_key(key))

    async def contact(self, token: Any, language: Any, name: Any, email: Any) -> View:
        given = (_text(name)[:LONGEST_CONTACT] or None, _text(email)[:LONGEST_CONTACT] or None)
        return await self._turn(self._assistant.leave_contact, token, language, *given)

    async def _turn(
        self, act: Callable[..., Messages], token: Any, language: Any, *what: Any, **more: Any
    ) -> View:
        """What a turn added, and the language it was in; `gone` where there is no such conversation."""
        page_language = self._settings.page_language(language)
        try:
            said = await run_sync(partial(act, _text(token), *what, page_language=page_language, **more))
        except UnknownConversation:
            return {"gone": True}
        view = {"messages": bubbles(said, page_language), "language": self._spoken(said)}
        return {**view, **await run_sync(self._stand, _text(token), page_language)}

    def _open(self, token: Any, language: Any, accepted: str) -> View:
        conversation = self._resumed(_text(token), language)
        if conversation is None:
            wanted = language or preferred(accepted, self._settings.languages)
            code = self._settings.page_language(wanted)
            return {"token": None, "messages": [], **self._words(code)}
        code = self._settings.page_language(conversation.page_language)
        said = self._assistant.transcript(conversation.token)
        stand = self._stand(conversation.token, code)
        return {"token": conversation.token, "messages": bubbles(said, code), **stand, **self._words(code)}

    def _stand(self, token: str, language: str) -> View:
        """Seconds until the page should ask again, None where it need not; how it stands with a person."""
        try:
            ticket = self._assistant.store.last_ticket(token)
            return {
                "silence": self._assistant.silence(token).seconds,
                "person": person(ticket, language, self._settings),
            }
        except StateError:
            return {"silence": None}

    def _resumed(self, token: str, language: Any) -> Conversation | None:
        """The conversation of a token, turned to the language that was chosen, if one was."""
        try:
            if token and language:
                self._assistant.switch_language(token, self._settings.page_language(language))
            return self._assistant.store.conversation(token) if token else None
        except UnknownConversation:
            return None

    def _words(self, language: str) -> View:
        examples = self._assistant.example_questions(language, EXAMPLES)
        return {
            "language": language,
            "direction": direction(language),
            "labels": labels(self._settings, language),
            "welcome": welcome(examples, self._settings.company, language),
        }

    def _spoken(self, said: Messages) -> str | None:
        """The page's language that a turn was in, None where it has none."""
        told = (message for message in said if message.document and message.kind != "small_talk")
        codes = [message.document["language"] for message in told if message.document]
        return next((code for code in codes if code in self._settings.languages), None)


def labels(settings: Settings, language: str) -> dict[str, str]:
    """The words of the page that are not a component's own."""
    said = {key: phrase(key, language) for key in _LABELS}
    company = {key: phrase(key, language, company=settings.company) for key in ("page_title", "page_intro")}
    return {**said, **company, "too_often": phrase("too_often", language, time="{time}")}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _key(value: Any) -> str | None:
    """A key as our own page makes it; anything else is none."""
    usable = isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= LONGEST_KEY
    return value if usable else None
