"""Bookmarks: how far the pages on both sides have come, stored for many conversations at once.

Every message is told to have been read, so there are as many of these as messages. Whoever tells one waits
for the same transaction as all others who do so within a moment: what was answered is stored.
"""

import asyncio

from anyio.to_thread import run_sync

from bot.state.store import Side, Store

SECONDS_TO_GATHER = 0.2
"""At forty messages a second, eight marks are stored by one commit."""

Reached = dict[tuple[int, Side], tuple[int, int]]
"""By conversation and side: what was delivered and what was seen, by sequence."""


class Bookmarks:
    """Those of one server, told within its event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told: Reached = {}
        self._storing: asyncio.Task[None] | None = None

    async def put(self, conversation: int, side: Side, *, delivered: int, seen: int) -> None:
        """Stored once this returns; raises StateError."""
        before = self._told.get((conversation, side), (0, 0))
        self._told[conversation, side] = max(before[0], delivered), max(before[1], seen)
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_all())
        await asyncio.shield(self._storing)  # who leaves takes nobody else's away

    async def _store_all(self) -> None:
        await asyncio.sleep(SECONDS_TO_GATHER)
        told, self._told, self._storing = self._told, {}, None
        await run_sync(self._store.mark_all, told)
