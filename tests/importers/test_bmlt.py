"""BMLT servers: a meeting is a record with its weekday counted from 1, and nothing private comes along."""

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from directory.errors import SourceBroken
from directory.listings.identity import plain
from directory.listings.needs import taxonomy
from directory.listings.record import Code, ListingRecord
from importers.contract import Rejection, SourceFile
from importers.fetch import Fetcher
from importers.peer_groups import bmlt
from importers.peer_groups.bmlt import Bmlt
from tests.importers.reading import SAMPLES, SHARED, hashes, named, read

FOLDER = SAMPLES / "peer_groups" / "bmlt"
ZONE = "America/New_York"


def sample() -> tuple[list[ListingRecord], list[Rejection], list[str]]:
    reading, records, rejected = read(Bmlt(), FOLDER, feed="phila", timezone=ZONE)
    return records, rejected, reading.warnings


def answer(path: Path, **changes: Any) -> Path:
    """One meeting of the sample, changed, as the answer of a server."""
    found = json.loads((FOLDER / "meetings.json").read_text())
    path.write_text(json.dumps({"meetings": [found["meetings"][0] | changes], "formats": found["formats"]}))
    return path


def test_each_meeting_becomes_one_record_or_one_rejection() -> None:
    records, rejected, _ = sample()
    assert [record.source_id for record in records] == ["101", "102", "103", "104", "105", "106"]
    assert [each.reason for each in rejected] == [
        bmlt.WRONG_DAY,
        bmlt.WRONG_TIME,
        bmlt.NO_NAME,
        bmlt.NO_ID,
        bmlt.NOT_PUBLISHED,
    ]


def test_weekday_one_is_sunday_and_a_duration_may_pass_midnight() -> None:
    records, _, _ = sample()
    (sunday,) = named(records, "Sunday Online Example").service.schedules
    assert (sunday.byday, sunday.opens_at, sunday.closes_at) == ("SU", dt.time(23, 30), dt.time(0, 30))
    assert sunday.timezone == "America/Chicago"
    (monday,) = named(records, "Monday Example Lights").service.schedules
    assert (monday.byday, monday.closes_at, monday.timezone) == ("MO", dt.time(20, 30), ZONE)


def test_a_duration_of_a_day_or_none_gives_no_end() -> None:
    records, _, _ = sample()
    for name in ("Closed Room Example", "Closed Room Now Online Example"):
        assert named(records, name).service.schedules[0].closes_at is None


def test_formats_count_by_their_world_id() -> None:
    records, _, warnings = sample()
    lights = named(records, "Monday Example Lights")
    assert lights.codes == (Code("fellowship", "na"), Code("bmlt", "OPEN"), Code("bmlt", "WCHR"))
    derived = taxonomy().derive(lights.codes)
    assert "na" in derived.needs
    assert {"open_meeting", "wheelchair"} <= set(derived.filters)
    assert lights.place
    assert [each.description for each in lights.place.accessibility] == ["Wheelchair access"]
    assert "Unknown format: ZZ (1)" in warnings


def test_a_format_that_is_a_language_is_one() -> None:
    records, _, _ = sample()
    assert [each.code for each in named(records, "Sunday Online Example").service.languages] == ["spa"]
    assert [each.code for each in named(records, "Saturday Both Ways Example").service.languages] == ["ase"]


def test_a_key_with_two_meanings_counts_only_where_they_agree(tmp_path: Path) -> None:
    found = json.loads((FOLDER / "meetings.json").read_text())
    other = found["formats"][1] | {"world_id": "CLOSED", "id": "500"}
    path = tmp_path / "meetings.json"
    path.write_text(json.dumps({"meetings": found["meetings"][2:3], "formats": [*found["formats"], other]}))
    reading, (record,), _ = read(Bmlt(), path)
    assert Code("bmlt", "OPEN") not in record.codes
    assert "Format with several meanings: O (1)" in reading.warnings


@pytest.mark.parametrize(
    ("name", "attendance", "status"),
    [
        ("Monday Example Lights", "in_person", "active"),
        ("Sunday Online Example", "online", "active"),
        ("Saturday Both Ways Example", "hybrid", "active"),
        ("Closed Room Example", None, "temporarily closed"),
        ("Closed Room Now Online Example", "online", "active"),
    ],
)
def test_how_one_takes_part_follows_the_venue(name: str, attendance: str | None, status: str) -> None:
    record = named(sample()[0], name)
    assert (record.attendance, record.service.status) == (attendance, status)


@pytest.mark.parametrize(
    ("changes", "attendance"),
    [
        ({"formats": "HY", "virtual_meeting_link": "https://zoom.example.com/j/1"}, "hybrid"),
        ({"formats": "VM", "virtual_meeting_link": "https://zoom.example.com/j/1"}, "online"),
        ({"formats": "", "virtual_meeting_link": "https://zoom.example.com/j/1"}, "hybrid"),
        ({"formats": ""}, "in_person"),
        (
            {"formats": "", "location_street": "", "latitude": "0", "phone_meeting_number": "215-555-0100"},
            "online",
        ),
    ],
)
def test_servers_without_venue_types_say_it_by_formats(
    tmp_path: Path, changes: dict[str, str], attendance: str
) -> None:
    path = answer(tmp_path / "old.json", venue_type="", format_shared_id_list="", **changes)
    assert read(Bmlt(), path)[1][0].attendance == attendance


def test_nothing_private_is_in_a_record() -> None:
    told = json.dumps([plain(record) for record in sample()[0]])
    for private in ("SECRETWORD", "Robin", "robin@", "0199"):
        assert private not in told


def test_the_way_there_and_the_room_are_kept() -> None:
    lights = named(sample()[0], "Monday Example Lights")
    assert lights.place
    assert lights.place.transportation == "Bus 21 and 42\nMarket-Frankford Line"
    assert lights.place.description == "Side door"
    assert lights.place.address
    assert lights.place.address.region == "Philadelphia County"
    assert lights.service.description == "Ring the bell."


def test_the_service_body_is_the_organization_where_it_is_known() -> None:
    records, _, _ = sample()
    body = named(records, "Monday Example Lights").organization
    assert (body.name, body.website) == ("Example Area Service", "https://na.example.org/")
    assert body.phones[0].number == "(215) 555-0110"
    assert named(records, "Elsewhere Format Example").organization.name == "Narcotics Anonymous"


def test_a_feed_of_another_fellowship_is_named_with_it() -> None:
    _, records, _ = read(Bmlt(), FOLDER / "meetings.json", feed="ma-world")
    assert records[0].codes[0] == Code("fellowship", "ma")
    assert records[0].organization.name == "Marijuana Anonymous"


def test_an_aggregators_ids_carry_the_server(tmp_path: Path) -> None:
    row = json.loads((FOLDER / "meetings.json").read_text())["meetings"][0]
    path = tmp_path / "meetings.json"
    path.write_text(json.dumps([row | {"root_server_id": "3"}, row | {"root_server_id": "4"}]))
    assert [record.source_id for record in read(Bmlt(), path)[1]] == ["3-101", "4-101"]


@pytest.mark.parametrize("empty", ["[]", "{}", '{"meetings": [], "formats": []}'])
def test_an_empty_answer_has_no_rows(tmp_path: Path, empty: str) -> None:
    path = tmp_path / "meetings.json"
    path.write_text(empty)
    reading, records, rejected = read(Bmlt(), path)
    assert not records
    assert not rejected
    assert reading.minimum == 1


def test_a_web_page_or_an_answer_about_something_else_is_broken(tmp_path: Path) -> None:
    page = tmp_path / "page.json"
    page.write_text("<html>blocked</html>")
    with pytest.raises(SourceBroken, match="web page"):
        read(Bmlt(), page)
    with pytest.raises(SourceBroken, match="no answer with meetings"):
        read(Bmlt(), FOLDER / "service_bodies.json")


def test_reading_again_in_another_order_gives_the_same_records(tmp_path: Path) -> None:
    found = json.loads((FOLDER / "meetings.json").read_text())
    found["meetings"].reverse()
    (tmp_path / "meetings.json").write_text(json.dumps(found))
    shutil.copy(FOLDER / "service_bodies.json", tmp_path)
    again = read(Bmlt(), tmp_path, feed="phila", timezone=ZONE)[1]
    assert hashes(again) == hashes(sample()[0])


def test_fetching_asks_for_meetings_with_formats_and_for_service_bodies(tmp_path: Path) -> None:
    asked: list[str] = []

    class Saves(Fetcher):
        def save(self, url: str, path: Path, **_: Any) -> Path:
            asked.append(url)
            shutil.copy(FOLDER / path.name, path)
            return path

    folder = Bmlt().fetch("https://bmlt.example.org/main_server/", tmp_path / "new", Saves())
    start = "https://bmlt.example.org/main_server/client_interface/json/?switcher="
    assert asked == [f"{start}GetSearchResults&get_used_formats=1", f"{start}GetServiceBodies"]
    (reading,) = Bmlt().read(SourceFile(path=folder))
    assert len(list(reading.rows)) == 11


@pytest.mark.shared
def test_recorded_answers_of_a_real_server_are_read_whole(tmp_path: Path) -> None:
    for each in (SHARED / "peer_groups").glob("yap_meeting-search-*.json"):
        shutil.copy(each, tmp_path)
    _, records, rejected = read(Bmlt(), tmp_path, timezone=ZONE)
    assert (len(records), len(rejected)) == (169, 0)
    assert all("na" in taxonomy().derive(record.codes).needs for record in records)


@pytest.mark.shared
def test_an_answer_cut_to_coordinates_gives_no_listings() -> None:
    path = SHARED / "peer_groups" / "yap_helpline-search-brooklyn-ny.json"
    _, records, rejected = read(Bmlt(), path)
    assert not records
    assert {each.reason for each in rejected} == {bmlt.NO_ID}
