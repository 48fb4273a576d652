"""Notices: what somebody is to be told by one channel, and what came of each attempt."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

Kind = Literal["email", "webhook", "chatwoot"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Audience = Literal["team", "customer"]
State = Literal["waiting", "sent", "failed", "needless"]
STATES: tuple[State, ...] = get_args(State)
Told = Literal["told", "being_told", "nobody", "unset"]

PATIENCE = timedelta(minutes=2)
"""So long attempts may fail before it is said that nobody could be told."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt."""

    accepted: bool
    answer: str
    """What the other side said, or why it could not be asked."""
    message_id: str | None = None
    final: bool = False
    """Not accepted, and trying again would not help."""
    needless: bool = False
    """Not even tried: it is known by now."""
    document: dict[str, Any] | None = None
    """What is still to be told, where a part was."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt, as it is kept for proof."""

    attempt: int
    started: datetime
    accepted: bool
    answer: str
    message_id: str | None
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be told to one receiver, with the attempts so far."""

    id: str
    """The same at every attempt, so that a receiver knows what it has heard before."""
    ticket: int | None
    """None for a trial."""
    audience: Audience
    channel: Kind
    target: str
    """A mail address, a webhook's address, or that of a conversation's page in Chatwoot."""
    event: str
    document: dict[str, Any]
    state: State
    attempts: int
    created: datetime
    due: datetime
    deliveries: tuple[Delivery, ...] = ()


def new_id() -> str:
    """A name that no other notice has."""
    return f"msg_{secrets.token_hex(16)}"


def told(notices: Sequence[Notice], now: datetime, since: datetime | None = None) -> Told:
    """Whether anybody of the team knows: the heart of what desk and customer are told about it.

    `since`: what was told before counts no more, where there is something newer: the ticket was taken and
    waits again. What is new gives no new hope while what was to be told first still fails.
    """
    team = [notice for notice in notices if notice.audience == "team"]
    team = [notice for notice in team if since is None or notice.created >= since] or team
    if not team:
        return "unset"
    if any(notice.state == "sent" for notice in team):
        return "told"
    waiting = [notice for notice in team if notice.state == "waiting"]
    hopeful = all(notice.attempts == 0 or now - notice.created < PATIENCE for notice in waiting)
    return "being_told" if waiting and hopeful else "nobody"
