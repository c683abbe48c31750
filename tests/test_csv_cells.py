"""A file for a spreadsheet runs nothing and loses nothing."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.csv_cells import STARTS_FORMULA, csv_text, safe_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1 215 555 0100", "'+1 215 555 0100"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("\0=1", "'=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("a\0b", "ab"),
        ("plain = text", "plain = text"),
        ("", ""),
        (None, ""),
        (-2, "-2"),
        (2.5, "2.5"),
        (True, "True"),
    ],
)
def test_a_cell_is_text_and_never_a_formula(value: Any, cell: str) -> None:
    assert safe_cell(value) == cell


@settings(deadline=None)
@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), max_size=5))
def test_a_table_reads_back_as_it_was_and_starts_no_formula(rows: list[list[str]]) -> None:
    text = csv_text(["one", "two", "three"], rows)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == ["one", "two", "three"]
    assert read[1:] == [[safe_cell(each) for each in row] for row in rows]
    for row in read:
        assert not any(each.lstrip(" ").startswith(STARTS_FORMULA) for each in row)


def test_lines_end_as_rfc_4180_has_them() -> None:
    assert csv_text(["a"], [['say "hi", please']]) == 'a\r\n"say ""hi"", please"\r\n'
