"""Tables as they come: encodings, containers, headers, and what must be refused before it is read."""

import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from directory.errors import SourceBroken
from importers.contract import Rejection
from importers.files import Limits
from importers.rows import TOO_FEW, TOO_MANY, Row, open_table

TABLE = "name,city,zip\nOne,Philadelphia,19104\nTwo,San Juan,00907\n"


def saved(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cells(path: Path, *required: str) -> list[list[str]]:
    rows = open_table(path, required or ("name", "city")).rows()
    return [list(row.values.values()) for row in rows if isinstance(row, Row)]


EXPECTED = [["One", "Philadelphia", "19104"], ["Two", "San Juan", "00907"]]


@pytest.mark.parametrize(
    "content",
    [
        TABLE,
        "\ufeff" + TABLE,
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("\n", "\r"),
        TABLE.replace(",", ";"),
        TABLE.replace(",", "\t"),
        TABLE.encode("utf-16"),
        "Report of today,,\n,,\n" + TABLE,
        TABLE.replace("name,city,zip", "Name , CITY,Zip"),
        TABLE.replace("zip\n", "zip,\n"),
        TABLE.replace("One", "On\x00e"),
        TABLE + "\n\n,,\n",
        gzip.compress(TABLE.encode()),
    ],
)
def test_a_table_is_read_in_every_form_it_comes_in(tmp_path: Path, content: str | bytes) -> None:
    assert cells(saved(tmp_path, content)) == EXPECTED


def test_a_zip_file_may_hold_one_table(tmp_path: Path) -> None:
    path = tmp_path / "table.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("README.txt", "about")
        archive.writestr("table.csv", TABLE)
    assert cells(path) == EXPECTED
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other.csv", TABLE)
    with pytest.raises(SourceBroken, match="holds 2 files"):
        open_table(path, ("name",))


def test_line_ends_inside_a_cell_belong_to_it(tmp_path: Path) -> None:
    path = saved(tmp_path, 'name,city\n"One\nHouse",Philadelphia\n')
    assert cells(path) == [["One\nHouse", "Philadelphia"]]


def test_a_row_of_another_length_is_rejected_and_never_shifted(tmp_path: Path) -> None:
    path = saved(tmp_path, "name,city,zip\nOne,Philadelphia\nTwo,San Juan,00907,,\nThree,x,y,z\nFour,a,b\n")
    rows = list(open_table(path, ("name", "city")).rows())
    assert [row.reason for row in rows if isinstance(row, Rejection)] == [TOO_FEW, TOO_MANY]
    assert [row.number for row in rows if isinstance(row, Row)] == [2, 4]
    assert [row.row for row in rows if isinstance(row, Rejection)] == [1, 3]


def test_bytes_that_are_not_utf_8_are_read_as_windows_1252_and_told(tmp_path: Path) -> None:
    path = saved(tmp_path, "name,city\nCaf\u00e9,Par\u00eds\n".encode("cp1252") + "Ni\u00f1o,x\n".encode())
    table = open_table(path, ("name",))
    assert cells(path) == [["Café", "París"], ["Niño", "x"]]
    assert "Windows-1252" in table.warnings[0]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, "name,phone,phone\nOne,1,2\n"), ("name",))
    assert table.columns == ("name", "phone", "phone#2")


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match=r"lacks these columns: street1, zip5"):
        open_table(saved(tmp_path, TABLE), ("name", "street1", "zip5"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        (b"<!DOCTYPE html><title>403</title>", "web page"),
        (b'[{"name": 1}]', "JSON, not a table"),
        (gzip.compress(TABLE.encode() * 1000)[:-20], "damaged or cut short"),
        (b"PK\x03\x04 no archive", "damaged or cut short"),
        (b"\xd0\xcf\x11\xe0 no workbook", "damaged or cut short"),
    ],
)
def test_what_is_no_table_is_refused_with_a_clear_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(SourceBroken, match=sentence):
        open_table(saved(tmp_path, content), ("name",))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="There is no file"):
        open_table(tmp_path / "none.csv", ("name",))


def test_a_quote_that_never_closes_stops_the_run(tmp_path: Path) -> None:
    path = saved(tmp_path, 'name,city\n"One,Philadelphia\n' + "x,y\n" * 60_000)
    with pytest.raises(SourceBroken, match="cannot be read at line"):
        list(open_table(path, ("name",)).rows())


SMALL = Limits(expanded=1 << 20, ratio=20, free=1 << 16)


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_file_that_swells_when_unpacked_is_refused(tmp_path: Path, kind: str) -> None:
    bomb = (TABLE + "x" * 50 + ",y,z\n" * 100_000).encode()
    path = tmp_path / "bomb"
    if kind == "gzip":
        path.write_bytes(gzip.compress(bomb))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb.csv", bomb)
    with pytest.raises(SourceBroken, match="more than it plausibly holds"):
        open_table(path, ("name",), limits=SMALL)


def workbook(folder: Path, *sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    path = folder / "table.xlsx"
    book.save(path)
    return path


def test_a_workbook_is_read_from_the_sheet_and_row_that_have_the_columns(tmp_path: Path) -> None:
    key: list[list[object]] = [["code", "label"], ["SA", "Substance use treatment"]]
    data: list[list[object]] = [
        ["Facilities of 2026"],
        [],
        ["name", "city", "zip", None],
        ["One", "Philadelphia", 19104, None],
        ["Two", "San Juan", 907.0, None],
        [None, None, None, None],
        ["Three", "Lima", "x", "beyond the header"],
    ]
    rows = list(open_table(workbook(tmp_path, key, data), ("name", "city")).rows())
    found = [row.values for row in rows if isinstance(row, Row)]
    assert found == [
        {"name": "One", "city": "Philadelphia", "zip": "19104"},
        {"name": "Two", "city": "San Juan", "zip": "907"},
    ]
    assert [row.reason for row in rows if isinstance(row, Rejection)] == [TOO_MANY]


def test_a_workbook_whose_one_cell_makes_a_giant_sheet_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "name"
    book.active["XFD1048576"] = "far away"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(SourceBroken, match="too large to be a list"):
        open_table(tmp_path / "far.xlsx", ("name",))


def test_a_workbook_that_swells_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["name"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * (2 << 20))
    with pytest.raises(SourceBroken, match="more than it plausibly holds"):
        open_table(path, ("name",), limits=SMALL)


def test_a_workbook_without_the_columns_names_them(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="lacks these columns: city"):
        open_table(workbook(tmp_path, [["name"], ["One"]]), ("name", "city"))


def test_reading_again_gives_the_same_rows(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, TABLE), ("name",))
    assert list(table.rows()) == list(table.rows())


def test_a_large_table_is_not_kept_in_memory(tmp_path: Path) -> None:
    buffer = io.StringIO()
    buffer.write("name,city\n")
    buffer.write("One,Philadelphia\n" * 50_000)
    table = open_table(saved(tmp_path, buffer.getvalue()), ("name",))
    assert table.expected == 50_000
    rows = table.rows()
    assert next(rows) == Row(1, {"name": "One", "city": "Philadelphia"})
    assert sum(1 for _ in rows) == 49_999
