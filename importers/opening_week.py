"""The hours of a week and of the days of a month, put together from statements, then told as schedules."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from directory.listings.record import Schedule
from importers.opening_clock import DAY, Interval
from importers.opening_words import WEEK

WEEK_MINUTES = 7 * DAY


@dataclass(slots=True)
class Week:
    """What was stated so far. A day of a month is `1TU`."""

    open: dict[str, list[Interval]] = field(default_factory=dict)
    monthly: dict[str, list[Interval]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    vague: dict[str, str] = field(default_factory=dict)
    """Days whose hours are not given, to what is said instead ("by appointment")."""

    def add(self, days: Iterable[str], intervals: Iterable[Interval]) -> None:
        """These days are open then. Saying the same twice is saying it once."""
        for day in days:
            held = (self.monthly if day not in WEEK else self.open).setdefault(day, [])
            held.extend(each for each in intervals if each not in held)

    def take_break(self, pause: Interval) -> bool:
        """Closed for lunch: cut out of every interval that holds it whole. False if it is in none, or lies
        across an end."""
        cut = 0
        for held in (*self.open.values(), *self.monthly.values()):
            for each in list(held):
                if each[0] < pause[0] and pause[1] < each[1]:
                    held.remove(each)
                    held += [(each[0], pause[0]), (pause[1], each[1])]
                    cut += 1
                elif each[0] < pause[1] and pause[0] < each[1]:
                    return False
        return cut > 0

    @property
    def is_certain(self) -> bool:
        """Hours are given, no day is told two ways, and no two intervals overlap."""
        opened, monthly = set(self.open), {each[-2:] for each in self.monthly}
        if not (self.open or self.monthly) or opened & (self.closed | set(self.vague)):
            return False
        if monthly & (self.closed | set(self.vague)) or self.closed & set(self.vague):
            return False
        if any(_overlap(_in_week(self.open, nth, held)) for nth, held in self.monthly.items()):
            return False
        return not _overlap(_in_week(self.open))

    def schedules(self, timezone: str | None, notes: str | None) -> tuple[Schedule, ...]:
        """One HSDS schedule for each interval, with all its days; those of the week come first."""
        found = [
            _schedule("WEEKLY", days, interval, timezone, notes) for interval, days in _by_interval(self.open)
        ]
        found += [
            _schedule("MONTHLY", days, interval, timezone, notes)
            for interval, days in _by_interval(self.monthly)
        ]
        for said in dict.fromkeys(self.vague.values()):
            days = [each for each in WEEK if self.vague.get(each) == said]
            found.append(
                Schedule(
                    freq="WEEKLY", byday=",".join(days), timezone=timezone, description=said, notes=notes
                )
            )
        return tuple(found)


def _in_week(week: dict[str, list[Interval]], nth: str = "", held: Iterable[Interval] = ()) -> list[Interval]:
    """All intervals in minutes of the week; those of a monthly day lie on its weekday."""
    found = [(day, each) for day, intervals in week.items() for each in intervals]
    found += [(nth[-2:], each) for each in held]
    return sorted((WEEK.index(day) * DAY + start, WEEK.index(day) * DAY + end) for day, (start, end) in found)


def _overlap(intervals: list[Interval]) -> bool:
    if not intervals:
        return False
    first = intervals[0]
    following = [*intervals[1:], (first[0] + WEEK_MINUTES, first[1] + WEEK_MINUTES)]
    return any(after[0] < before[1] for before, after in zip(intervals, following, strict=True))


def _by_interval(held: dict[str, list[Interval]]) -> list[tuple[Interval, list[str]]]:
    """Each interval once with its days, in the order of the week."""
    days: dict[Interval, list[str]] = {}
    for day in sorted(held, key=lambda each: (WEEK.index(each[-2:]), each)):
        for interval in sorted(held[day]):
            days.setdefault(interval, []).append(day)
    return sorted(days.items(), key=lambda each: (WEEK.index(each[1][0][-2:]), each[0]))


def _schedule(
    freq: str, days: list[str], interval: Interval, timezone: str | None, notes: str | None
) -> Schedule:
    starts, ends = interval
    return Schedule(
        freq="WEEKLY" if freq == "WEEKLY" else "MONTHLY",
        byday=",".join(days),
        opens_at=_time(starts),
        # HSDS writes around the clock as 00:00 to 23:59
        closes_at=dt.time(23, 59) if interval == (0, DAY) else _time(ends),
        timezone=timezone,
        notes=notes,
    )


def _time(minutes: int) -> dt.time:
    return dt.time(minutes % DAY // 60, minutes % 60)
