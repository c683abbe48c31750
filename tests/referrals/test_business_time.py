"""Working time of a receiver: hours, days, holidays, and the two days a year on which the clocks change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.listings.record import Schedule
from directory.referrals.business_time import (
    DEFAULT_ZONE,
    OFFICE_WEEK,
    BusinessCalendar,
    add_business_days,
    add_business_hours,
    business_time_between,
    calendar_of,
)

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = BusinessCalendar()
ALWAYS = BusinessCalendar(week=tuple((day, 0, 1440) for day in range(7)), federal_holidays=False)
NIGHTS = BusinessCalendar(week=tuple((day, 22 * 60, 30 * 60) for day in range(7)), federal_holidays=False)
LUNCH = BusinessCalendar(
    week=tuple(span for day in range(1, 6) for span in ((day, 540, 720), (day, 780, 1020))),
    federal_holidays=False,
)
CALENDARS = [OFFICE, ALWAYS, NIGHTS, LUNCH, BusinessCalendar(timezone="America/Los_Angeles")]


def local(text: str) -> dt.datetime:
    """`2026-11-18 15:00` in New York."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-18 10:00", 2, "2026-11-18 12:00"),
        ("2026-11-18 16:00", 2, "2026-11-19 10:00"),
        ("2026-11-20 16:00", 2, "2026-11-23 10:00"),  # over a weekend
        ("2026-11-25 16:00", 2, "2026-11-27 10:00"),  # over Thanksgiving
        ("2026-11-21 03:00", 2, "2026-11-23 11:00"),  # from a Saturday night
        ("2026-11-18 08:00", 8, "2026-11-18 17:00"),
        ("2026-12-31 16:00", 2, "2027-01-04 10:00"),  # New Year's Day is a Friday
        ("2026-07-02 16:00", 2, "2026-07-06 10:00"),  # 4 July is a Saturday: closed on Friday
    ],
)
def test_business_hours_pass_only_while_they_are_open(start: str, hours: int, end: str) -> None:
    assert add_business_hours(local(start), hours, OFFICE) == local(end)
    assert business_time_between(local(start), local(end), OFFICE) == dt.timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-18 15:00", 1, "2026-11-19 15:00"),
        ("2026-11-18 15:00", 2, "2026-11-20 15:00"),
        ("2026-11-20 15:00", 1, "2026-11-23 15:00"),
        ("2026-11-25 15:00", 1, "2026-11-27 15:00"),  # Thanksgiving
        ("2026-11-21 12:00", 1, "2026-11-24 09:00"),  # Saturday counts from Monday's opening
        ("2026-11-18 20:00", 2, "2026-11-23 09:00"),  # after hours counts from the next opening
        ("2026-12-23 10:00", 10, "2027-01-08 10:00"),  # Christmas and New Year's Day
        ("2026-10-30 10:00", 1, "2026-11-02 10:00"),  # clocks go back on 1 November
        ("2027-03-12 10:00", 1, "2027-03-15 10:00"),  # clocks go forward on 14 March
        ("2026-11-18 15:00", 0, "2026-11-18 15:00"),
        ("2026-11-18 07:00", 0, "2026-11-18 09:00"),
    ],
)
def test_a_business_day_later_is_the_same_time_on_the_next_open_day(start: str, days: int, end: str) -> None:
    assert add_business_days(local(start), days, OFFICE) == local(end)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2027-03-14 00:00", "2027-03-15 00:00", 23),
        ("2026-11-01 00:00", "2026-11-02 00:00", 25),
        ("2026-11-02 00:00", "2026-11-03 00:00", 24),
    ],
)
def test_the_day_of_a_clock_change_is_as_long_as_it_is(start: str, end: str, hours: int) -> None:
    assert business_time_between(local(start), local(end), ALWAYS) == dt.timedelta(hours=hours)


def test_a_night_shift_runs_into_the_next_day_and_through_the_clock_change() -> None:
    assert business_time_between(
        local("2026-11-02 21:00"), local("2026-11-03 12:00"), NIGHTS
    ) == dt.timedelta(hours=8)
    assert business_time_between(
        local("2027-03-13 21:00"), local("2027-03-14 12:00"), NIGHTS
    ) == dt.timedelta(hours=7)
    assert business_time_between(
        local("2026-10-31 21:00"), local("2026-11-01 12:00"), NIGHTS
    ) == dt.timedelta(hours=9)


def test_a_lunch_break_does_not_count() -> None:
    assert add_business_hours(local("2026-11-18 11:00"), 2, LUNCH) == local("2026-11-18 14:00")
    assert add_business_days(local("2026-11-18 11:30"), 1, LUNCH) == local("2026-11-19 11:30")


def test_hours_that_overlap_count_once() -> None:
    twice = BusinessCalendar(week=((3, 540, 720), (3, 660, 900)))
    day = local("2026-11-18 00:00")
    assert business_time_between(day, day + dt.timedelta(days=1), twice) == dt.timedelta(hours=6)


def test_hours_that_a_spring_night_swallows_are_none() -> None:
    early = BusinessCalendar(week=((0, 125, 175), (1, 540, 600)), federal_holidays=False)
    assert add_business_hours(local("2027-03-14 00:00"), 1, early) == local("2027-03-15 10:00")
    assert add_business_days(local("2027-03-14 00:00"), 0, early) == local("2027-03-15 09:00")


def test_nothing_passes_from_later_to_earlier() -> None:
    assert (
        business_time_between(local("2026-11-18 12:00"), local("2026-11-18 11:00"), OFFICE) == dt.timedelta()
    )


def test_a_day_they_are_closed_is_no_business_day() -> None:
    closed = BusinessCalendar(closed_days=frozenset({dt.date(2026, 11, 19)}))
    assert add_business_days(local("2026-11-18 15:00"), 1, closed) == local("2026-11-20 15:00")


def test_a_calendar_that_never_opens_is_said_to_be_none() -> None:
    never = BusinessCalendar(week=())
    with pytest.raises(ValueError, match="never opens"):
        add_business_hours(local("2026-11-18 15:00"), 1, never)
    with pytest.raises(ValueError, match="never opens"):
        add_business_days(local("2026-11-18 15:00"), 1, never)
    with pytest.raises(ValueError, match="no such time zone"):
        add_business_days(local("2026-11-18 15:00"), 1, BusinessCalendar(timezone="Nowhere/Else"))


def test_a_calendar_is_read_from_schedules() -> None:
    weekly = Schedule(
        freq="WEEKLY", byday="MO,TU", opens_at=dt.time(8), closes_at=dt.time(12), timezone="America/Denver"
    )
    closed = Schedule(closed=True, valid_from=dt.date(2026, 11, 23), valid_to=dt.date(2026, 11, 24))
    found = calendar_of([weekly, closed], None)
    assert (found.timezone, found.week) == ("America/Denver", ((1, 480, 720), (2, 480, 720)))
    assert found.closed_days == {dt.date(2026, 11, 23), dt.date(2026, 11, 24)}
    assert calendar_of([], "Nowhere/Else") == BusinessCalendar(timezone=DEFAULT_ZONE, week=OFFICE_WEEK)
    monthly = Schedule(
        freq="MONTHLY", byday="2MO", opens_at=dt.time(8), closes_at=dt.time(9), timezone="America/Denver"
    )
    assert calendar_of([monthly], "America/Chicago").week == OFFICE_WEEK


START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
moments = st.integers(0, 700 * 24 * 60).map(lambda minutes: START + dt.timedelta(minutes=minutes))
lengths = st.integers(0, 60 * 24 * 60).map(lambda minutes: dt.timedelta(minutes=minutes))
calendars = st.sampled_from(CALENDARS)


@settings(deadline=None)
@given(start=moments, minutes=st.integers(1, 60 * 60), calendar=calendars)
def test_adding_working_time_and_counting_it_are_inverse(
    start: dt.datetime, minutes: int, calendar: BusinessCalendar
) -> None:
    length = dt.timedelta(minutes=minutes)
    assert business_time_between(start, add_business_hours(start, length, calendar), calendar) == length


@settings(deadline=None)
@given(first=moments, later=lengths, hours=st.integers(0, 60), days=st.integers(0, 15), calendar=calendars)
def test_who_starts_later_is_never_due_earlier(
    first: dt.datetime, later: dt.timedelta, hours: int, days: int, calendar: BusinessCalendar
) -> None:
    second = first + later
    assert add_business_hours(first, hours, calendar) <= add_business_hours(second, hours, calendar)
    assert add_business_days(first, days, calendar) <= add_business_days(second, days, calendar)


@settings(deadline=None)
@given(start=moments, days=st.integers(0, 15), calendar=calendars)
def test_one_day_more_is_later_and_within_hours(
    start: dt.datetime, days: int, calendar: BusinessCalendar
) -> None:
    due = add_business_days(start, days, calendar)
    assert start <= due < add_business_days(start, days + 1, calendar)
    day = due.astimezone(calendar.zone).toordinal()
    assert any(begins <= due <= ends for each in (day - 1, day) for begins, ends in calendar.spans(each))


@settings(deadline=None)
@given(first=moments, one=lengths, another=lengths, calendar=calendars)
def test_working_time_adds_up(
    first: dt.datetime, one: dt.timedelta, another: dt.timedelta, calendar: BusinessCalendar
) -> None:
    middle, last = first + one, first + one + another
    parts = business_time_between(first, middle, calendar) + business_time_between(middle, last, calendar)
    assert parts == business_time_between(first, last, calendar)
    assert dt.timedelta() <= parts <= last - first
