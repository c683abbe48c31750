"""Any table with a mapping is read by it; columns without a meaning are not read at all."""

import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from directory.errors import SourceBroken
from directory.listings.identity import plain
from directory.listings.record import Code
from importers.general import _spreadsheet_mapping as mappings
from importers.general import spreadsheet
from importers.general._spreadsheet_proposal import MOST_WORDS, open_unmapped, proposed_mapping, words_of
from importers.general.spreadsheet import Spreadsheet
from importers.shifted import SHIFTED
from tests.importers.reading import SAMPLES, SHARED, hashes, named, read

FOLDER = SAMPLES / "general" / "spreadsheet"
LIST = FOLDER / "pantries.csv"


def mapped(folder: Path, text: str, table: str = "name,city\nExample,Reading\n") -> Path:
    (folder / "list.mapping.toml").write_text(text)
    path = folder / "list.csv"
    path.write_text(table)
    return path


def test_each_row_becomes_one_record_or_one_rejection() -> None:
    _, records, rejected = read(Spreadsheet(), LIST)
    assert [record.service.name for record in records] == [
        "Example Pantry",
        "Example Hot Meals",
        "Quiet House",
    ]
    assert [(each.row, each.reason) for each in rejected] == [(4, spreadsheet.NO_NAME), (5, SHIFTED)]


def test_cells_mean_what_the_mapping_says() -> None:
    _, records, _ = read(Spreadsheet(), LIST)
    pantry = named(records, "Example Pantry")
    assert pantry.organization.name == "Example Church"
    assert pantry.place
    assert pantry.place.address
    assert (pantry.place.address.address_1, pantry.place.address.postal_code) == (
        "100 Example Street",
        "19104",
    )
    assert [each.code for each in pantry.service.languages] == ["eng", "spa"]
    assert [each.extent for each in pantry.service.service_areas] == ["US-PA/Philadelphia"]
    assert pantry.codes == (Code("need", "food_pantry"),)
    (hours,) = pantry.service.schedules
    assert (hours.opens_at, hours.closes_at, hours.timezone) == (dt.time(9), dt.time(12), "America/New_York")


def test_several_columns_may_be_telephones_and_a_missing_state_is_the_lists() -> None:
    meals = named(read(Spreadsheet(), LIST)[1], "Example Hot Meals")
    assert [(each.number, each.extension) for each in meals.service.phones] == [
        ("(215) 555-0160", None),
        ("(215) 555-0161", 12),
    ]
    assert meals.place
    assert meals.place.address
    assert meals.place.address.state_province == "PA"
    assert [each.extent for each in meals.service.service_areas] == ["US-PA"]


def test_hours_that_are_not_certain_stay_words() -> None:
    (hours,) = named(read(Spreadsheet(), LIST)[1], "Example Hot Meals").service.schedules
    assert hours.opens_at is None


def test_an_address_is_withheld_unless_the_list_says_that_it_may_be_shown() -> None:
    quiet = named(read(Spreadsheet(), LIST)[1], "Quiet House")
    assert quiet.locations == ()
    assert [each.number for each in quiet.service.phones] == ["(215) 555-0162"]


def test_nothing_that_is_not_mapped_or_is_withheld_is_in_a_record_or_a_rejection() -> None:
    reading, records, rejected = read(Spreadsheet(), LIST)
    told = json.dumps([*map(plain, records), *(dict(each.values) for each in rejected), *reading.warnings])
    assert "SECRET" not in told
    assert "0666" not in told


def test_words_and_columns_without_a_meaning_are_told(tmp_path: Path) -> None:
    reading, _, _ = read(Spreadsheet(), LIST)
    assert "Word without a need: Showers (1)" in reading.warnings
    path = mapped(tmp_path, '[columns]\nname = "name"\n')
    assert "Column without a meaning, not read: city (1)" in read(Spreadsheet(), path)[0].warnings


def test_a_workbook_is_read_like_its_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in LIST.read_text().splitlines():
        sheet.append([cell.strip('"') for cell in line.split(",")] if '"' not in line else [])
    book.save(tmp_path / "pantries.xlsx")
    shutil.copy(FOLDER / "pantries.mapping.toml", tmp_path)
    _, records, _ = read(Spreadsheet(), tmp_path / "pantries.xlsx")
    assert hashes(records) == hashes([named(read(Spreadsheet(), LIST)[1], "Quiet House")])


def test_the_order_of_rows_and_columns_does_not_matter(tmp_path: Path) -> None:
    first = mapped(tmp_path, '[columns]\nname = "name"\ncity = "city"\n', "name,city\nA,Reading\nB,Media\n")
    expected = hashes(read(Spreadsheet(), first)[1])
    first.write_text("city,name\nMedia,B\nReading,A\n")
    assert hashes(read(Spreadsheet(), first)[1]) == expected


def test_an_id_of_the_list_is_kept_and_a_second_use_of_it_told_apart(tmp_path: Path) -> None:
    text = '[columns]\nid = "id"\nname = "name"\n'
    path = mapped(tmp_path, text, "id,name\n7,A\n8,B\n8,C\n")
    ids = [record.source_id for record in read(Spreadsheet(), path)[1]]
    assert ids[0] == "7"
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("[columns]\ncity = 'city'\n", "name"),
        ("[columns]\nname = 'name'\ncity = 'town'\n", "city = 'town'"),
        ("[columns]\nname = 'name'\ncity = 'name'\n", "city = 'name'"),
        ("needs_of_all = ['nonsense']\n[columns]\nname = 'name'\n", "need 'nonsense'"),
        ("kind = 'shop'\n[columns]\nname = 'name'\n", "kind = 'shop'"),
        ("colums = 1\n[columns]\nname = 'name'\n", "colums"),
        ("[columns\n", "line 1"),
    ],
)
def test_a_wrong_mapping_is_told_with_the_entry_at_fault(tmp_path: Path, text: str, entry: str) -> None:
    with pytest.raises(SourceBroken) as told:
        read(Spreadsheet(), mapped(tmp_path, text))
    assert entry in str(told.value)


def test_a_table_without_a_mapping_says_which_file_to_write(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name\nA\n")
    with pytest.raises(SourceBroken, match=r"list\.mapping\.toml"):
        read(Spreadsheet(), path)


def test_a_column_of_the_mapping_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    path = mapped(tmp_path, "[columns]\nname = 'name'\nphone = 'phone'\n")
    with pytest.raises(SourceBroken, match="phone"):
        read(Spreadsheet(), path)


def test_a_mapping_is_proposed_from_titles_and_can_be_used_as_it_is(tmp_path: Path) -> None:
    text = proposed_mapping(LIST)
    assert '"program" = "name"' in text
    assert '"zip" = "postal_code"' in text
    assert '# "staff_contact" = ' in text
    shutil.copy(LIST, tmp_path / "pantries.csv")
    (tmp_path / "pantries.mapping.toml").write_text(text)
    _, records, rejected = read(Spreadsheet(), tmp_path / "pantries.csv")
    assert len(records) + len(rejected) == 5


def test_a_proposal_names_needs_by_the_words_of_the_table_and_lists_those_it_does_not_know() -> None:
    text = proposed_mapping(LIST)
    assert '"Food pantry" = ["food_pantry"]' in text
    assert '# "Hot meals" = []' in text


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("town", ['"name"', "needs_of_all", '"phone"', "no column gives the state"]),
        ("name,state,category,phone,street", ['"confidential"', '"hours"']),
    ],
)
def test_a_proposal_says_what_is_missing(tmp_path: Path, header: str, missing: list[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{header}\n")
    text = proposed_mapping(path)
    assert [each for each in missing if each not in text] == []


def test_a_column_of_too_many_words_is_read_no_further_than_that_shows(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,type\n" + "".join(f"A,word {number}\n" for number in range(MOST_WORDS + 2)))
    table = open_unmapped(path)
    read_so_far: list[Sequence[str]] = []

    def lists() -> Iterator[Sequence[str]]:
        for cells in table.lists():
            read_so_far.append(cells)
            yield cells

    (told,) = words_of(replace(table, lists=lists), ["type"])
    assert "too many words" in told
    assert len(read_so_far) == 1 + MOST_WORDS + 1


def test_a_column_with_a_sentence_in_it_is_not_listed_as_words(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"name,type\nA,food\nB,{'endless ' * 20}\n")
    text = proposed_mapping(path)
    assert "holds sentences" in text
    assert '"food" =' not in text


def test_odd_titles_and_words_give_a_mapping_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / 'an "odd" \n list.csv'
    path.write_text('name,type,"say ""hi"" \\ now"," 🏠 \n b"\nA,"x "" y\\z",,\n')
    text = proposed_mapping(path)
    assert mappings.parse_mapping(text, "proposed").columns == {"name": "name", "type": "needs"}
    everything = text.replace('# "', '"').replace('= ""', '= "phone"')
    assert set(mappings.parse_mapping(everything, "all").columns.values()) == {"name", "needs", "phone"}


def test_what_is_no_table_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\x01\x02\x89\x11\r\nIHDR\x0c")
    with pytest.raises(SourceBroken, match="does not look like a table"):
        proposed_mapping(path)


def test_every_proposed_title_has_one_meaning() -> None:
    titles = [title for titles in mappings.TARGETS.values() for title in titles]
    assert len(titles) == len(set(titles))


@pytest.mark.shared
def test_a_real_list_whose_cells_are_shifted_is_rejected_and_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "providers.csv"
    shutil.copy(SHARED / "hsds" / "shifted_columns_HSD_provider.csv", path)
    columns = {
        "entity_id": "id",
        "organization_name": "name",
        "address_line_1": "address_1",
        "city": "city",
        "county": "county",
        "state": "state",
        "postal_code": "postal_code",
        "phone": "phone",
    }
    lines = [f"{title} = '{target}'" for title, target in columns.items()]
    (tmp_path / "providers.mapping.toml").write_text("\n".join(["[columns]", *lines]))
    _, records, rejected = read(Spreadsheet(), path)
    reasons = Counter(each.reason for each in rejected)
    assert reasons == {SHIFTED: 2506, spreadsheet.NO_NAME: 74}
    assert [record.place for record in records] == [None] * 12
