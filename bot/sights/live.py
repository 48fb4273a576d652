"""What each side of a live conversation is shown of it as it goes on: lines for their streams."""

import json
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

from anyio.to_thread import run_sync

from bot.pages.bubble import bubbles
from bot.pages.person import person
from bot.settings import Settings
from bot.sights.talk import customers, is_talk, said
from bot.state.record import News, Ticket
from bot.state.store import Store
from bot.takeover.pulse import Pulse, Watch

SECONDS_BETWEEN_BEATS = 15.0
"""A line without content, so that both ends notice when the other one is gone."""
SECONDS_BETWEEN_LISTS = 2.0
"""The list of tickets changes with each message of each of them, and every desk reads it anew."""
SECONDS_TO_SEE = 1.0
"""What the desk has seen by then need not be called delivered before: a write less for each message."""
LONGEST_SECONDS = 300.0
"""The page asks anew then: whoever is behind a connection is checked once more."""
AFTER_CLOSING = timedelta(minutes=15)
"""How long a closed ticket is watched that the customer has not said a word on: it may be opened again."""

DISPLACED = b"retry: 10000\nevent: displaced\ndata: {}\n\n"
"""The last that a page hears whose stream gives way: one that nobody looks at asks anew only once somebody
does, so that an agent's pages don't end each other's streams for ever."""

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CustomersSight:
    """What the customer sees of their conversation."""

    store: Store
    pulse: Pulse
    conversation: int
    language: str
    """Of the page."""
    settings: Settings

    async def lines(self, after: int) -> AsyncGenerator[bytes, None]:
        """A line of JSON for each change, with what is new in it; `after`: the last message that is known.

        {"messages": […], "marks": {"delivered", "seen"}, "person": {…}, "typing": true}, each only where it
        differs from the line before, then {"end": true} once there is no person to wait for.
        """
        told: View = {"typing": False}
        end, beat = time.monotonic() + LONGEST_SECONDS, time.monotonic()
        with self.pulse.watch(self.conversation) as watch:
            while time.monotonic() < end:
                view, after, goes_on = await run_sync(self._look, after, watch)
                new = {key: value for key, value in view.items() if told.get(key) != value and value != []}
                told = {**view, "messages": []}
                if new or time.monotonic() - beat >= SECONDS_BETWEEN_BEATS:
                    beat = time.monotonic()
                    yield _line(new)
                if not goes_on:
                    yield _line({"end": True})
                    return
                left = self.pulse.typing(self.conversation, "desk")
                await watch.news(left or SECONDS_BETWEEN_BEATS)

    def _look(self, after: int, watch: Watch) -> tuple[View, int, bool]:
        """All as it is now, the last message by then, and whether more may come."""
        now = self.store.news(self.conversation, after)
        self.pulse.heard(self.conversation, now.messages)
        watch.knows(self.conversation, now.revision)
        view = {
            "messages": bubbles(now.messages, self.language),
            "marks": {"delivered": now.marks.desk_delivered, "seen": now.marks.desk_seen},
            "person": person(now.ticket, self.language, self.settings),
            "typing": _attended(now.ticket) and self.pulse.typing(self.conversation, "desk") > 0,
        }
        last = now.messages[-1].sequence if now.messages else after
        return view, last, now.ticket is not None and _goes_on(now.ticket)


@dataclass(frozen=True, slots=True)
class AgentsSight:
    """What an agent is told of: that the list of tickets has changed, or the ticket they look at."""

    store: Store
    pulse: Pulse
    agent: str
    """The name that they sign in with."""
    ticket: Ticket | None
    """The one they look at."""

    async def events(self) -> AsyncGenerator[bytes, None]:
        """Server-sent events; the first of each kind comes at once, for what went by before.

        `tickets`: the list has changed, {}. `ticket`: the watched one has, and is to be read anew,
        {"number", "last"}, the sequence of its last message. `said`: nothing but what was written in it
        and how far that has come, as `bot.sights.talk` has it. `typing`: whether its customer is,
        {"typing": true}.
        """
        conversation = self.ticket.conversation if self.ticket else None
        end, listed = time.monotonic() + LONGEST_SECONDS, 0.0
        rung, told, list_changed = frozenset((None, conversation)), _Told(), False
        yield b"retry: 1000\n\n"
        with self.pulse.watch(None, conversation) as watch:
            while (now := time.monotonic()) < end:
                list_changed = list_changed or None in rung
                if list_changed and now - listed >= SECONDS_BETWEEN_LISTS:
                    list_changed, listed = False, now
                    yield _event("tickets", {})
                if self.ticket and (conversation in rung or told.typing or told.undelivered):
                    for event in await run_sync(self._look, self.ticket, told):
                        yield event
                    watch.knows(self.ticket.conversation, told.revision)
                left = self.pulse.typing(conversation, "customer") if conversation else 0.0
                rests = (
                    left or SECONDS_BETWEEN_BEATS,
                    SECONDS_BETWEEN_LISTS if list_changed else inf,
                    SECONDS_TO_SEE if told.undelivered else inf,
                )
                rung = await watch.news(min(rests))
                if not (rung or min(rests) < SECONDS_BETWEEN_BEATS):
                    yield b":\n\n"

    def _look(self, ticket: Ticket, told: "_Told") -> list[bytes]:
        """What is new about a ticket; that the desk has seen something is no news to it."""
        events, conversation = [], ticket.conversation
        news, before = self.store.news(conversation, told.sequence), told.news
        self.pulse.heard(conversation, news.messages)
        if before is None or not is_talk(before, news):
            last = news.messages[-1].sequence if news.messages else told.sequence
            events.append(_event("ticket", {"number": ticket.number, "last": last}))
        elif news.messages or customers(news.marks) != customers(before.marks):
            events.append(_event("said", said(ticket.number, news.messages, told.sequence, news.marks)))
        told.take(news)
        typing = _attended(news.ticket) and self.pulse.typing(conversation, "customer") > 0
        if told.typing is not typing:
            told.typing = typing
            events.append(_event("typing", {"typing": typing}))
        self._deliver(news, told)
        return events

    def _deliver(self, news: News, told: "_Told") -> None:
        """What a ticket's own agent was told of has come to them; most often they see it first."""
        now, ticket = time.monotonic(), news.ticket
        if ticket is None or ticket.agent != self.agent or news.marks.desk_delivered >= told.theirs:
            told.undelivered = 0.0
        elif not told.undelivered:
            told.undelivered = now
        elif now - told.undelivered >= SECONDS_TO_SEE:
            self.store.mark(ticket.conversation, "desk", delivered=told.theirs)
            told.undelivered = 0.0


@dataclass(slots=True)
class _Told:
    """What an agent has been told of a ticket so far."""

    news: News | None = None
    """What was read last."""
    sequence: int = 0
    """Of the last message by then."""
    theirs: int = 0
    """Of the last one that is not an agent's own."""
    typing: bool = False
    undelivered: float = 0.0
    """Since when, by the clock; 0: all is delivered."""

    @property
    def revision(self) -> int:
        return self.news.revision if self.news else -1

    def take(self, news: News) -> None:
        self.news = news
        self.sequence = news.messages[-1].sequence if news.messages else self.sequence
        self.theirs = max([self.theirs, *(one.sequence for one in news.messages if one.author != "agent")])


def _attended(ticket: Ticket | None) -> bool:
    """Whether a person is in the chat; whoever types has somebody to read it, or is not told of."""
    return ticket is not None and ticket.attended


def _goes_on(ticket: Ticket) -> bool:
    """Whether anything may still come from a person."""
    if ticket.is_open or ticket.closed is None:
        return True
    return ticket.solved is None and datetime.now(UTC) - ticket.closed < AFTER_CLOSING


def _line(view: View) -> bytes:
    return json.dumps(view, ensure_ascii=False).encode() + b"\n"


def _event(name: str, data: View) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
