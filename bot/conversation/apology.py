"""An apology: what a customer reads where something goes wrong inside, with their own words kept."""

import logging
from collections.abc import Callable

from bot.conversation.respond import transient
from bot.database.engine import StateError
from bot.fault import tell
from bot.measure import Measures
from bot.phrase import frame, phrase
from bot.state.record import Messages
from bot.state.store import Store, UnknownConversation
from bot.state.turn import Turn

log = logging.getLogger(__name__)


class Apology:
    """Guards a customer's turns; may be called from any thread."""

    def __init__(self, store: Store, measures: Measures) -> None:
        self._store = store
        self._measures = measures

    def guard(
        self, work: Callable[[], Messages], token: str, said: str | None, page_language: str, key: str | None
    ) -> Messages:
        """The work's messages; where it fails, an apology, with what was said kept if that is possible."""
        speaks = frame(page_language, page_language)
        try:
            return self._mended(work, token, said, speaks, key)
        except UnknownConversation:
            raise
        except StateError as error:
            log.error("a message was not stored: %s", error)
            return (transient("bot", phrase("fault_unsaved", speaks), "fault"),)

    def _mended(
        self, work: Callable[[], Messages], token: str, said: str | None, speaks: str, key: str | None
    ) -> Messages:
        try:
            return work()
        except StateError:
            raise
        except Exception as error:
            tell(error)
            self._measures.fault()
            with self._store.turn(token) as turn:
                return _apologise(turn, said, speaks, key)


def _apologise(turn: Turn, said: str | None, language: str, key: str | None) -> Messages:
    if told := turn.told_before(key):
        return told
    heard = (turn.say("customer", said, "question", key=key),) if said else ()
    apology = phrase("fault", language)
    return *heard, turn.say("bot", apology, "fault", replies_to=heard[0].id if heard else None)
