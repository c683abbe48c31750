"""SAMHSA's National Directory: its rows, its keys, and what its files hide."""

import csv
import gzip
import random
from pathlib import Path

import openpyxl
import pytest

from directory.errors import SourceBroken
from directory.listings.identity import content_hash
from directory.listings.record import Code, ListingRecord
from importers.contract import Reading, Rejection, SourceFile
from importers.treatment.samhsa_directory import UNKNOWN_PART, SamhsaDirectory

SAMPLE = (
    Path(__file__).resolve().parent.parent / "samples" / "treatment" / "samhsa_directory" / "both_parts.csv"
)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "treatment" / "samhsa_directory"


def readings(path: Path) -> dict[str, tuple[Reading, list[ListingRecord], list[Rejection]]]:
    found = {}
    for reading in SamhsaDirectory().read(SourceFile(path=path)):
        rows = list(reading.rows)
        records = [row for row in rows if isinstance(row, ListingRecord)]
        found[reading.part or ""] = (reading, records, [row for row in rows if isinstance(row, Rejection)])
    return found


def named(records: list[ListingRecord], service: str) -> ListingRecord:
    return next(record for record in records if record.service.name == service)


def table() -> tuple[list[str], list[list[str]]]:
    with SAMPLE.open(newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def saved(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def test_a_file_of_both_directories_is_two_parts_of_one_source() -> None:
    found = readings(SAMPLE)
    assert list(found) == ["substance", "mental"]
    assert found["substance"][0].minimum == 10_000
    assert found["mental"][0].minimum == 6_000
    assert all(reading.is_whole for reading, _, _ in found.values())


def test_every_row_is_one_record_or_one_rejection() -> None:
    found = readings(SAMPLE)
    assert sum(len(records) + len(rejected) for _, records, rejected in found.values()) == len(table()[1])
    assert found["substance"][0].rows_expected == 9
    assert [rejection.reason for rejection in found["substance"][2]] == [
        "The row is empty.",
        "The row has no facility name.",
        "The row has no facility name.",
        UNKNOWN_PART,
    ]


def test_ids_are_pinned() -> None:
    """Changing the key function would change the address of every listing."""
    _, substance, _ = readings(SAMPLE)["substance"]
    _, mental, _ = readings(SAMPLE)["mental"]
    assert [record.source_id for record in (*substance, *mental)] == GOLDEN


GOLDEN = [
    "e8942e1e1fe2db1c94c63af615598f68",
    "b5207f979cfc65227c2a43b6b25dc64a",
    "11af56a573f970d5cdb2021f0428bdf3",
    "b5207f979cfc65227c2a43b6b25dc64a",
    "62789210674113817e9fca6b9120fff2-0aa6d9a645ad446c",
    "62789210674113817e9fca6b9120fff2-df802a96bbef9574",
    "981445028853a4825eb70aaaeaf74936",
    "28a255359f1379f0af7942b90290bca4",
]


def test_a_facility_is_read_whole() -> None:
    record = named(readings(SAMPLE)["substance"][1], "Sample Valley Behavioral Health – Eastern Clinic")
    assert record.kind == "treatment"
    assert record.organization.name == "Sample Valley Behavioral Health"
    assert [(phone.number, phone.extension, phone.description) for phone in record.service.phones] == [
        ("(334) 555-0101", None, "Main"),
        ("(334) 555-0104", 12, "Intake"),
        ("(334) 555-HOPE", None, "Intake"),
    ]
    assert "Medicaid" in [cost.option for cost in record.service.cost_options]
    assert "No payment accepted" in [cost.option for cost in record.service.cost_options]
    assert [(language.name, language.code) for language in record.service.languages] == [
        ("Spanish", "spa"),
        ("Vietnamese", "vie"),
    ]
    assert record.service.licenses == "State Substance use treatment agency; State mental health department"
    assert record.service.accreditations is not None
    assert record.service.accreditations.endswith("The Joint Commission")
    assert record.service.eligibility_description == "Serves women only."
    assert (record.service.minimum_age, record.service.maximum_age) == (18, None)
    assert Code("samhsa_substance", "DT") in record.codes
    assert record.service.description is None


def test_telehealth_is_a_second_place_for_its_own_state() -> None:
    record = named(readings(SAMPLE)["substance"][1], "Sample Valley Behavioral Health – Eastern Clinic")
    assert record.virtual is not None
    assert [area.extent for area in record.service.service_areas] == ["US-AL"]
    without = named(readings(SAMPLE)["substance"][1], "Lighthouse Sample Clinic")
    assert without.virtual is None
    assert without.service.service_areas == ()


def test_both_directories_share_the_organization_and_the_place_of_one_site() -> None:
    found = readings(SAMPLE)
    name = "Sample Valley Behavioral Health – Eastern Clinic"
    substance, mental = named(found["substance"][1], name), named(found["mental"][1], name)
    assert substance.organization == mental.organization
    assert substance.place == mental.place
    assert substance.source_id != mental.source_id


def test_lost_zeros_of_a_zip_are_restored() -> None:
    places = [record.place for record in readings(SAMPLE)["substance"][1]]
    assert [place.address.postal_code for place in places if place and place.address][1:3] == [
        "02134",
        "00907",
    ]


def test_a_withheld_street_shows_the_town_only() -> None:
    record = next(record for record in readings(SAMPLE)["mental"][1] if record.place and not record.virtual)
    assert record.place is not None
    assert record.place.address is not None
    assert record.place.address.address_1 == ""
    assert record.place.visibility == "partial"
    assert record.service.maximum_age == 17


@pytest.mark.parametrize(
    ("service", "organization"),
    [
        ("Lighthouse Sample Clinic", "Harbor Sample Center"),
        ("Mental Health Center of Greater Sampleton", "Mental Health Center of Greater Sampleton"),
        ("Twin Sample House", "Twin Sample House"),
    ],
)
def test_names_are_put_together_as_people_say_them(service: str, organization: str) -> None:
    assert named(readings(SAMPLE)["substance"][1], service).organization.name == organization


def test_identical_rows_are_one_listing_and_differing_ones_of_one_key_are_two() -> None:
    records = readings(SAMPLE)["substance"][1]
    twice = [record for record in records if record.service.name == "Lighthouse Sample Clinic"]
    twins = [record for record in records if record.service.name == "Twin Sample House"]
    assert len(twice) == 2
    assert twice[0] == twice[1]
    assert len({record.source_id for record in twins}) == 2


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    header, rows = table()
    random.Random(7).shuffle(rows)
    shuffled = readings(saved(tmp_path / "shuffled.csv", header, rows))
    for part, (_, records, _) in readings(SAMPLE).items():
        hashes = sorted((record.source_id, content_hash(record)) for record in records)
        assert hashes == sorted((record.source_id, content_hash(record)) for record in shuffled[part][1])


def test_unknown_codes_are_counted_and_kept() -> None:
    reading, records, _ = readings(SAMPLE)["substance"]
    assert "Unknown code: XQZ (2)" in reading.warnings
    assert Code("samhsa_substance", "XQZ") in named(records, "Lighthouse Sample Clinic").codes


def test_an_unknown_column_is_told(tmp_path: Path) -> None:
    header, rows = table()
    path = saved(tmp_path / "more.csv", [*header, "naloxone_stock"], [[*row, "1"] for row in rows])
    assert "Unknown column: naloxone_stock" in readings(path)["substance"][0].warnings


@pytest.mark.parametrize("part", ["substance", "mental"])
def test_the_published_workbook_tells_its_part_by_its_codes(tmp_path: Path, part: str) -> None:
    header, rows = table()
    book = openpyxl.Workbook()
    sheet, key = book.active, book.create_sheet("Service Code Reference")
    assert sheet is not None
    sheet.append(header[2:])
    for row in rows:
        if row[1] == part and row[2]:
            sheet.append([int(cell) if cell.isdigit() else cell for cell in row[2:]])
    key.append(["category_code", "service_code", "service_name"])
    key.append(["TC", "SA", "Substance use treatment"])
    book.save(tmp_path / "Facilities.xlsx")
    found, original = readings(tmp_path / "Facilities.xlsx"), readings(SAMPLE)
    assert list(found) == [part]
    assert found[part][1] == original[part][1]


def test_a_part_without_telling_codes_is_known_by_its_file_name(tmp_path: Path) -> None:
    header, rows = table()
    only_shared = [[*row[2:-1], "SA * OP"] for row in rows[:1]]
    assert list(readings(saved(tmp_path / "2025_MH_Facilities.csv", header[2:], only_shared))) == ["mental"]
    assert list(readings(saved(tmp_path / "2025_SU_Facilities.csv", header[2:], only_shared))) == [
        "substance"
    ]
    with pytest.raises(SourceBroken, match="does not tell"):
        readings(saved(tmp_path / "facilities.csv", header[2:], only_shared))


def test_a_folder_may_hold_both_published_files(tmp_path: Path) -> None:
    header, rows = table()
    for part in ("mental", "substance"):
        saved(tmp_path / f"{part}.csv", header[2:], [row[2:] for row in rows if row[1] == part])
    assert sorted(readings(tmp_path)) == ["mental", "substance"]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    header, rows = table()
    with pytest.raises(SourceBroken, match="service_code_info"):
        readings(saved(tmp_path / "less.csv", header[:-1], [row[:-1] for row in rows]))


def test_the_bundled_edition_is_whole() -> None:
    (sample,) = SamhsaDirectory().samples()
    assert sample.as_of is not None
    counts = {}
    for reading in SamhsaDirectory().read(sample):
        kept = [row.source_id if isinstance(row, ListingRecord) else None for row in reading.rows]
        counts[reading.part] = (len(kept), len({*kept} - {None}), kept.count(None))
        assert len(kept) > reading.minimum
        assert not any("Unknown code" in warning for warning in reading.warnings)
    assert counts == {"substance": (12_205, 12_197, 5), "mental": (8_319, 8_311, 0)}


@pytest.mark.shared
def test_the_bundled_edition_is_the_published_one() -> None:
    (sample,) = SamhsaDirectory().samples()
    assert gzip.decompress(sample.path.read_bytes()) == (SHARED / "facilities.csv").read_bytes()
