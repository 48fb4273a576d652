"""The pulse of the live conversations: wakes whoever waits for news of one, or of the desk's list of tickets.

What this process changes wakes at once. What other server processes change in the same database is found by
a look at the revisions, once a second while anybody waits. Who is typing is kept in memory and forgotten
after a few seconds: where several processes serve, it is seen only if both sides are connected to the same
one, and ends by a message that another one stored once somebody here reads that; no message depends on it.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Lock

from anyio import create_task_group, move_on_after
from anyio.to_thread import run_sync

from bot.database.engine import StateError
from bot.fault import tell
from bot.state.record import Author, Messages
from bot.state.store import Side, Store

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_TO_GATHER = 0.2
"""So many changes as come within this time make one look at the desk's list."""
SECONDS_TYPING = 5.0
"""Without another sign, nobody is typing any more."""
WHERE: Mapping[Author, Side] = {"customer": "customer", "agent": "desk"}
"""On which side somebody writes."""

Subject = int | None
"""What there can be news of: a conversation, by its number, or with None the desk's list of open tickets."""


class Watch:
    """One waiter, in the event loop in which it was made."""

    def __init__(self, *subjects: Subject) -> None:
        self.subjects = frozenset(subjects)
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()
        self._news: set[Subject] = set()
        self._known: dict[int, int] = {}

    def knows(self, conversation: int, revision: int) -> None:
        """Up to this revision of a conversation nothing is news to the waiter."""
        self._known[conversation] = revision

    def tell(self, conversation: int, revision: int) -> None:
        """Wakes the waiter where a conversation stands otherwise than it knows."""
        if revision != self._known.get(conversation):
            self.ring(conversation)

    def ring(self, subject: Subject) -> None:
        """Wakes the waiter, or the next one to wait; from any thread."""
        with suppress(RuntimeError):  # its loop has ended, and so has the waiting
            self._loop.call_soon_threadsafe(self._ring, subject)

    async def news(self, seconds: float) -> frozenset[Subject]:
        """Waits for news, no longer than that; of what there may be some."""
        with move_on_after(seconds):
            await self._rung.wait()
        news = frozenset(self._news)
        self._news.clear()
        self._rung.clear()
        return news

    def _ring(self, subject: Subject) -> None:
        self._news.add(subject)
        self._rung.set()


class Pulse:
    """Who waits for news in this process, and who is typing; one for a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._watches: dict[Subject, set[Watch]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._desk_changed: Watch | None = None
        self._typing: dict[tuple[int, Side], float] = {}
        store.listen(self._changed)

    @contextmanager
    def watch(self, *subjects: Subject) -> Iterator[Watch]:
        """Is rung from now on for news of these."""
        watch = Watch(*subjects)
        with self._lock:
            for subject in watch.subjects:
                self._watches.setdefault(subject, set()).add(watch)
        if self._looking is None or self._looking.done():
            self._desk_changed = Watch(None)
            self._looking = asyncio.create_task(self._look(self._desk_changed))
        try:
            yield watch
        finally:
            self._unwatch(watch)
            if not self._watches:
                self._looking.cancel()
                self._looking = self._desk_changed = None

    @property
    def waiting(self) -> int:
        """How many wait for news."""
        with self._lock:
            return len(set().union(*self._watches.values()))

    def type(self, conversation: int, side: Side, on: bool = True) -> None:
        """A side has begun to type, goes on, or has stopped."""
        now = time.monotonic()
        before = self.typing(conversation, side) > 0
        with self._lock:
            self._typing = {who: until for who, until in self._typing.items() if until > now}
            if on:
                self._typing[conversation, side] = now + SECONDS_TYPING
            else:
                self._typing.pop((conversation, side), None)
        if before is not on:
            self._ring(conversation)

    def typing(self, conversation: int, side: Side) -> float:
        """For how many seconds a side counts as typing, unless it gives another sign; 0: it is not."""
        return max(0.0, self._typing.get((conversation, side), 0.0) - time.monotonic())

    def heard(self, conversation: int, messages: Messages) -> None:
        """Who has written since their last sign types no more, wherever that was stored."""
        now = datetime.now(UTC)
        for one in messages:
            side = WHERE.get(one.author)
            left = self.typing(conversation, side) if side else 0.0
            if side and left and (now - one.created).total_seconds() < SECONDS_TYPING - left:
                self.type(conversation, side, on=False)

    def _changed(self, conversation: int, writers: frozenset[Author]) -> None:
        """Called by the store after each commit, in whatever thread; who has written types no more."""
        for side in (WHERE[writer] for writer in writers if writer in WHERE):
            self.type(conversation, side, on=False)
        self._ring(conversation)
        if desk := self._desk_changed:
            desk.ring(None)

    def _ring(self, subject: Subject) -> None:
        with self._lock:
            woken = tuple(self._watches.get(subject, ()))
        for watch in woken:
            watch.ring(subject)

    def _unwatch(self, watch: Watch) -> None:
        with self._lock:
            for subject in watch.subjects:
                self._watches[subject].discard(watch)
                if not self._watches[subject]:
                    del self._watches[subject]

    async def _look(self, desk_changed: Watch) -> None:
        async with create_task_group() as looks:
            looks.start_soon(self._look_at_desk, desk_changed)
            looks.start_soon(self._look_at_conversations)

    async def _look_at_desk(self, changed: Watch) -> None:
        known = None
        while True:
            await changed.news(SECONDS_BETWEEN_LOOKS)
            await asyncio.sleep(SECONDS_TO_GATHER)
            if None not in self._watches:
                known = None
                continue
            with _told():
                found = await run_sync(self._store.desk_revision)
                if found != known:
                    known = found
                    self._ring(None)

    async def _look_at_conversations(self) -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            with self._lock:
                watched = [conversation for conversation in self._watches if conversation is not None]
            if not watched:
                continue
            with _told():
                found = await run_sync(self._store.revisions, watched)
                with self._lock:
                    watches = [(one, tuple(self._watches.get(one, ()))) for one in watched]
                for conversation, watching in watches:
                    for watch in watching:
                        watch.tell(conversation, found.get(conversation, -1))


@contextmanager
def _told() -> Iterator[None]:
    """A look that fails is told of, and the next one comes in a second."""
    try:
        yield
    except StateError:
        pass  # whoever waits finds the same, and says so
    except Exception as error:
        tell(error)
