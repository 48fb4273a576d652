"""How long tests wait for what comes in a moment, and what they say when it does not come."""

import inspect
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import anyio

PATIENCE = 60
"""Seconds for what comes in a moment, on a machine that has everything else to do."""
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.2
"""Seconds from one look to the next: soon at first, and never so often that it keeps the processor busy."""

Result = TypeVar("Result")
Shown = Callable[[], object] | None
"""What a failure shows besides what was waited for."""


def wait_for(true: Callable[[], Result], seconds: float = PATIENCE, so_far: Shown = None) -> Result:
    """What a condition gives, once it holds."""
    __tracebackhide__ = True
    pauses = _pauses(true, seconds, so_far)
    while not (found := true()):
        time.sleep(next(pauses))
    return found


async def wait_for_async(
    true: Callable[[], Result], seconds: float = PATIENCE, so_far: Shown = None
) -> Result:
    """What a condition gives, once it holds; the event loop goes on meanwhile."""
    __tracebackhide__ = True
    pauses = _pauses(true, seconds, so_far)
    while not (found := true()):
        await anyio.sleep(next(pauses))
    return found


def _pauses(true: Callable[[], object], seconds: float, so_far: Shown) -> Iterator[float]:
    __tracebackhide__ = True
    end, pause = time.monotonic() + seconds, FIRST_PAUSE
    while time.monotonic() < end:
        yield pause
        pause = min(1.5 * pause, LONGEST_PAUSE)
    shown = f"; so far: {so_far()}" if so_far else ""
    raise AssertionError(f"not within {seconds} seconds: {_source(true)}{shown}")


def _source(true: Callable[[], object]) -> str:
    """The lines of a lambda, as they stand in the test; the name of any other function."""
    name = getattr(true, "__qualname__", repr(true))
    return " ".join(inspect.getsource(true).split()) if name.endswith("<lambda>") else name
