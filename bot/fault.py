"""What goes wrong: what is refused with a sentence, and how a fault inside is told to the log."""

import logging
import traceback

log = logging.getLogger(__name__)


class BotError(Exception):
    """Something that a person can act on: where, what, and what to do."""


def tell(error: Exception, doing: str = "answering a customer") -> None:
    """Logs where a fault came from, without the values in its message: they may be a customer's."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s while %s\n%s", type(error).__name__, doing, frames)
