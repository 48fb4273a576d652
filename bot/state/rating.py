"""Ratings: what customers said of the answers they got, for the next build to learn from."""

from dataclasses import dataclass

from sqlalchemy import Engine, select

from bot.database.engine import reading
from bot.state.tables import MessageRow

LATEST = 2000  # ratings; older ones are of articles as they were


@dataclass(frozen=True, slots=True)
class Rating:
    """An answer that was rated."""

    question: str
    language: str
    article: str
    """Slug of the article that answered."""
    helpful: bool


def ratings(engine: Engine) -> tuple[Rating, ...]:
    """The latest ratings of answers, the oldest first; raises StateError."""
    rated = select(MessageRow.document, MessageRow.helpful).where(
        MessageRow.kind == "answer", MessageRow.helpful.is_not(None)
    )
    with reading(engine) as session:
        rows = session.execute(rated.order_by(MessageRow.id.desc()).limit(LATEST)).all()
    return tuple(
        Rating(document["question"], document["language"], document["citations"][0]["article"], bool(helpful))
        for document, helpful in reversed(rows)
        if document and document.get("question") and document.get("citations")
    )
