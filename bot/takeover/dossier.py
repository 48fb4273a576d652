"""The dossier: all that is known of one ticket at a moment, for an agent who looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.access.user import User
from bot.notify.notice import Notice
from bot.state.event import TicketEvent
from bot.state.record import Marks, Message, Note, Ticket
from bot.takeover.canned import CannedReply
from bot.waiting.priority import Level, level, priority
from index.hit import Thresholds
from kb.article import Article


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to whom a ticket can be passed on."""

    user: User
    here: bool
    """At the desk now."""
    away: bool
    """Away by their own word, so that nothing is passed on to them; others who are not here find it later."""
    fits: bool
    """Looks after the ticket's queue, and writes its language."""


@dataclass(frozen=True)
class Dossier:
    ticket: Ticket
    messages: Sequence[Message]
    marks: Marks
    notes: Sequence[Note]
    events: Sequence[TicketEvent]
    notices: Sequence[Notice]
    agent: User
    """Who looks at it."""
    colleagues: Sequence[Colleague]
    """All who can sign in, the agent among them: who fits and is here comes first, who is away last."""
    replies: Sequence[CannedReply]
    articles: Sequence[Article]
    thresholds: Thresholds
    now: datetime
    elsewhere: str | None = None
    """The address where people of another help desk answer; None where ours do."""

    @property
    def is_held(self) -> bool:
        """Whether the agent who looks is the one who is in the chat."""
        return self.ticket.attended and self.ticket.agent == self.agent.name

    @property
    def language(self) -> str | None:
        """The customer's, as it is known now."""
        return self.ticket.language or (self.ticket.packet.get("language") or {}).get("code")

    @property
    def last(self) -> int:
        """The sequence of the last message."""
        return self.messages[-1].sequence if self.messages else 0

    @property
    def priority(self) -> int:
        """Minutes: see `bot.waiting.priority`."""
        return priority(self.ticket.waiting_since, self.ticket.distress, self.now)

    @property
    def level(self) -> Level:
        return level(self.priority)

    @cached_property
    def known(self) -> Mapping[str, Article]:
        """The articles by slug, in the customer's language where there is one."""
        own_last = sorted(self.articles, key=lambda article: article.language == self.language)
        return {article.slug: article for article in own_last}

    @property
    def touched(self) -> Sequence[str]:
        """Slugs of the articles that were found, shown, offered or turned down, each once."""
        packet = self.ticket.packet
        documents = [message.document or {} for message in self.messages]
        shown = [
            str(one["article"])
            for document in documents
            for part in ("citations", "suggestions")
            for one in document.get(part) or ()
        ]
        found = [str(hit["article"]) for hit in packet.get("found") or ()]
        return tuple(dict.fromkeys((*found, *shown, *(packet.get("rejected") or ()))))
