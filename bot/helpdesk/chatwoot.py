"""Chatwoot: its agent-bot webhook as it comes in, and the calls of its API that answer.

What comes in is signed (since Chatwoot 4.13): HMAC-SHA256 in hex over time, dot and body. What goes out is
put into the outbox, so that a Chatwoot that is down gets it later. A conversation that the bot has is
`pending` there; handing it over makes it `open`.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.fault import BotError
from bot.helpdesk.reception import Heard, Said
from bot.notify.teller import reason
from bot.state.record import Ticket

OLDEST = timedelta(minutes=5)
"""A signature that is older, or as far ahead, is turned away: it may be a replay."""
_CHOOSES = "Channel::WebWidget"
"""The channel whose customers can press a choice."""


class _Named(BaseModel):
    """A part of what comes in; there is always more in it than we read."""

    model_config = ConfigDict(extra="ignore")

    id: int = Field(ge=1)


class _Conversation(_Named):
    status: str
    channel: str | None = None
    additional_attributes: Any = None


class _Payload(BaseModel):
    """What the webhook tells."""

    model_config = ConfigDict(extra="ignore")

    event: str
    id: int = Field(ge=1)
    account: _Named | None = None
    content: str | None = None
    message_type: str | int | None = None
    private: bool = False
    content_attributes: Any = None
    conversation: _Conversation | None = None
    messages: Any = None
    """The latest, where a conversation is told of: many versions name its account nowhere else."""


class Strange(BotError):
    """A request that is not what it should be: unsigned, too old, of another account, or no event at all."""


def verify(secret: str, timestamp: str, signature: str, body: bytes, now: datetime) -> None:
    """Raises Strange where the body was not signed with the secret, just now."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise Strange("no time of signing")
    if abs(now.timestamp() - int(timestamp)) > OLDEST.total_seconds():
        raise Strange("signed too long ago, or the clocks differ")
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={digest}".encode(), signature.encode("utf-8", "replace")):
        raise Strange("the signature is another")


class Event:
    """An event of the account that is set; raises Strange for any other."""

    def __init__(self, body: bytes, account: int) -> None:
        try:
            self._payload = _Payload.model_validate_json(body)
        except ValidationError as error:
            raise Strange("no event of an agent bot") from error
        self._account = _account(self._payload)
        if self._account not in (None, account):
            raise Strange("of another account")

    @property
    def closed(self) -> str | None:
        """The conversation that was resolved, if that is what is told; a number counts within an account."""
        resolved = self._payload.event == "conversation_resolved" and self._account is not None
        return str(self._payload.id) if resolved else None

    def heard(self) -> Heard | None:
        """What a customer says to the bot; None for everything else."""
        payload, conversation = self._payload, self._payload.conversation
        if conversation is None or conversation.status != "pending" or payload.private or not self._account:
            return None
        language = _language(conversation)
        if payload.event == "message_created" and payload.message_type in ("incoming", 0):
            return Heard(str(conversation.id), f"chatwoot{payload.id}", payload.content or "", language)
        chosen = _submitted(payload.content_attributes)
        if payload.event == "message_updated" and chosen:
            label, article = chosen
            return Heard(str(conversation.id), f"chatwoot{payload.id}chosen", label, language, article)
        return None

    @property
    def chooses(self) -> bool:
        """Whether the customer can press a choice."""
        conversation = self._payload.conversation
        return conversation is not None and conversation.channel == _CHOOSES


def calls(said: Said, conversation: str, account: int, desk: str, *, chooses: bool) -> list[dict[str, Any]]:
    """The calls of the API that show what is said, in order: each a path and a body."""
    start = f"/api/v1/accounts/{account}/conversations/{conversation}"
    made = [{"path": f"{start}/messages", "body": _message(said, chooses=chooses)}]
    if said.ticket is not None:
        note = {"content": packet_note(said.ticket, desk), "message_type": "outgoing", "private": True}
        made.append({"path": f"{start}/messages", "body": note})
        made.append({"path": f"{start}/toggle_status", "body": {"status": "open"}})
    return made


def packet_note(ticket: Ticket, desk: str) -> str:
    """All that the assistant knows, for the people there; what was said stands above it in the chat."""
    packet = ticket.packet
    language = packet.get("language")
    facts = [
        ("Reason", reason(ticket.reason)),
        ("Question", packet.get("question")),
        ("Language", language and f"{language['code']}, {language['certainty']:.0%} certain"),
        ("Product", ticket.product),
        ("Found", "; ".join(f"{one['title']} ({one['confidence']:.0%})" for one in packet.get("found", ()))),
        ("Did not help", ", ".join(packet.get("rejected", ()))),
        ("Contact", " ".join(part for part in (ticket.name, ticket.email, ticket.phone) if part)),
        ("Ticket", f"[#{ticket.number}]({desk}/desk/?ticket={ticket.number})"),
    ]
    return "\n".join(f"**{name}:** {' '.join(str(fact).split())}" for name, fact in facts if fact)


def _message(said: Said, *, chooses: bool) -> dict[str, Any]:
    plain = {"content": said.text, "message_type": "outgoing", "private": False}
    if not said.choices:
        return plain
    if not chooses:
        listed = "\n".join(f"- {label}" for label, _ in said.choices)
        return {**plain, "content": f"{said.text}\n\n{listed}"}
    items = [{"title": label, "value": article} for label, article in said.choices]
    return {**plain, "content_type": "input_select", "content_attributes": {"items": items}}


def _account(payload: _Payload) -> int | None:
    if payload.account is not None:
        return payload.account.id
    first = payload.messages[0] if isinstance(payload.messages, list) and payload.messages else None
    number = first.get("account_id") if isinstance(first, dict) else None
    return number if isinstance(number, int) else None


def _submitted(attributes: Any) -> tuple[str, str] | None:
    """The label and the article of a choice that was pressed."""
    values = attributes.get("submitted_values") if isinstance(attributes, dict) else None
    first = values[0] if isinstance(values, list) and values else None
    if not isinstance(first, dict):
        return None
    pair = tuple(_texts(first.get("title"), first.get("value")))
    return pair if len(pair) == 2 else None


def _texts(*values: Any) -> Iterator[str]:
    return (value for value in values if isinstance(value, str) and value)


def _language(conversation: _Conversation) -> str:
    known = conversation.additional_attributes
    browser = known.get("browser") if isinstance(known, dict) else None
    for place in (known, browser):
        code = place.get("browser_language") if isinstance(place, dict) else None
        if isinstance(code, str) and code:
            return code.split("-")[0].lower()
    return ""
