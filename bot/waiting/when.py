"""Moments and waits in words: "tomorrow at 9:00", "5 to 10 minutes", in a language that has phrases."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from bot.phrase import FALLBACK, languages, phrase
from bot.waiting.hours import ALWAYS, WEEKDAYS, Hours
from bot.waiting.wait import Wait

DAYS_BY_NAME = 6
"""So far ahead a weekday is told without its date."""
MINUTES_IN_HOUR = 60
MINUTES_BY_NAME = 120
"""From here on hours are told: below, Arabic would have them in a form of their own, and so would it at the
end of a range."""


def moment(at: datetime, now: datetime, language: str, zone: tzinfo) -> str:
    """A moment to come, on that zone's clock, with the zone's city: customers may be elsewhere."""
    there = at.astimezone(zone)
    clock = phrase("when_clock", language, hour=there.hour, minute=f"{there.minute:02}")
    told = _day(there.date(), now.astimezone(zone).date(), language, clock)
    return phrase("when_zone", language, time=told, place=_place(zone, language))


def at_the_latest(end: datetime, now: datetime, language: str, hours: Hours) -> str:
    """A moment on the desk's clock; where it has none, how long it is until then."""
    if hours is not ALWAYS:
        return moment(end, now, language, hours.clock)
    return _length(max(round((end - now) / timedelta(hours=1)), 1), "hour", language, ahead=True)


def minutes(span: timedelta, language: str) -> str:
    """A length of time in whole minutes, of hours where it is long."""
    count = max(round(span / timedelta(minutes=1)), 1)
    if count < MINUTES_BY_NAME:
        return _length(count, "minute", language)
    return _length(count // MINUTES_IN_HOUR, "hour", language)


def seconds(count: int, language: str) -> str:
    """So many seconds."""
    return _length(count, "second", language)


def wait(expected: Wait, language: str) -> str:
    """A wait as a range that a person would say."""
    low, high = expected.minutes
    if high is None:
        return phrase("wait_long", language)
    if high <= 1:
        return phrase("wait_moment", language)
    if low == 0:
        return phrase("wait_few", language, high=minutes(timedelta(minutes=high), language))
    if high <= MINUTES_BY_NAME:
        return phrase("wait_range", language, low=low, high=_length(high, "minute", language))
    most = _length(high // MINUTES_IN_HOUR, "hour", language)
    if low < MINUTES_IN_HOUR:
        return phrase("wait_between", language, low=_length(low, "minute", language), high=most)
    return phrase("wait_range", language, low=low // MINUTES_IN_HOUR, high=most)


def _day(day: date, today: date, language: str, clock: str) -> str:
    ahead = (day - today).days
    if ahead <= 0:
        return phrase("when_today", language, clock=clock)
    if ahead == 1:
        return phrase("when_tomorrow", language, clock=clock)
    weekday = phrase(f"when_{WEEKDAYS[day.weekday()]}", language)
    if ahead <= DAYS_BY_NAME:
        return phrase("when_weekday", language, weekday=weekday, clock=clock)
    return phrase("when_date", language, weekday=weekday, date=_date(day, language), clock=clock)


def _date(day: date, language: str) -> str:
    from babel.dates import format_skeleton

    return str(format_skeleton("MMMMd", day, locale=_locale(language)))


def _place(zone: tzinfo, language: str) -> str:
    from babel.dates import get_timezone_location

    return str(get_timezone_location(zone, locale=_locale(language), return_city=True))


def _length(count: int, unit: str, language: str, *, ahead: bool = False) -> str:
    from babel.dates import format_timedelta

    length = timedelta(**{f"{unit}s": count})
    granularity: Any = unit
    locale = _locale(language)
    return str(format_timedelta(length, granularity, threshold=1000, add_direction=ahead, locale=locale))


def _locale(language: str) -> str:
    """The locale for the words that are not ours: that of the phrases around them."""
    from babel.localedata import exists

    spoken = language if language in languages() and exists(language) else FALLBACK
    return "en_GB" if spoken == "en" else spoken
