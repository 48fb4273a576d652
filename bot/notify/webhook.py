"""Webhooks: another program is told by a signed request.

The signature is that of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over the id, the
time and the body, with a secret that both sides have. The time is that of the attempt, the id that of the
notice: a receiver that turns away times more than five minutes off, and ids it has seen, can't be fooled by a
replay.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook

from bot.notify import connect
from bot.notify.channel import ChannelError, WebhookSettings
from bot.notify.notice import Notice, Outcome

AGENT = "Askdesk-Webhook/1"
GONE = 410
"""By this status a receiver says that it wants no more."""
LONGEST_QUOTE = 200


class WebhookChannel:
    """Posts notices to the addresses that are set, and to no others."""

    def __init__(
        self, hooks: tuple[WebhookSettings, ...], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._hooks = {hook.url: hook for hook in hooks}
        self._clock = clock

    def deliver(self, notice: Notice) -> Outcome:
        hook = self._hooks.get(notice.target)
        if hook is None:
            return Outcome(False, "this address is no longer among the settings", final=True)
        body = json.dumps(notice.document, ensure_ascii=False, separators=(",", ":"))
        try:
            headers = signed(hook.signing_secret(), notice.id, self._clock(), body)
            answer = connect.post(hook.url, body.encode(), headers, allow_private=hook.allow_private)
        except (ChannelError, connect.Unreachable) as error:
            return Outcome(False, str(error))
        told = f"HTTP {answer.status} {answer.text[:LONGEST_QUOTE]}".strip()
        return Outcome(200 <= answer.status < 300, told, notice.id, final=answer.status == GONE)


def signed(secret: str, id: str, moment: datetime, body: str) -> Mapping[str, str]:
    """The headers of a request with that body, made at that moment."""
    return {
        "content-type": "application/json",
        "user-agent": AGENT,
        "webhook-id": id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(id, moment.astimezone(UTC), body),
    }
