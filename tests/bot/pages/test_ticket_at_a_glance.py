"""What an agent has to see of a ticket without reading it all."""

from datetime import UTC, datetime

import pytest

from bot.pages.status import called_for
from bot.pages.ticket import line
from bot.state.record import Marks, Message, Ticket

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOWHERE = Marks(0, 0, 0, 0)
OFFERED = [{"question": "How do I <send> it back?"}, {"question": "x", "condition": {"value": "Poland"}}]


@pytest.mark.parametrize(("reason", "look"), [("danger", "chip bad"), ("upset", "chip"), ("asked", "chip")])
def test_danger_alone_stands_in_red(reason, look):
    ticket = Ticket(**dict.fromkeys(Ticket.__slots__) | {"reason": reason})
    assert f'class="{look}"' in called_for(ticket)


def test_what_the_customer_was_given_to_choose_from_stands_below_the_question():
    asked = Message(1, 1, "bot", "Is it one of these?", "suggestions", {"suggestions": OFFERED}, NOW)
    shown = line(asked, NOWHERE, NOW)
    assert '<li dir="auto">How do I &lt;send&gt; it back?</li><li dir="auto">Poland</li>' in shown
    assert "<li dir" not in line(Message(1, 1, "bot", "Hello", "answer", None, NOW), NOWHERE, NOW)
