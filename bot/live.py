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
        self._lock = threading.Lock()
        self._opening: threading.Thread | None = None

    @property
    def index(self) -> "Index | None":
        """The index to answer from; None, with the reason in `problem`, while there is none."""
        if self._index is None:
            with self._lock:
                if self._index is None and self._changed():
                    self._open()
        elif time.monotonic() - self._looked > PAUSE and self._lock.acquire(blocking=False):
            try:
                self._looked = time.monotonic()
                if self._changed() and not (self._opening and self._opening.is_alive()):
                    self._opening = threading.Thread(target=self._open, name="open-index", daemon=True)
                    self._opening.start()
            finally:
                self._lock.release()
        return self._index

    def _changed(self) -> bool:
        return self._pointer() != self._seen

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
            self.problem = str(error)
            log.error("index not opened: %s", error)
        except Exception as error:
            self.problem = f"the index can't be opened ({type(error).__name__}): see the log"
            log.exception("index not opened")
        else:
            self._index, self._encoder, self.problem = opened.index, opened.index.encoder, opened.warning
            log.info("answering from %s", opened.index.generation)
        self._seen = seen
