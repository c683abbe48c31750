"""When a place is open, when a meeting starts: the front door of this room's pure functions about time.

The rules are told where they are kept: what a schedule means in `occurrences`, clock changes in
`wall_clock`, open and closed in `opening`, federal holidays in `holidays`, the words in `hours_text`.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from directory.listings.holidays import US_HOLIDAYS, holiday_closures, holiday_on, us_holidays
from directory.listings.hours_text import (
    WeekRow,
    calendar_lines,
    clock_12,
    interval_wording,
    meeting_wording,
    month_day,
    week_table,
    wording,
)
from directory.listings.occurrences import Occurrence, Rule, occurrences, rule_of
from directory.listings.opening import (
    HORIZON_DAYS,
    OpenState,
    Rules,
    State,
    is_open,
    open_state,
    rules_of,
    utc,
)
from directory.listings.record import Schedule
from directory.listings.wall_clock import DAY_MINUTES, moment, wall_time, zone_named

__all__ = [
    "US_HOLIDAYS",
    "Occurrence",
    "OpenState",
    "State",
    "WeekRow",
    "calendar",
    "calendar_lines",
    "clock_12",
    "holiday_closures",
    "holiday_on",
    "interval_wording",
    "is_open",
    "meeting_starts",
    "meeting_wording",
    "month_day",
    "next_meeting",
    "occurrences",
    "open_state",
    "read_schedule",
    "us_holidays",
    "wall_minute",
    "week_table",
    "weekly_minutes",
    "wording",
]


def calendar(schedules: Sequence[Schedule], start: dt.datetime, end: dt.datetime) -> list[Occurrence]:
    """All that start from `start` (included) to `end` (excluded), closed days left out, by time."""
    rules = rules_of(schedules)
    first, last = utc(start), utc(end)
    found = [
        each
        for rule in rules.placed
        for each in _starts(rules, rule, first, (last - first).days + 2)
        if each.starts < last
    ]
    return sorted(found, key=lambda each: each.starts)


def next_meeting(
    schedules: Sequence[Schedule], now: dt.datetime, *, grace_minutes: int = 10
) -> Occurrence | None:
    """The next start within a year, or one that began at most `grace_minutes` ago and is not over."""
    rules = rules_of(schedules)
    moment_now = utc(now)
    since = moment_now - dt.timedelta(minutes=grace_minutes)
    found = (
        next((each for each in starts if each.ends is None or each.ends > moment_now), None)
        for starts in (_starts(rules, rule, since, HORIZON_DAYS) for rule in rules.placed)
    )
    return min((each for each in found if each is not None), key=lambda each: each.starts, default=None)


def _starts(rules: Rules, rule: Rule, since: dt.datetime, ahead: int) -> Iterator[Occurrence]:
    if rule.opens is None or rule.zone is None:
        return
    today = since.astimezone(rule.zone).toordinal()
    days = (day for week in range(today, today + ahead + 1, 7) for day in rule.days(week, week + 6))
    for day in days:
        if rules.drops(rule, day):
            continue
        starts = moment(rule.zone, day, rule.opens)
        ends = None if rule.closes is None else moment(rule.zone, day, rule.closes)
        if starts >= since and (ends is None or starts < ends):
            yield Occurrence(
                starts.astimezone(rule.zone),
                None if ends is None else ends.astimezone(rule.zone),
                rule.schedule,
            )


def weekly_minutes(schedule: Schedule) -> list[tuple[int, int, int]] | None:
    """(weekday, opens, closes) of each interval of a plain week, local minutes; weekday 0 is Sunday.

    `closes` is above 1440 when the interval ends on the next day. None when the answer needs a calendar
    (monthly, every second week, dates, closed days): ask `is_open` then. Empty when it never counts as open
    (no zone, no end, unknown days). To compare with a moment, use `wall_minute`.
    """
    rule = rule_of(schedule)
    if schedule.closed:
        return [] if rule.is_note else None
    if not rule.is_timed or rule.zone is None or not rule.days_known:
        return []
    if not rule.plain_week or rule.bounded:
        return None
    opens, closes = rule.opens or 0, rule.until_minute
    return [(weekday, opens, closes) for weekday in range(7) if rule.weekdays >> weekday & 1]


def wall_minute(timezone: str, now: dt.datetime) -> int | None:
    """The local minute of the week (0: Sunday 00:00, to 10079) to hold against `weekly_minutes`.

    Exact on the days of a clock change too (`wall_clock`). None for a zone that does not exist.
    """
    zone = zone_named(timezone)
    if zone is None:
        return None
    local = wall_time(zone, utc(now))
    return local.toordinal() % 7 * DAY_MINUTES + local.hour * 60 + local.minute


def meeting_starts(schedules: Iterable[Schedule], *, today: dt.date | None = None) -> list[tuple[int, int]]:
    """(weekday, minute) of every start, sorted, once each; weekday 0 is Sunday, local minutes.

    A monthly start counts on its weekday ("second Monday"), one on dates only ("the 15th") on none, a single
    date on its weekday. With `today`, schedules that ended before are left out.
    """
    found: set[tuple[int, int]] = set()
    for rule in map(rule_of, schedules):
        if rule.schedule.closed or rule.opens is None or (today and rule.last < today.toordinal()):
            continue
        if rule.special:
            days = range(rule.first, min(rule.last, rule.first + 6) + 1)
            found |= {(day % 7, rule.opens) for day in days}
        else:
            bits = rule.weekdays | sum(
                {1 << weekday for _, weekday in rule.nth if not rule.weekdays >> weekday & 1}
            )
            found |= {(weekday, rule.opens) for weekday in range(7) if bits >> weekday & 1}
    return sorted(found)


_FIELDS = {each.name for each in dataclasses.fields(Schedule)}
_READERS: dict[str, Callable[[str], dt.date | dt.time]] = {
    "dtstart": dt.date.fromisoformat,
    "until": dt.date.fromisoformat,
    "valid_from": dt.date.fromisoformat,
    "valid_to": dt.date.fromisoformat,
    "opens_at": dt.time.fromisoformat,
    "closes_at": dt.time.fromisoformat,
}


def read_schedule(document: Mapping[str, Any]) -> Schedule:
    """The schedule whose `identity.plain` this is. Raises ValueError when a date or time is none."""
    values: dict[str, Any] = {
        name: _READERS[name](value) if name in _READERS and isinstance(value, str) else value
        for name, value in document.items()
        if name in _FIELDS and value is not None
    }
    return Schedule(**values)
