"""Work that a request waits for, done in a thread, and what goes wrong in it as an answer with a sentence."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from anyio.to_thread import run_sync
from fastapi import HTTPException

from bot.database.engine import StateError

UNUSABLE = "the database can't be used at the moment: try again in a minute"
"""The fault itself would say where the database is, which a browser need not know."""

Result = TypeVar("Result")
Telling = Callable[[Exception], HTTPException | None]
"""How a fault is told; None for one that is none to tell, and is raised as it is."""


def told(fault: Exception) -> HTTPException | None:
    """An answer with status 503 where the database fails."""
    return HTTPException(503, UNUSABLE) if isinstance(fault, StateError) else None


async def worked(work: Callable[[], Result], telling: Telling = told) -> Result:
    """The outcome of the work, or the answer that its fault is told by."""
    return await awaited(run_sync(work), telling)


async def awaited(working: Awaitable[Result], telling: Telling = told) -> Result:
    """The same of work that is under way."""
    try:
        return await working
    except Exception as fault:
        answer = telling(fault)
        if answer is None:
            raise
        raise answer from fault
