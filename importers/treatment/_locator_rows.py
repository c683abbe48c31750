"""The locator's files: what each is, and its rows with their names in lower case."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers.contract import Rejection
from importers.fetch import QUERY_FILE
from importers.files import look_at
from importers.json_rows import Outline, open_json
from importers.rows import Table, open_table

REQUIRED = ("name1", "name2", "street1", "city", "state", "zip", "latitude", "longitude")
NOT_AN_OBJECT = "The item is not a facility."

NumberedRow = tuple[int, dict[str, Any]]

STATE_OF_LIMIT: Mapping[str, str] = {
    number: state
    for state, number in (
        pair.split(":")
        for pair in [
            "ME:1",
            "MI:2",
            "MA:3",
            "MT:4",
            "NY:5",
            "NC:6",
            "OH:7",
            "PA:8",
            "RI:9",
            "TN:10",
            "TX:11",
            "NV:12",
            "NJ:13",
            "UT:14",
            "WA:15",
            "WI:16",
            "MD:18",
            "AL:19",
            "AK:20",
            "AZ:21",
            "AR:22",
            "CA:23",
            "CO:24",
            "CT:25",
            "DE:26",
            "DC:27",
            "FL:28",
            "GA:29",
            "HI:30",
            "ID:31",
            "IL:32",
            "IN:33",
            "IA:34",
            "KS:35",
            "KY:36",
            "LA:37",
            "MN:38",
            "MS:39",
            "MO:40",
            "NE:41",
            "NH:42",
            "NM:43",
            "ND:44",
            "OK:45",
            "OR:46",
            "SC:47",
            "SD:48",
            "VT:49",
            "VA:50",
            "WV:51",
            "WY:52",
        ]
    )
}
"""SAMHSA's own state numbers, as `limitValue` with `limitType=0` (they are not FIPS; 17 is left out)."""
PROGRAMS: Mapping[str, str] = {"sa": "substance", "mh": "mental"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatorFile:
    """A file or folder of the locator. `part` is the state (and program) that it covers, if only that;
    `is_whole` is False where the query behind it is unknown, so that nothing may be withdrawn by it."""

    rows: Callable[[], Iterator[NumberedRow | Rejection]]
    part: str | None = None
    is_whole: bool = False
    columns: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)


def open_locator(path: Path) -> LocatorFile:
    """What `path` is. Raises `SourceBroken` when it is neither JSON pages nor an export with coordinates."""
    if path.is_dir():
        return _open_folder(path)
    looked = look_at(path)
    if looked.kind == "text" and looked.first in ("[", "{"):
        return LocatorFile(rows=partial(_json_rows, [open_json(path)]), warnings=[UNKNOWN_QUERY])
    table = open_table(path, REQUIRED)
    return LocatorFile(
        rows=partial(_table_rows, table), is_whole=True, columns=table.columns, warnings=list(table.warnings)
    )


UNKNOWN_QUERY = "These pages do not say which query they answer: nothing is withdrawn by them"


def _open_folder(folder: Path) -> LocatorFile:
    pages = [open_json(each) for each in sorted(folder.glob("*.json")) if each.name != QUERY_FILE]
    if not pages:
        raise SourceBroken(Phrase(N_("There are no pages in %(name)s."), {"name": str(folder)}))
    rows = partial(_json_rows, pages)
    query = folder / QUERY_FILE
    part = _part_of(json.loads(query.read_text(encoding="utf-8"))) if query.is_file() else None
    if part is None:
        return LocatorFile(rows=rows, warnings=[UNKNOWN_QUERY])
    return LocatorFile(rows=rows, part=part, is_whole=True)


def _part_of(query: Mapping[str, Any]) -> str | None:
    """`PA`, or `PA substance`, for a query of one state that gave all it promised; else (a circle) None."""
    asked = query.get("parameters", {})
    if query.get("rows", 0) < query.get("promised", 1):
        return None
    state = STATE_OF_LIMIT.get(str(asked.get("limitValue", "")))
    narrowing = asked.keys() & {"sCodes", "sLanguages", "cut", "filterFName", "filterFPhone"}
    if str(asked.get("limitType")) != "0" or not state or narrowing:
        return None
    program = str(asked.get("sType", "both"))
    if program == "both":
        return state
    return f"{state} {PROGRAMS[program]}" if program in PROGRAMS else None


def _json_rows(pages: list[Outline]) -> Iterator[NumberedRow | Rejection]:
    number = 0
    for page in pages:
        for item in page.items():
            number += 1
            if isinstance(item, dict):
                yield number, {str(name).casefold(): value for name, value in item.items()}
            else:
                yield Rejection(row=number, reason=NOT_AN_OBJECT)


def _table_rows(table: Table) -> Iterator[NumberedRow | Rejection]:
    for row in table.rows():
        yield row if isinstance(row, Rejection) else (row.number, dict(row.values))
