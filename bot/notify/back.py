"""The way back: a link in a mail that leads one customer into one conversation, for a time.

What is signed stands behind the `#` of the link, which no browser sends: no log and no other site gets to see
it. A page at `/back` takes it out of the address before anything else, and has it exchanged for a key.
"""

from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.fault import BotError
from bot.notify.teller import DAYS_A_LINK_WORKS
from bot.state.store import Store

PATH = "/back"
_PURPOSE = "askdesk: back into a conversation"


class LinkRefused(BotError):
    """A link that leads nowhere: forged, cut short or too old."""


class WayBack:
    """Makes links and honours them."""

    def __init__(self, secret: str, public_url: str, store: Store) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt=_PURPOSE)
        self._address = public_url
        self._store = store

    def link(self, conversation: int) -> str:
        """The address to put into a mail."""
        return f"{self._address}{PATH}#{self._signer.dumps(conversation)}"

    def exchange(self, signed: str) -> str:
        """A new key to the conversation of a link; raises LinkRefused, StateError."""
        try:
            conversation = self._signer.loads(signed, max_age=DAYS_A_LINK_WORKS * 24 * 60 * 60)
        except BadSignature as error:
            raise LinkRefused("the link is not whole, or too old") from error
        key = self._store.another_key(int(conversation))
        if key is None:
            raise LinkRefused("the conversation is no longer kept")
        return key
