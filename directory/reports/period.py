"""The days that a report is about: the last so many, from one day to another, or a quarter that is over.

Reports of the whole network are of quarters that are over, and nothing else: periods that overlap could be
subtracted from each other.
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase

LAST_DAYS = (30, 90, 365)
QUARTERS = 8
"""How many quarters back a report of the network reaches."""
EARLIEST, LATEST = 2000, 9000
"""Years; days at the edge of the calendar have no midnight everywhere."""
LONGEST = dt.timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first moment of `first` up to the last of `last`, days of `zone`."""

    first: dt.date
    last: dt.date
    zone: ZoneInfo

    @property
    def start(self) -> dt.datetime:
        """The first moment, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> dt.datetime:
        """The first moment after it, in UTC."""
        return _midnight(self.last + dt.timedelta(days=1), self.zone)


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def last_days(days: int, now: dt.datetime, zone: ZoneInfo) -> Period:
    """So many days up to and with today."""
    today = now.astimezone(zone).date()
    return Period(today - dt.timedelta(days=days - 1), today, zone)


def between(first: dt.date | None, last: dt.date | None, zone: ZoneInfo) -> Period:
    """From one day to another. Raises `QueryInvalid` when a day is missing, they are the wrong way round, or
    lie more than three years apart."""
    problem = Phrase(N_("Please check the days."))
    if first is None or last is None:
        missing = "first" if first is None else "last"
        raise QueryInvalid(problem, {missing: [Phrase(N_("Please give a day."))]})
    for name, day in (("first", first), ("last", last)):
        if not EARLIEST <= day.year <= LATEST:
            raise QueryInvalid(problem, {name: [Phrase(N_("Please give a day."))]})
    if last < first:
        raise QueryInvalid(problem, {"last": [Phrase(N_("The last day lies before the first."))]})
    if last - first > LONGEST:
        raise QueryInvalid(problem, {"last": [Phrase(N_("Please ask for three years at most."))]})
    return Period(first, last, zone)


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of a year, 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        """As it stands in an address: `2026-3`."""
        return f"{self.year}-{self.number}"

    def before(self) -> "Quarter":
        """The one before."""
        return Quarter(self.year - (self.number == 1), self.number - 1 or 4)

    def period(self, zone: ZoneInfo) -> Period:
        """Its days."""
        month = 3 * self.number
        last = dt.date(self.year, month, calendar.monthrange(self.year, month)[1])
        return Period(dt.date(self.year, month - 2, 1), last, zone)


def quarters(now: dt.datetime, zone: ZoneInfo) -> tuple[Quarter, ...]:
    """The last quarters that are over, the newest first."""
    today = now.astimezone(zone).date()
    found = [Quarter(today.year, (today.month + 2) // 3).before()]
    while len(found) < QUARTERS:
        found.append(found[-1].before())
    return tuple(found)
