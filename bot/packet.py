"""The handover packet: all that a person needs to take over without asking anything twice."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.reply import Reason
from bot.state.record import Message
from index.hit import Found, Hit


@dataclass(frozen=True, slots=True)
class Packet:
    """What goes to the desk with a ticket."""

    reason: Reason
    question: str | None
    """The last one; None where a person was called before anything was asked."""
    language: dict[str, Any] | None
    """Code, and certainty 0 to 1."""
    confidence: float
    found: list[dict[str, Any]]
    """What the search found for the question, best first, with confidences."""
    rejected: list[str]
    """Slugs of the articles that the customer turned down."""
    transcript: list[dict[str, Any]]
    contact: dict[str, str | None]

    def document(self) -> dict[str, Any]:
        """The packet for JSON."""
        return asdict(self)


def pack(
    reason: Reason, found: Found | None, rejected: Collection[str], transcript: Sequence[Message]
) -> Packet:
    """The packet of a conversation up to now."""
    return Packet(
        reason,
        found.question if found else None,
        {"code": found.language.code, "certainty": found.language.certainty} if found else None,
        found.confidence if found else 0.0,
        [_candidate(hit) for hit in found.hits] if found else [],
        sorted(rejected),
        [_line(message) for message in transcript],
        {"name": None, "email": None, "phone": None},
    )


def _candidate(hit: Hit) -> dict[str, Any]:
    article = hit.passage.article
    return {
        "article": article.slug,
        "language": article.language,
        "title": article.title,
        "section": " › ".join(hit.passage.heading),
        "path": article.path,
        "confidence": hit.confidence,
    }


def _line(message: Message) -> dict[str, Any]:
    return {
        "sequence": message.sequence,
        "author": message.author,
        "text": message.text,
        "kind": message.kind,
        "created": message.created.isoformat(),
        "helpful": message.helpful,
    }
