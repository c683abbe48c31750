"""On which days a schedule falls, and from when to when."""

import datetime as dt

import pytest

from directory.listings import hours
from directory.listings.identity import plain
from directory.listings.record import Schedule
from tests.listings.hours_samples import dated, new_york, time, weekly


def days(schedule: Schedule, first: str, last: str) -> list[str]:
    """The days (as `11-20`) on which it starts, from the midnight of `first` to that of `last`."""
    span = new_york(first), new_york(last)
    return [start.strftime("%m-%d") for start, _ in hours.occurrences(schedule, *span) if start >= span[0]]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"freq": "MONTHLY", "byday": "2MO"}, ["01-12", "02-09", "03-09"]),
        ({"freq": "MONTHLY", "byday": "-1FR"}, ["01-30", "02-27", "03-27"]),
        ({"freq": "MONTHLY", "byday": "+1TU,3TU"}, ["01-06", "01-20", "02-03", "02-17", "03-03", "03-17"]),
        ({"freq": "MONTHLY", "byday": "5TH"}, ["01-29"]),
        ({"freq": "MONTHLY", "byday": "-5SU"}, ["03-01"]),
        ({"freq": "MONTHLY", "bymonthday": "15"}, ["01-15", "02-15", "03-15"]),
        ({"freq": "MONTHLY", "bymonthday": "31"}, ["01-31", "03-31"]),
        ({"freq": "MONTHLY", "bymonthday": "-1"}, ["01-31", "02-28", "03-31"]),
        ({"freq": "MONTHLY", "bymonthday": "1, 15"}, ["01-01", "01-15", "02-01", "02-15", "03-01", "03-15"]),
        ({"freq": "MONTHLY", "byday": "FR", "bymonthday": "13"}, ["02-13", "03-13"]),
        ({"freq": "MONTHLY", "dtstart": dt.date(2026, 1, 20)}, ["01-20", "02-20", "03-20"]),
        (
            {"freq": "MONTHLY", "byday": "1SA", "interval": 2, "dtstart": dt.date(2025, 11, 1)},
            ["01-03", "03-07"],
        ),
        # a publisher's slips: the meaning is plain all the same
        ({"byday": "2mo"}, ["01-12", "02-09", "03-09"]),
        ({"freq": "WEEKLY", "byday": "2MO"}, ["01-12", "02-09", "03-09"]),
    ],
)
def test_monthly_rules_fall_on_the_days_that_they_name(rule: dict[str, object], expected: list[str]) -> None:
    assert days(dated("19:00", "20:00", **rule), "2026-01-01", "2026-04-01") == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"byday": "MO,WE"}, ["11-02", "11-04", "11-09", "11-11", "11-16", "11-18"]),
        ({"byday": "SU", "freq": None}, ["11-01", "11-08", "11-15"]),
        ({"dtstart": dt.date(2026, 10, 29)}, ["11-05", "11-12", "11-19"]),
        ({"byday": "MO", "dtstart": dt.date(2026, 11, 5)}, ["11-09", "11-16"]),
        ({"byday": "MO", "until": dt.date(2026, 11, 9)}, ["11-02", "11-09"]),
        ({"byday": "MO", "valid_from": dt.date(2026, 11, 9)}, ["11-09", "11-16"]),
        ({"byday": "MO", "valid_to": dt.date(2026, 11, 8)}, ["11-02"]),
        ({"byday": "MO", "valid_to": dt.date.max}, ["11-02", "11-09", "11-16"]),
        ({"byday": "MO", "interval": 2, "dtstart": dt.date(2026, 10, 26)}, ["11-09"]),
        # weeks start on Monday (RFC 5545): the Sunday after the Friday of dtstart is still in its week
        ({"byday": "SU", "interval": 2, "dtstart": dt.date(2026, 10, 30)}, ["11-01", "11-15"]),
    ],
)
def test_weekly_rules_keep_to_their_interval_and_dates(rule: dict[str, object], expected: list[str]) -> None:
    schedule = dated("19:00", "20:00", **({"freq": "WEEKLY"} | rule))
    assert days(schedule, "2026-11-01", "2026-11-20") == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"dtstart": dt.date(2026, 11, 5)}, ["11-05"]),
        ({"valid_from": dt.date(2026, 11, 5), "valid_to": dt.date(2026, 11, 7)}, ["11-05", "11-06", "11-07"]),
        # the validity of hours whose weekdays were left out
        ({"valid_from": dt.date(2026, 1, 1), "valid_to": dt.date(2026, 12, 31)}, []),
        ({"valid_from": dt.date(2026, 11, 5)}, []),
    ],
)
def test_without_a_frequency_only_single_dates_are_taken(
    rule: dict[str, object], expected: list[str]
) -> None:
    assert days(dated("09:00", "12:00", **rule), "2026-11-01", "2026-12-01") == expected


@pytest.mark.parametrize(
    "rule",
    [
        {"byday": "MO,XX"},
        {"byday": "0MO"},
        {"byday": "6MO"},
        {"byday": "Monday"},
        {"bymonthday": "32"},
        {"bymonthday": "0"},
        {"bymonthday": "first"},
        {"freq": "WEEKLY"},
        {"freq": "MONTHLY"},
        {"freq": "WEEKLY", "byday": "MO", "interval": 2},
        {"freq": "WEEKLY", "byday": "MO", "timezone": None},
        {"freq": "WEEKLY", "byday": "MO", "timezone": "Eastern"},
        {},
    ],
)
def test_what_cannot_be_understood_has_no_occurrences_and_is_unknown(rule: dict[str, object]) -> None:
    schedule = dated("09:00", "17:00", **rule)
    assert days(schedule, "2026-01-01", "2027-01-01") == []
    assert hours.is_open([schedule], new_york("2026-11-16 10:00")) is None


@pytest.mark.parametrize(
    ("opens", "closes", "start", "end"),
    [
        ("09:00", "17:00", "2026-11-16 09:00", "2026-11-16 17:00"),
        ("22:00", "06:00", "2026-11-16 22:00", "2026-11-17 06:00"),
        ("09:00", "09:00", "2026-11-16 09:00", "2026-11-17 09:00"),
        ("00:00", "23:59", "2026-11-16 00:00", "2026-11-17 00:00"),
        ("00:00", "23:59:59", "2026-11-16 00:00", "2026-11-17 00:00"),
        ("18:00", "00:00", "2026-11-16 18:00", "2026-11-17 00:00"),
        ("23:59", "23:59", "2026-11-16 23:59", "2026-11-18 00:00"),
    ],
)
def test_an_interval_ends_on_the_next_day_when_it_closes_no_later_than_it_opens(
    opens: str, closes: str, start: str, end: str
) -> None:
    span = new_york("2026-11-16 00:00"), new_york("2026-11-19 00:00")
    assert list(hours.occurrences(weekly("MO", opens, closes), *span)) == [(new_york(start), new_york(end))]


def test_an_occurrence_counts_when_any_part_of_it_lies_in_the_span() -> None:
    overnight = weekly("MO", "22:00", "06:00")
    assert list(hours.occurrences(overnight, new_york("2026-11-17 05:59"), new_york("2026-11-18 00:00")))
    assert not list(hours.occurrences(overnight, new_york("2026-11-17 06:00"), new_york("2026-11-18 00:00")))
    assert not list(hours.occurrences(overnight, new_york("2026-11-16 00:00"), new_york("2026-11-16 22:00")))


def test_a_start_without_an_end_is_listed_with_none() -> None:
    found = hours.occurrences(
        weekly("MO", "19:00"), new_york("2026-11-16 00:00"), new_york("2026-11-17 00:00")
    )
    assert list(found) == [(new_york("2026-11-16 19:00"), None)]


def test_an_interval_that_a_spring_change_swallows_does_not_happen() -> None:
    schedule = weekly("SU", "02:10", "02:50")
    assert days(schedule, "2026-03-01", "2026-03-16") == ["03-01", "03-15"]


def test_overnight_hours_keep_their_wall_clock_times_through_both_changes() -> None:
    night = weekly("SA", "22:00", "06:00")
    spring = next(hours.occurrences(night, new_york("2026-03-07 12:00"), new_york("2026-03-08 12:00")))
    autumn = next(hours.occurrences(night, new_york("2026-10-31 12:00"), new_york("2026-11-01 12:00")))
    for start, end in (spring, autumn):
        assert end is not None
        assert (start.time(), end.time()) == (time("22:00"), time("06:00"))
    lengths = [end.astimezone(dt.UTC) - start.astimezone(dt.UTC) for start, end in (spring, autumn) if end]
    assert lengths == [dt.timedelta(hours=7), dt.timedelta(hours=9)]


def test_the_calendar_joins_schedules_in_order_and_leaves_out_closed_days() -> None:
    shut = Schedule(closed=True, valid_from=dt.date(2026, 11, 26), valid_to=dt.date(2026, 11, 26))
    schedules = [weekly("TH", "19:00", "20:00"), weekly("TU,TH", "12:00"), shut]
    found = hours.calendar(schedules, new_york("2026-11-19 12:00"), new_york("2026-12-01 12:00"))
    assert [each.starts.strftime("%m-%d %H:%M") for each in found] == [
        "11-19 12:00",
        "11-19 19:00",
        "11-24 12:00",
    ]
    assert found[1].schedule is schedules[0]


def test_a_week_compiles_to_minutes_only_when_it_needs_no_calendar() -> None:
    assert hours.weekly_minutes(weekly("SU,WE", "09:00", "17:00")) == [(0, 540, 1020), (3, 540, 1020)]
    assert hours.weekly_minutes(weekly("SA", "22:00", "06:00")) == [(6, 1320, 1800)]
    assert hours.weekly_minutes(weekly("MO", "00:00", "23:59")) == [(1, 0, 1440)]
    for never_open in (weekly("MO", "19:00"), weekly("MO"), weekly("MO", "09:00", "17:00", timezone=None)):
        assert hours.weekly_minutes(never_open) == []
    assert hours.weekly_minutes(Schedule(description="By appointment")) == []
    for rule in (
        {"byday": "2MO"},
        {"freq": "WEEKLY", "byday": "MO", "interval": 2, "dtstart": dt.date(2026, 1, 5)},
        {"freq": "WEEKLY", "byday": "MO", "until": dt.date(2026, 1, 5)},
        {"dtstart": dt.date(2026, 1, 5)},
        {"closed": True, "valid_from": dt.date(2026, 1, 5)},
    ):
        assert hours.weekly_minutes(dated("09:00", "17:00", **rule)) is None


def test_meeting_starts_are_days_of_the_week_whatever_the_frequency() -> None:
    schedules = [
        weekly("MO,WE", "19:00", "20:00"),
        weekly("MO", "19:00"),
        dated("07:30", freq="MONTHLY", byday="2SA,-1SA"),
        dated("12:00", freq="MONTHLY", bymonthday="15"),
        dated("18:00", dtstart=dt.date(2026, 11, 20)),
        weekly("TU", "08:00", interval=2),
        weekly("SU"),
        weekly("TH", "09:00", closed=True),
    ]
    assert hours.meeting_starts(schedules) == [(1, 1140), (2, 480), (3, 1140), (5, 1080), (6, 450)]
    assert (5, 1080) not in hours.meeting_starts(schedules, today=dt.date(2026, 11, 21))


@pytest.mark.parametrize(
    "schedule",
    [
        weekly("MO", "09:00", "17:00", valid_from=dt.date(2026, 1, 1), notes="Ring twice"),
        dated("07:30", freq="MONTHLY", byday="2SA", until=dt.date(2027, 1, 1), interval=2),
        Schedule(closed=True, valid_from=dt.date(2026, 12, 25)),
        Schedule(),
    ],
)
def test_a_schedule_is_read_back_from_its_plain_form(schedule: Schedule) -> None:
    assert hours.read_schedule(plain(schedule)) == schedule
