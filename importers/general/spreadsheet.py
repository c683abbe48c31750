"""Any table of resources, CSV or workbook, by a mapping file that says what its columns mean.

The mapping stands beside the table: `pantries.csv` has `pantries.mapping.toml` (or `mapping.toml`):

    kind = "community"              # optional: else it follows from the needs
    state = "PA"                    # optional: of rows that name none
    timezone = "America/New_York"   # optional: of their hours
    needs_of_all = ["food"]         # optional: need codes of every row
    ignored = ["Staff contact"]     # optional: columns left out on purpose

    [columns]                       # title = what it means; see TARGETS in _spreadsheet_mapping.py
    "Program" = "name"
    "Zip" = "postal_code"
    "Type" = "needs"

    [needs]                         # words in a "needs" column = need codes
    "Hot meals" = ["meals"]

`directory propose-mapping FILE` writes a first one (`_spreadsheet_proposal.py`). Columns without a meaning
are never read: what a list keeps about persons stays in it. A row becomes an HSDS service and goes the same
way.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from directory.listings.identity import derived_id
from directory.listings.needs import taxonomy
from directory.listings.record import Kind, ListingRecord
from importers.cleaning import clean_text, clean_zip
from importers.contract import Reading, Rejection, SourceFile
from importers.general._hsds_record import service_records
from importers.general._spreadsheet_mapping import ColumnMapping, mapping_file, read_mapping
from importers.keys import Survey
from importers.opening_text import opening_schedules
from importers.rows import Row, Table, open_table
from importers.shifted import SHIFTED, is_shifted
from importers.states import STATE_NAMES, state_code
from importers.tally import Tally

IDENTITY = ("name", "organization", "address_1", "address_2", "postal_code", "phone")
"""What tells rows apart in a table without ids (DESIGN, Keys)."""
NO_NAME = "The row has no name."
SAYS_NO = frozenset({"", "no", "n", "false", "0", "public"})
EVERYWHERE = frozenset({"nationwide", "national", "united states", "us", "usa"})
WHOLE_STATE = frozenset({"statewide", "state", "all counties"})
Cells = dict[str, list[str]]


class Spreadsheet:
    """Reads one table with its mapping."""

    name: ClassVar[str] = "spreadsheet"
    kind: ClassVar[Kind] = "community"
    title: ClassVar[str] = "Any spreadsheet with a mapping file"
    publisher: ClassVar[str] = "The organization that keeps the list"
    licence: ClassVar[str] = "Agreed with each organization"
    formats: ClassVar[tuple[str, ...]] = ("csv", "xlsx", "xls")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for a mapping that is missing or wrong, and for a table without
        the columns that it names."""
        return [read_table(source, read_mapping(mapping_file(source.path)))]

    def samples(self) -> list[SourceFile]:
        """None: lists are their keepers'."""
        return []


def read_table(source: SourceFile, mapping: ColumnMapping) -> Reading:
    """The table as a mapping has it. Raises `SourceBroken` where it lacks columns of the mapping."""
    table = open_table(source.path, tuple(mapping.columns))
    survey = Survey()
    for row in table.rows():
        if not isinstance(row, Rejection):
            survey.note(*_identity_and_others(_cells(row, mapping)))
    warnings = list(table.warnings)
    rows = _read_rows(table, mapping, source, survey, warnings)
    return Reading(rows=rows, as_of=source.as_of, rows_expected=survey.rows, warnings=warnings)


def _read_rows(
    table: Table, mapping: ColumnMapping, source: SourceFile, survey: Survey, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    for title in table.columns:
        if title and title not in mapping.columns and title not in mapping.ignored:
            tally.count("Column without a meaning, not read", title)
    try:
        for row in table.rows():
            if isinstance(row, Rejection):
                yield replace(row, values={})
            else:
                cells = _cells(row, mapping)
                yield _read_row(row.number, cells, mapping, source, survey=survey, tally=tally)
    finally:
        tally.tell(warnings)


def _cells(row: Row, mapping: ColumnMapping) -> Cells:
    """The mapped cells with something in them, by what they mean, in the order of the mapping."""
    found: Cells = {}
    for title, target in mapping.columns.items():
        if row.values[title].strip():
            found.setdefault(target, []).append(row.values[title])
    return found


def _one(cells: Cells, target: str) -> str:
    return next(iter(cells.get(target, [])), "")


def _told(cells: Cells, target: str) -> str:
    return "\n".join(cells.get(target, []))


def _identity_and_others(cells: Cells) -> tuple[list[str], list[str]]:
    if plain := clean_text(_one(cells, "id")):
        identity = [plain]
    else:
        identity = [_told(cells, target) for target in IDENTITY]
    return identity, [f"{target}={_told(cells, target)}" for target in sorted(cells)]


def _source_id(cells: Cells, survey: Survey) -> str:
    plain = clean_text(_one(cells, "id"))
    parts = {target: _told(cells, target) for target in IDENTITY}
    parts["postal_code"] = clean_zip(parts["postal_code"])
    return survey.source_id(plain or derived_id(*parts.values()), *_identity_and_others(cells))


def _read_row(
    number: int, cells: Cells, mapping: ColumnMapping, source: SourceFile, *, survey: Survey, tally: Tally
) -> ListingRecord | Rejection:
    shown = {target: clean_text(_one(cells, target))[:200] for target in ("id", "name")}
    shown = {target: text for target, text in shown.items() if text}
    if not clean_text(_one(cells, "name")):
        return Rejection(row=number, reason=NO_NAME, values=shown)
    at = {"city": _one(cells, "city"), "state": _one(cells, "state")}
    if is_shifted(**at, postal_code=_one(cells, "postal_code"), phone=_one(cells, "phone")):
        return Rejection(row=number, reason=SHIFTED, values=shown)
    service = _service(cells, mapping, _source_id(cells, survey), tally)
    row = next(iter(service_records(number, service, tally)))
    if isinstance(row, Rejection):
        return replace(row, values=shown)
    zone = mapping.timezone or source.timezone
    hours = tuple(each for text in cells.get("hours", []) for each in opening_schedules(text, zone))
    return replace(row, service=replace(row.service, schedules=hours))


def _service(cells: Cells, mapping: ColumnMapping, key: str, tally: Tally) -> dict[str, Any]:
    """The row as a nested HSDS service."""
    body = clean_text(_one(cells, "organization")) or clean_text(_one(cells, "name"))
    place = _location(cells, mapping, key, tally)
    kinds = [{"label": "kind", "value": mapping.kind}] if mapping.kind else []
    return {
        "id": key,
        "name": _one(cells, "name"),
        "alternate_name": _one(cells, "alternate_name"),
        "description": _told(cells, "description"),
        "url": _one(cells, "website"),
        "email": _one(cells, "email"),
        "status": clean_text(_one(cells, "status")).casefold() or "active",
        "application_process": _told(cells, "application"),
        "fees_description": _told(cells, "fees"),
        "eligibility_description": _told(cells, "eligibility"),
        "minimum_age": _one(cells, "minimum_age"),
        "maximum_age": _one(cells, "maximum_age"),
        "assured_date": _one(cells, "verified"),
        "last_modified": _one(cells, "updated"),
        "phones": [{"number": text} for text in cells.get("phone", [])],
        "languages": [{"name": text} for text in _parts(cells, "languages")],
        "required_documents": [{"document": text} for text in _parts(cells, "documents")],
        "service_areas": _areas(cells, mapping),
        "attributes": [*kinds, *_needs(cells, mapping, tally)],
        "organization": {"id": body.casefold(), "name": body},
        "service_at_locations": [{"id": key, "location": place}] if place else [],
    }


def _location(cells: Cells, mapping: ColumnMapping, key: str, tally: Tally) -> dict[str, Any] | None:
    """The place; None for a row without one, or whose address is to be withheld: "ask us" is no "no"."""
    if any(text.strip().casefold() not in SAYS_NO for text in cells.get("confidential", [])):
        tally.count("No place is shown", "the list withholds it")
        return None
    if not any(cells.get(target) for target in ("address_1", "city", "postal_code", "latitude")):
        return None
    given_state = clean_text(_one(cells, "state"))
    access = clean_text(_told(cells, "accessibility"))
    address = {
        "address_1": _one(cells, "address_1"),
        "address_2": _one(cells, "address_2"),
        "city": _one(cells, "city"),
        "region": _one(cells, "county"),
        "state_province": state_code(given_state) or given_state or mapping.state,
        "postal_code": _one(cells, "postal_code"),
    }
    return {
        "id": key,
        "location_type": "physical",
        "name": _one(cells, "location_name"),
        "transportation": _told(cells, "transportation"),
        "latitude": _one(cells, "latitude"),
        "longitude": _one(cells, "longitude"),
        "addresses": [address],
        "accessibility": [{"description": access}] if access else [],
    }


def split_words(text: str) -> list[str]:
    return list(filter(None, map(clean_text, re.split(r"[,;|\n]", text))))


def _parts(cells: Cells, target: str) -> list[str]:
    """The items of cells that hold lists, each once."""
    return list(dict.fromkeys(part for text in cells.get(target, []) for part in split_words(text)))


def _needs(cells: Cells, mapping: ColumnMapping, tally: Tally) -> Iterator[dict[str, Any]]:
    """Need codes: of every row, and of the words in its cells. A word that means nothing is told."""
    found = dict.fromkeys(mapping.everywhere)
    for text in cells.get("needs", []):
        whole = clean_text(text)
        for word in [whole] if whole.casefold() in mapping.needs else split_words(text):
            code = word.casefold()
            if code in mapping.needs:
                found |= dict.fromkeys(mapping.needs[code])
            elif code in taxonomy().needs:
                found[code] = None
            else:
                tally.count("Word without a need", word)
    for code in found:
        yield {"value": code, "taxonomy_term": {"code": code, "taxonomy": "need"}}


def _areas(cells: Cells, mapping: ColumnMapping) -> list[dict[str, str]]:
    state = state_code(_one(cells, "state")) or mapping.state
    made = []
    for part in _parts(cells, "service_area"):
        plain, extent = part.casefold(), ""
        if plain in EVERYWHERE:
            extent = "US"
        elif state_code(part) or (state and plain in WHOLE_STATE):
            extent = f"US-{state_code(part) or state}"
        elif state and (code := clean_zip(part)) and part[:1].isdigit():
            extent = f"US-{state}/{code}"
        elif state and plain.endswith(" county"):
            extent = f"US-{state}/{part[: -len(' county')]}"
        name = STATE_NAMES[state] if plain in WHOLE_STATE and state else part
        made.append({"name": name, "extent": extent, "extent_type": "text"})
    return made
