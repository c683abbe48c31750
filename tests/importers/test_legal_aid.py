"""Exports of legal aid networks: Florida's three tables, Illinois's places, and what is left out of both."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from directory.listings.identity import plain
from directory.listings.needs import taxonomy
from directory.listings.record import ListingRecord
from importers.legal._legal_cells import areas_of, income_limit, place_of, read_age, role_email
from importers.legal._places import NO_ID as NO_PLACE_ID
from importers.legal._places import NO_NAME as NO_PLACE_NAME
from importers.legal.legal_aid import NO_ID, NO_NAME, NO_STATE, SHIFTED, LegalAid
from importers.rows import TOO_MANY
from tests.importers.reading import SAMPLES, SHARED, hashes, read, shuffled

FLORIDA = SAMPLES / "legal" / "legal_aid" / "florida"
ILLINOIS = SAMPLES / "legal" / "legal_aid" / "illinois"


def florida() -> dict[str, ListingRecord]:
    return {record.source_id: record for record in read(LegalAid(), FLORIDA)[1]}


def illinois() -> dict[str, ListingRecord]:
    return {record.source_id: record for record in read(LegalAid(), ILLINOIS)[1]}


def test_every_service_is_one_record_or_one_rejection() -> None:
    reading, records, rejected = read(LegalAid(), FLORIDA)
    assert (len(records), reading.rows_expected) == (3, 8)
    assert [(each.row, each.reason) for each in rejected] == [
        (4, NO_STATE),
        (5, SHIFTED),
        (6, TOO_MANY),
        (7, NO_ID),
        (8, NO_NAME),
    ]
    assert reading.warnings == ["Unknown problem code: Dream Law (1)"]


def test_a_service_is_read_whole() -> None:
    record = florida()["s1"]
    service = record.service
    assert record.organization.name == "Sample Bay Legal Aid, Inc."
    assert record.organization.website == "https://www.sample-bay.example"
    assert record.organization.year_incorporated == 1967
    assert (service.name, service.alternate_name, service.program) == ("General Civil Help", None, "CTI")
    assert (service.url, service.email) == ("https://example.org/help", "referrals@example.org")
    assert service.description == "Advice and help."
    assert service.application_process == "Most people first get advice by phone."


def test_counties_are_areas_and_a_service_without_any_serves_its_state() -> None:
    assert [area.extent for area in florida()["s1"].service.service_areas] == [
        "US-FL/Hillsborough",
        "US-FL/Miami-Dade",
        "US-FL/St. Lucie",
    ]
    assert [area.extent for area in florida()["s3"].service.service_areas] == ["US-FL"]


def test_problem_codes_become_needs() -> None:
    derived = taxonomy().derive(florida()["s1"].codes)
    assert set(derived.needs) == (
        {"legal", "legal_aid", "expungement", "family_law", "license_help", "foreclosure_help", "housing"}
    )
    assert taxonomy().derive(florida()["s3"].codes).needs == ("immigration_help", "legal", "legal_aid")


def test_ages_of_0_and_200_are_no_limits() -> None:
    ages = {key: (each.service.minimum_age, each.service.maximum_age) for key, each in florida().items()}
    assert ages == {"s1": (None, None), "s2": (60, None), "s3": (18, 23)}


def test_who_may_come_is_said_in_plain_words() -> None:
    told = {key: each.service.eligibility_description for key, each in florida().items()}
    assert told == {
        "s1": "Income up to 125% of the federal poverty level. Open to people on parole or probation.",
        "s2": "For veterans. For people in jail or prison.",
        "s3": "Income up to 200% of the federal poverty level.",
    }
    assert {"veterans", "justice_involved"} <= set(taxonomy().derive(florida()["s2"].codes).filters)


def test_a_service_has_a_place_only_where_that_is_certain() -> None:
    records = florida()
    assert records["s1"].place is None
    assert all(record.virtual for record in records.values())
    line, only = records["s2"].place, records["s3"].place
    assert line is not None
    assert line.name == "Senior Line"
    assert only is not None
    assert only.address is not None
    assert (only.address.address_1, only.address.address_2) == ("9 Sample Ave", "Example Courthouse")
    assert (only.address.city, only.address.postal_code) == ("Orlando", "32801")


def test_numbers_are_those_of_the_office_or_of_all_with_the_toll_free_first() -> None:
    records = florida()
    assert [(each.number, each.description, each.type) for each in records["s1"].service.phones] == [
        ("(800) 555-0100", "Toll-free", "voice"),
        ("(813) 555-0102", "Senior Line", "voice"),
        ("(813) 555-0101", "Tampa HQ", "voice"),
        ("(800) 555-0199", "TDD", "textphone"),
    ]
    assert [each.number for each in records["s2"].service.phones] == ["(813) 555-0102"]
    assert [each.number for each in records["s3"].service.phones] == ["(407) 555-0101"]


def test_addresses_of_persons_are_kept_nowhere() -> None:
    _, records, rejected = read(LegalAid(), FLORIDA)
    assert "pat.secret" not in json.dumps([plain(each) for each in records]) + str(rejected)
    assert florida()["s2"].service.email == "sbla@example.org"
    assert florida()["s2"].service.application_process is None


def test_a_zip_and_one_file_alone_are_read_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for path in FLORIDA.iterdir():
            archive.write(path, f"export/{path.name}")
        archive.writestr("readme.txt", "hello")
    assert hashes(read(LegalAid(), tmp_path / "export.zip")[1]) == hashes(read(LegalAid(), FLORIDA)[1])
    alone = read(LegalAid(), FLORIDA / "services.csv", feed="fl")
    assert {record.source_id for record in alone[1]} == {"s1", "s2", "s3", "s4"}
    assert [each.reason for each in read(LegalAid(), FLORIDA / "services.csv")[2]].count(NO_STATE) == 4


def test_order_changes_nothing(tmp_path: Path) -> None:
    for path in FLORIDA.iterdir():
        if path.name == "services.csv":
            header, *lines = path.read_text().splitlines()
            (tmp_path / path.name).write_text("\n".join([header, *reversed(lines)]) + "\n")
        else:
            shuffled(path, tmp_path / path.name)
    assert hashes(read(LegalAid(), tmp_path)[1]) == hashes(read(LegalAid(), FLORIDA)[1])


def test_a_folder_without_services_is_refused(tmp_path: Path) -> None:
    shutil.copy(FLORIDA / "organizations.csv", tmp_path)
    with pytest.raises(SourceBroken, match="no table of legal services"):
        read(LegalAid(), tmp_path)


def test_two_tables_of_one_kind_are_refused(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        shutil.copy(FLORIDA / "services.csv", tmp_path / name)
    with pytest.raises(SourceBroken, match="two tables of the same kind"):
        read(LegalAid(), tmp_path)


# --- the shape of Illinois ---


def test_every_place_is_one_record_or_one_rejection() -> None:
    _, records, rejected = read(LegalAid(), ILLINOIS)
    assert [record.source_id for record in records] == ["1", "2", "3", "4"]
    assert [(each.row, each.reason) for each in rejected] == [(5, NO_PLACE_ID), (6, NO_PLACE_NAME)]


def test_hours_in_one_string_are_a_week_and_holidays_are_named() -> None:
    hours, holidays = illinois()["1"].service.schedules
    assert (hours.byday, str(hours.opens_at), str(hours.closes_at)) == ("TH", "09:00:00", "17:00:00")
    assert holidays.description == "Closed on New Year's Day, Labor Day"


def test_a_place_has_its_position_income_limit_and_towns() -> None:
    record = illinois()["1"]
    assert record.place is not None
    assert (record.place.latitude, record.place.longitude) == (42.05, -87.69)
    assert record.service.eligibility_description == (
        "Income up to 125% of the federal poverty level. Serves people in Chicago."
    )
    assert record.service.service_areas == ()
    assert taxonomy().derive(record.codes).filters == ("no_payment",)
    assert record.organization.name == "Sample Prairie Legal"


def test_a_post_office_box_is_no_place_to_go_to() -> None:
    record = illinois()["2"]
    assert record.place is None
    box = record.locations[1]
    assert box.location_type == "postal"
    assert box.address is not None
    assert (box.address.address_1, box.address.city) == ("P.O. Box 726", "Homewood")
    assert [area.extent for area in record.service.service_areas] == ["US-IL/Cook", "US-IL/Will"]


def test_areas_are_the_state_counties_or_zip_codes() -> None:
    areas = {key: [area.extent for area in each.service.service_areas] for key, each in illinois().items()}
    assert areas["3"] == ["US-IL"]
    assert areas["4"] == ["US-IL/60601", "US-IL/60602"]


# --- cells ---


@pytest.mark.parametrize(
    ("text", "street", "city", "state"),
    [
        ("State: FL", "", "", "FL"),
        ("State: <b>IL</b>,", "", "", "IL"),
        ("", "", "", ""),
        ("Fort Pierce, FL", "", "Fort Pierce", "FL"),
        ("37718 Meridian Ave, Dade City, FL 33525-3715", "37718 Meridian Ave", "Dade City", "FL"),
        ("P.O. Box 726Homewood, IL 60430", "P.O. Box 726", "Homewood", "IL"),
    ],
)
def test_addresses_are_read_from_their_end(text: str, street: str, city: str, state: str) -> None:
    found = place_of(text)
    assert (found.street, found.city, found.state) == (street, city, state)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("125", "125%"),
        ("125%", "125%"),
        ("0", None),
        ("", None),
        ("none", None),
        ("99999", None),
        ("٣", None),
    ],
)
def test_an_income_limit_is_a_percentage_of_the_poverty_level(text: str, told: str | None) -> None:
    found = income_limit(text)
    assert (told in found if told and found else found is told) is True


def test_limits_of_age_are_believed_where_people_get_that_old() -> None:
    assert (read_age("18"), read_age("0"), read_age("200"), read_age("x")) == (18, None, None, None)
    assert (read_age("0", is_oldest=True), read_age("999", is_oldest=True)) == (0, None)


def test_only_addresses_of_a_task_or_of_the_body_are_public() -> None:
    assert role_email("Info@clsmf.example.org") == "Info@clsmf.example.org"
    assert role_email("clp@lawprogram.example.org", "CLP") == "clp@lawprogram.example.org"
    assert role_email("jane.doe@example.org", "CLP") is None
    assert role_email("N/A") is None


def test_parishes_are_counties_of_louisiana() -> None:
    (area,) = areas_of("LA", ["Orleans Parish"])
    assert (area.name, area.extent) == ("Orleans Parish", "US-LA/Orleans")


@pytest.mark.shared
def test_floridas_real_export_is_read() -> None:
    reading, records, rejected = read(LegalAid(), SHARED / "legal", feed="fl")
    assert (len(records), len(rejected), reading.warnings) == (134, 1, [])
    assert [each.reason for each in rejected] == [TOO_MANY]
    assert len({record.source_id for record in records}) == 134
    assert len({record.organization.key for record in records}) == 18
    assert all("legal_aid" in taxonomy().derive(record.codes).needs for record in records)
    assert all(area.extent.startswith("US-FL") for each in records for area in each.service.service_areas)
    assert all(each.service.minimum_age != 0 and each.service.maximum_age != 200 for each in records)
