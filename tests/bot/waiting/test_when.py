from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.phrase import LANGUAGES
from bot.waiting.wait import STEPS, Wait
from bot.waiting.when import moment, seconds, wait

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a Sunday


def told(days, language="en", hour=8):
    return moment(NOW.replace(hour=hour) + timedelta(days=days), NOW, language, COPENHAGEN)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "tomorrow at 9:00 (Copenhagen time)"),
        ("da", "i morgen kl. 9.00 (tid i København)"),
        ("pl", "jutro o 9:00 (czas lokalny: Kopenhaga)"),
        ("ar", "غدًا الساعة 9:00 (بتوقيت كوبنهاغن)"),
        ("zh", "明天9:00（哥本哈根时间）"),
        ("fi", "tomorrow at 9:00 (Copenhagen time)"),
    ],
)
def test_a_moment_is_told_as_people_say_it(language, words):
    assert told(1, language) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("1 second", "20 seconds")),
        ("da", ("1 sekund", "20 sekunder")),
        ("pl", ("1 sekunda", "20 sekund")),
        ("ar", ("ثانية", "20 ثانية")),
        ("zh", ("1秒钟", "20秒钟")),
    ],
)
def test_seconds_are_counted_as_people_say_them(language, words):
    assert (seconds(1, language), seconds(20, language)) == words


def test_a_day_of_this_week_is_told_by_its_name_and_a_later_one_with_its_date():
    assert told(0, hour=13) == "today at 14:00 (Copenhagen time)"
    assert told(3) == "on Wednesday at 9:00 (Copenhagen time)"
    assert told(12) == "on Friday 4 December at 9:00 (Copenhagen time)"
    assert told(3, "pl").startswith("w środę o 9:00")


def test_tomorrow_is_tomorrow_on_the_clock_of_the_desk():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half past midnight there, Monday
    assert moment(late + timedelta(hours=9), late, "en", COPENHAGEN).startswith("today at 9:30")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_range_has_words_in_every_language(language):
    ranges = [(low, high) for low in STEPS for high in STEPS if low < high and low != 1]
    words = [wait(Wait(one), language) for one in [*ranges, (480, None)]]
    assert len(set(words)) == len(words)
    assert not any("{" in one for one in words)


def test_a_range_in_words():
    assert wait(Wait((0, 5)), "en") == "up to 5 minutes"
    assert wait(Wait((30, 60)), "da") == "30 til 60 minutter"
    assert wait(Wait((180, 240)), "pl") == "3–4 godziny"
    assert wait(Wait((480, None)), "zh") == "好几个小时"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("up to 60 minutes", "up to 2 hours", "up to 4 hours")),
        ("da", ("op til 60 minutter", "op til 2 timer", "op til 4 timer")),
        ("pl", ("najwyżej 60 minut", "najwyżej 2 godziny", "najwyżej 4 godziny")),
        ("ar", ("60 دقيقة على الأكثر", "ساعتان على الأكثر", "4 ساعات على الأكثر")),
        ("zh", ("最多60分钟", "最多2小时", "最多4小时")),
    ],
)
def test_a_wait_that_may_be_long_is_told_in_hours(language, words):
    assert tuple(wait(Wait((0, high)), language) for high in (60, 120, 240)) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("45 to 120 minutes", "30 minutes to 4 hours", "1 to 3 hours")),
        ("da", ("45 til 120 minutter", "30 minutter til 4 timer", "1 til 3 timer")),
        ("pl", ("45–120 minut", "30 minut – 4 godziny", "1–3 godziny")),
        ("ar", ("من 45 إلى 120 دقيقة", "من 30 دقيقة إلى 4 ساعات", "من 1 إلى 3 ساعات")),
        ("zh", ("45到120分钟", "30分钟到4小时", "1到3小时")),
    ],
)
def test_a_range_from_minutes_to_hours_says_which_is_which(language, words):
    assert tuple(wait(Wait(one), language) for one in ((45, 120), (30, 240), (60, 180))) == words
