"""SAMHSA's locator: pages of its API and its export."""

import json
import random
import shutil
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from directory.listings.identity import content_hash
from directory.listings.record import Code, ListingRecord
from importers.contract import Reading, Rejection, SourceFile
from importers.treatment.samhsa_locator import SamhsaLocator

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "treatment" / "samhsa_locator"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "treatment"


def read(path: Path) -> tuple[Reading, list[ListingRecord], list[Rejection]]:
    (reading,) = SamhsaLocator().read(SourceFile(path=path))
    rows = list(reading.rows)
    records = [row for row in rows if isinstance(row, ListingRecord)]
    return reading, records, [row for row in rows if isinstance(row, Rejection)]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    for path in SAMPLES.glob("page-*.json"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_pages_in_a_folder_are_read_in_order(pages: Path) -> None:
    reading, records, rejected = read(pages)
    assert reading.rows_expected == 7
    assert [record.organization.name for record in records] == [
        "Sample Treatment Center",
        "Sample Mental Health Center",
        "Sample Methadone Program",
    ]
    assert [rejection.reason for rejection in rejected] == [
        "The row is a health center, which the locator lists without services.",
        "The row is a single prescriber, not a facility.",
        "The row has no facility name.",
        "The row's facility type is not one that we know.",
    ]


def test_labels_become_codes_and_unknown_ones_are_counted(pages: Path) -> None:
    reading, records, _ = read(pages)
    codes = [code.value for code in records[0].codes]
    assert codes == ["SA", "DT", "OP", "ORT", "MD", "SF", "TELE", "FEM", "MALE"]
    assert {code.scheme for code in records[0].codes} == {"samhsa_substance"}
    assert "Unknown label in TAP: Dream reading (1)" in reading.warnings


def test_the_type_of_a_row_speaks_where_services_are_missing(pages: Path) -> None:
    _, records, _ = read(pages)
    assert records[1].codes == (Code("samhsa_mental", "MH"),)
    assert records[2].codes == (Code("samhsa_substance", "OTP"),)


def test_places_websites_and_telephones_are_cleaned(pages: Path) -> None:
    _, records, _ = read(pages)
    first, second, third = records
    assert first.place is not None
    assert (first.place.latitude, first.place.longitude) == (39.9597, -75.2003)
    assert first.place.precision == "exact"
    assert first.service.url is None
    assert second.place is not None
    assert second.place.latitude is None
    assert second.service.url == "http://sample-mh.example/start"
    assert [(phone.number, phone.extension, phone.description) for phone in first.service.phones] == [
        ("(215) 555-0101", None, "Main"),
        ("(215) 555-0102", 7, "Intake"),
    ]
    assert third.service.phones[1].description == "Hotline"


def test_pages_of_an_unknown_query_withdraw_nothing(pages: Path) -> None:
    reading, _, _ = read(pages)
    assert not reading.is_whole
    assert reading.part is None
    assert "nothing is withdrawn" in reading.warnings[0]


@pytest.mark.parametrize(
    ("parameters", "part"),
    [
        ({"limitType": "0", "limitValue": "8"}, "PA"),
        ({"limitType": "0", "limitValue": "8", "sType": "sa"}, "PA substance"),
        ({"limitType": "2", "limitValue": "40000"}, None),
        ({"limitType": "0", "limitValue": "17"}, None),
        ({"limitType": "0", "limitValue": "8", "sCodes": "DT"}, None),
        ({"limitType": "0", "limitValue": "8", "sType": "what"}, None),
        ({}, None),
    ],
)
def test_only_a_whole_state_is_a_part(pages: Path, parameters: dict[str, str], part: str | None) -> None:
    query = {"parameters": parameters, "rows": 7, "promised": 7}
    (pages / "query.json").write_text(json.dumps(query))
    reading, _, _ = read(pages)
    assert (reading.part, reading.is_whole) == (part, part is not None)


def test_a_state_that_gave_less_than_it_promised_withdraws_nothing(pages: Path) -> None:
    query = {"parameters": {"limitType": "0", "limitValue": "8"}, "rows": 7, "promised": 900}
    (pages / "query.json").write_text(json.dumps(query))
    assert not read(pages)[0].is_whole


def test_pages_may_stand_one_after_the_other_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    path.write_bytes(b"".join(page.read_bytes() for page in sorted(SAMPLES.glob("page-*.json"))))
    assert read(path)[1] == read(SAMPLES / "page-0001.json")[1]
    assert len(read(path)[2]) == 4


def test_the_export_is_the_whole_source_with_a_column_per_code() -> None:
    reading, records, rejected = read(SAMPLES / "export.csv")
    assert reading.is_whole
    assert reading.minimum == 10_000
    assert rejected == []
    assert [[code.value for code in record.codes] for record in records] == [
        ["SA", "DT", "TELE"],
        ["MH", "MD"],
    ]
    assert records[0].place is not None
    assert records[0].place.address is not None
    assert records[0].place.address.postal_code == "06702"
    assert records[0].place.address.region == "New Haven"


def test_positions_and_distances_are_no_part_of_a_listing(tmp_path: Path) -> None:
    page = json.loads((SAMPLES / "page-0001.json").read_text())
    random.Random(3).shuffle(page["rows"])
    for number, row in enumerate(page["rows"]):
        row["_irow"], row["miles"] = number, number * 1.5
    (tmp_path / "page.json").write_text(json.dumps(page))
    first, again = read(SAMPLES / "page-0001.json")[1], read(tmp_path / "page.json")[1]
    assert {(each.source_id, content_hash(each)) for each in first} == {
        (each.source_id, content_hash(each)) for each in again
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<html>Request rejected</html>", "web page"),
        ('{"page": 1, "totalPages": 3, "rows": [{"name1": "A"', "cut short"),
        ("name1,name2,city\nA,B,C\n", "lacks these columns: street1, state, zip, latitude, longitude"),
    ],
)
def test_what_is_not_the_locator_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "answer"
    path.write_text(content)
    with pytest.raises(SourceBroken, match=sentence):
        read(path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="no pages"):
        read(tmp_path)


@pytest.mark.shared
def test_the_real_export_is_read_whole() -> None:
    reading, records, rejected = read(SHARED / "SAMHSA_Nationwide_Substance_Use_Treatment_Data.csv")
    assert (len(records), len(rejected)) == (14_034, 0)
    assert len({record.source_id for record in records}) == 14_030
    assert reading.warnings == []
    assert all(record.place and record.place.latitude is not None for record in records)
