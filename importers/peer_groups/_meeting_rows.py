"""Meeting Guide rows in each shape that they are published: a feed's array, a Google Sheet's values, or the
table that 12 Step Meeting List takes in."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from importers.cleaning import clean_text, split_pair
from importers.contract import Rejection
from importers.files import look_at
from importers.json_rows import Outline, open_json
from importers.rows import Table, open_table

Meeting = dict[str, Any]

SHEET_COLUMNS: Mapping[str, str] = {"id": "slug", "full_address": "formatted_address", "address": "address"}
"""Column titles of the sheet form, in lower case with underscores, that differ from the feed's names."""


TABLE_COLUMNS = ("name", "day", "time")
"""What the header of a table must name."""
TABLES = (".csv", ".csv.gz", ".xlsx", ".xls", ".ods")


@dataclass(slots=True)
class MeetingFile:
    """`rows()` gives each row with its number, 1 the first, afresh at each call: a meeting, None for an item
    that is no object, or the rejection of a row whose cells cannot be told apart."""

    rows: Callable[[], Iterator[tuple[int, "Meeting | Rejection | None"]]]
    warnings: list[str] = field(default_factory=list)


def open_meetings(path: Path) -> MeetingFile:
    """The meetings of a JSON file or, by its name's end, of a table. Raises `SourceBroken` as `open_json` and
    `open_table` do."""
    if path.name.casefold().endswith(TABLES) and look_at(path).first not in ("[", "{", "<"):
        table = open_table(path, TABLE_COLUMNS)
        return MeetingFile(partial(_table_rows, table), list(table.warnings))
    return MeetingFile(partial(meeting_rows, open_json(path)))


def _table_rows(table: Table) -> Iterator[tuple[int, "Meeting | Rejection | None"]]:
    for row in table.rows():
        if isinstance(row, Rejection):
            yield row.row, Rejection(row=row.row, reason=row.reason)
        else:
            named = {SHEET_COLUMNS.get(name, name): cell for name, cell in row.values.items() if cell.strip()}
            yield row.number, _sheet_row(named)


def meeting_rows(outline: Outline) -> Iterator[tuple[int, Meeting | None]]:
    """Each row with its number, 1 the first; None for an item that is no object."""
    if outline.prefix == "values.item":
        yield from _sheet_rows(outline)
        return
    for number, item in enumerate(outline.items(), start=1):
        if isinstance(item, dict) and isinstance(item.get("fields"), dict):
            yield number, {"slug": item.get("id"), **item["fields"]}
        else:
            yield number, item if isinstance(item, dict) else None


def _sheet_rows(outline: Outline) -> Iterator[tuple[int, Meeting | None]]:
    names: list[str] = []
    for number, item in enumerate(outline.items()):
        if not isinstance(item, list):
            yield max(number, 1), None
        elif not number:
            titles = [re.sub(r"[^a-z0-9]+", "_", str(title).casefold()).strip("_") for title in item]
            names = [SHEET_COLUMNS.get(title, title) for title in titles]
        else:
            yield number, _sheet_row(dict(zip(names, item, strict=False)))


def _sheet_row(row: Meeting) -> Meeting:
    if isinstance(row.get("types"), str):
        row["types"] = [each.strip() for each in row["types"].split(",")]
    if row.get("coordinates"):
        row["latitude"], row["longitude"] = split_pair(row["coordinates"])
    return row


def identity(row: Meeting) -> str:
    """A meeting's slug as text; some feeds have numbers. Empty when it has none."""
    return clean_text(row.get("slug"))


def others(row: Meeting) -> list[str]:
    """Everything else in the row, as texts in a fixed order."""
    return [f"{name}={row[name]!r}" for name in sorted(row) if name != "slug"]
