"""HUD's housing counseling agencies: one record or rejection per agency, and the traps of the search."""

import json
import random
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from directory.listings.needs import taxonomy
from directory.listings.record import Code, ListingRecord
from importers.fetch import Fetcher
from importers.housing.hud_counseling import NO_ID, NO_NAME, NO_STATE, NOT_AN_OBJECT, HudCounseling
from tests.importers.reading import SAMPLES, SHARED, hashes, read

SAMPLE = SAMPLES / "housing" / "hud_counseling" / "agencies.json"


def by_id() -> dict[str, ListingRecord]:
    return {record.source_id: record for record in read(HudCounseling(), SAMPLE)[1]}


def test_every_agency_is_one_record_or_one_rejection() -> None:
    reading, records, rejected = read(HudCounseling(), SAMPLE)
    assert (len(records), len(rejected), reading.rows_expected) == (5, 4, 8)
    assert [(each.row, each.reason) for each in rejected] == [
        (6, NO_ID),
        (7, NO_NAME),
        (8, NO_STATE),
        (9, NOT_AN_OBJECT),
    ]
    assert reading.warnings == [
        "No coordinates: PA (3)",
        "Unknown language: XXX (1)",
        "Unknown service: ZZZ (1)",
        "Unknown status: Z (1)",
    ]


def test_an_agency_is_read_whole() -> None:
    record = by_id()["90001"]
    assert record.service.name == "Sample Housing Partners of Testville"
    assert record.service.url == "https://www.sample-housing.example"
    assert record.service.email is None
    assert [(each.number, each.description) for each in record.service.phones] == [("(215) 555-0101", "Main")]
    assert record.service.description == (
        "Offers help when you are behind on the mortgage; help with budget and credit; help for renters.\n"
        "Counseling is in person."
    )
    assert record.place is not None
    assert record.place.address is not None
    assert record.place.address.address_2 is None
    assert (record.place.address.city, record.place.address.postal_code) == ("Sampleton", "19104")
    assert (record.place.latitude, record.place.precision) == (39.9597, "exact")


def test_counseling_by_phone_or_video_reaches_the_own_state() -> None:
    records = by_id()
    assert records["90001"].virtual is None
    assert records["90001"].service.service_areas == ()
    for number in ("90002", "90004"):
        assert records[number].virtual is not None
        assert [each.extent for each in records[number].service.service_areas] == ["US-PA"]


@pytest.mark.parametrize("number", ["90003", "90004", "90005"])
def test_coordinates_that_are_zero_empty_or_absent_are_none(number: str) -> None:
    place = by_id()[number].place
    assert place is not None
    assert (place.latitude, place.longitude, place.precision) == (None, None, None)


def test_addresses_of_nothing_and_capitals_are_cleaned() -> None:
    record = by_id()["90002"]
    assert record.service.url is None
    assert record.service.email == "homes@example.org"
    assert record.place is not None
    assert record.place.address is not None
    assert record.place.address.city == "Sampleton"
    branch = by_id()["90003"].place
    assert branch is not None
    assert branch.address is not None
    assert branch.address.postal_code == "06702"


def test_languages_have_their_iso_codes_and_give_filters() -> None:
    record = by_id()["90002"]
    assert [(each.name, each.code) for each in record.service.languages] == [
        ("English", "eng"),
        ("Spanish", "spa"),
        ("Other languages", None),
    ]
    assert taxonomy().derive(record.codes).filters == ("faith_based", "spanish")


def test_services_become_needs() -> None:
    needs = taxonomy().derive(by_id()["90001"].codes).needs
    assert {"housing_counseling", "foreclosure_help", "money_counseling", "tenant_rights"} <= set(needs)
    assert by_id()["90004"].codes == (Code("need", "housing_counseling"),)
    assert "housing_counseling" in taxonomy().derive(by_id()["90005"].codes).needs


def test_branches_of_their_parents_name_are_one_organization_and_others_are_not() -> None:
    """A parent may be a state office that funds bodies of other names."""
    records = by_id()
    bodies = {number: record.organization for number, record in records.items()}
    assert bodies["90002"] == bodies["90003"]
    assert bodies["90003"].name == "Example Homes (Main Office)"
    assert bodies["90004"] == bodies["90005"]
    assert bodies["90004"].name == "Other Helpers"
    assert bodies["90001"].key not in (bodies["90002"].key, bodies["90004"].key)


def test_order_changes_nothing_and_a_second_reading_is_the_same(tmp_path: Path) -> None:
    agencies = json.loads(SAMPLE.read_text())
    random.Random(5).shuffle(agencies)
    other = tmp_path / "agencies.json"
    other.write_text(json.dumps(agencies))
    first = hashes(read(HudCounseling(), SAMPLE)[1])
    assert first == hashes(read(HudCounseling(), SAMPLE)[1])
    assert first == hashes(read(HudCounseling(), other)[1])


def test_a_search_that_was_cut_to_some_rows_withdraws_nothing() -> None:
    address = "https://data.hud.example/searchByLocation?Lat=38&Long=-77&Distance=5000"
    assert read(HudCounseling(), SAMPLE, url=address)[0].is_whole
    assert not read(HudCounseling(), SAMPLE, url=f"{address}&RowLimit=50")[0].is_whole


def test_the_answer_is_fetched_as_it_is(tmp_path: Path) -> None:
    class Recorded(Fetcher):
        def save(self, url: str, path: Path, **_: object) -> Path:
            path.write_text(url)
            return path

    found = HudCounseling().fetch("https://data.hud.example/x?Lat=1", tmp_path, Recorded())
    assert found.read_text() == "https://data.hud.example/x?Lat=1"


def test_a_web_page_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("<html>Down for maintenance</html>")
    with pytest.raises(SourceBroken, match="web page"):
        read(HudCounseling(), path)


@pytest.mark.shared
def test_the_real_agencies_are_read() -> None:
    reading, records, rejected = read(
        HudCounseling(), SHARED / "housing" / "hud_housing_counselors_charlotte.json"
    )
    assert (len(records), len(rejected), reading.warnings) == (7, 0, [])
    assert all(record.place and record.place.latitude for record in records)
    assert len({record.organization.key for record in records}) == 6
    assert all("housing_counseling" in taxonomy().derive(record.codes).needs for record in records)
