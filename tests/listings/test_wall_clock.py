"""A local clock that never runs backwards."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from directory.listings.wall_clock import moment, wall_time, zone_named

ZONES = ["America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/Adak", "Australia/Lord_Howe"]


def at(zone: str, day: dt.date, hour: int, minute: int) -> str:
    found = moment(ZoneInfo(zone), day.toordinal(), hour * 60 + minute)
    return found.astimezone(ZoneInfo(zone)).isoformat()


@pytest.mark.parametrize(
    ("day", "hour", "minute", "expected"),
    [
        (dt.date(2026, 3, 8), 1, 59, "2026-03-08T01:59:00-05:00"),
        (dt.date(2026, 3, 8), 2, 0, "2026-03-08T03:00:00-04:00"),
        (dt.date(2026, 3, 8), 2, 30, "2026-03-08T03:00:00-04:00"),
        (dt.date(2026, 3, 8), 3, 0, "2026-03-08T03:00:00-04:00"),
        (dt.date(2026, 11, 1), 0, 59, "2026-11-01T00:59:00-04:00"),
        (dt.date(2026, 11, 1), 1, 30, "2026-11-01T01:30:00-04:00"),
        (dt.date(2026, 11, 1), 2, 0, "2026-11-01T02:00:00-05:00"),
        (dt.date(2026, 10, 31), 25, 30, "2026-11-01T01:30:00-04:00"),
    ],
)
def test_a_skipped_time_moves_forward_and_a_repeated_one_is_taken_once(
    day: dt.date, hour: int, minute: int, expected: str
) -> None:
    assert at("America/New_York", day, hour, minute) == expected


def test_during_the_repeated_hour_the_clock_stands_still() -> None:
    new_york = ZoneInfo("America/New_York")
    twice = dt.datetime(2026, 11, 1, 1, 15, fold=1, tzinfo=new_york)
    assert wall_time(new_york, twice) == dt.datetime(2026, 11, 1, 1, 59)  # noqa: DTZ001
    after = dt.datetime(2026, 11, 1, 2, 0, tzinfo=new_york)
    assert wall_time(new_york, after) == dt.datetime(2026, 11, 1, 2, 0)  # noqa: DTZ001


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "day", [dt.date(2026, 3, 8), dt.date(2026, 11, 1), dt.date(2026, 4, 5), dt.date(2026, 10, 4)]
)
def test_both_directions_agree_on_every_minute_of_a_day_of_change(zone: str, day: dt.date) -> None:
    place = ZoneInfo(zone)
    start = dt.datetime.combine(day, dt.time(0), tzinfo=place).astimezone(dt.UTC)
    walls = range(0, 1440, 15)
    starts = [moment(place, day.toordinal(), minute) for minute in walls]
    for step in range(0, 26 * 60, 7):
        when = start + dt.timedelta(minutes=step)
        local = wall_time(place, when)
        shown = (local - dt.datetime.combine(day, dt.time(0))).total_seconds() / 60
        assert [each <= when for each in starts] == [minute <= shown for minute in walls]


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "America", "../../etc/passwd", "UTC\0", "-05:00"])
def test_a_zone_that_does_not_exist_is_none(name: str | None) -> None:
    assert zone_named(name) is None
