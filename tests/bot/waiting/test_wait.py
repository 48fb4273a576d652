import heapq
import random
from datetime import timedelta

import pytest

from bot.waiting.wait import STEPS, Desk, Wait, expect

TEN_MINUTES = [timedelta(minutes=minutes) for minutes in (4, 8, 10, 18)]


def minutes(desk):
    expected = expect(desk)
    return expected and expected.minutes


def test_with_nobody_there_the_wait_is_not_known():
    assert expect(Desk(0, 0, 0, TEN_MINUTES)) is None


def test_with_somebody_free_it_is_as_long_as_it_lately_took_to_pick_up():
    assert minutes(Desk(0, 2, 1, TEN_MINUTES)) == (0, 5)
    quick = [timedelta(seconds=20)] * 3
    assert minutes(Desk(0, 2, 1, TEN_MINUTES, quick)) == (0, 1)


def test_with_everybody_busy_and_too_little_seen_it_is_not_known():
    assert expect(Desk(0, 2, 2, TEN_MINUTES[:2])) is None


def test_the_next_in_line_waits_for_one_of_two_people_to_come_free():
    """One of two people comes free every 5 minutes: 5 ± 5."""
    assert minutes(Desk(0, 2, 2, TEN_MINUTES)) == (0, 10)


def test_who_has_eight_before_them_waits_nine_times_as_long():
    """45 ± 15 minutes."""
    assert minutes(Desk(8, 2, 2, TEN_MINUTES)) == (30, 60)


def test_somebody_free_is_taken_by_those_ahead():
    assert minutes(Desk(3, 2, 0, TEN_MINUTES)) == minutes(Desk(1, 2, 2, TEN_MINUTES))


def test_more_people_make_the_wait_shorter_and_more_ahead_longer():
    waits = [expect(Desk(10, people, people, TEN_MINUTES)).longest for people in range(1, 8)]
    assert waits == sorted(waits, reverse=True)
    waits = [expect(Desk(ahead, 2, 2, TEN_MINUTES)).longest for ahead in range(30)]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_a_ticket_left_open_over_night_does_not_make_everybody_wait_for_days():
    forgotten = [*TEN_MINUTES, timedelta(hours=14)]
    assert expect(Desk(0, 2, 2, forgotten)).longest <= timedelta(hours=1)


def test_a_wait_of_more_than_a_working_day_has_no_end():
    assert minutes(Desk(200, 1, 1, TEN_MINUTES)) == (480, None)
    assert Wait((480, None)).longest == timedelta(hours=16)


def test_ranges_begin_and_end_at_figures_that_a_person_would_say():
    for ahead in range(60):
        low, high = minutes(Desk(ahead, 3, 3, TEN_MINUTES))
        assert low in STEPS
        assert high is None or (high in STEPS and high > low)


@pytest.mark.parametrize(("ahead", "people"), [(0, 1), (2, 1), (3, 4), (12, 3)])
def test_two_thirds_of_customers_wait_no_longer_than_told_and_few_much_shorter(ahead, people):
    """A queue simulated 4,000 times: everybody busy, matters of 10 minutes on average, exponential."""
    seed = random.Random(7)
    low, high = minutes(Desk(ahead, people, people, TEN_MINUTES))
    waits = []
    for _ in range(4000):
        free_at = [seed.expovariate(1 / 10) for _ in range(people)]
        heapq.heapify(free_at)
        for _ in range(ahead):
            heapq.heappush(free_at, heapq.heappop(free_at) + seed.expovariate(1 / 10))
        waits.append(free_at[0])
    assert sum(wait <= high for wait in waits) / len(waits) > 0.8
    assert sum(low <= wait <= high for wait in waits) / len(waits) > 0.66
