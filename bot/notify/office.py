"""The post office of a server: what is to be told goes into its outbox, and its courier takes it out."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.access.secret import secret
from bot.notify.back import WayBack
from bot.notify.channel import Channel
from bot.notify.chatwoot import ChatwootChannel
from bot.notify.courier import Courier
from bot.notify.mail import Link, MailChannel
from bot.notify.notice import Kind, Notice, Outcome
from bot.notify.outbox import Outbox
from bot.notify.teller import Teller
from bot.notify.webhook import WebhookChannel
from bot.settings import Settings
from bot.state.store import Store


class Office:
    """What a server needs to tell people: it writes down from its making on, delivers while entered."""

    def __init__(
        self, store: Store, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Raises ChannelError where a secret can't be had."""
        self.outbox = Outbox(store.engine)
        self.secret = secret(settings)
        """What is signed with: the setting `secret`, the same on every server that shares a database; without
        it, the data folder's own."""
        self.back = WayBack(self.secret, settings.public_url or "", store)
        found = channels(settings, self.back.link)
        if mail := found.get("email"):
            found["email"] = _UnlessRead(mail, store)
        self.courier = Courier(self.outbox, found, clock)
        store.witness(Teller(settings))

    def __enter__(self) -> "Office":
        self.courier.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.courier.stop()


def channels(settings: Settings, link: Link) -> dict[Kind, Channel]:
    """The channels that are set; raises ChannelError where a secret can't be had."""
    found: dict[Kind, Channel] = {}
    if settings.mail is not None:
        settings.mail.secret()
        found["email"] = MailChannel(settings.mail, settings.company, link)
    for hook in settings.webhooks:
        hook.signing_secret()
    if settings.webhooks:
        found["webhook"] = WebhookChannel(settings.webhooks)
    if settings.chatwoot:
        settings.chatwoot.access_token()
        found["chatwoot"] = ChatwootChannel(settings.chatwoot)
    return found


class _UnlessRead:
    """A channel that leaves out what its reader has read elsewhere."""

    def __init__(self, channel: Channel, store: Store) -> None:
        self._channel = channel
        self._store = store

    def deliver(self, notice: Notice) -> Outcome:
        conversation, sequence = (notice.document.get(key) for key in ("conversation", "sequence"))
        if conversation and sequence and self._store.marks(conversation).customer_seen >= sequence:
            return Outcome(False, "read in the chat meanwhile: no mail was needed", needless=True)
        return self._channel.deliver(notice)
