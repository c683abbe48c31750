"""One schedule as a rule: on which days it falls, and from when to when.

The rules are those of HSDS `schedule`, whose fields are RFC 5545's: `freq`, `interval`, `byday`,
`bymonthday`, `dtstart`, `until`, with `valid_from` and `valid_to` as further bounds (all dates included).
What a schedule leaves out is never guessed:

* No `freq`: plain days (`MO,TU`) mean weekly; `2MO` or `bymonthday` mean monthly; with neither, `dtstart` is
  a single day, and `valid_from` to `valid_to` (at most 31 days) are special days. All else: days unknown.
* `interval` above 1 without `dtstart`: which weeks or months is unknown. Weeks start on Monday (RFC 5545).
* `closes_at` not after `opens_at` is on the next day; 23:59 means midnight (HSDS writes 24 hours so).
* `closed` without days closes every date from `valid_from` to `valid_to`; without dates either, it is a note.
* No `closes_at`: a start only, such as a meeting's. No `opens_at`: the hours of those days are unknown.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from directory.listings.record import WEEKDAYS, Schedule
from directory.listings.wall_clock import DAY_MINUTES, moment, zone_named

ALWAYS = 1 << 30
"""Beyond every ordinal of a date."""
EVERY_DAY = 0b1111111
LONGEST_SPECIAL = 31
"""A longer span without weekdays is a validity, not a row of special days."""
_BYDAY = re.compile(r"([+-]?[1-5])?(SU|MO|TU|WE|TH|FR|SA)")
_MONTHDAY = re.compile(r"[+-]?(?:[1-9]|[12]\d|3[01])")


class Occurrence(NamedTuple):
    """One time that a schedule happens; aware, in its own zone. `ends` None: only the start is known."""

    starts: dt.datetime
    ends: dt.datetime | None
    schedule: Schedule


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A schedule made ready: days as ordinals (`date.toordinal`), times as minutes from midnight."""

    schedule: Schedule
    zone: ZoneInfo | None
    first: int
    last: int
    weekdays: int
    """Bit 0 is Sunday. 0 when the days are unknown."""
    nth: frozenset[tuple[int, int]]
    """(2, 1): the second Monday of a month."""
    monthdays: frozenset[int]
    monthly: bool
    interval: int
    anchor: int
    """Number of the week or month from which `interval` counts; -1 when that is unknown."""
    opens: int | None
    closes: int | None
    special: bool
    """Given for single dates: stands even on days that are closed otherwise."""

    @property
    def days_stated(self) -> bool:
        """Whether days are named, even if not which of them ("every second Monday")."""
        return bool(self.weekdays or self.nth or self.monthdays)

    @property
    def days_known(self) -> bool:
        """Whether it can be said on which days this falls."""
        return self.days_stated and (self.interval == 1 or self.anchor >= 0)

    @property
    def is_note(self) -> bool:
        """It says neither days nor times (a plain description), or it closes no particular day."""
        timed = self.opens is not None or self.closes is not None
        return not self.days_known if self.schedule.closed else not self.days_stated and not timed

    @property
    def plain_week(self) -> bool:
        """The same every week, though perhaps not before or after some date."""
        return bool(self.weekdays) and not self.monthly and self.interval == 1

    @property
    def bounded(self) -> bool:
        """It starts or ends on some date."""
        return self.first > 0 or self.last < ALWAYS

    @property
    def is_timed(self) -> bool:
        """It opens and closes at known times."""
        return self.opens is not None and self.closes is not None

    @property
    def until_minute(self) -> int:
        """When it is over, in minutes from midnight of its day; the day's end when that is unknown."""
        return DAY_MINUTES if self.opens is None or self.closes is None else self.closes

    def falls_on(self, day: int) -> bool:
        """Whether an occurrence starts on that day."""
        if not self.first <= day <= self.last:
            return False
        if not self.monthly:
            if not self.weekdays >> day % 7 & 1:
                return False
            return self.interval == 1 or ((day - 1) // 7 - self.anchor) % self.interval == 0
        return self._falls_in_month(dt.date.fromordinal(day), day % 7)

    def days(self, first: int, last: int) -> list[int]:
        """The days from `first` to `last` (both included) on which an occurrence starts."""
        span = range(max(first, self.first), min(last, self.last) + 1)
        if self.plain_week:
            weekdays = self.weekdays
            return [day for day in span if weekdays >> day % 7 & 1]
        return [day for day in span if self.falls_on(day)]

    def _falls_in_month(self, date: dt.date, weekday: int) -> bool:
        if self.interval > 1 and (_month(date) - self.anchor) % self.interval:
            return False
        length = _month_length(date)
        if self.monthdays and not {date.day, date.day - length - 1} & self.monthdays:
            return False
        if not self.weekdays and not self.nth:
            return True
        nth_last = -((length - date.day) // 7 + 1)
        return bool(
            self.weekdays >> weekday & 1
            or ((date.day + 6) // 7, weekday) in self.nth
            or (nth_last, weekday) in self.nth
        )


@lru_cache(maxsize=8192)
def rule_of(schedule: Schedule) -> Rule:
    """The rule that a schedule states. Never raises: what cannot be understood is unknown."""
    weekdays, nth, monthdays, monthly, special = _days(schedule)
    anchor = -1
    if schedule.dtstart is not None:
        anchor = _month(schedule.dtstart) if monthly else (schedule.dtstart.toordinal() - 1) // 7
    first, last = _bounds(schedule)
    opens, closes = _minutes(schedule)
    return Rule(
        schedule=schedule,
        zone=zone_named(schedule.timezone),
        first=first,
        last=last,
        weekdays=weekdays,
        nth=nth,
        monthdays=monthdays,
        monthly=monthly,
        interval=max(schedule.interval, 1),
        anchor=anchor,
        opens=opens,
        closes=closes,
        special=special,
    )


_Days = tuple[int, frozenset[tuple[int, int]], frozenset[int], bool, bool]
_UNKNOWN: _Days = (0, frozenset(), frozenset(), False, False)


def _days(schedule: Schedule) -> _Days:
    """(weekdays, nth, monthdays, monthly, special) of a schedule."""
    if schedule.byday or schedule.bymonthday:
        return _stated_days(schedule)
    start = schedule.dtstart
    if schedule.freq == "WEEKLY":
        return (1 << start.toordinal() % 7, frozenset(), frozenset(), False, False) if start else _UNKNOWN
    if schedule.freq == "MONTHLY":
        return (0, frozenset(), frozenset({start.day}), True, False) if start else _UNKNOWN
    if start or (schedule.closed and (schedule.valid_from or schedule.valid_to)):
        return EVERY_DAY, frozenset(), frozenset(), False, not schedule.closed
    span = (schedule.valid_from, schedule.valid_to)
    if span[0] and span[1] and (span[1] - span[0]).days < LONGEST_SPECIAL:
        return EVERY_DAY, frozenset(), frozenset(), False, True
    return _UNKNOWN


def _stated_days(schedule: Schedule) -> _Days:
    weekdays, nth = 0, set()
    for text in _items(schedule.byday):
        found = _BYDAY.fullmatch(text)
        if found is None:
            return _UNKNOWN
        weekday = WEEKDAYS.index(found[2])
        if found[1]:
            nth.add((int(found[1]), weekday))
        else:
            weekdays |= 1 << weekday
    monthdays = set()
    for text in _items(schedule.bymonthday):
        if _MONTHDAY.fullmatch(text) is None:
            return _UNKNOWN
        monthdays.add(int(text))
    monthly = bool(nth or monthdays) or schedule.freq == "MONTHLY"
    return weekdays, frozenset(nth), frozenset(monthdays), monthly, False


def _items(text: str | None) -> list[str]:
    return [each for each in re.split(r"[,;\s]+", (text or "").upper()) if each]


def _bounds(schedule: Schedule) -> tuple[int, int]:
    firsts = [each.toordinal() for each in (schedule.dtstart, schedule.valid_from) if each]
    lasts = [
        each.toordinal() for each in (schedule.until, schedule.valid_to) if each and each.year < dt.MAXYEAR
    ]
    if schedule.dtstart and not (schedule.freq or schedule.byday or schedule.bymonthday):
        lasts.append(schedule.dtstart.toordinal())
    return max(firsts, default=0), min(lasts, default=ALWAYS)


def _minutes(schedule: Schedule) -> tuple[int | None, int | None]:
    opens, closes = (
        None if each is None else each.hour * 60 + each.minute
        for each in (schedule.opens_at, schedule.closes_at)
    )
    if opens is None or closes is None:
        return opens, closes
    if closes <= opens:
        closes += DAY_MINUTES
    if closes % DAY_MINUTES == DAY_MINUTES - 1:
        closes += 1
    return opens, closes


def _month(date: dt.date) -> int:
    return date.year * 12 + date.month


def _month_length(date: dt.date) -> int:
    if date.month == 12:
        return 31
    return date.replace(month=date.month + 1, day=1).toordinal() - date.replace(day=1).toordinal()


def occurrences(
    schedule: Schedule, start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime | None]]:
    """The (start, end) of each time this schedule happens within `start` to `end`, in order.

    Moments are aware, in the schedule's own zone. An occurrence counts when any part of it lies in the
    half-open span; a start only, whose end is None, when its start does. None for a schedule without a zone,
    a start or known days, for a closed one, and where a spring change swallows the whole interval.
    """
    rule = rule_of(schedule)
    if schedule.closed or rule.zone is None or rule.opens is None or not rule.days_known:
        return
    first = start.astimezone(rule.zone).toordinal() - 1
    last = end.astimezone(rule.zone).toordinal()
    for day in rule.days(first, last):
        opens = moment(rule.zone, day, rule.opens)
        closes = None if rule.closes is None else moment(rule.zone, day, rule.closes)
        if opens < end and (opens >= start if closes is None else opens < closes and closes > start):
            yield opens.astimezone(rule.zone), closes and closes.astimezone(rule.zone)
