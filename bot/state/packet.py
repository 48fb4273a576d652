"""The handover packet: all that a person needs to take over without asking anything twice."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.answer.reply import Reason
from bot.state.record import Message
from index.hit import Found, Hit

MOST_LINES = 200
"""Of the transcript, the latest; the conversation itself keeps them all."""
MOST_CALLS = 20
"""Of the further calls that are kept, the latest."""
_FIRST = ("reason", "question", "language", "confidence", "found", "contact")
"""What stays as it was at the first call; what later ones bring stands beside it."""


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
        [_line(message) for message in transcript[-MOST_LINES:]],
        {"name": None, "email": None, "phone": None},
    )


def called_again(before: Mapping[str, Any], packet: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """The packet of a customer who calls once more: what is new is added, what was known is not said twice.

    What was found for a question that was asked before is left out: it stands where it was asked first.
    """
    first = {name: value for name, value in before.items() if name in _FIRST}
    calls = list(before.get("later", ()))
    known = (before, *calls)
    question = packet.get("question")
    if not called_before(before, reason, question):
        asked_before = any(one.get("question") == question for one in known)
        found = [] if asked_before else packet.get("found", [])
        calls.append({"reason": reason, "question": question, "found": found})
    return {**before, **packet, **first, "later": calls[-MOST_CALLS:]}


def called_before(packet: Mapping[str, Any], reason: str, question: str | None) -> bool:
    """Whether a person was called for that reason with the same words already."""
    known = (packet, *packet.get("later", ()))
    return any((one.get("reason"), one.get("question")) == (reason, question) for one in known)


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
