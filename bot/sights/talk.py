"""Talk: what is new in a conversation that an agent has before them, without all the rest of the ticket."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.pages.ticket import line
from bot.state.record import Marks, Message, News

View = dict[str, Any]


def said(number: int, messages: Sequence[Message], after: int, marks: Marks) -> View:
    """Messages of a ticket, drawn, which follow the one with the sequence `after`, and how far all have come.

    {"number", "after", "last", "messages": [{"author", "sequence", "html"}],
    "marks": {"delivered", "seen"}}, the marks those of the customer's page.
    """
    now = datetime.now(UTC)
    delivered, seen = customers(marks)
    return {
        "number": number,
        "after": after,
        "last": messages[-1].sequence if messages else after,
        "messages": [
            {"author": one.author, "sequence": one.sequence, "html": line(one, marks, now)}
            for one in messages
        ],
        "marks": {"delivered": delivered, "seen": seen},
    }


def is_talk(before: News, now: News) -> bool:
    """Whether nothing has changed but what people wrote and how far it has come.

    Each of these raises the revision by one. Where it rose by more, something else has changed, too: a note,
    say, or what the customer thought of an answer.
    """
    written = all(one.kind == "message" and one.author != "bot" for one in now.messages)
    marked = (customers(now.marks) != customers(before.marks)) + (_desks(now.marks) != _desks(before.marks))
    risen = now.revision - before.revision
    return written and now.ticket == before.ticket and 0 <= risen <= len(now.messages) + marked


def customers(marks: Marks) -> tuple[int, int]:
    """How far the customer's page has come: delivered, seen."""
    return marks.customer_delivered, marks.customer_seen


def _desks(marks: Marks) -> tuple[int, int]:
    return marks.desk_delivered, marks.desk_seen
