"""A listing with a first or a last day is shown on these days, as the clock of its place counts them."""

import datetime as dt

import pytest

from directory.listings.shown import ALWAYS, shown, shown_of
from tests.builders import make_document, make_record

FIRST, LAST = dt.date(2026, 12, 1), dt.date(2027, 3, 31)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "moment", "is_shown"),
    [
        ("America/Los_Angeles", "2026-11-30T23:59:59-08:00", False),
        ("America/Los_Angeles", "2026-12-01T00:00:00-08:00", True),
        ("America/Los_Angeles", "2027-03-31T23:59:59-07:00", True),
        ("America/Los_Angeles", "2027-04-01T00:00:00-07:00", False),
        ("America/Puerto_Rico", "2026-12-01T00:00:00-04:00", True),
        (None, "2026-11-30T23:59:59-05:00", False),
        (None, "2026-12-01T00:00:00-05:00", True),
        (None, "2027-03-31T23:59:59-10:00", True),
        (None, "2027-04-01T00:00:00-10:00", False),
        ("No/Such_Zone", "2026-12-01T00:00:00-05:00", True),
    ],
)
def test_days_are_days_at_the_place(zone: str | None, moment: str, is_shown: bool) -> None:
    assert shown(FIRST, LAST, zone).at(at(moment)) is is_shown


def test_one_end_may_be_open() -> None:
    assert shown(FIRST, None, None).at(at("2199-01-01T00:00Z"))
    assert shown(None, LAST, None).at(at("1999-01-01T00:00Z"))


@pytest.mark.parametrize(
    ("first", "last"),
    [(None, None), (dt.date(1, 1, 1), dt.date(9999, 12, 31)), (dt.date(1900, 1, 1), None)],
)
def test_dates_that_stand_for_none_are_none(first: dt.date | None, last: dt.date | None) -> None:
    assert shown(first, last, "Pacific/Guam") == ALWAYS


def test_a_last_day_before_the_first_is_never() -> None:
    never = shown(LAST, FIRST, None)
    assert not any(never.at(at(f"{day}T12:00Z")) for day in ("2026-11-01", "2027-01-01", "2027-05-01"))


def test_a_document_tells_its_days_and_zone() -> None:
    document = make_document(make_record(visible_from=FIRST))
    assert shown_of(document) == shown(FIRST, None, "America/New_York")
    assert shown_of(make_document()) == ALWAYS
