"""When an attempt is made again: soon at first, then ever later, for a day."""

import random
from datetime import datetime, timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)
GIVE_UP = timedelta(hours=24)
JITTER = 0.2
"""Share by which a pause varies, so that what failed together does not come back together."""


def pause(attempts: int, chance: float | None = None) -> timedelta:
    """The pause after so many attempts; `chance` 0 to 1 in place of a random one."""
    doubled = FIRST * (1 << min(max(attempts - 1, 0), 16))
    varied = 1 + JITTER * (2 * (random.random() if chance is None else chance) - 1)
    return min(doubled, LONGEST) * varied


def again(created: datetime, now: datetime, attempts: int) -> datetime | None:
    """When the next attempt is due, None where it is time to give up."""
    return now + pause(attempts) if now - created < GIVE_UP else None
