"""California's licensed programs: the table as published, and the copy with other names."""

import datetime as dt
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from directory.listings.needs import taxonomy
from directory.listings.record import ListingRecord
from importers.treatment.dhcs_california import DhcsCalifornia
from tests.importers.reading import SAMPLES, SHARED, hashes, named, read, shuffled, table

FOLDER = SAMPLES / "treatment" / "dhcs_california"
COPY, PUBLISHED = FOLDER / "copy.csv", FOLDER / "published.csv"
AS_OF = dt.date(2026, 8, 21)
HOUSE = "Sample House for Women and Children"


def records_of(path: Path = COPY, as_of: dt.date | None = AS_OF) -> list[ListingRecord]:
    return read(DhcsCalifornia(), path, as_of=as_of)[1]


def test_every_row_is_one_record_or_one_rejection() -> None:
    reading, records, rejected = read(DhcsCalifornia(), COPY, as_of=AS_OF)
    assert len(records) + len(rejected) == len(table(COPY)[1]) == reading.rows_expected
    assert [each.reason for each in rejected] == [
        "The row has no city.",
        "The row has no license number.",
        "The row has no facility name.",
    ]


def test_a_facility_is_read_whole() -> None:
    record = named(records_of(), HOUSE)
    assert record.source_id == "990001AN"
    assert record.organization.name == "Sample Recovery Services, Incorporated"
    assert record.place is not None
    assert record.place.address is not None
    address = record.place.address
    assert (address.address_1, address.address_2, address.city) == (
        "2545 Sample Avenue",
        "Suite 100",
        "Oakland",
    )
    assert (address.region, address.state_province, address.postal_code) == ("Alameda County", "CA", "94612")
    assert record.place.description == "Also at: 2547 and 2549 Sample Avenue"
    (phone,) = record.service.phones
    assert (phone.number, phone.extension) == ("(510) 555-0101", 250)
    assert record.service.licenses == (
        "California DHCS license and certification 990001AN, to 2027-01-31; approved for incidental medical "
        "services; for 20 people in treatment, 38 people in all"
    )
    assert record.service.eligibility_description == "Serves women and their children."


def test_beds_are_the_licensed_number_dated_by_the_file_and_never_said_to_be_free() -> None:
    (capacity,) = named(records_of(), HOUSE).service.capacities
    assert (capacity.unit, capacity.maximum, capacity.available, capacity.status) == (
        "beds",
        20,
        None,
        "call",
    )
    assert capacity.updated is None, "the file's date is put in where the listing is shown"
    assert named(records_of(), "Sample Outpatient Program").service.capacities == ()


def test_a_newer_file_with_the_same_beds_says_nothing_new() -> None:
    assert hashes(records_of(as_of=AS_OF)) == hashes(records_of(as_of=AS_OF + dt.timedelta(days=7)))


def test_without_a_date_a_warning_says_that_beds_are_not_shown() -> None:
    reading = read(DhcsCalifornia(), COPY)[0]
    assert any("beds are not shown" in warning for warning in reading.warnings)


def test_a_license_past_its_last_day_keeps_its_listing_and_gives_an_alert() -> None:
    said = {record.source_id: record.service.alert for record in records_of()}
    assert said["990001BN"] is not None
    assert "certification of this program ended on 2026-07-31" in said["990001BN"]
    assert said["990002AP"] is not None, "past by the file's date, though its own column does not say so"
    assert said["990001AN"] is None
    undated = {record.source_id: record.service.alert for record in records_of(as_of=None)}
    assert undated["990001BN"] is not None
    assert undated["990002AP"] is None


@pytest.mark.parametrize(
    ("service", "needs", "filters"),
    [
        (HOUSE, {"residential", "residential_detox", "addiction_treatment"}, {"women_only", "with_children"}),
        ("Sample Outpatient Program", {"outpatient", "addiction_treatment"}, {"men", "women"}),
        ("CASA SAMPLE", {"residential", "addiction_treatment"}, {"men_only", "adolescents"}),
        ("Sample Chemical Recovery Hospital", {"detox", "co_occurring", "addiction_treatment"}, {"detox"}),
        ("Sample Social Model Home", {"addiction_treatment"}, set()),
        ("Sample Mystery Program", {"addiction_treatment"}, set()),
    ],
)
def test_program_and_population_say_what_it_is_and_for_whom(
    service: str, needs: set[str], filters: set[str]
) -> None:
    meaning = taxonomy().derive(named(records_of(), service).codes)
    assert needs <= set(meaning.needs)
    assert filters <= set(meaning.filters)
    assert meaning.also == ()


def test_all_codes_of_the_file_are_known() -> None:
    known = taxonomy()
    told = [code for record in records_of() for code in record.codes if not known.knows(code)]
    assert [code.value for code in told] == ["1.6", "XYZ"]
    assert read(DhcsCalifornia(), COPY, as_of=AS_OF)[0].warnings == [
        "Unknown program code: XYZ (1)",
        "Unknown target population: 1.6 (1)",
    ]


def test_the_published_table_and_its_copy_are_the_same_listings() -> None:
    published = {record.source_id: record for record in records_of(PUBLISHED)}
    for record in records_of():
        other = published[record.source_id]
        assert (other.service.name, other.codes, other.locations) == (
            record.service.name,
            record.codes,
            record.locations,
        )
        assert (other.service.licenses, other.service.capacities) == (
            record.service.licenses,
            record.service.capacities,
        )


def test_neither_a_second_read_nor_the_order_of_rows_changes_anything(tmp_path: Path) -> None:
    assert hashes(records_of()) == hashes(records_of())
    assert hashes(records_of()) == hashes(records_of(shuffled(COPY, tmp_path / "other.csv")))


def test_a_table_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("facility_name,city\nA,B\n")
    with pytest.raises(SourceBroken, match="application_number"):
        records_of(path)


@pytest.mark.shared
def test_the_list_of_august_2026_is_read_whole() -> None:
    path = SHARED / "treatment" / "ca_dhcs" / "facilities.csv"
    reading, records, rejected = read(DhcsCalifornia(), path, as_of=AS_OF)
    assert (len(records), len(rejected)) == (2265, 1)
    assert len({record.source_id for record in records}) == 2265
    assert len(records) > reading.minimum
    assert reading.warnings == []
    assert sum(record.service.alert is not None for record in records) == 25
    assert sum(bool(record.service.capacities) for record in records) == 1062
    known = taxonomy()
    assert all(known.derive(record.codes).needs for record in records)
    assert all(known.knows(code) for record in records for code in record.codes)
