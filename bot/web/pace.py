"""Pace: how often one client may come: so many times at once, and so many a second after that."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Literal

MOST_KNOWN = 20_000
"""Clients that are remembered: some megabytes."""

Kind = Literal["asking", "writing", "beginning", "looking", "following", "typing", "seeing"]
"""What a client does, each at a pace of its own: asking is looked up, writing is for a person."""


@dataclass(frozen=True, slots=True)
class Pace:
    at_once: int
    per_second: float


OF_A_PAGE = Pace(at_once=40, per_second=4)
"""A page tells that somebody types every 2.5 seconds, what it has seen once a message, and follows again when
it comes to the front; a conversation may be open on four of them."""
OF_AN_ADDRESS = Pace(at_once=800, per_second=100)
"""A company's people may share one address; a hundred who chat at once make twenty calls a second."""
SECONDS_OF_A_CONVERSATION, SECONDS_OF_AN_ADDRESS = 40, 20
"""What may come in these at a steady pace may come at once: who answers in short lines, an office at nine."""
LOOKS = 2
"""To open the chat takes four calls, once; articles are read beside it."""


@dataclass(frozen=True, slots=True)
class Paces:
    """What is due to each conversation and to each address."""

    conversation: Pace
    address: Pace


def paces(of_a_conversation: int, of_an_address: int) -> dict[Kind, Paces]:
    """All paces, by questions or messages a minute."""
    own = _steady(of_a_conversation, SECONDS_OF_A_CONVERSATION)
    address = _steady(of_an_address, SECONDS_OF_AN_ADDRESS)
    asked, told = Paces(own, address), Paces(OF_A_PAGE, OF_AN_ADDRESS)
    return {
        "asking": asked,
        "writing": asked,
        "beginning": asked,
        "looking": Paces(OF_A_PAGE, _steady(LOOKS * of_an_address, SECONDS_OF_AN_ADDRESS)),
        "following": told,
        "typing": told,
        "seeing": told,
    }


def _steady(per_minute: int, seconds: float) -> Pace:
    return Pace(ceil(per_minute * seconds / 60), per_minute / 60)


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
