"""Where Chatwoot tells its agent bot of messages.

It has five seconds' patience; where we refuse or fail, it opens the conversation for its own people.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from bot.conversation.assistant import Assistant
from bot.database.engine import StateError
from bot.helpdesk.chatwoot import Event, Strange, calls, verify
from bot.helpdesk.reception import Heard, NotKept, Reception, Said
from bot.notify.channel import ChatwootSettings
from bot.notify.outbox import Outbox
from bot.notify.people import CHATWOOT

log = logging.getLogger(__name__)

PATH = "/api/chatwoot"


def router(
    assistant: Assistant,
    outbox: Outbox,
    secret: str,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> APIRouter:
    """`POST /api/chatwoot`; raises ChannelError where its secret can't be had."""
    routes, settings = APIRouter(), assistant.settings.chatwoot
    bot = _Bot(assistant, outbox, secret, settings, clock) if settings else None

    @routes.post(PATH)
    async def told(request: Request) -> Response:
        if bot is None:
            raise HTTPException(404, "No Chatwoot is among the settings.")
        content = await request.body()
        signed = [request.headers.get(f"x-chatwoot-{part}", "") for part in ("timestamp", "signature")]
        try:
            event = bot.verified(content, *signed)
        except Strange as error:
            log.warning("a request to %s was turned away: %s", PATH, error)
            raise HTTPException(401, f"This is not from our Chatwoot: {error}.") from error
        try:
            return JSONResponse({"heard": await run_sync(bot.receive, event)})
        except (NotKept, StateError) as error:
            raise HTTPException(503, "Nothing can be stored at the moment.") from error

    return routes


class _Bot:
    """The agent bot of one Chatwoot."""

    def __init__(
        self,
        assistant: Assistant,
        outbox: Outbox,
        secret: str,
        settings: ChatwootSettings,
        clock: Callable[[], datetime],
    ) -> None:
        self._reception = Reception(assistant, secret, CHATWOOT)
        self._outbox = outbox
        self._settings = settings
        self._secret = settings.signing_secret()
        self._public_url = assistant.settings.public_url or ""
        self._clock = clock

    def verified(self, content: bytes, timestamp: str, signature: str) -> Event:
        """What is told; raises Strange."""
        verify(self._secret, timestamp, signature, content, self._clock())
        return Event(content, self._settings.account)

    def receive(self, event: Event) -> bool:
        """Whether there was something to do; what was told before is not done again."""
        if event.closed:
            self._reception.close(event.closed)
            return True
        heard = event.heard()
        if heard is None or self._outbox.notice(heard.key) or self._is_on_its_way(heard):
            return False
        said = self._reception.hear(heard)
        if said is not None:
            self._post(said, heard, self._calls(said, heard, event))
        return True

    def _is_on_its_way(self, heard: Heard) -> bool:
        """Whether the conversation is being handed over: it is pending there until the calls have come."""
        ticket = self._reception.held(heard.conversation)
        notices = self._outbox.notices([ticket.number])[ticket.number] if ticket else ()
        return any(one.channel == "chatwoot" and one.state == "waiting" for one in notices)

    def _calls(self, said: Said, heard: Heard, event: Event) -> list[dict[str, Any]]:
        return calls(
            said, heard.conversation, self._settings.account, self._public_url, chooses=event.chooses
        )

    def _post(self, said: Said, heard: Heard, calls: list[dict[str, Any]]) -> None:
        place = f"/app/accounts/{self._settings.account}/conversations/{heard.conversation}"
        self._outbox.post(
            id=heard.key,
            ticket=said.ticket.number if said.ticket else None,
            audience="team" if said.ticket else "customer",
            channel="chatwoot",
            target=f"{self._settings.url}{place}",
            event="handed_over" if said.ticket else "answered",
            document={"calls": calls},
            now=self._clock(),
        )
