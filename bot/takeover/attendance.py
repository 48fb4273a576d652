"""Attendance: an agent whose page takes news from the server is at the desk."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from math import inf

from anyio.to_thread import run_sync

from bot.access.user import User
from bot.database.engine import StateError
from bot.state.presence import Presence

SECONDS_BETWEEN_SIGHTINGS = 30.0
"""Three of them may be missed before an agent counts as gone."""


async def attended(
    lines: AsyncGenerator[bytes, None], agent: User, presence: Presence
) -> AsyncGenerator[bytes, None]:
    """The same lines; as long as they are taken the agent is seen."""
    seen = -inf
    async with aclosing(lines):
        async for line in lines:
            if time.monotonic() - seen >= SECONDS_BETWEEN_SIGHTINGS:
                seen = time.monotonic()
                await run_sync(_see, agent, presence)
            yield line


def _see(agent: User, presence: Presence) -> None:
    with suppress(StateError):  # a database that is busy must not end the page's news
        presence.seen(agent, datetime.now(UTC))
