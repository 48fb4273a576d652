"""Attempts to sign in: counted, and made to wait longer and longer, so that guessing never pays.

Counted are a name from one address, so that a stranger elsewhere can't keep the honest out, and an address
whatever the name, so that one password can't be tried on everybody. No wait is for ever.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import ceil, log2

from sqlalchemy import Engine, bindparam, delete, text
from sqlalchemy.orm import Session

from bot.access.guard import network
from bot.access.tables import AttemptRow
from bot.database.engine import writing
from bot.database.table import UtcTime


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many attempts are heard at once, and how the wait grows after them."""

    free: int
    first: float  # seconds
    longest: float  # seconds
    fades: timedelta
    """After so long one attempt is forgotten; no shorter than the longest wait, or holding back would pay."""

    @property
    def most(self) -> int:
        """The count that makes the wait the longest; a higher one would only be felt longer."""
        return self.free + ceil(log2(self.longest / self.first))

    def wait(self, count: int) -> timedelta:
        """How long to wait after this many attempts that failed."""
        over = count - self.free
        return timedelta(seconds=min(self.longest, self.first * 2.0 ** min(over, 32)) if over >= 0 else 0)

    def counted(self, count: int, last: datetime, now: datetime) -> tuple[int, datetime]:
        """The count with one attempt more and less what time has made up for since `last`; and the moment
        up to which it has: what is left until now counts the next time."""
        steps = max(0, (now - last) // self.fades)
        left = max(0, count - steps)
        return min(left + 1, self.most), min(now, last + steps * self.fades) if left else now


WITH_A_NAME = Allowance(free=5, first=15, longest=900, fades=timedelta(hours=1))
FROM_AN_ADDRESS = Allowance(free=50, first=2, longest=60, fades=timedelta(minutes=10))
"""An office shares one address, and some of those in it mistype their passwords every day."""
_BEGIN = text(
    "INSERT INTO sign_in_attempts (digest, count, last, until) VALUES (:digest, 0, :now, :now)"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("now", type_=UtcTime()))
FORGOTTEN = timedelta(hours=24)


class Attempts:
    """The counts, in the database: a restart or a second server changes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def wait(self, name: str, address: str) -> int:
        """Seconds until this attempt would be heard; 0: it is, and counts as failed until it succeeds."""
        with writing(self._engine) as session:
            session.execute(delete(AttemptRow).where(AttemptRow.last < datetime.now(UTC) - FORGOTTEN))
            counted = []
            for key, allowance in (
                (_address_key(address), FROM_AN_ADDRESS),
                (_name_key(name, address), WITH_A_NAME),
            ):
                row = _held(session, key)
                now = datetime.now(UTC)  # once it is held: others may have counted meanwhile
                left = (row.until - now).total_seconds()
                if 0 < left <= allowance.longest:  # one farther off was set before the clock was set back
                    return ceil(left)
                counted.append((row, allowance))
            for row, allowance in counted:
                row.count, row.last = allowance.counted(row.count, row.last, now)
                row.until = now + allowance.wait(row.count)
        return 0

    def succeeded(self, name: str, address: str) -> None:
        """Forgets what failed before under this name, and that this attempt was counted and made to wait."""
        with writing(self._engine) as session:  # locked in the order of `wait`, or two could wait for ever
            row = session.get(AttemptRow, _address_key(address), with_for_update=True)
            session.execute(delete(AttemptRow).where(AttemptRow.digest == _name_key(name, address)))
            if row is not None:
                row.count, row.until = max(0, row.count - 1), datetime.now(UTC)


def _held(session: Session, key: str) -> AttemptRow:
    """The count of a key, from 0, which nobody else counts on until the transaction ends."""
    session.execute(_BEGIN, {"digest": key, "now": datetime.now(UTC)})
    return session.get_one(AttemptRow, key, with_for_update=True)


def _name_key(name: str, address: str) -> str:
    return _digest(f"{network(address)} {name.strip().casefold()[:65]}")


def _address_key(address: str) -> str:
    return _digest(network(address))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
