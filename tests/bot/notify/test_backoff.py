from datetime import UTC, datetime, timedelta

from bot.notify.backoff import GIVE_UP, LONGEST, again, pause

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_pauses_double_up_to_a_quarter_of_an_hour():
    pauses = [pause(attempts, 0.5).total_seconds() for attempts in range(1, 12)]
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
    assert pause(10_000, 0.5) == LONGEST


def test_pauses_vary_so_that_what_failed_together_does_not_come_back_together():
    assert pause(1, 0.0) == timedelta(seconds=4)
    assert pause(1, 1.0) == timedelta(seconds=6)
    assert len({pause(3) for _ in range(20)}) > 10


def test_after_a_day_it_is_time_to_give_up():
    assert again(NOW, NOW + timedelta(hours=23), 90) is not None
    assert again(NOW, NOW + GIVE_UP, 100) is None
