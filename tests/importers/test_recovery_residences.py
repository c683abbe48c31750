"""Lists of certified recovery residences: what is said of a home, and which persons are never kept."""

import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest

from directory.errors import SourceBroken
from directory.listings.identity import plain
from directory.listings.needs import taxonomy
from directory.listings.record import CostOption, ListingRecord
from importers.housing.recovery_residences import (
    NO_CITY,
    NO_NAME,
    NO_STATE,
    NOT_NOW,
    RecoveryResidences,
)
from tests.importers.reading import SAMPLES, hashes, named, read, saved

LIST = SAMPLES / "housing" / "recovery_residences" / "list.csv"
FEED = "pa-sample"
AS_OF = dt.date(2026, 9, 5)


def listed() -> list[ListingRecord]:
    return read(RecoveryResidences(), LIST, feed=FEED, as_of=AS_OF)[1]


def one(folder: Path, **cells: str) -> ListingRecord:
    row = {"name": "A House", "city": "Testville", "state": "PA"} | cells
    path = saved(folder / "one.csv", list(row), [list(row.values())])
    return read(RecoveryResidences(), path, as_of=AS_OF)[1][0]


def test_every_row_is_one_record_or_one_rejection() -> None:
    reading, records, rejected = read(RecoveryResidences(), LIST, feed=FEED)
    assert len(records) == 5
    assert [each.reason for each in rejected] == [
        NOT_NOW,
        NO_NAME,
        NO_CITY,
        "The row has more cells than the header.",
    ]
    assert reading.warnings == ["Unknown gender: Grown-ups (1)"]


def test_no_manager_and_no_managers_telephone_is_kept_anywhere() -> None:
    _, records, rejected = read(RecoveryResidences(), LIST, feed=FEED)
    kept = json.dumps([plain(each) for each in records]) + str(rejected)
    assert "Secretname" not in kept
    assert "555-0177" not in kept
    assert named(records, "Open Door").service.phones == ()


def test_a_home_is_on_a_list_and_never_verified() -> None:
    service = named(listed(), "Sample House").service
    assert service.accreditations == "On SAMPLE's certified list, September 5, 2026 (level 2)"
    assert service.assured_date is None
    assert named(listed(), "Rose Garden Recovery Home").service.accreditations == (
        "On SAMPLE's certified list, September 5, 2026 (Level III)"
    )
    undated = read(RecoveryResidences(), LIST, feed=FEED)[1]
    assert named(undated, "Open Door").service.accreditations == "On SAMPLE's certified list"


def test_of_a_home_without_a_street_only_the_town_is_shown() -> None:
    place = named(listed(), "Sample House").place
    assert place is not None
    assert place.visibility == "partial"
    assert place.address is not None
    assert (place.address.address_1, place.address.city, place.address.state_province) == (
        "",
        "Sampleton",
        "PA",
    )
    house = named(listed(), "Rose Garden Recovery Home").place
    assert house is not None
    assert house.visibility == "full"
    assert house.address is not None
    assert (house.address.address_1, house.address.city, house.address.postal_code) == (
        "12 Invented St",
        "Sampleton",
        "06702",
    )


def test_a_street_that_may_not_be_told_is_not_stored(tmp_path: Path) -> None:
    for cells in ({"address": "Undisclosed"}, {"address": "9 Hidden Way", "confidential": "Yes"}):
        record = one(tmp_path, zip="19104", **cells)
        assert record.place is not None
        assert record.place.visibility == "partial"
        assert "Hidden" not in json.dumps(plain(record))
        assert "19104" not in json.dumps(plain(record))


@pytest.mark.parametrize(
    ("price", "costs", "fees"),
    [
        ("$750", (CostOption(option="Rent", amount=750.0, currency="USD"),), None),
        ("3,000", (CostOption(option="Rent", amount=3000.0, currency="USD"),), None),
        ("$850.50 per month", (CostOption(option="Monthly rent", amount=850.5, currency="USD"),), None),
        ("$150/week", (CostOption(option="Weekly rent", amount=150.0, currency="USD"),), None),
        ("Varies", (), "Rent: Varies"),
        ("$500-700", (), "Rent: $500-700"),
        ("0", (), "Rent: 0"),
        ("N/A", (), None),
    ],
)
def test_only_a_plain_amount_is_a_price(
    tmp_path: Path, price: str, costs: tuple[CostOption, ...], fees: str | None
) -> None:
    service = one(tmp_path, price=price).service
    assert (service.cost_options, service.fees_description) == (costs, fees)


@pytest.mark.parametrize(
    ("gender", "filters", "sentence"),
    [
        ("Men Only", {"men", "men_only"}, "Men only."),
        ("M", {"men", "men_only"}, "Men only."),
        (
            "Women (w/ Children Option)",
            {"women", "women_only", "with_children"},
            "Women only, also with children.",
        ),
        ("MC", {"men", "men_only", "with_children"}, "Men only, also with children."),
        ("Coed", {"men", "women"}, "Men and women."),
        ("Grown-ups", set(), "Gender: Grown-ups."),
    ],
)
def test_gender_is_a_filter_and_a_sentence(
    tmp_path: Path, gender: str, filters: set[str], sentence: str
) -> None:
    record = one(tmp_path, gender=gender)
    derived = taxonomy().derive(record.codes)
    assert set(derived.filters) == filters
    assert derived.needs == ("housing", "recovery_housing")
    assert record.service.eligibility_description == sentence


def test_groups_that_a_home_serves_are_filters() -> None:
    record = named(listed(), "Open Door")
    assert {"veterans", "lgbtq"} <= set(taxonomy().derive(record.codes).filters)
    assert record.service.eligibility_description == "Men and women. Serves: Veterans, LGBTQ+."


@pytest.mark.parametrize(
    ("home", "told"),
    [
        ("Sample House", (2, 8, "capacity", dt.datetime(2026, 9, 1, tzinfo=dt.UTC))),
        ("Rose Garden Recovery Home", (0, 6, "no_capacity", dt.datetime(2026, 9, 1, tzinfo=dt.UTC))),
        ("Open Door", (None, None, "waitlist", None)),
    ],
)
def test_free_beds_come_with_the_date_of_their_row(
    home: str, told: tuple[int | None, int | None, str, dt.datetime | None]
) -> None:
    (found,) = named(listed(), home).service.capacities
    available = 0 if found.status == "no_capacity" else found.available
    assert (available, found.maximum, found.status, found.updated) == told
    assert named(listed(), "Odd House").service.capacities == ()


@pytest.mark.parametrize(("cell", "is_told"), [("Yes", True), ("no", False), ("", False), ("ask", False)])
def test_a_way_in_for_a_wheelchair_is_a_filter(tmp_path: Path, cell: str, is_told: bool) -> None:
    codes = one(tmp_path, wheelchair_accessible=cell).codes
    assert ("wheelchair" in taxonomy().derive(codes).filters) is is_told


def test_a_certificate_that_ran_out_is_no_listing(tmp_path: Path) -> None:
    path = saved(tmp_path / "one.csv", ["name", "city", "state", "expires"], [["A", "B", "PA", "08/31/2026"]])
    assert [each.reason for each in read(RecoveryResidences(), path, as_of=AS_OF)[2]] == [NOT_NOW]
    assert len(read(RecoveryResidences(), path, as_of=dt.date(2026, 8, 1))[1]) == 1


def test_the_state_comes_from_the_feed_where_the_list_has_none() -> None:
    assert [each.reason for each in read(RecoveryResidences(), LIST)[2]].count(NO_STATE) == 6
    assert {"PA"} == {
        record.place.address.state_province for record in listed() if record.place and record.place.address
    }


def test_two_homes_of_one_name_are_told_apart_by_what_lasts(tmp_path: Path) -> None:
    header = ["name", "city", "state", "gender", "vacancies"]
    rows = [["Oak House", "Testville", "PA", "M", "1"], ["Oak House", "Testville", "PA", "W", "2"]]
    later = [[*row[:4], "5"] for row in reversed(rows)]
    first = read(RecoveryResidences(), saved(tmp_path / "a.csv", header, rows), as_of=AS_OF)[1]
    second = read(RecoveryResidences(), saved(tmp_path / "b.csv", header, later), as_of=AS_OF)[1]
    ids = {record.source_id for record in first}
    assert len(ids) == 2
    assert ids == {record.source_id for record in second}


def test_a_workbook_says_the_same_as_a_csv_in_any_order(tmp_path: Path) -> None:
    _, *lines = LIST.read_text().splitlines()
    header, *rows = [line.split(",") for line in lines if '"' not in line and len(line.split(",")) == 16]
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [header, *reversed(rows)]:
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    first = read(RecoveryResidences(), saved(tmp_path / "list.csv", header, rows), feed=FEED)[1]
    assert hashes(first) == hashes(read(RecoveryResidences(), tmp_path / "list.xlsx", feed=FEED)[1])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("town,rent\na,b\n", "lacks these columns: city"), ("city,rent\na,b\n", "lacks these columns: name")],
)
def test_a_file_without_names_and_towns_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(content)
    with pytest.raises(SourceBroken, match=sentence):
        read(RecoveryResidences(), path)
