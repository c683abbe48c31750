"""What a listing document becomes in the index."""

import datetime as dt
from typing import Any

import pytest

from directory.errors import InstanceInvalid
from directory.listings.identity import plain
from directory.listings.record import Schedule
from directory.listings.shown import ALWAYS, Shown
from directory.search.engines import make_engine
from directory.search.entry import entry_of, schedule_of
from directory.search.memory_engine import MemoryEngine
from directory.search.whoosh_engine import WhooshEngine
from directory.search.words import stems
from directory.settings import Settings

SCHEDULE = Schedule(
    freq="WEEKLY",
    byday="MO",
    opens_at=dt.time(9),
    closes_at=dt.time(17, 30),
    timezone="America/New_York",
    valid_from=dt.date(2026, 1, 1),
    closed=False,
)


def document(**given: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": "1",
        "kind": "treatment",
        "name": "Hope  House",
        "organization": "Hope Inc",
        "description": "Quiet place",
        "alternate_name": None,
        "program": None,
        "needs": ["detox"],
        "also": ["rides"],
        "filters": ["medicaid"],
        "around_the_clock": True,
        "address": {"city": "Reading"},
        "latitude": 40.3,
        "longitude": -75.9,
        "state": "PA",
        "county": None,
        "location_name": None,
        "eligibility": None,
        "interpretation": None,
        "schedules": [plain(SCHEDULE)],
        "timezone": "America/New_York",
        "visible_from": None,
        "visible_to": None,
        "attendance": None,
        "virtual": None,
        "areas": ["US-PA"],
        "area_names": [],
        "polygons": [],
        "languages": [{"name": "Polish", "code": "pol"}],
        "status": "active",
        "quality": 77,
        "source": {"as_of": "2024-12-31", "verified": None},
    }
    return values | given


def test_a_document_gives_its_public_facts() -> None:
    entry = entry_of(document(virtual={"areas": ["US-PA"], "url": None}))
    assert (entry.name, entry.state, entry.quality) == ("Hope House\nHope Inc", "PA", 77)
    assert (entry.needs, entry.also, entry.filters) == (("detox",), ("rides",), ("medicaid",))
    assert (entry.areas, entry.video_areas) == (("US-PA",), ("US-PA",))
    assert (entry.as_of, entry.verified_on) == (dt.date(2024, 12, 31), None)
    assert entry.schedules == (SCHEDULE,)


def test_a_name_equal_to_its_organization_stands_once() -> None:
    assert entry_of(document(organization="Hope House")).name == "Hope House"


@pytest.mark.parametrize("word", ["quiet", "Reading", "Polish", "detox", "desintoxicación"])
def test_public_words_are_searchable_and_needs_by_their_labels(word: str) -> None:
    assert set(stems(word)) <= set(stems(entry_of(document()).text))


def test_a_hidden_place_has_no_point_and_no_town() -> None:
    entry = entry_of(document(address=None, latitude=None, longitude=None))
    assert (entry.latitude, entry.longitude) == (None, None)
    assert "reading" not in stems(entry.text)


def test_a_place_that_is_closed_for_now_has_no_hours() -> None:
    assert entry_of(document(status="temporarily closed")).schedules == ()


def test_an_entry_is_shown_from_its_first_day_to_the_end_of_its_last() -> None:
    entry = entry_of(document(visible_from="2026-12-01", visible_to="2026-12-31"))
    assert entry.shown == Shown(
        dt.datetime(2026, 12, 1, 5, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, 5, tzinfo=dt.UTC)
    )
    assert entry_of(document()).shown == ALWAYS


def test_a_schedule_survives_the_way_through_json() -> None:
    assert schedule_of(plain(SCHEDULE)) == SCHEDULE


@pytest.mark.parametrize(("name", "kind"), [("whoosh", WhooshEngine), ("memory", MemoryEngine)])
def test_an_engine_is_found_by_its_name(name: str, kind: type) -> None:
    assert isinstance(make_engine(Settings(search_engine=name)), kind)


@pytest.mark.parametrize("name", ["nothing", "../whoosh", ""])
def test_an_unknown_engine_is_a_wrong_setting(name: str) -> None:
    with pytest.raises(InstanceInvalid, match="no search engine"):
        make_engine(Settings(search_engine=name))
