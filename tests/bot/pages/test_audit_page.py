import pytest

from bot.access.trail import UnclearDay, filter_of
from bot.access.user import LOCAL
from bot.pages import audit


def shown(fault="", **asked):
    return audit.page(LOCAL, "Tindvolt", (), asked, (), fault=fault)


def test_an_empty_log_says_whether_nothing_was_done_or_nothing_like_what_was_asked_for():
    assert "Nothing was done yet." in shown()
    assert "Nothing like this was done: leave a field empty to see more." in shown(who="maja")
    assert "Nothing" not in shown("'x' is no day", since="x")


def test_days_in_the_wrong_order_are_told_and_a_single_day_is_none():
    with pytest.raises(UnclearDay, match="2026-11-30, is after the last, 2026-11-01: swap them"):
        filter_of({"since": "2026-11-30", "until": "2026-11-01"})
    day = filter_of({"since": "2026-11-30", "until": "2026-11-30"})
    assert day.since < day.until
