from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.sights.talk import is_talk, said
from bot.state.record import Marks, Message, News
from tests.bot.pages.test_ticket_page import ticket

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
TICKET = ticket()
BEFORE = News((), Marks(1, 1, 1, 1), TICKET, 10)


def message(sequence, author="customer", kind="message"):
    return Message(sequence, sequence, author, f"word {sequence}", kind, None, NOW)


def news(*messages, revision, marks=BEFORE.marks, about=TICKET):
    return News(messages, marks, about, revision)


@pytest.mark.parametrize(
    "now",
    [
        news(message(2), revision=11),
        news(message(2), message(3, "agent"), revision=12),
        news(revision=11, marks=Marks(2, 2, 1, 1)),
        news(message(2), revision=13, marks=Marks(2, 2, 2, 2)),
        news(revision=10),
    ],
    ids=["a message", "two", "a mark", "a message and marks of both sides", "nothing"],
)
def test_messages_and_marks_are_talk(now):
    assert is_talk(BEFORE, now)


@pytest.mark.parametrize(
    "now",
    [
        news(revision=11),
        news(message(2), revision=12),
        news(message(2), revision=13, marks=Marks(2, 2, 1, 1)),
        news(message(2, "bot", "answer"), revision=11),
        news(message(2, "bot", "joined"), revision=11),
        news(message(2, "customer", "question"), revision=11),
        news(message(2), revision=11, about=replace(TICKET, status="closed")),
        news(message(2), revision=9),
    ],
    ids=[
        *("a note", "a message and a note", "a message, a mark and a note", "the assistant"),
        *("somebody came", "a question to the assistant", "the ticket's state", "an older database"),
    ],
)
def test_whatever_else_changes_has_the_ticket_read_anew(now):
    assert not is_talk(BEFORE, now)


def test_what_was_said_is_drawn_with_how_far_it_has_come():
    view = said(7, (message(2, "agent"), message(3)), 1, Marks(2, 1, 9, 9))
    assert (view["number"], view["after"], view["last"]) == (7, 1, 3)
    assert view["marks"] == {"delivered": 2, "seen": 1}
    assert [(one["author"], one["sequence"]) for one in view["messages"]] == [("agent", 2), ("customer", 3)]
    assert 'data-sign="delivered"' in view["messages"][0]["html"]
    assert "word 3" in view["messages"][1]["html"]
