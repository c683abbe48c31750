"""Telehealth-only providers: the states where they may see people, and how one reaches them."""

from pathlib import Path

import openpyxl
import pytest

from directory.errors import SourceBroken
from directory.listings.needs import taxonomy
from importers.telehealth.telehealth import COLUMNS, Telehealth
from tests.importers.reading import SAMPLES, hashes, named, read, saved, shuffled, table

PROVIDERS = SAMPLES / "telehealth" / "telehealth" / "providers.csv"
PROGRAM = "Video Suboxone Program"


def listed(tmp_path: Path, **cells: str) -> list[list[str]]:
    """The states of a one-row list with these cells, or nothing."""
    row = {"provider": "A", "states": "PA", "modality": "video", "phone": "215-555-0100"} | cells
    path = saved(tmp_path / "one.csv", list(row), [list(row.values())])
    return [[area.extent for area in record.service.service_areas] for record in read(Telehealth(), path)[1]]


def test_every_row_is_one_record_or_one_rejection() -> None:
    reading, records, rejected = read(Telehealth(), PROVIDERS)
    assert len(records) + len(rejected) == len(table(PROVIDERS)[1]) == reading.rows_expected
    assert [each.reason for each in rejected] == [
        "The row has no provider.",
        "The row names no state in which the provider is licensed.",
        "The row does not say whether people are seen by phone or video.",
        "The row has no telephone, website or address to join.",
    ]


def test_a_provider_is_read_whole() -> None:
    record = named(read(Telehealth(), PROVIDERS)[1], PROGRAM)
    service = record.service
    assert record.kind == "telehealth"
    assert record.source_id == "T-1"
    assert record.organization.name == "Sample Harbor Video Recovery"
    assert record.place is None
    assert record.virtual is not None
    assert record.virtual.url == "https://video.sample.example/start"
    assert [(area.name, area.extent) for area in service.service_areas] == [
        ("Delaware", "US-DE"),
        ("New Jersey", "US-NJ"),
        ("Pennsylvania", "US-PA"),
    ]
    assert service.application_process == "Visits are by video or phone. Call, or fill in the form."
    assert [phone.number for phone in service.phones] == ["(215) 555-0140"]
    assert [(language.name, language.code) for language in service.languages] == [
        ("English", "eng"),
        ("Spanish", "spa"),
        ("Welsh", None),
    ]
    assert [cost.option for cost in service.cost_options] == ["Medicaid", "Cash"]
    assert (service.minimum_age, service.maximum_age) == (18, None)
    assert service.assured_date is not None
    assert record.is_example


def test_it_is_found_by_telehealth_by_its_own_needs_and_as_online() -> None:
    meaning = taxonomy().derive(named(read(Telehealth(), PROVIDERS)[1], PROGRAM).codes)
    assert {"telehealth", "video_medication", "buprenorphine", "medication"} <= set(meaning.needs)
    assert {"medicaid", "spanish", "women", "online", "telehealth"} <= set(meaning.filters)
    least = named(read(Telehealth(), PROVIDERS)[1], "Sample National Line")
    assert taxonomy().derive(least.codes).needs == ("telehealth",)


def test_certain_hours_are_hours_and_others_stay_words() -> None:
    _, records, _ = read(Telehealth(), PROVIDERS)
    (week,) = named(records, PROGRAM).service.schedules
    assert (week.byday, week.timezone) == ("MO,TU,WE,TH,FR", "America/New_York")
    (words,) = named(records, "Sample National Line").service.schedules
    assert words.opens_at is None
    assert words.description == "call for hours, they vary by season"


@pytest.mark.parametrize(
    ("states", "extents"),
    [
        ("PA", ["US-PA"]),
        ("pa; New York|N.J.", ["US-NJ", "US-NY", "US-PA"]),
        ("Washington, D.C.", ["US-DC"]),
        ("Washington, DC; Maryland", ["US-DC", "US-MD"]),
        ("Washington; Oregon", ["US-OR", "US-WA"]),
        ("nationwide", ["US"]),
        ("PA, All States", ["US"]),
        ("PA; Ohyo", ["US-PA"]),
    ],
)
def test_states_are_read_and_never_guessed(tmp_path: Path, states: str, extents: list[str]) -> None:
    assert listed(tmp_path, states=states) == [extents]


@pytest.mark.parametrize(
    "cells", [{"states": "Ohyo"}, {"states": ""}, {"modality": "in person"}, {"phone": "N/A"}]
)
def test_a_row_that_cannot_be_used_is_no_listing(tmp_path: Path, cells: dict[str, str]) -> None:
    assert listed(tmp_path, **cells) == []


def test_a_dangerous_address_to_join_is_dropped(tmp_path: Path) -> None:
    row = ["A", "PA", "video", "javascript:alert(1)", "215-555-0100"]
    header = ["provider", "states", "modality", "join_url", "phone"]
    (record,) = read(Telehealth(), saved(tmp_path / "one.csv", header, [row]))[1]
    assert record.virtual is not None
    assert record.virtual.url is None


def test_oddities_are_told_once_with_their_count() -> None:
    assert read(Telehealth(), PROVIDERS)[0].warnings == [
        "No time zone: give one in the row, or the list's (1)",
        "Unknown code in filters: free_beer (1)",
        "Unknown code in needs: time_travel (1)",
        "Unknown modality: carrier pigeon (1)",
        "Unknown state: Ohyo (1)",
        "Unknown state: nowhere (1)",
        "Unknown time zone: Mars/Base (1)",
    ]


def test_the_zone_of_the_list_holds_where_a_row_names_none() -> None:
    _, records, _ = read(Telehealth(), PROVIDERS, timezone="America/Chicago")
    zones = [each.timezone for record in records for each in record.service.schedules if each.opens_at]
    assert zones == ["America/New_York", "America/Chicago"]


def test_rows_without_a_number_are_told_apart_by_what_they_say() -> None:
    records = [each for each in read(Telehealth(), PROVIDERS)[1] if each.service.name == "Sample Chat Care"]
    assert len({record.source_id for record in records}) == 2


def test_neither_a_second_read_nor_the_order_of_rows_changes_anything(tmp_path: Path) -> None:
    records = read(Telehealth(), PROVIDERS)[1]
    assert hashes(records) == hashes(read(Telehealth(), PROVIDERS)[1])
    assert hashes(records) == hashes(read(Telehealth(), shuffled(PROVIDERS, tmp_path / "other.csv"))[1])


def test_a_workbook_gives_the_same_listings(tmp_path: Path) -> None:
    header, rows = table(PROVIDERS)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["Telehealth list, invented"], header, *rows]:
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    assert hashes(read(Telehealth(), tmp_path / "list.xlsx")[1]) == hashes(read(Telehealth(), PROVIDERS)[1])


def test_every_column_is_described_at_the_class() -> None:
    described = Telehealth.__doc__ or ""
    assert [column for column in COLUMNS if f"`{column}`" not in described] == []


def test_a_table_without_states_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="states"):
        read(Telehealth(), saved(tmp_path / "other.csv", ["provider", "modality"], [["A", "video"]]))
