"""The receiver's working time: weekly hours, closed days and a time zone, through clock changes and holidays.

Hours are wall-clock times of the receiver. A business *hour* is an hour that really passes while they are
open; a business *day* later means the same time of day on the next day they open, moved into that day's
hours.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from directory.listings.holidays import holiday_on
from directory.listings.hours import weekly_minutes
from directory.listings.record import Schedule
from directory.listings.wall_clock import moment, wall_time, zone_named

Week = tuple[tuple[int, int, int], ...]
"""(weekday, opens, closes): weekday 0 is Sunday, local minutes, `closes` above 1440 runs into the next
day."""
OFFICE_WEEK: Week = tuple((weekday, 9 * 60, 17 * 60) for weekday in range(1, 6))
"""Monday to Friday, 9 to 5: taken where an agency states no hours."""
DEFAULT_ZONE = "America/New_York"
LONGEST_SEARCH = 3700
"""Days to look ahead; a calendar that opens on none of them has no working time (ValueError)."""


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """When a receiver works. `timezone` is an IANA zone; `closed_days` are local dates.

    `federal_holidays`: closed on the eleven US holidays and the days they are observed on.
    """

    timezone: str = DEFAULT_ZONE
    week: Week = OFFICE_WEEK
    closed_days: frozenset[dt.date] = frozenset()
    federal_holidays: bool = True

    @property
    def zone(self) -> ZoneInfo:
        """The zone itself. Raises ValueError when there is none of that name."""
        found = zone_named(self.timezone)
        if found is None:
            raise ValueError(f"no such time zone: {self.timezone!r}")
        return found

    def spans(self, day: int) -> list[tuple[dt.datetime, dt.datetime]]:
        """The open spans (UTC, in order, not touching) that begin on a local day, given as its ordinal."""
        date = dt.date.fromordinal(day)
        if date in self.closed_days or (self.federal_holidays and holiday_on(date) is not None):
            return []
        zone = self.zone
        found = sorted(
            (moment(zone, day, opens), moment(zone, day, closes))
            for weekday, opens, closes in self.week
            if weekday == day % 7 and opens < closes
        )
        merged: list[tuple[dt.datetime, dt.datetime]] = []
        for starts, ends in found:
            if merged and starts <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
            elif starts < ends:
                merged.append((starts, ends))
        return merged


def date_in(zone: str, now: dt.datetime) -> dt.date:
    """Which day it is there: the one local day that rules of this room count by."""
    return now.astimezone(ZoneInfo(zone)).date()


def calendar_of(
    schedules: Sequence[Schedule], timezone: str | None, *, federal_holidays: bool = True
) -> BusinessCalendar:
    """An agency's calendar from its HSDS schedules: plain weekly hours and single closed days.

    Hours that need more than a week's plan are left out; if none are left, office hours stand in.
    """
    week = {span for each in schedules if not each.closed for span in weekly_minutes(each) or ()}
    closed = {
        each.valid_from + dt.timedelta(days=ahead)
        for each in schedules
        if each.closed and each.valid_from is not None
        for ahead in range(min(((each.valid_to or each.valid_from) - each.valid_from).days, 366) + 1)
    }
    zone = timezone or next((each.timezone for each in schedules if each.timezone), None)
    return BusinessCalendar(
        timezone=zone if zone_named(zone) is not None and zone else DEFAULT_ZONE,
        week=tuple(sorted(week)) or OFFICE_WEEK,
        closed_days=frozenset(closed),
        federal_holidays=federal_holidays,
    )


def _spans_from(calendar: BusinessCalendar, start: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Open spans that end after `start`, in order, the first cut to begin no earlier; none overlaps
    another."""
    first = start.astimezone(calendar.zone).toordinal() - 1
    reached = start
    for day in range(first, first + LONGEST_SEARCH):
        for starts, ends in calendar.spans(day):
            begins = max(starts, reached)
            if begins < ends:
                yield begins, ends
                reached = ends
    raise ValueError("this calendar never opens")


def business_time_between(start: dt.datetime, end: dt.datetime, calendar: BusinessCalendar) -> dt.timedelta:
    """How long the receiver was open from `start` to `end` (both aware); zero when `end` is not later."""
    total = dt.timedelta()
    if end <= start:
        return total
    for begins, ends in _spans_from(calendar, start.astimezone(dt.UTC)):
        if begins >= end:
            break
        total += min(ends, end) - begins
    return total


def add_business_hours(
    start: dt.datetime, hours: float | dt.timedelta, calendar: BusinessCalendar
) -> dt.datetime:
    """The first moment (UTC) by which the receiver was open for so long since `start`. Zero hours: `start`
    itself."""
    left = hours if isinstance(hours, dt.timedelta) else dt.timedelta(hours=hours)
    if left <= dt.timedelta():
        return start.astimezone(dt.UTC)
    for begins, ends in _spans_from(calendar, start.astimezone(dt.UTC)):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    raise AssertionError("spans never run out: they end in ValueError")


def add_business_days(start: dt.datetime, days: int, calendar: BusinessCalendar) -> dt.datetime:
    """The same time of day, `days` business days later (UTC), moved into that day's hours.

    A start outside hours counts from the next opening. Zero days: that opening, or `start` while open.
    """
    begins, _ = next(_spans_from(calendar, start.astimezone(dt.UTC)))
    if days <= 0:
        return begins
    local = wall_time(calendar.zone, begins)
    day, minutes = local.toordinal(), local.hour * 60 + local.minute
    for _ in range(days):
        day = _next_open_day(calendar, day)
    wanted = moment(calendar.zone, day, minutes) + dt.timedelta(
        seconds=local.second, microseconds=local.microsecond
    )
    for starts, ends in calendar.spans(day):
        if wanted <= ends:
            return max(wanted, starts)
    return calendar.spans(day)[-1][1]


def _next_open_day(calendar: BusinessCalendar, day: int) -> int:
    for ahead in range(1, LONGEST_SEARCH):
        if calendar.spans(day + ahead):
            return day + ahead
    raise ValueError("this calendar never opens")
