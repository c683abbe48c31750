"""Programs of the Legal Services Corporation: rows of one program are one listing with all its states."""

import json
import random
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from directory.listings.identity import content_hash
from directory.listings.needs import taxonomy
from importers.legal.lsc_programs import NO_NAME, NO_STATE, NOT_AN_OBJECT, TEST, LscPrograms
from tests.importers.reading import SAMPLES, hashes, named, read

PROGRAMS = SAMPLES / "legal" / "lsc_programs" / "Programs.json"
NAME = "Sample Legal Services, Inc."


def test_every_row_is_one_record_or_one_rejection() -> None:
    reading, records, rejected = read(LscPrograms(), PROGRAMS)
    assert (len(records), reading.rows_expected, reading.minimum) == (4, 8, 100)
    assert [(each.row, each.reason) for each in rejected] == [
        (5, TEST),
        (6, NO_NAME),
        (7, NO_STATE),
        (8, NOT_AN_OBJECT),
    ]


def test_rows_of_one_program_are_one_listing_in_all_its_states() -> None:
    _, records, _ = read(LscPrograms(), PROGRAMS)
    same = [record for record in records if record.service.name == NAME]
    assert len(same) == 3
    assert len({record.source_id for record in same}) == len(set(map(content_hash, same))) == 1
    assert [area.extent for area in same[0].service.service_areas] == ["US-NJ", "US-PA"]


def test_a_program_has_its_numbers_and_no_place() -> None:
    record = named(read(LscPrograms(), PROGRAMS)[1], NAME)
    assert [(each.number, each.description) for each in record.service.phones] == [
        ("(215) 555-0100", "Main"),
        ("(800) 555-0100", "Toll-free"),
        ("(856) 555-0101", "Main"),
    ]
    assert record.place is None
    assert record.virtual is not None
    assert record.service.url == "https://www.sample-legal.example"


def test_it_is_free_legal_aid_that_asks_people_to_call_about_their_county() -> None:
    record = named(read(LscPrograms(), PROGRAMS)[1], NAME)
    derived = taxonomy().derive(record.codes)
    assert derived.needs == ("legal", "legal_aid")
    assert derived.filters == ("no_payment", "tribal")
    assert "call to ask about your county" in (record.service.description or "")


def test_areas_of_migrant_workers_name_their_state_after_a_letter() -> None:
    record = named(read(LscPrograms(), PROGRAMS)[1], "Example Farm Worker Law")
    assert [area.extent for area in record.service.service_areas] == ["US-FL"]
    assert "migrant farm workers" in (record.service.description or "")
    assert record.service.url is None
    assert record.service.phones == ()


def test_order_changes_nothing(tmp_path: Path) -> None:
    rows = json.loads(PROGRAMS.read_text())
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        (tmp_path / "Programs.json").write_text(json.dumps(rows))
        again = read(LscPrograms(), tmp_path / "Programs.json")[1]
        assert hashes(again) == hashes(read(LscPrograms(), PROGRAMS)[1])


def test_a_web_page_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("<!doctype html>")
    with pytest.raises(SourceBroken, match="web page"):
        read(LscPrograms(), tmp_path / "page")
