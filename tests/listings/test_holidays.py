"""Federal holidays of the United States, held against the published calendars (opm.gov)."""

import datetime as dt

import pytest

from directory.listings import hours
from directory.listings.holidays import observed


def test_the_eleven_holidays_of_2026() -> None:
    assert hours.US_HOLIDAYS(2026) == {
        "New Year's Day": dt.date(2026, 1, 1),
        "Martin Luther King Jr. Day": dt.date(2026, 1, 19),
        "Washington's Birthday": dt.date(2026, 2, 16),
        "Memorial Day": dt.date(2026, 5, 25),
        "Juneteenth": dt.date(2026, 6, 19),
        "Independence Day": dt.date(2026, 7, 4),
        "Labor Day": dt.date(2026, 9, 7),
        "Columbus Day": dt.date(2026, 10, 12),
        "Veterans Day": dt.date(2026, 11, 11),
        "Thanksgiving Day": dt.date(2026, 11, 26),
        "Christmas Day": dt.date(2026, 12, 25),
    }


@pytest.mark.parametrize(
    ("year", "name", "day"),
    [
        (2023, "Memorial Day", dt.date(2023, 5, 29)),
        (2021, "Memorial Day", dt.date(2021, 5, 31)),
        (2024, "Thanksgiving Day", dt.date(2024, 11, 28)),
        (2029, "Thanksgiving Day", dt.date(2029, 11, 22)),
        (2025, "Labor Day", dt.date(2025, 9, 1)),
        (2024, "Washington's Birthday", dt.date(2024, 2, 19)),
    ],
)
def test_a_holiday_on_a_weekday_of_its_month_moves_with_the_year(year: int, name: str, day: dt.date) -> None:
    assert hours.US_HOLIDAYS(year)[name] == day


def test_a_holiday_is_none_before_it_was_made_one() -> None:
    assert "Juneteenth" not in hours.US_HOLIDAYS(2020)
    assert "Juneteenth" in hours.US_HOLIDAYS(2021)


@pytest.mark.parametrize(
    ("day", "closed_on"),
    [
        (dt.date(2026, 7, 4), dt.date(2026, 7, 3)),
        (dt.date(2027, 7, 4), dt.date(2027, 7, 5)),
        (dt.date(2022, 12, 25), dt.date(2022, 12, 26)),
        (dt.date(2026, 12, 25), dt.date(2026, 12, 25)),
        (dt.date(2028, 1, 1), dt.date(2027, 12, 31)),
    ],
)
def test_offices_close_on_the_nearest_weekday(day: dt.date, closed_on: dt.date) -> None:
    assert observed(day) == closed_on


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (dt.date(2026, 7, 4), "Independence Day"),
        (dt.date(2026, 7, 3), "Independence Day"),
        (dt.date(2027, 12, 31), "New Year's Day"),
        (dt.date(2026, 11, 26), "Thanksgiving Day"),
        (dt.date(2026, 11, 27), "None"),
        (dt.date(9999, 12, 31), "None"),
    ],
)
def test_a_day_knows_its_holiday(day: dt.date, name: str) -> None:
    assert str(hours.holiday_on(day)) == name


def test_closing_on_federal_holidays_closes_the_day_and_its_observance() -> None:
    closures = hours.holiday_closures([2026])
    days = [each.valid_from for each in closures]
    assert len(days) == 12
    assert days == sorted(day for day in days if day is not None)
    assert {dt.date(2026, 7, 3), dt.date(2026, 7, 4)} <= set(days)
    assert all(each.closed and each.valid_from == each.valid_to for each in closures)


def test_what_is_handed_out_may_be_changed_without_harm() -> None:
    hours.US_HOLIDAYS(2026).clear()
    assert len(hours.US_HOLIDAYS(2026)) == 11
