"""Opening hours and meetings of many listings at once.

Listings with equal schedules share one *pattern*. A plain weekly pattern is a few *slots* (zone, weekday,
opening and closing minute), which many patterns share in turn. So "open then", "a meeting in this window"
and "the next start" are answered for the slots, spread to the patterns, and looked up per listing. Patterns
that need a calendar (dates, monthly, closed days) are asked one by one through `listings.hours`. Answers are
those of `hours.is_open`, `hours.meeting_starts` and `hours.next_meeting` exactly.
"""

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from directory.listings import hours
from directory.listings.occurrences import rule_of
from directory.listings.record import Schedule
from directory.listings.wall_clock import DAY_MINUTES, moment, zone_named
from directory.search import ranking

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
WEEK_MINUTES = 7 * DAY_MINUTES
Schedules = tuple[Schedule, ...]
_GRACE = dt.timedelta(minutes=10)
"""As in `hours.next_meeting`."""
_KEPT_ANSWERS = 50_000
Answer = TypeVar("Answer")


class Slot(NamedTuple):
    """One weekly time: local minutes from midnight of `weekday` (0 Sunday); `closes` None is a start only."""

    zone: str
    weekday: int
    opens: int
    closes: int | None


def weekly_slots(schedules: Schedules) -> list[Slot] | None:
    """The slots of a pattern; None when it needs a calendar."""
    slots: list[Slot] = []
    for schedule in schedules:
        rule = rule_of(schedule)
        if rule.is_note:
            continue
        if schedule.closed:
            return None
        if rule.zone is None or schedule.timezone is None or rule.opens is None or not rule.days_known:
            continue
        if not rule.plain_week or rule.bounded:
            return None
        slots += [
            Slot(schedule.timezone, weekday, rule.opens, rule.closes)
            for weekday in range(7)
            if rule.weekdays >> weekday & 1
        ]
    return slots


class Timetable:
    """All patterns of a set of listings. Pattern 0 is "no schedules". Safe for several threads."""

    def __init__(self, patterns: Sequence[Schedules]) -> None:
        self._patterns = patterns
        numbers: dict[Slot, int] = {}
        self._calendar = np.zeros(len(patterns), dtype=np.bool_)
        rows: list[list[int]] = []
        starts: list[list[int]] = []
        for number, schedules in enumerate(patterns):
            slots = weekly_slots(schedules)
            self._calendar[number] = slots is None
            rows.append([numbers.setdefault(slot, len(numbers)) for slot in slots or ()])
            starts.append([day * DAY_MINUTES + minute for day, minute in hours.meeting_starts(schedules)])
        self._slots = list(numbers)
        self._of_pattern = _Spread(rows)
        self._starts = _Spread(starts)
        self._zones = sorted({slot.zone for slot in self._slots})
        place = {zone: number for number, zone in enumerate(self._zones)}
        self._slot_zone = np.array([place[slot.zone] for slot in self._slots], dtype=np.int64)
        begins = [slot.weekday * DAY_MINUTES + slot.opens for slot in self._slots]
        lasts = [_open_minutes(slot) for slot in self._slots]
        self._begins = np.array(begins, dtype=np.int64)
        self._ends = self._begins + np.array(lasts, dtype=np.int64)
        self._open = _Recent(self._open_weekly)
        self._next = _Recent(self._next_weekly)
        self._asked: dict[tuple[str, int, dt.datetime], float] = {}

    def open_at(self, patterns: Ints, when: dt.datetime) -> Bools:
        """Whether listings of these patterns are open at `when` (aware). Unknown is not open."""
        when = _same_answers(when)
        found = self._open.get(when)[patterns]
        self._add_calendar(found, patterns, "open", when, self._is_open)
        return found

    def starts_within(
        self, patterns: Ints, weekday: int | None, time_from: dt.time | None, time_to: dt.time | None
    ) -> Bools:
        """Whether they have a start in the window (`ranking.starts_within`)."""
        distinct = np.unique(self._starts.items)
        fits = [
            ranking.starts_within(divmod(int(start), DAY_MINUTES), weekday, time_from, time_to)
            for start in distinct.tolist()
        ]
        wanted = np.array(fits, dtype=np.bool_)[distinct.searchsorted(self._starts.items)]
        return self._starts.any(wanted)[patterns]

    def next_starts(self, patterns: Ints, now: dt.datetime) -> npt.NDArray[np.float64]:
        """Seconds since 1970 of the next meeting (`hours.next_meeting`); infinite where there is none."""
        now = _same_answers(now)
        found = self._next.get(now)[patterns]
        self._add_calendar(found, patterns, "next", now, self._next_start)
        return found

    def _add_calendar(
        self,
        found: npt.NDArray[Any],
        patterns: Ints,
        what: str,
        when: dt.datetime,
        ask: Callable[[int, dt.datetime], float],
    ) -> None:
        """Puts in the answers for patterns that need a calendar."""
        rows = np.flatnonzero(self._calendar[patterns])
        if len(self._asked) > _KEPT_ANSWERS:
            self._asked = {}
        for row, number in zip(rows.tolist(), patterns[rows].tolist(), strict=True):
            key = (what, number, when)
            if key not in self._asked:
                self._asked[key] = ask(number, when)
            found[row] = self._asked[key]

    def _is_open(self, pattern: int, when: dt.datetime) -> bool:
        return hours.is_open(self._patterns[pattern], when) is True

    def _next_start(self, pattern: int, now: dt.datetime) -> float:
        found = hours.next_meeting(self._patterns[pattern], now)
        return found.starts.timestamp() if found else math.inf

    def _open_weekly(self, when: dt.datetime) -> Bools:
        walls = np.array([hours.wall_minute(zone, when) or 0 for zone in self._zones], dtype=np.int64)
        wall = walls[self._slot_zone] if self._slots else walls[:0]
        is_open = (self._begins <= wall) & (wall < self._ends)
        is_open |= (self._begins <= wall + WEEK_MINUTES) & (wall + WEEK_MINUTES < self._ends)
        return self._of_pattern.any(is_open[self._of_pattern.items])

    def _next_weekly(self, now: dt.datetime) -> npt.NDArray[np.float64]:
        soonest = np.array([_next_of_slot(slot, now) for slot in self._slots], dtype=np.float64)
        return self._of_pattern.smallest(soonest[self._of_pattern.items])


def _same_answers(when: dt.datetime) -> dt.datetime:
    """A moment (UTC) with the same answers, to keep them by: hours begin and end at whole minutes."""
    minute = when.astimezone(dt.UTC).replace(second=0, microsecond=0)
    return minute if when.second == when.microsecond == 0 else minute.replace(second=30)


def _open_minutes(slot: Slot) -> int:
    return 0 if slot.closes is None else slot.closes - slot.opens


def _next_of_slot(slot: Slot, now: dt.datetime) -> float:
    """The next start of one slot, as `hours.next_meeting` finds it."""
    zone = zone_named(slot.zone)
    if zone is None:
        return math.inf
    since = now - _GRACE
    first = since.astimezone(zone).toordinal()
    first += (slot.weekday - first) % 7
    for day in (first, first + 7, first + 14):
        starts = moment(zone, day, slot.opens)
        ends = None if slot.closes is None else moment(zone, day, slot.closes)
        if starts >= since and (ends is None or (ends > now and starts < ends)):
            return starts.timestamp()
    return math.inf


class _Spread:
    """Rows of different lengths in one array."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        self.items: Ints = np.array([each for row in rows for each in row], dtype=np.int64)
        self._filled = np.flatnonzero(lengths)
        self._starts = (np.cumsum(lengths) - lengths)[self._filled]
        self._count = len(rows)

    def any(self, flags: Bools) -> Bools:
        """Per row, whether a flag of its items is set."""
        found = np.zeros(self._count, dtype=np.bool_)
        if self._filled.size:
            found[self._filled] = np.logical_or.reduceat(flags, self._starts)
        return found

    def smallest(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Per row, the smallest value of its items; infinite without any."""
        found = np.full(self._count, np.inf)
        if self._filled.size:
            found[self._filled] = np.minimum.reduceat(values, self._starts)
        return found


class _Recent(Generic[Answer]):
    """The last few answers of a function of a moment."""

    def __init__(self, ask: Callable[[dt.datetime], Answer]) -> None:
        self._ask = ask
        self._kept: dict[dt.datetime, Answer] = {}

    def get(self, when: dt.datetime) -> Answer:
        found = self._kept.get(when)
        if found is None:
            found = self._ask(when)
            self._kept = dict(list(self._kept.items())[-7:]) | {when: found}
        return found
