"""Open, closed or unknown, and when that changes."""

import datetime as dt

import pytest

from directory.listings import hours
from directory.listings.record import Schedule
from tests.listings.hours_samples import (
    CHRISTMAS,
    EVERY_DAY,
    OFFICE,
    ROUND_THE_CLOCK,
    dated,
    new_york,
    time,
    weekly,
)

# 2026-11-20 is a Friday


@pytest.mark.parametrize(
    ("now", "state", "changes_at"),
    [
        ("2026-11-20 08:59", "closed", "2026-11-20 09:00"),
        ("2026-11-20 09:00", "open", "2026-11-20 17:00"),
        ("2026-11-20 16:59", "open", "2026-11-20 17:00"),
        ("2026-11-20 17:00", "closed", "2026-11-23 09:00"),
        ("2026-11-22 12:00", "closed", "2026-11-23 09:00"),
    ],
)
def test_an_interval_holds_its_start_and_not_its_end(now: str, state: str, changes_at: str) -> None:
    found = hours.open_state([OFFICE], new_york(now))
    assert (found.state, found.changes_at) == (state, new_york(changes_at))


def test_a_day_may_have_several_intervals() -> None:
    split = [weekly("FR", "09:00", "12:00"), weekly("FR", "13:00", "17:00")]
    noon = hours.open_state(split, new_york("2026-11-20 12:30"))
    assert (noon.state, noon.changes_at) == ("closed", new_york("2026-11-20 13:00"))


def test_adjoining_and_overlapping_intervals_are_one() -> None:
    schedules = [
        weekly("FR", "09:00", "13:00"),
        weekly("FR", "12:00", "17:00"),
        weekly("FR", "17:00", "20:00"),
    ]
    assert hours.open_state(schedules, new_york("2026-11-20 10:00")).changes_at == new_york(
        "2026-11-20 20:00"
    )


def test_open_until_looks_through_midnight() -> None:
    schedules = [weekly("FR", "18:00", "23:59"), weekly("SA", "00:00", "02:00")]
    assert hours.open_state(schedules, new_york("2026-11-20 22:00")).changes_at == new_york(
        "2026-11-21 02:00"
    )


@pytest.mark.parametrize("now", ["2026-11-20 22:00", "2026-11-21 00:30", "2026-11-21 05:59"])
def test_overnight_hours_are_open_after_midnight_too(now: str) -> None:
    found = hours.open_state([weekly("FR", "22:00", "06:00")], new_york(now))
    assert (found.state, found.changes_at) == ("open", new_york("2026-11-21 06:00"))


def test_every_day_from_midnight_to_2359_is_around_the_clock() -> None:
    found = hours.open_state([ROUND_THE_CLOCK], new_york("2026-11-20 23:59"))
    assert found == hours.OpenState("open", None, around_the_clock=True)


def test_six_days_around_the_clock_are_not_seven() -> None:
    found = hours.open_state([weekly("MO,TU,WE,TH,FR,SA", "00:00", "23:59")], new_york("2026-11-20 12:00"))
    assert (found.around_the_clock, found.changes_at) == (False, new_york("2026-11-22 00:00"))


def test_a_closed_day_within_the_week_ends_around_the_clock() -> None:
    schedules = [ROUND_THE_CLOCK, CHRISTMAS]
    before = hours.open_state(schedules, new_york("2026-12-24 12:00"))
    assert (before.around_the_clock, before.changes_at) == (False, new_york("2026-12-25 00:00"))
    on_it = hours.open_state(schedules, new_york("2026-12-25 12:00"))
    assert (on_it.state, on_it.changes_at, on_it.becomes) == ("closed", new_york("2026-12-26 00:00"), "open")
    long_before = hours.open_state(schedules, new_york("2026-11-20 12:00"))
    assert (long_before.around_the_clock, long_before.changes_at) == (True, new_york("2026-12-25 00:00"))


def test_a_holiday_closes_and_the_next_weekday_opens() -> None:
    schedules = [OFFICE, *hours.holiday_closures([2026])]
    found = hours.open_state(schedules, new_york("2026-12-25 10:00"))
    assert (found.state, found.changes_at) == ("closed", new_york("2026-12-28 09:00"))


def test_special_hours_of_a_single_date_stand_on_a_closed_day() -> None:
    special = dated("10:00", "12:00", dtstart=dt.date(2026, 12, 25))
    schedules = [OFFICE, CHRISTMAS, special]
    assert hours.is_open(schedules, new_york("2026-12-25 11:00")) is True
    assert hours.is_open(schedules, new_york("2026-12-25 15:00")) is False


def test_a_night_that_began_before_a_closed_day_runs_out() -> None:
    shelter = weekly(EVERY_DAY, "20:00", "07:00")
    assert hours.is_open([shelter, CHRISTMAS], new_york("2026-12-25 03:00")) is True
    assert hours.is_open([shelter, CHRISTMAS], new_york("2026-12-25 21:00")) is False


def test_a_weekday_may_be_closed_by_a_schedule_of_its_own() -> None:
    schedules = [weekly(EVERY_DAY, "09:00", "17:00"), weekly("SU", closed=True)]
    assert hours.open_state(schedules, new_york("2026-11-21 18:00")).changes_at == new_york(
        "2026-11-23 09:00"
    )


def test_closed_from_a_date_on_holds_until_further_notice() -> None:
    shut = Schedule(closed=True, valid_from=dt.date(2026, 11, 1))
    assert hours.open_state([OFFICE, shut], new_york("2026-11-20 10:00")) == hours.OpenState("closed")


@pytest.mark.parametrize(
    "schedules",
    [
        [],
        [Schedule(description="By appointment")],
        [weekly("MO,TU,WE,TH,FR")],
        [weekly("FR", closes="17:00")],
        [weekly("FR", "09:00", "17:00", timezone=None)],
        [weekly("FR", "09:00", "17:00", timezone="Nowhere/Else")],
        [weekly("FR", "09:00")],
        [Schedule(closed=True, description="Closed on holidays")],
        [CHRISTMAS],
        [weekly("FR", "09:00", "17:00", valid_to=dt.date(2025, 12, 31))],
    ],
)
def test_what_is_not_known_is_neither_open_nor_closed(schedules: list[Schedule]) -> None:
    now = new_york("2026-11-20 10:00")
    assert hours.is_open(schedules, now) is None
    assert str(hours.wording(hours.open_state(schedules, now), now)) == "Call for hours"


def test_a_description_beside_known_hours_changes_nothing() -> None:
    note = Schedule(description="Ring the bell", closed=False)
    assert hours.is_open([OFFICE, note], new_york("2026-11-21 10:00")) is False


def test_a_day_without_times_is_unknown_and_the_others_are_not() -> None:
    schedules = [OFFICE, weekly("SA")]
    friday = hours.open_state(schedules, new_york("2026-11-20 18:00"))
    assert (friday.state, friday.changes_at, friday.becomes) == (
        "closed",
        new_york("2026-11-21 00:00"),
        "unknown",
    )
    assert hours.is_open(schedules, new_york("2026-11-21 10:00")) is None
    assert hours.is_open(schedules, new_york("2026-11-22 10:00")) is False


def test_times_without_days_leave_the_rest_unknown() -> None:
    schedules = [OFFICE, dated("18:00", "20:00")]
    assert hours.is_open(schedules, new_york("2026-11-20 10:00")) is True
    assert hours.is_open(schedules, new_york("2026-11-20 21:00")) is None


def test_a_closed_day_is_closed_even_where_hours_are_unknown() -> None:
    shut = Schedule(closed=True, valid_from=dt.date(2026, 11, 20), valid_to=dt.date(2026, 11, 20))
    assert hours.is_open([weekly("FR"), shut], new_york("2026-11-20 10:00")) is False


def test_when_the_last_known_date_is_over_hours_are_unknown_again() -> None:
    winter = weekly(
        EVERY_DAY, "20:00", "08:00", valid_from=dt.date(2026, 11, 1), valid_to=dt.date(2027, 3, 31)
    )
    before = hours.open_state([winter], new_york("2026-10-01 12:00"))
    assert (before.state, before.changes_at) == ("closed", new_york("2026-11-01 20:00"))
    last_morning = hours.open_state([winter], new_york("2027-04-01 07:00"))
    assert (last_morning.state, last_morning.becomes) == ("open", "unknown")
    assert hours.is_open([winter], new_york("2027-04-01 08:00")) is None


def test_hours_are_those_of_the_places_own_zone() -> None:
    honolulu = weekly("FR", "09:00", "17:00", timezone="Pacific/Honolulu")
    now = new_york("2026-11-20 22:30")  # 17:30 in Honolulu
    assert hours.is_open([honolulu], now) is False
    early = hours.open_state([honolulu], new_york("2026-11-20 15:00"))  # 10:00 there
    assert early.state == "open"
    assert early.changes_at is not None
    assert (early.changes_at.time(), str(early.changes_at.tzinfo)) == (time("17:00"), "Pacific/Honolulu")


def test_the_moment_may_be_given_in_any_zone() -> None:
    now = new_york("2026-11-20 10:00")
    assert hours.open_state([OFFICE], now) == hours.open_state([OFFICE], now.astimezone(dt.UTC))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        hours.open_state([OFFICE], dt.datetime(2026, 11, 20, 10, 0))  # noqa: DTZ001


def test_a_yearly_opening_far_ahead_is_found() -> None:
    once = dated("09:00", "17:00", dtstart=dt.date(2027, 11, 1))
    assert hours.open_state([once], new_york("2026-11-20 10:00")).changes_at == new_york("2027-11-01 09:00")


MEETING = weekly("FR", "19:00", "20:00")


@pytest.mark.parametrize(
    ("now", "starts"),
    [
        ("2026-11-20 18:00", "2026-11-20 19:00"),
        ("2026-11-20 19:00", "2026-11-20 19:00"),
        ("2026-11-20 19:10", "2026-11-20 19:00"),
        ("2026-11-20 19:11", "2026-11-27 19:00"),
    ],
)
def test_a_meeting_is_the_next_one_until_ten_minutes_in(now: str, starts: str) -> None:
    found = hours.next_meeting([MEETING], new_york(now))
    assert found is not None
    assert (found.starts, found.schedule) == (new_york(starts), MEETING)


def test_a_meeting_that_is_over_is_not_the_next_one() -> None:
    short = weekly("FR", "19:00", "19:05")
    found = hours.next_meeting([short], new_york("2026-11-20 19:06"))
    assert found is not None
    assert found.starts == new_york("2026-11-27 19:00")


def test_the_earliest_of_several_meetings_is_next_even_without_an_end() -> None:
    found = hours.next_meeting([MEETING, weekly("FR", "18:30")], new_york("2026-11-20 12:00"))
    assert found is not None
    assert (found.starts, found.ends) == (new_york("2026-11-20 18:30"), None)


def test_a_meeting_on_a_closed_day_is_left_out() -> None:
    found = hours.next_meeting([MEETING, CHRISTMAS], new_york("2026-12-20 12:00"))
    assert found is not None
    assert found.starts == new_york("2027-01-01 19:00")


@pytest.mark.parametrize(
    "schedule",
    [
        weekly("FR", "19:00", timezone=None),
        weekly("FR", "19:00", until=dt.date(2026, 1, 1)),
        weekly("FR"),
        Schedule(description="Most Fridays"),
    ],
)
def test_there_is_no_next_meeting_without_zone_time_or_future(schedule: Schedule) -> None:
    assert hours.next_meeting([schedule], new_york("2026-11-20 12:00")) is None
