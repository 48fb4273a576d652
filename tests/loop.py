"""An event loop in a thread of its own, where a test needs one: Playwright keeps one in the tests' thread."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

Result = TypeVar("Result")


def run(work: Callable[..., Awaitable[Result]], *arguments: object) -> Result:
    """What the work comes to; what it raises is raised."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(anyio.run, work, *arguments).result()
