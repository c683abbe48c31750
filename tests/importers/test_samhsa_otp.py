"""SAMHSA's opioid treatment programs: the export and the older geocoded copy."""

from pathlib import Path

import pytest

from directory.errors import SourceBroken
from directory.listings.needs import taxonomy
from importers.treatment.samhsa_otp import SamhsaOtp
from tests.importers.reading import SAMPLES, SHARED, hashes, named, read, saved, shuffled, table

FOLDER = SAMPLES / "treatment" / "samhsa_otp"
EXPORT = FOLDER / "export.csv"


def test_every_row_is_one_record_or_one_rejection() -> None:
    reading, records, rejected = read(SamhsaOtp(), EXPORT)
    assert len(records) + len(rejected) == len(table(EXPORT)[1])
    assert [each.reason for each in rejected] == [
        "The row has no facility name.",
        "The row's state is not a state or territory of the United States.",
        "The row has no city.",
        "The row has more cells than the header.",
    ]
    assert reading.is_whole
    assert reading.part is None
    assert reading.minimum == 1_500


def test_a_program_is_read_whole() -> None:
    record = named(read(SamhsaOtp(), EXPORT)[1], "Sample Bay Clinic")
    assert record.place is not None
    assert record.place.address is not None
    assert record.place.address.postal_code == "02110"
    (phone,) = record.service.phones
    assert (phone.number, phone.extension) == ("(617) 555-0112", 12)
    assert record.virtual is None


@pytest.mark.parametrize(
    ("program", "licenses"),
    [
        ("Sample Harbor Treatment Center", "Opioid treatment program certified by SAMHSA since 2005-03-02"),
        ("Sample Valley Recovery Center", "Opioid treatment program certified by SAMHSA since 2011-11-30"),
        ("Sample Bay Clinic", "Opioid treatment program with a provisional certification by SAMHSA"),
        ("Odd Sample Program", "Opioid treatment program: Pending review"),
    ],
)
def test_the_certification_is_told_with_its_first_day(program: str, licenses: str) -> None:
    assert named(read(SamhsaOtp(), EXPORT)[1], program).service.licenses == licenses


def test_a_program_is_medication_for_opioid_use_and_methadone_is_not_claimed() -> None:
    meaning = taxonomy().derive(read(SamhsaOtp(), EXPORT)[1][0].codes)
    assert {"medication", "opioid_treatment"} <= set(meaning.needs)
    assert "methadone" not in meaning.needs + meaning.also + meaning.filters


def test_twins_are_two_programs_and_copies_are_one() -> None:
    _, records, _ = read(SamhsaOtp(), EXPORT)
    ids = {
        name: {record.source_id for record in records if record.service.name == name}
        for name in ("Twin Sample Program", "Copied Sample Program")
    }
    assert len(ids["Twin Sample Program"]) == 2
    assert len(ids["Copied Sample Program"]) == 1


def test_ids_are_pinned_and_neither_a_second_read_nor_the_order_changes_anything(tmp_path: Path) -> None:
    _, records, _ = read(SamhsaOtp(), EXPORT)
    assert records[0].source_id == "7a24b6f97c2a44ab907b72fb33fae81a"
    assert hashes(records) == hashes(read(SamhsaOtp(), EXPORT)[1])
    assert hashes(records) == hashes(read(SamhsaOtp(), shuffled(EXPORT, tmp_path / "other.csv"))[1])


def test_oddities_are_told_once_with_their_count() -> None:
    reading, _, _ = read(SamhsaOtp(), EXPORT)
    assert reading.warnings == [
        "Unknown certification: Pending review (1)",
        "Unreadable ZIP: TBD (1)",
        "Unreadable telephone: N/A (1)",
    ]


@pytest.mark.parametrize(
    ("zip_code", "date"),
    [("Zip", "First Full Certification Date"), ("ZIP CODE", "first full certification date")],
)
def test_the_header_may_be_spelled_in_several_ways(tmp_path: Path, zip_code: str, date: str) -> None:
    header, rows = table(EXPORT)
    path = saved(tmp_path / "other.csv", [*header[:4], zip_code, *header[5:7], date], rows)
    assert hashes(read(SamhsaOtp(), path)[1]) == hashes(read(SamhsaOtp(), EXPORT)[1])


def test_the_older_copy_has_coordinates_and_nothing_else() -> None:
    reading, records, rejected = read(SamhsaOtp(), FOLDER / "geocoded.csv")
    assert rejected == []
    assert reading.warnings == []
    places = [record.place for record in records if record.place]
    assert [(each.latitude, each.longitude, each.precision) for each in places] == [
        (39.9561, -75.1889, "exact"),
        (None, None, None),
        (18.1118, -66.1656, "exact"),
    ]
    assert records[0].service.licenses is None
    assert records[0].service.phones == ()


def test_what_is_no_directory_is_refused_with_the_columns_that_it_lacks(tmp_path: Path) -> None:
    header, rows = table(EXPORT)
    with pytest.raises(SourceBroken, match="zip"):
        read(SamhsaOtp(), saved(tmp_path / "a.csv", [*header[:4], "Plz", *header[5:]], rows))
    with pytest.raises(SourceBroken, match="program_name"):
        read(SamhsaOtp(), saved(tmp_path / "b.csv", ["name", "street", "city", "state"], []))


@pytest.mark.shared
def test_the_older_copy_is_read_whole() -> None:
    path = SHARED / "treatment" / "Opioid_Treatment_Directory_Geocoded.csv"
    reading, records, rejected = read(SamhsaOtp(), path)
    assert (len(records), len(rejected)) == (1831, 0)
    assert len({record.source_id for record in records}) == 1830
    assert len(records) > reading.minimum
    assert all(
        record.place and record.place.address and record.place.address.postal_code for record in records
    )
