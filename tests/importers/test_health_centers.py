"""HRSA's health center sites: what is listed, what is not, and what is not claimed."""

import datetime as dt
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from directory.listings.needs import taxonomy
from directory.listings.record import ListingRecord, Location
from importers.treatment.health_centers import REQUIRED, HealthCenters
from tests.importers.reading import SAMPLES, SHARED, hashes, named, read, saved, shuffled, table

SITES = SAMPLES / "treatment" / "health_centers" / "sites.csv"


def site(name: str) -> ListingRecord:
    return named(read(HealthCenters(), SITES)[1], name)


def place_of(name: str) -> Location:
    place = site(name).place
    assert place is not None
    return place


def test_the_comma_at_the_end_of_the_header_shifts_nothing() -> None:
    header, rows = table(SITES)
    assert header[-1] == ""
    assert len(rows[0]) == len(header) - 1
    record = site("Sample Street Health Center")
    assert record.source_id == "BPS-H80-990001"
    assert record.service.url == "https://www.sample-health.example"


def test_only_active_places_where_people_are_seen_are_listed() -> None:
    reading, records, rejected = read(HealthCenters(), SITES)
    assert len(records) + len(rejected) == len(table(SITES)[1]) == reading.rows_expected
    assert [each.reason for each in rejected] == [
        "The site is an office, where nobody is seen.",
        "The site is not active.",
        "The site is inside a jail or prison.",
        "The row has no site number.",
        "The row has no facility name.",
        "The row's state is not a state or territory of the United States.",
        "The row has no city.",
    ]


def test_x_is_the_longitude_and_y_the_latitude() -> None:
    place = place_of("Sample Street Health Center")
    assert (place.latitude, place.longitude, place.precision) == (39.955, -75.19, "exact")
    assert place.address is not None
    assert (place.address.address_1, place.address.city) == ("100 Sample Street", "Philadelphia")
    assert place.address.region == "Philadelphia County"
    assert place_of("Sample School Clinic").latitude is None


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("Sample Street Health Center", None),
        ("Sample Health Van", "A mobile van that belongs to this address. Call to ask where it stops."),
        ("Sample Look-Alike Clinic", "Open for a part of the year. Call first."),
        (
            "Sample School Clinic",
            "Open on some days only. Call first. In a school. Call to ask whom it serves.",
        ),
    ],
)
def test_a_place_that_is_not_always_there_says_so(name: str, note: str | None) -> None:
    assert place_of(name).description == note


def test_a_clinic_in_a_shelter_for_survivors_shows_its_town_only() -> None:
    record = site("Sample Safe Place Clinic")
    assert place_of("Sample Safe Place Clinic").visibility == "partial"
    assert "Secret Lane" not in repr(record)
    assert "-75.19" not in repr(record)
    assert "19104" not in repr(record.locations)


@pytest.mark.parametrize("name", ["Sample Street Health Center", "Sample Look-Alike Clinic"])
def test_a_health_center_is_primary_care_with_a_sliding_fee_and_nothing_else(name: str) -> None:
    record = site(name)
    meaning = taxonomy().derive(record.codes)
    assert meaning.needs == ("health", "primary_care")
    assert meaning.also == ()
    assert meaning.filters == ("sliding_fee",)
    assert [cost.option for cost in record.service.cost_options] == ["Sliding fee scale"]


def test_a_site_of_an_unknown_program_claims_no_fee() -> None:
    record = site("Sample Plain Site")
    assert taxonomy().derive(record.codes).filters == ()
    assert record.service.cost_options == ()


def test_the_organization_is_known_by_its_number_and_npi() -> None:
    one, van = site("Sample Street Health Center"), site("Sample Health Van")
    assert one.organization.name == van.organization.name == "Sample Community Health, Inc."
    assert [(each.identifier_type, each.identifier) for each in one.organization.identifiers] == [
        ("Health Center Number", "H80CS99001"),
        ("NPI", "1234567893"),
    ]
    assert [each.identifier for each in van.organization.identifiers] == ["H80CS99001"]
    assert one.organization.key != van.organization.key
    assert one.organization == site("Sample School Clinic").organization


def test_hours_are_a_number_per_week_and_open_now_stays_unknown() -> None:
    (schedule,) = site("Sample Health Van").service.schedules
    assert schedule.description == "Open 12.5 hours a week. Call for hours."
    assert schedule.opens_at is None
    assert site("Sample Look-Alike Clinic").service.schedules == ()
    assert site("Sample School Clinic").service.schedules == ()


def test_the_file_is_dated_by_its_newest_row() -> None:
    assert read(HealthCenters(), SITES)[0].as_of == dt.date(2026, 9, 2)
    told = dt.date(2026, 10, 1)
    assert read(HealthCenters(), SITES, as_of=told)[0].as_of == told


def test_oddities_are_told_and_dangerous_addresses_dropped() -> None:
    reading, _, _ = read(HealthCenters(), SITES)
    assert reading.warnings == [
        "Implausible hours per week: 400 (1)",
        "Unknown health center type: none (1)",
        "Unknown location type: Floating (1)",
    ]
    assert site("Sample Look-Alike Clinic").service.url is None


def test_neither_a_second_read_nor_the_order_of_rows_changes_anything(tmp_path: Path) -> None:
    records = read(HealthCenters(), SITES)[1]
    assert hashes(records) == hashes(read(HealthCenters(), SITES)[1])
    assert hashes(records) == hashes(read(HealthCenters(), shuffled(SITES, tmp_path / "other.csv"))[1])


def test_a_table_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="bphc_assigned_number"):
        read(HealthCenters(), saved(tmp_path / "other.csv", ["Site Name", "Site City"], [["A", "B"]]))


@pytest.mark.shared
def test_the_published_header_has_every_column_that_we_need() -> None:
    header = (SHARED / "treatment" / "hrsa_sites_header.csv").read_text().strip()
    assert header.endswith(",")
    assert set(REQUIRED) <= {"_".join(name.casefold().split()) for name in header.split(",")}
    assert table(SITES)[0] == header.split(",")
