"""For any schedules and any moment: the ways of asking about hours agree with each other."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from directory.listings import hours
from directory.listings.record import WEEKDAYS, Schedule
from tests.listings.hours_samples import CHRISTMAS, ROUND_THE_CLOCK, new_york, weekly

ZONES = ["America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/Adak"]
CLOCK_CHANGES = [dt.datetime(2026, 3, 8, 7, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, 6, tzinfo=dt.UTC)]

dates = st.dates(dt.date(2026, 1, 1), dt.date(2027, 6, 30))
times = st.one_of(
    st.sampled_from(
        [dt.time(0), dt.time(23, 59), dt.time(1, 30), dt.time(2, 0), dt.time(2, 30), dt.time(9), dt.time(17)]
    ),
    st.times().map(lambda each: each.replace(second=0, microsecond=0)),
)
near_a_change = st.builds(
    lambda change, minutes: change + dt.timedelta(minutes=minutes),
    st.sampled_from(CLOCK_CHANGES),
    st.integers(-2 * 1440, 2 * 1440),
)
moments = st.one_of(
    near_a_change,
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 6, 30), timezones=st.just(dt.UTC)),  # noqa: DTZ001
)
weekday_lists = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True).map(",".join)
nth_lists = st.lists(
    st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.sampled_from(WEEKDAYS)),
    min_size=1,
    max_size=2,
).map(",".join)

weeks = st.builds(
    Schedule,
    freq=st.just("WEEKLY"),
    byday=weekday_lists,
    opens_at=times,
    closes_at=times,
    timezone=st.sampled_from(ZONES),
)
bounded = st.builds(
    Schedule,
    freq=st.sampled_from(["WEEKLY", "MONTHLY"]),
    byday=st.one_of(weekday_lists, nth_lists, st.none()),
    bymonthday=st.sampled_from([None, "1", "15", "-1", "31"]),
    interval=st.integers(1, 3),
    dtstart=st.one_of(st.none(), dates),
    until=st.one_of(st.none(), dates),
    opens_at=st.one_of(times, st.none()),
    closes_at=st.one_of(times, st.none()),
    timezone=st.sampled_from([*ZONES, None]),
)
closed_days = st.builds(
    lambda first, days: Schedule(closed=True, valid_from=first, valid_to=first + dt.timedelta(days=days)),
    dates,
    st.integers(0, 3),
)
any_schedules = st.lists(st.one_of(weeks, weeks, bounded, closed_days), max_size=4)


def is_within(schedule: Schedule, now: dt.datetime) -> bool:
    """Whether one of its occurrences, with an end, contains the moment."""
    around = hours.occurrences(schedule, now - dt.timedelta(days=3), now + dt.timedelta(days=3))
    return any(start <= now < end for start, end in around if end is not None)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(weeks, bounded), max_size=4), moments)
def test_open_means_that_an_occurrence_contains_the_moment(
    schedules: list[Schedule], now: dt.datetime
) -> None:
    assert (hours.is_open(schedules, now) is True) == any(is_within(each, now) for each in schedules)


@settings(max_examples=150, deadline=None)
@given(any_schedules, moments)
def test_is_open_is_what_open_state_says(schedules: list[Schedule], now: dt.datetime) -> None:
    said = {"open": True, "closed": False, "unknown": None}[hours.open_state(schedules, now).state]
    assert hours.is_open(schedules, now) is said


@settings(max_examples=200, deadline=None)
@given(any_schedules, moments, st.lists(st.floats(0, 0.999), max_size=8))
@example([ROUND_THE_CLOCK, CHRISTMAS], new_york("2026-12-20 12:00"), [0.999999])
@example([weekly("SU", "02:00", "03:00")], new_york("2026-03-01 12:00"), [0.5])
@example([weekly("SA,SU", "22:00", "02:30")], new_york("2026-10-31 23:00"), [0.5, 0.9])
def test_nothing_changes_before_changes_at_and_it_does_then(
    schedules: list[Schedule], now: dt.datetime, shares: list[float]
) -> None:
    now = now.astimezone(dt.UTC)  # so that adding to it counts minutes that really pass
    found = hours.open_state(schedules, now)
    changes_at = found.changes_at
    end = (changes_at or now + dt.timedelta(days=360)).astimezone(dt.UTC)
    between = [now + share * (end - now) for share in shares]
    between += [end - dt.timedelta(seconds=1)] if end - now > dt.timedelta(seconds=1) else []
    assert {hours.open_state(schedules, each).state for each in between} <= {found.state}
    if changes_at is None:
        assert found.becomes is None
    else:
        assert changes_at > now
        assert hours.open_state(schedules, changes_at).state == found.becomes != found.state


@settings(max_examples=100, deadline=None)
@given(weeks, moments)
def test_weekly_minutes_hold_the_wall_minute_exactly_when_it_is_open(
    schedule: Schedule, now: dt.datetime
) -> None:
    minute = hours.wall_minute(schedule.timezone or "", now)
    assert minute is not None
    assert _holds(hours.weekly_minutes(schedule), minute) == hours.is_open([schedule], now)


def _holds(intervals: Sequence[tuple[int, int, int]] | None, minute: int) -> bool:
    """As the search engine asks: an interval may run over the end of the week."""
    assert intervals is not None
    spans = [(day * 1440 + opens, day * 1440 + closes) for day, opens, closes in intervals]
    return any(start <= each < end for start, end in spans for each in (minute, minute + 7 * 1440))


@settings(max_examples=60, deadline=None)
@given(weeks)
def test_weekly_minutes_are_the_occurrences_of_a_plain_week(schedule: Schedule) -> None:
    zone = ZoneInfo(schedule.timezone or "")
    sunday = dt.datetime(2026, 6, 7, tzinfo=zone)
    found = [
        (start.toordinal() % 7, start, end)
        for start, end in hours.occurrences(schedule, sunday, sunday + dt.timedelta(days=7))
        if start >= sunday
    ]
    midnight = [dt.datetime.combine(start.date(), dt.time(0), zone) for _, start, _ in found]
    compiled = [
        (weekday, int((start - day).total_seconds() // 60), int(((end or start) - day).total_seconds() // 60))
        for (weekday, start, end), day in zip(found, midnight, strict=True)
    ]
    assert compiled == hours.weekly_minutes(schedule)


@settings(max_examples=100, deadline=None)
@given(any_schedules, moments)
def test_the_next_meeting_is_the_first_of_the_calendar(schedules: list[Schedule], now: dt.datetime) -> None:
    found = hours.next_meeting(schedules, now, grace_minutes=0)
    until = found.starts if found else now + dt.timedelta(days=360)
    assert hours.calendar(schedules, now, until) == []
    if found:
        at_that_time = hours.calendar(schedules, found.starts, found.starts + dt.timedelta(seconds=1))
        assert found in at_that_time


@settings(max_examples=100, deadline=None)
@given(any_schedules, moments)
def test_there_are_always_words(schedules: list[Schedule], now: dt.datetime) -> None:
    state = hours.open_state(schedules, now)
    words = str(hours.wording(state, now))
    assert words
    assert words.startswith("Open ") == (state.state == "open")
    assert (words == "Call for hours") == (state.state == "unknown")
    assert all(map(str, hours.calendar_lines(schedules, today=now.date())))
    meeting = hours.next_meeting(schedules, now)
    assert meeting is None or str(hours.meeting_wording(meeting, now))


WEEK_OF_CHANGE = [
    weekly("SU", "01:30", "02:30"),
    weekly("SU", "02:00", "03:00"),
    weekly("SU", "00:30", "01:30"),
    weekly("SU", "02:30", "09:00"),
    weekly("SA", "22:00", "01:15"),
    weekly("SA", "23:00", "02:00"),
    weekly("SU", "01:00", "02:00"),
    ROUND_THE_CLOCK,
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", CLOCK_CHANGES)
def test_on_every_minute_of_a_change_of_clocks_open_is_what_the_clock_on_the_wall_says(
    zone: str, change: dt.datetime
) -> None:
    """Walks through two days minute by minute with a clock of its own, which is never put back."""
    place = ZoneInfo(zone)
    schedules = [replace(each, timezone=zone) for each in WEEK_OF_CHANGE]
    spans = [_span(each) for each in schedules]
    clock = change.replace(year=2000, tzinfo=None)
    for minutes in range(-24 * 60, 24 * 60):
        now = change + dt.timedelta(minutes=minutes)
        shown = now.astimezone(place).replace(tzinfo=None)
        repeated = shown < clock
        clock = max(clock, shown)
        minute = clock.toordinal() % 7 * 1440 + clock.hour * 60 + clock.minute
        expected = [_holds(span, minute) for span in spans]
        if repeated or now.astimezone(place).fold:
            # the last minute before the repetition is the one that lasts
            assert clock.minute == 59
        assert [hours.is_open([each], now) for each in schedules] == expected, now.astimezone(place)


def _span(schedule: Schedule) -> list[tuple[int, int, int]]:
    """Intervals of the week, read off the schedule by hand."""
    assert schedule.opens_at is not None
    assert schedule.closes_at is not None
    opens = schedule.opens_at.hour * 60 + schedule.opens_at.minute
    closes = schedule.closes_at.hour * 60 + schedule.closes_at.minute
    closes = 1440 if closes == 1439 else closes + 1440 if closes <= opens else closes
    return [(WEEKDAYS.index(day), opens, closes) for day in (schedule.byday or "").split(",")]
