"""Work that a request waits for, done in a thread, and what goes wrong in it as an answer with a sentence."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from anyio.to_thread import run_sync
from fastapi import HTTPException

from bot.database.engine import UNUSABLE, StateError

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Telling = Callable[[Exception], HTTPException | None]
"""How a fault is told; None for one that is none to tell, and is raised as it is."""


def told(fault: Exception) -> HTTPException | None:
    """An answer with status 503 where the database fails."""
    return unusable(fault) if isinstance(fault, StateError) else None


def unusable(fault: StateError, sentence: str = UNUSABLE) -> HTTPException:
    """The answer where the database fails: a sentence for people, while the fault goes to the log."""
    log.error("%s: %s", sentence, fault)
    return HTTPException(503, sentence)


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
