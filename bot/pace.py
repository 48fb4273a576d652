"""Pace: how often one client may call: so many times at once, and so many a second after that."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from fastapi import HTTPException, Request

from bot.guard import network

MOST_KNOWN = 20_000
"""Clients that are remembered: some megabytes."""


@dataclass(frozen=True, slots=True)
class Pace:
    at_once: int
    per_second: float


OF_A_PAGE = Pace(at_once=40, per_second=4)
"""A page tells that somebody types every 2.5 seconds, what it has seen once a message, and follows again when
it comes to the front; a conversation may be open on four of them."""
OF_AN_ADDRESS = Pace(at_once=800, per_second=100)
"""A company's people may share one address; a hundred who chat at once make twenty calls a second."""


class Turnstile:
    """Lets each client through at a pace; to be used within one event loop."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._through: dict[str, float] = {}
        """When each client would be through with all its calls, had they come one by one at the pace."""

    def wait(self, client: str) -> float:
        """Seconds until this call would be let through; 0: it is, and counts."""
        now, step = self._clock(), 1 / self._pace.per_second
        through = max(now, self._through.get(client, now))
        early = through - now - step * (self._pace.at_once - 1)
        if early > 0:
            return early
        self._through[client] = through + step
        if len(self._through) > MOST_KNOWN:
            self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Those who have been slow; if that is nobody, everybody: so many are no one client's doing."""
        self._through = {client: through for client, through in self._through.items() if through > now}
        if len(self._through) > MOST_KNOWN:
            self._through.clear()


class Gate:
    """Before one route: refuses what comes too often from one conversation, or from one address."""

    def __init__(self) -> None:
        self._pages, self._addresses = Turnstile(OF_A_PAGE), Turnstile(OF_AN_ADDRESS)

    def let_in(self, request: Request, conversation: str) -> None:
        """Raises a 429 that says for how long to wait."""
        address = network(request.client.host if request.client else "")
        # The page first: what is refused of one that is out of order takes nothing from those beside it.
        seconds = ceil(self._pages.wait(conversation) or self._addresses.wait(address))
        if seconds:
            sentence = f"This was asked too often: try again in {seconds} second{'s' if seconds > 1 else ''}."
            raise HTTPException(429, sentence, headers={"Retry-After": str(seconds)})
