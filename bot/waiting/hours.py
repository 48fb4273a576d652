"""Opening hours: when people are there, over weekdays, holidays and changes of the clock."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_DAYS_AHEAD = 400
"""Who has not opened by then, never does."""
MIDNIGHT = time(0)

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d))?")
_DAY = re.compile(r"(?:\d{4}-)?\d\d-\d\d")


class Span(NamedTuple):
    """From one time of a day up to, but not including, another; midnight as the end is that of the day."""

    opens: time
    closes: time


Spans = tuple[Span, ...]


def read_spans(written: object) -> object:
    """Spans as they are written: `9:00-17:00`, several with commas, or `closed`."""
    if not isinstance(written, str):
        return written
    if written.strip().lower() in {"", "closed"}:
        return ()
    spans = tuple(sorted(_span(part) for part in written.split(",")))
    if any(one.closes == MIDNIGHT or one.closes > following.opens for one, following in pairwise(spans)):
        raise ValueError("two at the same time")  # each would be counted
    return spans


Day = Annotated[
    Spans,
    BeforeValidator(read_spans),
    Field(
        description='times such as "9:00-12:00, 13:00-17:00", none of which overlap, or "closed"; what '
        "passes midnight goes on in the next day's times"
    ),
]


class Hours(BaseModel):
    """The week, and the days that are unlike it, on the clock of one place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: str = Field("UTC", description="a time zone such as Europe/Copenhagen")
    monday: Day = ()
    tuesday: Day = ()
    wednesday: Day = ()
    thursday: Day = ()
    friday: Day = ()
    saturday: Day = ()
    sunday: Day = ()
    holidays: tuple[str, ...] = Field(
        (), description='days such as "2026-12-24", or "12-24" for every year, on which nobody is there'
    )
    days: dict[str, Day] = Field(
        {}, description='days with times of their own, such as {"2026-12-23" = "9:00-12:00"}'
    )

    @field_validator("zone")
    @classmethod
    def _exists(cls, zone: str) -> str:
        try:
            return ZoneInfo(zone).key
        except (ZoneInfoNotFoundError, OSError, ValueError) as error:
            raise ValueError("no such time zone") from error

    @field_validator("holidays")
    @classmethod
    def _are_days(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked_day(day) for day in days)

    @field_validator("days")
    @classmethod
    def _have_days(cls, days: dict[str, Spans]) -> dict[str, Spans]:
        return {_checked_day(day): spans for day, spans in days.items()}

    @property
    def clock(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.zone)

    def next_opening(self, moment: datetime) -> datetime | None:
        """The moment itself where somebody is there, else when next; None where nobody ever is."""
        for opens, closes in self._periods(moment):
            if moment < closes:
                return max(moment, opens)
        return None

    def after(self, moment: datetime, span: timedelta) -> datetime | None:
        """When that much time will have passed with somebody there, None where it never will."""
        left = span
        for opens, closes in self._periods(moment):
            begins = max(moment, opens)
            if closes - begins >= left:
                return begins + left if closes > begins else None
            left -= max(closes - begins, timedelta())
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between two moments somebody was there."""
        total = timedelta()
        for opens, closes in self._periods(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta())
        return total

    def _periods(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Times when somebody is there, in order, in UTC; those that end before the moment's day left out."""
        today = moment.astimezone(self.clock).date()
        for ahead in range(MOST_DAYS_AHEAD):
            day = today + timedelta(days=ahead)
            for span in self._on(day):
                yield self._moment(day, span.opens), self._end(day, span.closes)

    def _on(self, day: date) -> Spans:
        for written in (day.isoformat(), f"{day:%m-%d}"):
            if written in self.days:
                return self.days[written]
            if written in self.holidays:
                return ()
        spans: Spans = getattr(self, WEEKDAYS[day.weekday()])
        return spans

    def _end(self, day: date, closes: time) -> datetime:
        if closes == MIDNIGHT:
            return self._moment(day + timedelta(days=1), MIDNIGHT)
        return self._moment(day, closes, fold=1)

    def _moment(self, day: date, at: time, fold: int = 0) -> datetime:
        """A time of the clock as a moment; of one that comes twice the first, with `fold` 1 the second."""
        first = datetime.combine(day, at, self.clock)
        second = first.replace(fold=1)
        # A time that the clock skips has its folds the other way round: the later moment is the earlier fold.
        comes_twice = second.utcoffset() < first.utcoffset()  # type: ignore[operator]
        return (second if fold and comes_twice else first).astimezone(UTC)


def _span(written: str) -> Span:
    opens, dash, closes = written.replace("–", "-").partition("-")
    if not dash:
        raise ValueError("no span of time")
    span = Span(_time(opens), _time(closes, end=True))
    if span.closes != MIDNIGHT and span.closes <= span.opens:
        raise ValueError("closes before it opens")
    return span


def _time(written: str, *, end: bool = False) -> time:
    found = _TIME.fullmatch(written.strip())
    if not found:
        raise ValueError("no time of day")
    hour, minute = int(found[1]), int(found[2] or 0)
    return MIDNIGHT if end and (hour, minute) == (24, 0) else time(hour, minute)


def _checked_day(day: str) -> str:
    if not _DAY.fullmatch(day):
        raise ValueError("no day")
    date.fromisoformat(day if len(day) > 5 else f"2024-{day}")
    return day


ALWAYS = Hours.model_validate(dict.fromkeys(WEEKDAYS, "0:00-24:00"))
"""Round the clock: what holds where no hours were set."""
