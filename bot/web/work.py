"""Work that waits for the database: done in a thread, and a fault of the database is told in one sentence."""

from collections.abc import Callable
from typing import TypeVar

from anyio.to_thread import run_sync
from fastapi import HTTPException

from bot.state.database import StateError

UNUSABLE = "the database can't be used at the moment: try again in a minute"
"""The fault itself would say where the database is, which a browser need not know."""

Result = TypeVar("Result")


async def worked(work: Callable[[], Result]) -> Result:
    """The outcome of the work; an answer with status 503 where the database fails."""
    try:
        return await run_sync(work)
    except StateError as error:
        raise HTTPException(503, UNUSABLE) from error
