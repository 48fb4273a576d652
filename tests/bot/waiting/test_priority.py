from datetime import UTC, datetime, timedelta

import pytest

from bot.waiting.priority import DANGER, MOST_DISTRESS, distress, distress_reopened, level, priority

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def waited(minutes, distress=0):
    return priority(NOW - timedelta(minutes=minutes), distress, NOW)


def test_the_priority_is_the_minutes_waited_and_the_head_start():
    assert waited(0) == 0
    assert waited(17.9) == 17
    assert waited(17, distress=30) == 47


def test_who_is_upset_comes_before_who_has_waited_a_little_longer_but_not_before_all():
    upset = distress("upset")
    assert waited(0, upset) > waited(29)
    assert waited(0, upset) < waited(31)


def test_distress_counts_what_went_wrong_and_has_an_end():
    assert distress("asked") == 0
    assert distress("asked", turned_down=2) == 4
    assert distress("upset", reopened=1) == 50
    assert distress("upset", turned_down=100, reopened=9) == MOST_DISTRESS


def test_who_reports_danger_is_urgent_and_before_all_who_wait():
    danger = distress("danger", turned_down=3)
    assert level(waited(0, danger)) == "urgent"
    assert waited(0, danger) > waited(DANGER, 0)
    assert waited(0, distress("danger")) > waited(3 * 24 * 60, MOST_DISTRESS)


def test_a_ticket_opened_again_presses_more_and_never_less():
    assert distress_reopened(0) == 20
    assert distress_reopened(55) == MOST_DISTRESS
    assert distress_reopened(distress("danger")) == distress("danger")


def test_where_nobody_waits_the_head_start_alone_counts():
    assert priority(None, 10, NOW) == 10


def test_a_clock_set_back_makes_nobody_wait_less_than_no_time():
    assert waited(-60, distress=5) == 5


@pytest.mark.parametrize(("minutes", "word"), [(0, "normal"), (19, "normal"), (20, "high"), (45, "urgent")])
def test_a_priority_is_told_in_a_word(minutes, word):
    assert level(minutes) == word
