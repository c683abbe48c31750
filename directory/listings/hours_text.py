"""Hours in words: what a card, a listing page and the API say about time.

All sentences are `Phrase`s with English message ids; weekdays in them are phrases themselves, times and
dates are made by the two callables that every function takes (the web passes its locale's).
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple

from directory.listings.occurrences import Occurrence, Rule, rule_of
from directory.listings.opening import OpenState
from directory.listings.record import Schedule
from directory.phrases import N_, Phrase

TimeFormat = Callable[[dt.time], str]
DateFormat = Callable[[dt.date], str]

WEEKDAY_NAMES = (
    N_("Sunday"),
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
)
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_NTH = {
    1: N_("First %(weekday)s of the month"),
    2: N_("Second %(weekday)s of the month"),
    3: N_("Third %(weekday)s of the month"),
    4: N_("Fourth %(weekday)s of the month"),
    5: N_("Fifth %(weekday)s of the month"),
    -1: N_("Last %(weekday)s of the month"),
    -2: N_("Second to last %(weekday)s of the month"),
    -3: N_("Third to last %(weekday)s of the month"),
    -4: N_("Fourth to last %(weekday)s of the month"),
    -5: N_("Fifth to last %(weekday)s of the month"),
}
_MIDNIGHT = dt.time(0)
_DAY = dt.timedelta(days=1)
NIGHT_ENDS = 12
"""Until this hour of the next day, "until 2:00 AM" needs no "tomorrow"."""
SOON_MINUTES = 60
WEEK_DAYS = 7


def clock_12(time: dt.time) -> str:
    """`5:00 PM`"""
    return f"{time.hour % 12 or 12}:{time.minute:02} {'AM' if time.hour < 12 else 'PM'}"


def month_day(date: dt.date) -> str:
    """`May 1`"""
    return f"{_MONTHS[date.month - 1]} {date.day}"


def weekday_name(date: dt.date) -> Phrase:
    """The day of the week, to be translated."""
    return Phrase(WEEKDAY_NAMES[date.toordinal() % 7])


def wording(
    state: OpenState,
    now: dt.datetime,
    format_time: TimeFormat = clock_12,
    format_date: DateFormat = month_day,
) -> Phrase:
    """What a card says: "Open now · closes in 25 min", "Closed until Monday 9:00 AM", "Call for hours"."""
    if state.state == "unknown":
        return Phrase(N_("Call for hours"))
    if state.around_the_clock:
        return Phrase(N_("Open 24 hours"))
    if state.changes_at is None:
        return Phrase(N_("Open now") if state.state == "open" else N_("Closed now"))
    if state.state == "open":
        return _open_until(state.changes_at, now, format_time)
    if state.becomes == "unknown":
        # not "closed until": nobody knows whether it opens then
        return Phrase(N_("Closed now"))
    return _closed_until(state.changes_at, now, format_time, format_date)


def _open_until(end: dt.datetime, now: dt.datetime, format_time: TimeFormat) -> Phrase:
    minutes = _minutes_until(end, now)
    if minutes <= SOON_MINUTES:
        return Phrase(N_("Open now · closes in %(minutes)s min"), {"minutes": minutes})
    days = _days_until(end, now)
    if end.time() == _MIDNIGHT:
        if days == 1:
            return Phrase(N_("Open now · until midnight"))
        return Phrase(N_("Open now · until the end of %(weekday)s"), {"weekday": weekday_name(end - _DAY)})
    time = format_time(end.time())
    if days == 0 or (days == 1 and end.hour < NIGHT_ENDS):
        return Phrase(N_("Open now · until %(time)s"), {"time": time})
    if days == 1:
        return Phrase(N_("Open now · until tomorrow %(time)s"), {"time": time})
    return Phrase(N_("Open now · until %(weekday)s %(time)s"), {"weekday": weekday_name(end), "time": time})


def _closed_until(
    start: dt.datetime, now: dt.datetime, format_time: TimeFormat, format_date: DateFormat
) -> Phrase:
    minutes = _minutes_until(start, now)
    days = _days_until(start, now)
    if minutes <= SOON_MINUTES:
        return Phrase(N_("Opens in %(minutes)s min"), {"minutes": minutes})
    if days >= WEEK_DAYS:
        return Phrase(N_("Closed until %(date)s"), {"date": format_date(start.date())})
    if start.time() == _MIDNIGHT:
        weekday = {"weekday": weekday_name(start)}
        return (
            Phrase(N_("Closed until %(weekday)s"), weekday) if days > 1 else Phrase(N_("Opens at midnight"))
        )
    time = format_time(start.time())
    if days <= 1:
        message = N_("Opens tomorrow at %(time)s") if days else N_("Opens at %(time)s")
        return Phrase(message, {"time": time})
    return Phrase(N_("Closed until %(weekday)s %(time)s"), {"weekday": weekday_name(start), "time": time})


def meeting_wording(
    meeting: Occurrence,
    now: dt.datetime,
    format_time: TimeFormat = clock_12,
    format_date: DateFormat = month_day,
) -> Phrase:
    """When a meeting is: "Started 5 min ago", "Starts in 30 min", "Today 7:00 PM", "Monday 7:00 PM"."""
    minutes = _minutes_until(meeting.starts, now)
    if minutes <= SOON_MINUTES:
        return _about_now(minutes)
    days = _days_until(meeting.starts, now)
    time = format_time(meeting.starts.time())
    if days <= 1:
        return Phrase(N_("Tomorrow %(time)s") if days else N_("Today %(time)s"), {"time": time})
    values: dict[str, object] = {"weekday": weekday_name(meeting.starts), "time": time}
    if days < WEEK_DAYS:
        return Phrase(N_("%(weekday)s %(time)s"), values)
    values["date"] = format_date(meeting.starts.date())
    return Phrase(N_("%(weekday)s, %(date)s, %(time)s"), values)


def _about_now(minutes: int) -> Phrase:
    if minutes < 0:
        return Phrase(N_("Started %(minutes)s min ago"), {"minutes": -minutes})
    if minutes == 0:
        return Phrase(N_("Starts now"))
    return Phrase(N_("Starts in %(minutes)s min"), {"minutes": minutes})


def _minutes_until(when: dt.datetime, now: dt.datetime) -> int:
    """Whole minutes, rounded up: at 4:59:30 it closes in 1 minute; at 7:00:30 it started 0 minutes ago."""
    seconds = (when.astimezone(dt.UTC) - now.astimezone(dt.UTC)).total_seconds()
    return int(-(-seconds // 60))


def _days_until(when: dt.datetime, now: dt.datetime) -> int:
    """Calendar days in the zone of `when`: 0 is today there."""
    return (when.date() - now.astimezone(when.tzinfo).date()).days


def interval_wording(opens: dt.time, closes: dt.time | None, format_time: TimeFormat = clock_12) -> Phrase:
    """One interval of a table of hours: "9:00 AM to 5:00 PM", "Open 24 hours", "7:00 PM"."""
    if closes is None:
        return Phrase("%(time)s", {"time": format_time(opens)})
    if opens == closes or (opens == dt.time(0) and (closes.hour, closes.minute) == (23, 59)):
        return Phrase(N_("Open 24 hours"))
    if closes == dt.time(0) or (closes.hour, closes.minute) == (23, 59):
        return Phrase(N_("%(opens)s to midnight"), {"opens": format_time(opens)})
    return Phrase(N_("%(opens)s to %(closes)s"), {"opens": format_time(opens), "closes": format_time(closes)})


class WeekRow(NamedTuple):
    """One day of a table of hours; 0 is Sunday. A `closes` of None: only the start is known."""

    weekday: int
    intervals: list[tuple[dt.time, dt.time | None]]


def week_table(schedules: Iterable[Schedule], *, today: dt.date | None = None) -> list[WeekRow]:
    """Seven rows, Sunday first, of what is the same every week; empty when nothing is.

    With `today`, schedules that ended before it or start after it are left out. What does not fit a week is
    told by `calendar_lines`.
    """
    rows = [WeekRow(weekday, []) for weekday in range(7)]
    for rule in map(rule_of, schedules):
        if not _weekly(rule) or (today and not rule.first <= today.toordinal() <= rule.last):
            continue
        interval = (rule.schedule.opens_at or dt.time(0), rule.schedule.closes_at)
        for row in rows:
            if rule.weekdays >> row.weekday & 1 and interval not in row.intervals:
                row.intervals.append(interval)
    for row in rows:
        row.intervals.sort(key=lambda each: (each[0], each[1] or dt.time(0)))
    return rows if any(row.intervals for row in rows) else []


def _weekly(rule: Rule) -> bool:
    return rule.plain_week and not rule.special and not rule.schedule.closed and rule.opens is not None


def calendar_lines(
    schedules: Iterable[Schedule],
    *,
    today: dt.date,
    format_time: TimeFormat = clock_12,
    format_date: DateFormat = month_day,
) -> list[Phrase]:
    """One sentence for each schedule that no week can show: monthly, every second week, single and closed
    days, weekly hours yet to begin. What ended before `today` is left out."""
    lines: list[Phrase] = []
    for rule in map(rule_of, schedules):
        current = rule.first <= today.toordinal()
        if (
            rule.is_note
            or not rule.days_stated
            or rule.last < today.toordinal()
            or (_weekly(rule) and current)
        ):
            continue
        when = _days_in_words(rule, format_date)
        if rule.schedule.closed:
            lines.append(Phrase(N_("%(when)s: closed"), {"when": when}))
        elif rule.schedule.opens_at is None:
            lines.append(Phrase(N_("%(when)s: call for hours"), {"when": when}))
        else:
            hours = interval_wording(rule.schedule.opens_at, rule.schedule.closes_at, format_time)
            lines.append(Phrase(N_("%(when)s: %(hours)s"), {"when": when, "hours": hours}))
    return lines


def _days_in_words(rule: Rule, format_date: DateFormat) -> Phrase:
    if not rule.monthly and (rule.special or (rule.schedule.closed and not rule.schedule.byday)):
        return _dates_in_words(rule, format_date)
    days = _joined(_named_days(rule))
    values = {"days": days, "number": rule.interval}
    if rule.interval > 1:
        template = (
            N_("%(days)s, every %(number)s months")
            if rule.monthly
            else N_("%(days)s, every %(number)s weeks")
        )
        return Phrase(template, values)
    return days


def _named_days(rule: Rule) -> list[Phrase]:
    names = [Phrase(WEEKDAY_NAMES[weekday]) for weekday in range(7) if rule.weekdays >> weekday & 1]
    names += [Phrase(_NTH[nth], {"weekday": Phrase(WEEKDAY_NAMES[day])}) for nth, day in sorted(rule.nth)]
    for day in sorted(rule.monthdays):
        names.append(
            Phrase(N_("Last day of the month"))
            if day == -1
            else Phrase(N_("Day %(day)s of the month"), {"day": day})
        )
    return names


def _joined(parts: list[Phrase]) -> Phrase:
    joined = parts[0]
    for part in parts[1:]:
        joined = Phrase("%(first)s, %(then)s", {"first": joined, "then": part})
    return joined


def _dates_in_words(rule: Rule, format_date: DateFormat) -> Phrase:
    first = dt.date.fromordinal(rule.first) if rule.first else None
    last = dt.date.fromordinal(rule.last) if rule.last <= dt.date.max.toordinal() else None
    if first and first == last:
        return Phrase("%(date)s", {"date": format_date(first)})
    if first and last:
        return Phrase(N_("%(first)s to %(last)s"), {"first": format_date(first), "last": format_date(last)})
    if first:
        return Phrase(N_("From %(date)s"), {"date": format_date(first)})
    return Phrase(N_("Until %(date)s"), {"date": format_date(last or dt.date.max)})
