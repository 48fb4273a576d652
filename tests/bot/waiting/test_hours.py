from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.waiting.hours import ALWAYS, WEEKDAYS, Hours

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
WORKDAYS = dict.fromkeys(WEEKDAYS[:5], "9:00-17:00")
SHOP = Hours(zone="Europe/Copenhagen", **WORKDAYS)


def local(year, month, day, hour, minute=0, zone=COPENHAGEN):
    return datetime(year, month, day, hour, minute, tzinfo=zone)


def is_open(hours, moment):
    return hours.next_opening(moment) == moment


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (local(2026, 11, 23, 8, 59), False),
        (local(2026, 11, 23, 9), True),
        (local(2026, 11, 23, 16, 59), True),
        (local(2026, 11, 23, 17), False),
        (local(2026, 11, 22, 12), False),  # a Sunday
    ],
)
def test_somebody_is_there_from_the_opening_up_to_the_closing(moment, there):
    assert is_open(SHOP, moment) is there


def test_the_next_opening_is_now_where_somebody_is_there():
    now = local(2026, 11, 23, 12, 30)
    assert SHOP.next_opening(now) == now


def test_after_friday_s_closing_comes_monday():
    assert SHOP.next_opening(local(2026, 11, 27, 17)) == local(2026, 11, 30, 9)


def test_a_moment_in_another_zone_is_the_same_moment():
    assert is_open(SHOP, datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert not is_open(SHOP, datetime(2026, 11, 23, 7, 59, tzinfo=UTC))


def test_a_holiday_is_passed_over_and_one_of_every_year_too():
    closed = SHOP.model_copy(update={"holidays": ("2026-12-24", "12-25", "01-01")})
    assert closed.next_opening(local(2026, 12, 24, 10)) == local(2026, 12, 28, 9)
    assert closed.next_opening(local(2027, 1, 1, 10)) == local(2027, 1, 4, 9)
    assert is_open(closed, local(2027, 12, 24, 10))


def test_a_holiday_lasts_from_midnight_to_midnight_where_the_desk_is():
    assert is_open(ALWAYS, datetime(2026, 12, 24, tzinfo=UTC))  # a copy has a clock of its own
    closed = ALWAYS.model_copy(update={"zone": "Asia/Tokyo", "holidays": ("2026-12-24",)})
    tokyo = ZoneInfo("Asia/Tokyo")
    assert is_open(closed, local(2026, 12, 23, 23, 59, tokyo))
    assert not is_open(closed, datetime(2026, 12, 23, 15, tzinfo=UTC))
    assert closed.next_opening(datetime(2026, 12, 23, 15, tzinfo=UTC)) == datetime(
        2026, 12, 24, 15, tzinfo=UTC
    )


def test_a_day_of_its_own_times_wins_over_the_weekday():
    short = Hours(zone="Europe/Copenhagen", days={"2026-12-23": "9:00-12:00", "12-31": "closed"}, **WORKDAYS)
    assert is_open(short, local(2026, 12, 23, 11))
    assert not is_open(short, local(2026, 12, 23, 13))
    assert not is_open(short, local(2026, 12, 31, 11))


def test_the_opening_is_at_nine_before_and_after_the_clock_changes():
    """Copenhagen leaves summer time on 25 October 2026 and takes it up on 28 March 2027."""
    assert SHOP.next_opening(local(2026, 10, 23, 18)).astimezone(UTC).hour == 8  # Monday the 26th
    assert SHOP.next_opening(local(2026, 10, 22, 18)).astimezone(UTC).hour == 7  # Friday the 23rd
    assert SHOP.next_opening(local(2027, 3, 26, 18)).astimezone(UTC).hour == 7


def test_a_night_on_which_the_clock_goes_back_has_one_hour_more():
    night = Hours(zone="Europe/Copenhagen", sunday="1:00-4:00")
    assert night.between(local(2026, 10, 25, 0), local(2026, 10, 25, 12)) == timedelta(hours=4)
    assert night.between(local(2027, 3, 28, 0), local(2027, 3, 28, 12)) == timedelta(hours=2)
    assert night.between(local(2026, 11, 22, 0), local(2026, 11, 22, 12)) == timedelta(hours=3)


def test_a_closing_within_the_hour_that_comes_twice_is_the_second_one():
    night = Hours(zone="Europe/Copenhagen", sunday="1:00-2:30")
    assert is_open(night, datetime(2026, 10, 25, 1, 15, tzinfo=UTC))  # 2:15 for the second time
    assert not is_open(night, datetime(2026, 10, 25, 1, 30, tzinfo=UTC))


def test_an_opening_at_a_time_that_the_clock_skips_is_soon_after():
    night = Hours(zone="Europe/Copenhagen", sunday="2:30-5:00")
    opening = night.next_opening(local(2027, 3, 28, 0))
    assert local(2027, 3, 28, 3) <= opening <= local(2027, 3, 28, 3, 30)
    assert is_open(night, opening)


def test_a_night_shift_is_written_on_both_days():
    shift = Hours(monday="22:00-24:00", tuesday="0:00-6:00")
    assert is_open(shift, local(2026, 11, 23, 23, zone=UTC))
    assert is_open(shift, local(2026, 11, 24, 0, zone=UTC))
    assert shift.after(local(2026, 11, 23, 23, zone=UTC), timedelta(hours=3)) == local(
        2026, 11, 24, 2, zone=UTC
    )


def test_round_the_clock_is_always_open():
    now = local(2026, 11, 22, 3)
    assert is_open(ALWAYS, now)
    assert ALWAYS.next_opening(now) == now


def test_who_never_opens_has_no_next_opening():
    assert Hours().next_opening(local(2026, 11, 22, 3)) is None
    assert Hours().after(local(2026, 11, 22, 3), timedelta(minutes=1)) is None


def test_work_of_ten_hours_begun_at_noon_is_done_the_day_after():
    noon = local(2026, 11, 23, 12)
    assert SHOP.after(noon, timedelta(hours=5)) == local(2026, 11, 23, 17)
    assert SHOP.after(noon, timedelta(hours=10)) == local(2026, 11, 24, 14)
    assert SHOP.after(local(2026, 11, 27, 16), timedelta(hours=2)) == local(2026, 11, 30, 10)


times = st.integers(0, 23 * 60).flatmap(
    lambda opens: st.integers(opens + 1, 24 * 60).map(
        lambda closes: f"{opens // 60}:{opens % 60:02}-{closes // 60}:{closes % 60:02}"
    )
)
weeks = st.fixed_dictionaries({}, optional=dict.fromkeys(WEEKDAYS, times))
zones = st.sampled_from(["Europe/Copenhagen", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
moments = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@settings(deadline=None)
@given(weeks, zones, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(week, zone, moment):
    hours = Hours(zone=zone, **week)
    opening = hours.next_opening(moment)
    if opening is None:
        assert not week
        return
    assert opening >= moment
    assert is_open(hours, opening)
    assert opening == moment or not is_open(hours, opening - timedelta(seconds=1))
    steps = (opening - moment) / 20
    assert opening == moment or not any(is_open(hours, moment + step * steps) for step in range(20))


@settings(deadline=None)
@given(weeks, zones, moments)
def test_who_is_open_is_so_by_the_clock_on_the_wall(week, zone, moment):
    """Away from the nights on which the clock changes."""
    there = moment.astimezone(ZoneInfo(zone))
    changes = {(there + timedelta(hours=hours)).utcoffset() for hours in range(-26, 27)}
    if len(changes) > 1:
        return
    spans = getattr(Hours(zone=zone, **week), WEEKDAYS[there.weekday()])
    wall = there.time().replace(tzinfo=None)
    expected = any(
        opens <= wall and (wall < closes or closes.isoformat() == "00:00:00") for opens, closes in spans
    )
    assert is_open(Hours(zone=zone, **week), moment) is expected


@settings(deadline=None)
@given(weeks, moments, st.integers(1, 5000))
def test_the_time_that_has_passed_after_a_span_of_opening_is_that_span(week, moment, minutes):
    hours, span = Hours(zone="Europe/Copenhagen", **week), timedelta(minutes=minutes)
    end = hours.after(moment, span)
    assert end is None or hours.between(moment, end) == span


@pytest.mark.parametrize(
    "written",
    [
        {"monday": "9-25"},
        {"monday": "17:00-9:00"},
        {"monday": "noon"},
        {"monday": "9-12, 10-13"},
        {"monday": "13-17, 9-13:01"},
        {"monday": "20-24, 21-22"},
        {"days": {"12-24": "9-12, 9-12"}},
        {"zone": "Europe/Tindvolt"},
        {"zone": "../../etc/passwd"},
        {"holidays": ["Christmas"]},
        {"holidays": ["2026-02-30"]},
        {"days": {"12-24": "9"}},
        {"mondays": "9-17"},
    ],
)
def test_what_is_no_time_no_day_and_no_zone_is_refused_and_what_overlaps(written):
    with pytest.raises(ValidationError):
        Hours(**written)


def test_times_are_written_as_one_likes():
    assert Hours(monday="9-17") == Hours(monday="09:00 – 17.00")
    assert Hours(monday="13-17, 9-12").monday[0].opens.hour == 9


def test_times_that_meet_do_not_overlap():
    hours = Hours(monday="12-13, 9-12, 13-24", tuesday="0-2")
    assert hours.between(local(2026, 11, 23, 0, zone=UTC), local(2026, 11, 25, 0, zone=UTC)) == timedelta(
        hours=17
    )
