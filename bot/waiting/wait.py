"""The expected wait: from who waits before, who is there, and how long a matter has taken lately.

With `k` tickets ahead and `c` people of whom some are busy, a ticket is taken once n = k + busy - c + 1
people have come free. They come free one every S/c minutes where a matter takes S minutes on average, so the
wait has the mean n·S/c; and since handling times are uneven, by about as much as their mean, it spreads by
√n·S/c. That is the wait in an M/M/c queue, given what stands in it (Gross et al., Fundamentals of Queueing
Theory, 2.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from statistics import fmean

FEWEST_MATTERS = 3
"""So many have to be known before anything is said of how long one takes."""
STEPS = (0, 1, 5, 10, 15, 20, 30, 45, 60, 120, 180, 240, 360, 480)
"""Minutes that a range can begin or end at: nobody believes "between 7 and 13"."""
LONGEST_MATTER = timedelta(hours=2)
"""A ticket that was left open over lunch says nothing of how long people are busy."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A queue as it is at a moment."""

    ahead: int
    """Tickets that will be taken before."""
    present: int
    """People who are there and take tickets of this queue."""
    busy: int
    """Those of them who are with a customer."""
    handling: Sequence[timedelta]
    """How long the latest matters took, from taken to closed."""
    pickup: Sequence[timedelta] = ()
    """How long the latest tickets waited that found somebody free."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long it will take, in all likelihood."""

    minutes: tuple[int, int | None]
    """From and up to; None where it is longer than can be said."""

    @property
    def longest(self) -> timedelta:
        """By when somebody can be promised."""
        low, high = self.minutes
        return timedelta(minutes=high if high is not None else 2 * low)


def expect(desk: Desk) -> Wait | None:
    """The wait for the next ticket, None where nobody can know: nobody is there, or too little was seen."""
    free = desk.present - desk.busy
    if desk.present <= 0:
        return None
    if free > desk.ahead:
        usual = _median(desk.pickup) if len(desk.pickup) >= FEWEST_MATTERS else timedelta(minutes=2)
        return _range(timedelta(), 2 * usual)
    if len(desk.handling) < FEWEST_MATTERS:
        return None
    each = fmean(min(took, LONGEST_MATTER).total_seconds() for took in desk.handling) / desk.present
    turns = desk.ahead - free + 1
    mean, spread = turns * each, sqrt(turns) * each
    return _range(timedelta(seconds=max(mean - spread, 0)), timedelta(seconds=mean + spread))


def _range(low: timedelta, high: timedelta) -> Wait:
    """The steps around a range."""
    least, most = low / timedelta(minutes=1), high / timedelta(minutes=1)
    below = max(step for step in STEPS if step <= max(least, 0))
    above = next((step for step in STEPS if step >= most and step > below), None)
    return Wait((0 if below == 1 else below, above))


def _median(spans: Sequence[timedelta]) -> timedelta:
    return sorted(spans)[len(spans) // 2]
