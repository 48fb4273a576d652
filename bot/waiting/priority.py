"""A ticket's priority: minutes waited, and a head start for those in distress.

The priority is a number of minutes. Whoever is upset stands where somebody calm stands who has waited half an
hour longer; a repeated miss, articles turned down and a ticket opened again count too. Since waiting counts
without end, nobody is overtaken for ever: the head start is at most `MOST_DISTRESS` minutes. Danger alone
comes before everything: whoever reports it stands before all who have waited up to a week.
"""

from datetime import datetime
from typing import Literal

Level = Literal["urgent", "high", "normal"]

DANGER = 7 * 24 * 60
HEAD_START = {"upset": 30, "repeated_miss": 10, "low_confidence": 5, "out_of_policy": 5}
"""Minutes by the reason of the handover; 0 for the others."""
TURNED_DOWN = 2
"""Minutes for each article that did not help."""
REOPENED = 20
"""Minutes for each time that a closed matter turned out to be unsolved."""
MOST_DISTRESS = 60
URGENT, HIGH = 45, 20
"""Minutes from which on a level begins."""


def distress(reason: str, turned_down: int = 0, reopened: int = 0) -> int:
    """The head start in minutes, from why a person was called and what went wrong before."""
    minutes = HEAD_START.get(reason, 0) + TURNED_DOWN * turned_down + REOPENED * reopened
    return min(minutes, MOST_DISTRESS) + (DANGER if reason == "danger" else 0)


def distress_reopened(distress: int) -> int:
    """The head start of a ticket that is opened again."""
    return max(distress, min(distress + REOPENED, MOST_DISTRESS))


def tells_of_danger(distress: int) -> bool:
    """Whether a ticket with this head start is about danger."""
    return distress >= DANGER


def without_danger(distress: int) -> int:
    """The head start of a ticket whose danger is past."""
    return distress - DANGER if tells_of_danger(distress) else distress


def priority(waiting_since: datetime | None, distress: int, now: datetime) -> int:
    """Minutes waited, 0 where nobody waits or the clock was set back, plus the head start."""
    waited = (now - waiting_since).total_seconds() / 60 if waiting_since else 0.0
    return max(0, int(waited)) + distress


def level(priority: int) -> Level:
    """The priority in a word."""
    if priority >= URGENT:
        return "urgent"
    return "high" if priority >= HIGH else "normal"
