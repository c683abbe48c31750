"""The eleven federal holidays of the United States, computed for any year.

Source: 5 U.S.C. 6103(a) for the days; 6103(b) and Executive Order 11582 for the day on which an office
closes when the holiday itself falls on a weekend (Saturday: the Friday before; Sunday: the Monday after).
"""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from directory.listings.record import Schedule
from directory.phrases import N_, Phrase

SUNDAY, MONDAY, THURSDAY, SATURDAY = 0, 1, 4, 6


class _Fixed(NamedTuple):
    name: str
    month: int
    day: int
    since: int = 0
    """The first year in which it was observed; 0: for longer than any listing is old."""


class _Nth(NamedTuple):
    name: str
    month: int
    nth: int
    """1 is the first such weekday of the month, -1 the last."""
    weekday: int
    since: int = 0


_RULES: tuple[_Fixed | _Nth, ...] = (
    _Fixed(N_("New Year's Day"), 1, 1),
    _Nth(N_("Martin Luther King Jr. Day"), 1, 3, MONDAY, 1986),
    _Nth(N_("Washington's Birthday"), 2, 3, MONDAY),
    _Nth(N_("Memorial Day"), 5, -1, MONDAY),
    _Fixed(N_("Juneteenth"), 6, 19, 2021),
    _Fixed(N_("Independence Day"), 7, 4),
    _Nth(N_("Labor Day"), 9, 1, MONDAY),
    _Nth(N_("Columbus Day"), 10, 2, MONDAY),
    _Fixed(N_("Veterans Day"), 11, 11),
    _Nth(N_("Thanksgiving Day"), 11, 4, THURSDAY),
    _Fixed(N_("Christmas Day"), 12, 25),
)


def us_holidays(year: int) -> dict[str, dt.date]:
    """English name (a message id) to the day itself, in the order of the year."""
    return dict(_holidays(year))


US_HOLIDAYS = us_holidays


def observed(day: dt.date) -> dt.date:
    """The weekday on which offices close for a holiday that falls on `day`."""
    weekday = day.toordinal() % 7
    return day + dt.timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(weekday, 0))


@lru_cache(maxsize=4096)
def holiday_on(day: dt.date) -> Phrase | None:
    """The federal holiday that falls on `day`, or for which offices close on it: hours may differ then."""
    # New Year's Day on a Saturday is observed in the year before
    for year in (day.year, day.year + 1):
        for name, date in _holidays(min(year, dt.MAXYEAR)).items():
            if day in (date, observed(date)):
                return Phrase(name)
    return None


def holiday_closures(years: Iterable[int]) -> tuple[Schedule, ...]:
    """What "closed on federal holidays" means for hours: one closed day per holiday and observed day."""
    days: dict[dt.date, str] = {}
    for year in years:
        for name, date in _holidays(year).items():
            days.setdefault(date, name)
            days.setdefault(observed(date), name)
    return tuple(
        Schedule(closed=True, valid_from=day, valid_to=day, description=name)
        for day, name in sorted(days.items())
    )


@lru_cache(maxsize=64)
def _holidays(year: int) -> MappingProxyType[str, dt.date]:
    return MappingProxyType({rule.name: _date(rule, year) for rule in _RULES if year >= rule.since})


def _date(rule: _Fixed | _Nth, year: int) -> dt.date:
    if isinstance(rule, _Fixed):
        return dt.date(year, rule.month, rule.day)
    if rule.nth > 0:
        first = dt.date(year, rule.month, 1)
        ahead = (rule.weekday - first.toordinal()) % 7
        return first + dt.timedelta(days=ahead + 7 * (rule.nth - 1))
    last = dt.date(year, rule.month + 1, 1) - dt.timedelta(days=1)
    back = (last.toordinal() - rule.weekday) % 7
    return last - dt.timedelta(days=back + 7 * (-rule.nth - 1))
