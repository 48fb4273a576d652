import time
from datetime import timedelta

import pytest

from bot.pages.status import clock, standing
from tests.bot.pages.test_ticket_page import NOW, ticket


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


@pytest.fixture
def server_in(monkeypatch):
    """Sets the server's clock to a zone."""

    def stand(zone):
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield stand
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "today", "before"),
    [
        ("UTC", "12:00", "20 Nov, 12:00"),
        ("EST5", "07:00", "20 Nov, 07:00"),
        ("IST-5:30", "17:30", "20 Nov, 17:30"),
        ("LINT-14", "02:00", "21 Nov, 02:00"),
    ],
)
def test_a_moment_is_told_by_the_server_s_clock_and_another_day_is_named(server_in, zone, today, before):
    server_in(zone)
    assert f">{today}<" in clock(NOW, NOW)
    assert f">{before}<" in clock(NOW - timedelta(days=3), NOW)
