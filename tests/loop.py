"""An event loop in a thread of its own, where a test needs one: Playwright keeps one in the tests' thread."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

from tests.patience import PATIENCE

Result = TypeVar("Result")


def run(work: Callable[..., Awaitable[Result]], *arguments: object) -> Result:
    """What the work comes to; what it raises is raised, and a TimeoutError where it comes to no end."""

    async def limited() -> Result:
        with anyio.fail_after(2 * PATIENCE):  # what is waited for within it may say so first
            return await work(*arguments)

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(anyio.run, limited).result()
