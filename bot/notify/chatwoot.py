"""Calls to a Chatwoot: what the assistant says in its chats, and the packet of what it hands over there."""

import json
from time import monotonic
from typing import Any

from bot.notify import connect
from bot.notify.channel import ChannelError, ChatwootSettings
from bot.notify.notice import Notice, Outcome

GONE = frozenset({404, 410, 422})
"""By these it says that the same call will never be taken."""
LONGEST_QUOTE = 200


class ChatwootChannel:
    """Calls the API of the Chatwoot that is set, and of no other."""

    def __init__(self, settings: ChatwootSettings) -> None:
        self._settings = settings

    def deliver(self, notice: Notice) -> Outcome:
        """All calls of a notice, in order, up to the first that is not taken: it and the others are left.

        None is begun after the deadline.
        """
        wanted, told, end = notice.document["calls"], "", monotonic() + connect.DEADLINE
        for done, call in enumerate(wanted):
            left = {"calls": wanted[done:]}
            if done and monotonic() > end:
                return Outcome(False, f"it answers slowly, the rest is still to come; {told}", document=left)
            try:
                answer = self._called(call)
            except (ChannelError, connect.Unreachable) as error:
                return Outcome(False, str(error), document=left)
            told = f"HTTP {answer.status} {answer.text[:LONGEST_QUOTE]}".strip()
            if not 200 <= answer.status < 300:
                return Outcome(False, told, final=answer.status in GONE, document=left)
        return Outcome(True, told, notice.id)

    def _called(self, call: dict[str, Any]) -> connect.WebAnswer:
        headers = {"content-type": "application/json", "api_access_token": self._settings.access_token()}
        body = json.dumps(call["body"], ensure_ascii=False).encode()
        address = f"{self._settings.url}{call['path']}"
        return connect.post(address, body, headers, allow_private=self._settings.allow_private)
