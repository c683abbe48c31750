"""Tables as sources publish them: CSV and workbooks, read as a stream of named cells.

A broken table stops the run (`SourceBroken`); a broken row is a `Rejection`, never a shifted listing.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

import python_calamine

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers.contract import Rejection
from importers.files import (
    CHUNK,
    DAMAGE,
    LIMITS,
    Limits,
    Looked,
    check_size,
    damaged,
    look_at,
    open_bytes,
    open_text,
    refuse_page,
)

PREAMBLE = 25
"""Rows in which the header is looked for: exports put titles and dates above it."""
LONGEST_LINE = 4 << 20
MOST_CELLS = 20_000_000
"""Cells of the box around a sheet's content; one cell at the far corner makes 17 thousand million."""
DELIMITERS = ",;\t|"
TOO_MANY, TOO_FEW = "The row has more cells than the header.", "The row has fewer cells than the header."
_CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


class Row(NamedTuple):
    """One row: `number` 1 is the first after the header; cells by column name, as text, untrimmed."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its header found. `rows()` starts afresh at each call and keeps nothing in memory."""

    columns: tuple[str, ...]
    header_at: int
    lists: Callable[[], Iterator[Sequence[str]]]
    expected: int | None = None
    warnings: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[Row | Rejection]:
        """Each row with content: its cells, or why they cannot be told apart."""
        names, width = self.columns, len(self.columns)
        for number, cells in enumerate(islice(self.lists(), self.header_at + 1, None), start=1):
            if len(cells) == width:
                if any(cells):
                    yield Row(number, dict(zip(names, cells, strict=True)))
                continue
            kept = list(cells)
            while len(kept) > width and not kept[-1].strip():
                kept.pop()
            if len(kept) == width:
                yield Row(number, dict(zip(names, kept, strict=True)))
            elif any(kept):
                reason = TOO_MANY if len(kept) > width else TOO_FEW
                yield Rejection(row=number, reason=reason, values=dict(zip(names, kept, strict=False)))


def open_table(path: Path, required: Sequence[str], *, limits: Limits = LIMITS) -> Table:
    """The table in a CSV file (also gzipped or zipped) or in the first fitting sheet of a workbook.

    The header is the first row that names every column of `required`; names are compared in lower case,
    with spaces as underscores. Raises `SourceBroken` naming the columns that are missing.
    """
    looked = look_at(path, limits)
    if looked.kind == "workbook":
        return _open_workbook(looked, required)
    refuse_page(looked, "a table")
    if looked.first in ("[", "{"):
        raise SourceBroken(Phrase(N_("%(name)s is JSON, not a table."), {"name": path.name}))
    warnings = []
    if looked.is_mended:
        warnings.append("The text is not UTF-8 throughout: the rest was read as Windows-1252")
    fewest_missing: list[str] | None = None
    for delimiter in DELIMITERS:
        lists = partial(_csv_lists, looked, delimiter)
        found = _find_header(lists(), required)
        if isinstance(found, tuple):
            at, columns = found
            expected = max(looked.lines - at - 1, 0)
            return Table(columns=columns, header_at=at, lists=lists, expected=expected, warnings=warnings)
        if fewest_missing is None or len(found) < len(fewest_missing):
            fewest_missing = found
    raise missing_columns(path, fewest_missing or list(required))


def missing_columns(path: Path, names: Sequence[str]) -> SourceBroken:
    """The error for a table without the columns that it must have."""
    told = {"name": path.name, "columns": ", ".join(names)}
    return SourceBroken(Phrase(N_("%(name)s lacks these columns: %(columns)s."), told))


def _find_header(
    lists: Iterator[Sequence[str]], required: Sequence[str]
) -> tuple[int, tuple[str, ...]] | list[str]:
    """Where the header is and its names, or the fewest columns that a row lacked."""
    fewest_missing = list(required)
    for at, cells in enumerate(islice(lists, PREAMBLE)):
        columns = [_column_name(each) for each in cells]
        missing = [each for each in required if each not in columns]
        if not missing:
            while columns and not columns[-1]:
                columns.pop()
            return at, _told_apart(columns)
        if len(missing) < len(fewest_missing):
            fewest_missing = missing
    return fewest_missing


def _column_name(text: str) -> str:
    return "_".join(text.strip("\ufeff \t\r\n").casefold().split())


def _told_apart(columns: Sequence[str]) -> tuple[str, ...]:
    """Names with a number after those met before: the first column of a name keeps it."""
    seen: dict[str, int] = {}
    told = []
    for name in columns:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(told)


def _csv_lists(looked: Looked, delimiter: str) -> Iterator[Sequence[str]]:
    with open_text(looked) as text:
        reader = csv.reader(_lines(text, looked.path.name), delimiter=delimiter)
        try:
            yield from reader
        except csv.Error as error:
            told = {"name": looked.path.name, "row": reader.line_num, "error": str(error)}
            message = N_("%(name)s cannot be read at line %(row)s: %(error)s.")
            raise SourceBroken(Phrase(message, told)) from error


def _lines(text: IO[str], name: str) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            message = N_("%(name)s has a line that is too long to be a row.")
            raise SourceBroken(Phrase(message, {"name": name}))
        yield line.replace("\x00", "") if "\x00" in line else line


def _open_workbook(looked: Looked, required: Sequence[str]) -> Table:
    content = _checked_workbook(looked)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(content)
        sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise damaged(looked.path.name) from error
    fewest_missing = list(required)
    for sheet in sheets:
        found = _find_header(_sheet_lists(sheet, None), required)
        if isinstance(found, tuple):
            at, columns = found
            lists = partial(_sheet_lists, sheet, len(columns))
            return Table(columns=columns, header_at=at, lists=lists, expected=max(sheet.height - at - 1, 0))
        if len(found) < len(fewest_missing):
            fewest_missing = found
    raise missing_columns(looked.path, fewest_missing)


def _sheet_lists(sheet: python_calamine.CalamineSheet, wide: int | None) -> Iterator[Sequence[str]]:
    """A sheet's rows, cut to `wide` where only empty cells lie to the right of the header."""
    for cells in sheet.iter_rows():
        texts = [_cell_text(cell) for cell in cells]
        yield texts[:wide] if wide is not None and not any(texts[wide:]) else texts


def _cell_text(value: object) -> str:
    """A workbook's cell as text. Numbers arrive as floats: 19104.0 was 19104."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _checked_workbook(looked: Looked) -> io.BytesIO:
    """The workbook's bytes, once every member was found to unpack within limits.

    The reader underneath lays a sheet out as one box in memory, whatever its headers promise; so sizes are
    counted by unpacking, and the box by the cells' own names.
    """
    name, expanded = looked.path.name, 0
    with open_bytes(looked.path, looked.limits) as file:
        content = io.BytesIO(file.read())
    if not zipfile.is_zipfile(content):
        content.seek(0)  # looking for a zip's end moved it; an old .xls is read from its start
        return content
    packed = content.getbuffer().nbytes
    try:
        with zipfile.ZipFile(content) as archive:
            for member in archive.infolist():
                widest = deepest = 1
                with archive.open(member) as inner:
                    rest = b""
                    while chunk := inner.read(CHUNK):
                        expanded += len(chunk)
                        check_size(name, expanded, packed, looked.limits)
                        if "worksheets/" in member.filename:
                            widest, deepest = _grown(rest + chunk, widest, deepest)
                            rest = chunk[-16:]
                check_cells(name, widest * deepest)
    except DAMAGE as error:
        raise damaged(name) from error
    content.seek(0)
    return content


def check_cells(name: str, count: int) -> None:
    """Raises `SourceBroken` for a sheet that would fill the memory."""
    if count > MOST_CELLS:
        raise SourceBroken(Phrase(N_("A sheet of %(name)s is too large to be a list."), {"name": name}))


def _grown(chunk: bytes, widest: int, deepest: int) -> tuple[int, int]:
    """The box around the cells named in a piece of a sheet, at least as large as it was."""
    names = set(_CELL.findall(chunk))
    for letters in {each for each, _ in names}:
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        widest = max(widest, column)
    return widest, max(deepest, max((int(row) for _, row in names), default=1))
