from datetime import timedelta

import pytest

from bot.pages.status import clock, standing
from tests.bot.test_ticket_page import NOW, ticket


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "waiting 12 minutes"),
        ({"agent": "bo", "agent_shown": "Bo"}, "waiting for Bo 12 minutes"),
        ({"status": "taken", "agent": "bo", "agent_shown": "Bo"}, "with Bo"),
        ({"status": "returned", "agent": "bo", "agent_shown": "Bo"}, "with the assistant, Bo looks after it"),
        ({"status": "closed", "closed": NOW - timedelta(minutes=5)}, "closed after 15 minutes"),
    ],
)
def test_where_a_ticket_stands_is_said_in_words(given, words):
    assert standing(ticket(**given), NOW) == words


def test_another_day_is_named():
    assert ">12:00<" in clock(NOW, NOW) or NOW.astimezone().hour != 12
    assert "20 Nov, " in clock(NOW - timedelta(days=3), NOW)
