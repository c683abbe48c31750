"""How far a listing can be trusted to be still true, and how much it tells."""

import datetime as dt
from typing import Any

import pytest

from directory.listings.freshness import (
    CAPACITY_LASTS,
    CLOCK_SLIP,
    FRESHNESS_SHARE,
    LABELS,
    WEIGHTS,
    Completeness,
    Freshness,
    capacities_now,
    checked_wording,
    dated,
    freshness,
    label,
    quality,
)

TODAY = dt.date(2026, 11, 20)


def ago(days: int | None) -> dt.date | None:
    return None if days is None else TODAY - dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("file_age", "verified_age", "level"),
    [
        (None, None, "unknown"),
        (0, None, "fresh"),
        (92, None, "fresh"),
        (93, None, "due"),
        (548, None, "due"),
        (549, None, "stale"),
        (None, 183, "fresh"),
        (None, 184, "due"),
        (None, 365, "due"),
        (None, 366, "stale"),
        (600, 10, "fresh"),
        (10, 600, "fresh"),
        (300, 600, "due"),
        (600, 600, "stale"),
        # a date later than tomorrow is a slip
        (-1, None, "fresh"),
        (-2, None, "unknown"),
        (-2, 600, "stale"),
    ],
)
def test_the_better_of_both_dates_decides(file_age: int | None, verified_age: int | None, level: str) -> None:
    assert freshness(as_of=ago(file_age), verified_on=ago(verified_age), today=TODAY) == level


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "Not checked yet"),
        (-2, "Not checked yet"),
        (-1, "Checked today"),
        (0, "Checked today"),
        (1, "Checked yesterday"),
        (2, "Checked 2 days ago"),
        (13, "Checked 13 days ago"),
        (14, "Checked 2 weeks ago"),
        (21, "Checked 3 weeks ago"),
        (60, "Checked 8 weeks ago"),
        (61, "Checked 2 months ago"),
        (400, "Checked 13 months ago"),
        (730, "Checked 2 years ago"),
        (4000, "Checked 10 years ago"),
    ],
)
def test_the_last_check_reads(days: int | None, words: str) -> None:
    assert str(checked_wording(ago(days), TODAY)) == words


def test_every_level_has_a_label_and_a_share() -> None:
    assert set(LABELS) == set(FRESHNESS_SHARE) == {"fresh", "due", "stale", "unknown"}
    assert str(label("stale")) == "May be out of date. Call first."


WHOLE = Completeness(
    phone=True, address=True, hours=True, website=True, description=True, cost=True, languages=True
)


def test_quality_spans_what_a_byte_holds() -> None:
    assert quality(WHOLE, "fresh") == 255
    assert quality(Completeness(), "stale") == 20
    assert quality(Completeness(phone=True, address=True), "unknown") == round(255 * (0.6 * 0.5 + 0.4 * 0.5))


def test_every_part_that_is_told_raises_quality() -> None:
    assert sum(WEIGHTS.values()) == 100
    empty = quality(Completeness(), "due")
    assert all(quality(Completeness(**{name: True}), "due") > empty for name in WEIGHTS)


LEVELS: tuple[Freshness, ...] = ("stale", "unknown", "due", "fresh")


def test_fresher_is_better_and_unknown_lies_between() -> None:
    marks = [quality(WHOLE, level) for level in LEVELS]
    assert marks == sorted(set(marks))


# Room

NOW = dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def room(updated: dt.datetime | None, status: str = "capacity", available: int | None = 3) -> dict[str, Any]:
    return {
        "unit": "beds",
        "available": available,
        "maximum": 20,
        "status": status,
        "updated": updated.isoformat() if updated else None,
        "description": None,
    }


@pytest.mark.parametrize(
    ("said", "status", "state", "available"),
    [
        (NOW, "capacity", "capacity", 3),
        (NOW - CAPACITY_LASTS, "capacity", "capacity", 3),
        (NOW - CAPACITY_LASTS - SECOND, "capacity", "unknown", None),
        (NOW - CAPACITY_LASTS, "no_capacity", "no_capacity", 3),
        (NOW - CAPACITY_LASTS - SECOND, "no_capacity", "unknown", None),
        (NOW - CAPACITY_LASTS - SECOND, "waitlist", "unknown", None),
        (NOW - 99 * CAPACITY_LASTS, "call", "call", 3),
        (NOW + CLOCK_SLIP, "capacity", "capacity", 3),
        (NOW + CLOCK_SLIP + SECOND, "capacity", "unknown", None),
    ],
)
def test_what_was_said_of_room_more_than_a_week_ago_is_not_known_now(
    said: dt.datetime, status: str, state: str, available: int | None
) -> None:
    (found,) = capacities_now([room(said, status)], NOW)
    assert (found.state, found.available, found.maximum, found.updated) == (state, available, 20, said)


def test_room_without_a_date_has_that_of_the_file_or_is_not_told() -> None:
    own = room(NOW)
    told = dated([room(None), own], dt.date(2026, 11, 19))
    assert [each["updated"] for each in told] == ["2026-11-19T00:00:00+00:00", own["updated"]]
    assert dated([room(None), own], None) == [own]
    assert capacities_now([room(None)], NOW) == ()
