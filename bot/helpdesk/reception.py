"""The reception: what is the same for every help desk. A message is heard, and what is to be said comes back.

A conversation of the help desk is one of ours, under a key that follows from its number there and a secret of
ours. Once the assistant hands over, the help desk holds the ticket like an agent: the bot is silent, and none
of our people is waited for, until it gives the conversation back or closes it.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.access.user import User
from bot.answer.choice import label
from bot.answer.wording import handoff
from bot.conversation.assistant import Assistant
from bot.fault import BotError
from bot.phrase import frame
from bot.settings import Settings
from bot.state.record import Message, Ticket


@dataclass(frozen=True, slots=True)
class Heard:
    """A customer's message in a help desk's chat."""

    conversation: str
    """Its name at the help desk; no other conversation of that help desk has it."""
    key: str
    """The message's; the same message sent again is answered by the same words."""
    text: str
    language: str
    """Of the customer's browser, as far as it is known."""
    chosen: str | None = None
    """The article of the suggestion that was pressed."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the help desk is to show."""

    text: str
    """Markdown, with whole addresses."""
    choices: Sequence[tuple[str, str]] = ()
    """A label and an article each."""
    ticket: Ticket | None = None
    """Where a person of the help desk is to take over: our ticket, with its packet."""


class NotKept(BotError):
    """Nothing could be stored, so nothing is to be said: the help desk's own people should answer."""


class Reception:
    """Hears for one help desk; may be called from any thread. Raises StateError."""

    def __init__(self, assistant: Assistant, secret: str, helpdesk: User) -> None:
        self._assistant = assistant
        self._secret = secret.encode()
        self._helpdesk = helpdesk

    def hear(self, heard: Heard) -> Said | None:
        """The reply; None where there is nothing to say. Raises NotKept."""
        language = frame(heard.language, self._settings.languages[0])
        token = self._token(heard.conversation)
        self._assistant.store.known_as(token, language)
        self._take_back(token)
        if heard.chosen is not None:
            messages = self._assistant.choose(
                token, heard.chosen, page_language=language, key=heard.key, said=heard.text
            )
        else:
            messages = self._assistant.ask(token, heard.text, page_language=language, key=heard.key)
        return self._said(token, messages[-1], language) if messages else None

    def close(self, conversation: str) -> None:
        """The help desk is done with a conversation."""
        ticket = self._ticket(self._token(conversation))
        if ticket is None:
            return
        with self._assistant.store.ticket_turn(ticket.number) as turn:
            handling = turn.handling(ticket.number)
            if handling is not None and handling.ticket.is_open:
                handling.close(self._helpdesk)

    def held(self, conversation: str) -> Ticket | None:
        """The ticket that the help desk's people have, or are about to get."""
        ticket = self._ticket(self._token(conversation))
        return ticket if ticket is not None and ticket.attended else None

    @property
    def _settings(self) -> Settings:
        return self._assistant.settings

    def _token(self, conversation: str) -> str:
        name = f"{self._helpdesk.name} {conversation}"
        return hmac.new(self._secret, name.encode(), sha256).hexdigest()

    def _ticket(self, token: str) -> Ticket | None:
        """The open one."""
        conversation = self._assistant.store.conversation(token)
        return conversation.ticket if conversation else None

    def _take_back(self, token: str) -> None:
        """What the help desk asks the assistant again, its people have given back."""
        ticket = self._ticket(token)
        if ticket is None or not ticket.attended:
            return
        with self._assistant.store.ticket_turn(ticket.number) as turn:
            handling = turn.handling(ticket.number)
            if handling is not None and handling.ticket.attended:
                handling.give_back(self._helpdesk)

    def _said(self, token: str, message: Message, language: str) -> Said | None:
        if message.kind == "fault" and not message.id:
            raise NotKept
        if message.author != "bot":
            return None
        document = message.document or {}
        if message.kind == "handoff":
            spoken = frame(document.get("language") or "", language)
            return Said(handoff(document["reason"], spoken), ticket=self._pass_on(token))
        return Said(self._whole(message.text), _choices(document))

    def _pass_on(self, token: str) -> Ticket | None:
        """The ticket, from now on in the help desk's hands."""
        ticket = self._ticket(token)
        if ticket is None:
            return None
        with self._assistant.store.ticket_turn(ticket.number) as turn:
            handling = turn.handling(ticket.number)
            if handling is None or not handling.ticket.is_open:
                return ticket
            if handling.ticket.attended:  # by one of ours, who was as quick as that and can't be heard there
                handling.assign(self._helpdesk, self._helpdesk)
            else:
                handling.take(self._helpdesk)
        return ticket

    def _whole(self, markdown: str) -> str:
        """Links to our own pages lead there from elsewhere, too."""
        return markdown.replace("](/", f"]({self._settings.public_url}/")


def _choices(document: dict[str, Any]) -> list[tuple[str, str]]:
    suggestions = document.get("suggestions") or ()
    return [(label(one), str(one["article"])) for one in suggestions]
