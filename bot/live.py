"""The index that a running server answers from, exchanged for a newer one without a restart."""

import logging
import threading
import time
from typing import TYPE_CHECKING

from index.errors import IndexingError
from index.generation import Generations

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.index import Index

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two looks at the pointer
AGAIN = 30.0
"""Seconds after which what could not be opened is tried again: files and memory may be free by then, and
where too many files are open, an index reads as one that is damaged or isn't there."""


class LiveIndex:
    """The current index, opened when first asked for; may be asked from any thread.

    A newer generation is opened in the background while the old one answers on.
    """

    def __init__(self, generations: Generations, model: str) -> None:
        self.generations = generations
        self.problem: str | None = None
        """Why the current generation is not the one that answers, or why none does; None if all is well."""
        self._model = model
        self._index: Index | None = None
        self._encoder: Encoder | None = None
        self._seen: tuple[str | None, int] | None = None
        self._looked = 0.0
        self._failed: float | None = None
        """When opening failed last; None where it did not."""
        self._lock = threading.Lock()
        self._opening: threading.Thread | None = None

    @property
    def index(self) -> "Index | None":
        """The index to answer from; None, with the reason in `problem`, while there is none."""
        if self._index is None:
            with self._lock:
                if self._index is None and self._changed():
                    self._open()
        elif _now() - self._looked > PAUSE and self._lock.acquire(blocking=False):
            try:
                self._looked = _now()
                if self._changed() and not (self._opening and self._opening.is_alive()):
                    self._opening = threading.Thread(target=self._open, name="open-index", daemon=True)
                    self._opening.start()
            finally:
                self._lock.release()
        return self._index

    def _changed(self) -> bool:
        """Whether there is something to open that was not tried, or not for a while."""
        failed_long_ago = self._failed is not None and _now() - self._failed > AGAIN
        return failed_long_ago or self._pointer() != self._seen

    def _pointer(self) -> tuple[str | None, int]:
        """What the pointer says, and when it was last set."""
        try:
            return self.generations.current(), self.generations.pointer.stat().st_mtime_ns
        except OSError:
            return None, 0

    def _open(self) -> None:
        from index.open import open_current

        seen = self._pointer()
        try:
            opened = open_current(self.generations, self._model, self._encoder)
            opened.index.warm()
        except IndexingError as error:
            if str(error) != self.problem:  # else the log has it already
                log.error("index not opened: %s", error)
            self.problem, self._failed = str(error), _now()
        except Exception as error:
            what = f"the index can't be opened ({type(error).__name__}): see the log"
            sentence = f"{what}; it is tried again every {AGAIN:.0f} seconds"
            if sentence != self.problem:
                log.exception("index not opened")
            self.problem, self._failed = sentence, _now()
        else:
            self._index, self._encoder, self.problem = opened.index, opened.index.encoder, opened.warning
            self._failed = None
            log.info("answering from %s", opened.index.generation)
        self._seen = seen


def _now() -> float:
    """Seconds that pass whatever the clock is set to."""
    return time.monotonic()
