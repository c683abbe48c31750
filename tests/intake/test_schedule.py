"""When sources are due."""

import datetime as dt

import pytest

from directory.errors import QueryInvalid
from directory.intake.schedule import every_in_words, next_due, read_every
from tests.builders import NOW

HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "hours", "words"),
    [
        ("off", None, "off"),
        ("hourly", 1, "hourly"),
        ("Daily", 24, "daily"),
        ("weekly", 168, "weekly"),
        ("monthly", 720, "monthly"),
        ("6", 6, "every 6 hours"),
        ("24", 24, "daily"),
    ],
)
def test_a_schedule_is_a_word_or_a_number_of_hours(text: str, hours: int | None, words: str) -> None:
    assert read_every(text) == hours
    assert every_in_words(hours) == words


@pytest.mark.parametrize("text", ["", "often", "0", "-1", "1.5", "8785", "0" * 6 + "9" * 9, "9" * 30, "٣"])
def test_other_schedules_are_refused(text: str) -> None:
    with pytest.raises(QueryInvalid) as told:
        read_every(text)
    assert "every" in told.value.fields


@pytest.mark.parametrize(
    ("hours_on", "due_after"),
    [(0, 24), (0.01, 24), (23.99, 24), (24, 48), (24.5, 48), (24 * 9 + 3, 24 * 10), (-5, 0)],
)
def test_a_source_that_went_well_is_due_on_its_grid_however_long_the_run_took(
    hours_on: float, due_after: int
) -> None:
    now = NOW + hours_on * HOUR
    assert next_due(starts_at=NOW, every_hours=24, now=now) == NOW + due_after * HOUR


def test_a_source_without_a_schedule_is_never_due() -> None:
    assert next_due(starts_at=NOW, every_hours=None, now=NOW, failures=3) is None


@pytest.mark.parametrize(
    ("every", "waits"),
    [
        (1, [1, 2, 4, 8, 16, 24, 24]),
        (24, [1, 2, 4, 8, 16, 24, 24]),
        (168, [1, 2, 4, 8, 16, 32, 64, 128, 168, 168]),
    ],
)
def test_a_source_that_fails_is_tried_later_and_later(every: int, waits: list[int]) -> None:
    found = [
        next_due(starts_at=NOW, every_hours=every, now=NOW, failures=failures)
        for failures in range(1, len(waits) + 1)
    ]
    assert found == [NOW + each * HOUR for each in waits]


def test_a_source_that_failed_for_years_is_still_tried() -> None:
    assert next_due(starts_at=NOW, every_hours=24, now=NOW, failures=10_000) == NOW + 24 * HOUR
