"""A trial: every channel that is set is told something harmless, and what each one answered is shown.

Chatwoot is left out: it is told of its own conversations alone, and there is none for a trial.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from bot.fault import BotError
from bot.notify.letter import Letter
from bot.notify.notice import Kind, Notice, new_id
from bot.notify.office import channels
from bot.settings import Settings

Document = dict[str, Any]


class NothingSet(BotError):
    """There is no channel to try."""


def trial(settings: Settings) -> Document:
    """What every receiver answered; raises NothingSet, ChannelError."""
    open_channels = channels(settings, lambda _: settings.public_url or "")
    results = []
    for channel, target, shown in _tried(settings):
        started = perf_counter()
        outcome = open_channels[channel].deliver(_notice(channel, target, settings.company))
        results.append(
            {
                "channel": channel,
                "target": shown,
                "accepted": outcome.accepted,
                "answer": " ".join(outcome.answer.split()),
                "milliseconds": round((perf_counter() - started) * 1000),
            }
        )
    if not results:
        raise NothingSet(
            "there is nobody to try: set mail (with to, or queues with email) or webhooks; "
            "Chatwoot is told of its own conversations alone"
        )
    return {"receivers": results}


def show_trial(document: Document) -> str:
    return "\n".join(
        f"{'told' if one['accepted'] else 'NOT TOLD'}  {one['channel']}  {one['target']}: {one['answer']}"
        f"  ({one['milliseconds']} ms)"
        for one in document["receivers"]
    )


def show_counts(document: Document) -> str:
    """The receivers that are set, and what the outbox holds."""
    lines = [f"{one['channel']}  {one['target']}" for one in document["receivers"]]
    counts = ", ".join(f"{count} {state}" for state, count in document["notices"].items())
    return "\n".join([*(lines or ["no channel is set: nobody is told of a ticket"]), f"notices: {counts}"])


def receivers(settings: Settings) -> list[Document]:
    """Who is told, by which channel."""
    return [{"channel": channel, "target": shown} for channel, _, shown in _receivers(settings)]


def _receivers(settings: Settings) -> Iterator[tuple[Kind, str, str]]:
    """Channel, target, and what the target is called."""
    yield from _tried(settings)
    if settings.chatwoot is not None:
        yield "chatwoot", settings.chatwoot.url, settings.chatwoot.url


def _tried(settings: Settings) -> Iterator[tuple[Kind, str, str]]:
    """Those that a trial reaches."""
    if settings.mail is not None:
        addresses = (*settings.mail.to, *(address for queue in settings.queues for address in queue.email))
        yield from (("email", address, address) for address in dict.fromkeys(addresses))
    yield from (("webhook", hook.url, hook.name) for hook in settings.webhooks)


def _notice(channel: Kind, target: str, company: str) -> Notice:
    now, said = datetime.now(UTC), _said(channel, company)
    return Notice(new_id(), None, "team", channel, target, "trial", said, "waiting", 1, now, now)


def _said(channel: Kind, company: str) -> Document:
    if channel == "webhook":
        return {"type": "trial", "timestamp": datetime.now(UTC).isoformat(), "data": {"company": company}}
    sentence = "This is a trial: mail from Askdesk reaches you. There is nothing to do."
    return Letter("en", f"{company}: a trial of Askdesk's mail", (sentence,)).document()
