"""What becomes of hours that were read, and of those that were not."""

import datetime as dt

import pytest

from directory.listings.hours import open_state
from directory.listings.record import Schedule
from importers.opening_text import LONGEST, opening_schedules, read_opening_text
from importers.opening_tokens import scan
from importers.opening_words import PHRASES
from tests.importers.opening_told import PLACE


def test_hours_are_hsds_schedules_in_the_zone_of_the_place() -> None:
    found = read_opening_text("M-Th 8-5, Sat by appointment; 1st Fri 8-12. Call first", PLACE)
    assert found.schedules == (
        Schedule(
            freq="WEEKLY",
            byday="MO,TU,WE,TH",
            opens_at=dt.time(8),
            closes_at=dt.time(17),
            timezone=PLACE,
            notes="Call first",
        ),
        Schedule(
            freq="MONTHLY",
            byday="1FR",
            opens_at=dt.time(8),
            closes_at=dt.time(12),
            timezone=PLACE,
            notes="Call first",
        ),
        Schedule(freq="WEEKLY", byday="SA", timezone=PLACE, description="by appointment", notes="Call first"),
    )


@pytest.mark.parametrize(
    ("text", "place", "zone"),
    [
        ("M-F 9-5", PLACE, PLACE),
        ("M-F 9-5", None, None),
        ("M-F 9-5 CST", PLACE, PLACE),
        ("M-F 9-5 ET", "America/Detroit", "America/Detroit"),
        ("M-F 9-5 MST", "America/Phoenix", "America/Phoenix"),
        ("9am-5pm ET, Mon-Fri", PLACE, "America/New_York"),
        ("Mon-Fri 9am-5pm (Pacific Time)", None, "America/Los_Angeles"),
        ("Mon-Fri 9am-5pm Eastern Standard Time", "no/such", "America/New_York"),
    ],
)
def test_a_zone_named_in_the_text_goes_before_that_of_the_place(
    text: str, place: str | None, zone: str | None
) -> None:
    found = read_opening_text(text, place)
    assert found.schedules is not None
    assert {each.timezone for each in found.schedules} == {zone}


def test_what_is_not_certain_is_kept_as_text_and_is_neither_open_nor_closed() -> None:
    kept = opening_schedules("M-F 9-5,&nbsp;except <b>Wed</b>", PLACE)
    assert kept == (Schedule(description="M-F 9-5, except Wed", timezone=PLACE),)
    assert open_state(kept, dt.datetime(2026, 3, 4, 18, tzinfo=dt.UTC)).state == "unknown"


def test_days_by_appointment_stay_unknown_beside_certain_hours() -> None:
    kept = opening_schedules("Mon-Fri 9-5, Sat by appointment", PLACE)
    noon = [dt.datetime(2026, 3, day, 18, tzinfo=dt.UTC) for day in (6, 7, 8)]
    assert [open_state(kept, now).state for now in noon] == ["open", "unknown", "closed"]


@pytest.mark.parametrize("nothing", [None, "", "  ", "N/A", 7, b"M-F 9-5", ["M-F 9-5"], float("nan")])
def test_a_cell_without_text_gives_nothing(nothing: object) -> None:
    assert opening_schedules(nothing, PLACE) == ()


@pytest.mark.parametrize(
    "piece", ["M-F 9-5 ", "Mon ", "9-", "closed ", "24 ", "(", "1st ", "a.m. ", "\n", "x"]
)
def test_a_text_too_long_for_hours_is_kept_unread(piece: str) -> None:
    found = read_opening_text(piece * 10_000, PLACE)
    assert found.schedules is None
    assert len(found.text) in (0, *range(LONGEST, 10 * len(piece) * 1000 + 1))


def test_a_phrase_means_one_thing() -> None:
    meanings: dict[tuple[str, ...], set[str]] = {}
    for kind, phrases in PHRASES.items():
        for phrase in phrases:
            meanings.setdefault(tuple(each.text for each in scan(phrase)), set()).add(kind)
    assert {phrase: kinds for phrase, kinds in meanings.items() if len(kinds) > 1} == {}
