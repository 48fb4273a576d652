from datetime import UTC, datetime, timedelta

import pytest

from bot.waiting.hours import ALWAYS, Hours
from bot.waiting.promise import Promise, differ, promise, read
from bot.waiting.wait import Desk

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
PATIENCE = timedelta(minutes=10)
OFFICE = Hours.model_validate({"monday": "9:00-17:00", "tuesday": "9:00-17:00"})
TEN_MINUTES = [timedelta(minutes=10)] * 3


def told(desk, hours=OFFICE, now=NOW):
    return promise(desk, hours, now, PATIENCE)


def test_somebody_free_is_promised_by_the_end_of_the_range():
    one = told(Desk(0, 2, 1, TEN_MINUTES))
    assert (one.kind, one.minutes, one.until) == ("wait", (0, 5), NOW + timedelta(minutes=5))
    assert one.free
    assert not one.closes


def test_with_everybody_busy_the_wait_is_told_and_nobody_is_free():
    one = told(Desk(3, 2, 2, TEN_MINUTES))
    assert (one.kind, one.ahead, one.free) == ("wait", 3, False)
    assert one.until == NOW + timedelta(minutes=one.minutes[1])


def test_with_nobody_there_the_customer_is_asked_again_once_their_patience_is_over():
    one = told(Desk(1, 0, 0, TEN_MINUTES))
    assert (one.kind, one.minutes, one.until) == ("unknown", None, NOW + PATIENCE)


def test_outside_the_hours_somebody_looks_at_the_next_opening_whoever_sits_there_now():
    evening = NOW.replace(hour=20)
    one = told(Desk(0, 2, 0, TEN_MINUTES), now=evening)
    opening = NOW.replace(hour=9) + timedelta(days=1)
    assert (one.kind, one.at, one.until) == ("opening", opening, opening + PATIENCE)


def test_a_wait_that_goes_past_closing_time_ends_on_the_next_day():
    one = told(Desk(2, 1, 1, TEN_MINUTES), now=NOW.replace(hour=16, minute=50))
    assert one.kind == "wait"
    assert one.closes
    assert one.until == NOW.replace(hour=9) + timedelta(days=1, minutes=one.minutes[1] - 10)


def test_a_desk_that_never_opens_promises_nothing():
    one = told(Desk(0, 1, 0, TEN_MINUTES), hours=Hours())
    assert (one.kind, one.until) == ("never", None)


@pytest.mark.parametrize(
    "one",
    [
        told(Desk(3, 2, 2, TEN_MINUTES)),
        told(Desk(0, 0, 0, ()), ALWAYS),
        told(Desk(0, 0, 0, ()), now=NOW.replace(hour=3)),
        Promise("call", NOW),
    ],
)
def test_a_promise_is_the_same_after_it_was_stored(one):
    assert read(one.document()) == one


def test_a_promise_differs_by_a_step_of_the_range_or_a_place_in_line_and_not_by_the_passing_of_time():
    before = told(Desk(3, 2, 2, TEN_MINUTES))
    assert not differ(before, told(Desk(3, 2, 2, TEN_MINUTES), now=NOW + timedelta(minutes=2)))
    assert differ(before, told(Desk(2, 2, 2, TEN_MINUTES)))
    assert differ(before, told(Desk(3, 1, 1, TEN_MINUTES)))
    assert differ(before, told(Desk(3, 0, 0, TEN_MINUTES)))
