"""The line: what takes its time is done a few at a time, and of one address fewer.

So the customers behind one address wait behind each other, and not behind a stranger's hundred questions.
"""

import os
from asyncio import Semaphore
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

_CORES = os.cpu_count() or 2
OF_ONE = 2 * _CORES
"""Served at once of one address: more would not be served sooner."""
IN_ALL = min(8 * _CORES, 30)
"""Of the 40 threads, the others are for agents, for signing in, and for what is read and written."""
LONGEST = 100 * _CORES
"""Served and waiting: some seconds' work. One address may make half of it."""


class _Own:
    """What one address has in the line; gone with the last of it."""

    def __init__(self) -> None:
        self.places = Semaphore(OF_ONE)
        self.length = 0


class Line:
    """Who is served and who waits, in the order in which they came; to be used within one event loop."""

    def __init__(self) -> None:
        self._places = Semaphore(IN_ALL)
        self._length = 0
        self._own: WeakValueDictionary[str, _Own] = WeakValueDictionary()

    def full(self, address: str) -> bool:
        """Whether another one of that address would wait too long."""
        own = self._own.get(address)
        return self._length >= LONGEST or (own is not None and own.length >= LONGEST // 2)

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Stands in line until it is its turn."""
        own = self._own.setdefault(address, _Own())
        own.length += 1
        self._length += 1
        try:
            async with own.places, self._places:
                yield
        finally:
            own.length -= 1
            self._length -= 1
