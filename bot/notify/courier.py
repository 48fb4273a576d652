"""The courier: takes notices out of the outbox and delivers them, in threads of its own.

Nobody waits for it: a chat is answered while a mail server sleeps. What it can't deliver it tries again.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from bot.database.engine import StateError
from bot.fault import tell
from bot.notify.channel import Channel
from bot.notify.notice import KINDS, Kind, Notice, Outcome
from bot.notify.outbox import Outbox

log = logging.getLogger(__name__)

THREADS = 4
"""So many receivers of a channel may be slow before its others wait for them; other channels never do."""
SECONDS_BETWEEN_LOOKS = 0.5


class Courier:
    """Delivers what is due until it is stopped."""

    def __init__(
        self,
        outbox: Outbox,
        channels: Mapping[Kind, Channel],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._outbox = outbox
        self._channels = channels
        self._clock = clock
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._under_way: Counter[Kind] = Counter()
        self._counting = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS * len(KINDS), thread_name_prefix="courier")
        self._watch = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begins to deliver."""
        self._watch.start()

    def stop(self) -> None:
        """Takes no more on; what is on its way goes on, and is tried again after a start if it is cut off."""
        self._stopped.set()
        self.wake()
        if self._watch.is_alive():
            self._watch.join()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def wake(self) -> None:
        """There is something that somebody waits for: looks at once; from any thread."""
        self._woken.set()

    def deliver_due(self) -> int:
        """Delivers all that is due now, here and one after the other; gives how many that were."""
        count = 0
        while claimed := self._outbox.claim(self._clock(), 1):
            self._deliver(claimed[0])
            count += 1
        return count

    def _run(self) -> None:
        while not self._stopped.is_set():
            if not self._look():
                self._woken.wait(SECONDS_BETWEEN_LOOKS)
                self._woken.clear()

    def _look(self) -> bool:
        """Takes one notice on, of a channel that has a thread free; whether there was one."""
        try:
            claimed = self._outbox.claim(self._clock(), 1, but=self._busy())
            for notice in claimed:
                self._count(notice.channel, 1)
                self._pool.submit(self._deliver_and_free, notice)  # it is in line, whatever is raised
        except Exception as error:
            _tell(error)
            return False
        return bool(claimed)

    def _busy(self) -> list[Kind]:
        """The channels that have no thread free."""
        with self._counting:
            return [channel for channel, count in self._under_way.items() if count >= THREADS]

    def _count(self, channel: Kind, more: int) -> None:
        with self._counting:
            self._under_way[channel] += more

    def _deliver_and_free(self, notice: Notice) -> None:
        try:
            self._deliver(notice)
        except Exception as error:
            _tell(error)
        finally:
            waited_for = notice.channel in self._busy()
            self._count(notice.channel, -1)
            if waited_for:
                self.wake()

    def _deliver(self, notice: Notice) -> None:
        started = self._clock()
        channel = self._channels.get(notice.channel)
        if channel is None:
            outcome = Outcome(False, "this channel is no longer among the settings", final=True)
        else:
            outcome = _attempted(channel, notice)
        self._outbox.settle(notice, outcome, started, self._clock())


def _attempted(channel: Channel, notice: Notice) -> Outcome:
    """The outcome; a fault of our own is one, too, and told to the log."""
    try:
        return channel.deliver(notice)
    except Exception as error:
        _tell(error)
        return Outcome(False, f"a fault of Askdesk itself: {type(error).__name__}")


def _tell(error: Exception) -> None:
    if isinstance(error, StateError):
        log.error("the outbox can't be read or written: %s", error)
    else:
        tell(error, "delivering a notice")
