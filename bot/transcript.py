"""What can be read off a conversation so far: what was asked, and what was offered."""

from collections.abc import Sequence
from typing import Any

from bot.state.record import Message


def offered(transcript: Sequence[Message], slug: str) -> tuple[str, str] | None:
    """What was asked when this article was last suggested, and the question it was suggested by."""
    for message in reversed(transcript):
        document = message.document or {}
        for suggestion in document.get("suggestions", ()):
            if suggestion["article"] == slug:
                return document["question"], suggestion["question"]
    return None


def last_document(transcript: Sequence[Message], kind: str) -> dict[str, Any]:
    """The document of the latest message of a kind, empty where there is none."""
    documents = (message.document for message in reversed(transcript) if message.kind == kind)
    return next(documents, None) or {}


def last_question(transcript: Sequence[Message]) -> str | None:
    """The latest question that was looked up."""
    documents = (message.document for message in reversed(transcript) if message.document)
    return next((document["question"] for document in documents if document.get("question")), None)
