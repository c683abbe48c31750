"""What becomes of a record, and whether a reading can be believed."""

import datetime as dt

import pytest

from directory.intake.decide import Decision, decide, doubt

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


@pytest.mark.parametrize(
    ("existing_hash", "status", "expected"),
    [
        (None, "active", "insert"),
        ("same", "active", "unchanged"),
        ("other", "active", "update"),
        ("same", "inactive", "unchanged"),
        ("same", "withdrawn", "update"),
        ("other", "withdrawn", "update"),
    ],
)
def test_a_record_is_inserted_updated_or_left(
    existing_hash: str | None, status: str, expected: Decision
) -> None:
    found = decide(record_hash="same", as_of=None, existing_hash=existing_hash, existing_status=status)
    assert found == expected


@pytest.mark.parametrize(
    ("as_of", "indexed", "expected"),
    [
        (NOVEMBER, OCTOBER, "refresh"),
        (NOVEMBER, None, "refresh"),
        (OCTOBER, OCTOBER, "unchanged"),
        (OCTOBER + dt.timedelta(days=1), OCTOBER, "unchanged"),
        (OCTOBER, NOVEMBER, "unchanged"),
        (None, OCTOBER, "unchanged"),
    ],
)
def test_an_unchanged_listing_gets_fresh_month_by_month(
    as_of: dt.date | None, indexed: dt.date | None, expected: Decision
) -> None:
    assert decide(record_hash="a", as_of=as_of, existing_hash="a", indexed_as_of=indexed) == expected


@pytest.mark.parametrize(
    ("listed", "minimum", "last", "believed"),
    [
        (100, 1, None, True),
        (0, 1, None, False),
        (99, 100, None, False),
        (70, 1, 100, True),
        (69, 1, 100, False),
        (5, 1, 15, True),  # ten fewer are never too many
        (4, 1, 15, False),
        (200, 1, 100, True),
        (1, 1, 0, True),
    ],
)
def test_a_reading_with_too_few_listings_is_not_believed(
    listed: int, minimum: int, last: int | None, believed: bool
) -> None:
    reason = doubt(listed=listed, minimum=minimum, last_listed=last)
    assert (reason is None) == believed
    assert reason is None or str(listed) in str(reason)
