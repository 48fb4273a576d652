"""Unanswered questions: what customers asked the bot in vain, as its replies have it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from bot.database.engine import reading
from bot.state.tables import MessageRow

LATEST = 2000  # replies looked at; what was asked before them is asked again, or is no matter any more
IN_VAIN = ("missing_knowledge", "low_confidence", "repeated_miss")
"""Reasons for a handover that say that no article answered."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One that the bot asked to put differently, or passed on to a person."""

    question: str
    language: str
    confidence: float
    asked: datetime
    again: str | None = None
    """What it puts in other words: the question before it, when the bot had asked for that."""


def unanswered(engine: Engine) -> tuple[Unanswered, ...]:
    """The latest, the newest first; raises StateError."""
    replies = (
        select(MessageRow.conversation_id, MessageRow.kind, MessageRow.document, MessageRow.created)
        .where(MessageRow.author == "bot", MessageRow.kind.in_(("rephrase", "handoff")))
        .order_by(MessageRow.id.desc())
        .limit(LATEST)
    )
    with reading(engine) as session:
        rows = session.execute(replies).all()
    found: list[Unanswered] = []
    asked_for: dict[int, str] = {}  # by conversation: the question that was to be put differently
    waiting: set[tuple[int, object]] = set()  # what is written while a person is called is told to them
    for conversation, kind, document, created in reversed(rows):
        document = {"language": "", "confidence": 0.0, **(document or {})}
        called = (conversation, document.get("ticket"))
        question = None if called in waiting else document.get("question")
        if kind == "handoff" and called[1] is not None:
            waiting.add(called)
        if not question or (kind == "handoff" and document.get("reason") not in IN_VAIN):
            continue
        before = asked_for.pop(conversation, None)
        again = before if document.get("reason") == "repeated_miss" else None
        if kind == "rephrase":
            asked_for[conversation] = question
        found.append(Unanswered(question, document["language"], document["confidence"], created, again))
    return tuple(reversed(found))
