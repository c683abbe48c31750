"""SAMHSA's National Directory of treatment facilities: substance use and mental health, one part each.

Published once a year as two workbooks (N-SUMHSS); also read as CSV, one part or both in a file with a
`directory_type` column. No coordinates, no websites, no ids (formats 1.3).
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import ClassVar

from directory.errors import SourceBroken
from directory.listings.codes import codes_of_scheme
from directory.listings.record import Kind, ListingRecord, Phone
from directory.phrases import N_, Phrase
from importers.cleaning import clean_text, clean_zip
from importers.contract import Reading, Rejection, SourceFile
from importers.keys import Survey
from importers.phones import phones_of
from importers.rows import Row, Table, open_table
from importers.states import state_code
from importers.tally import Tally
from importers.treatment._samhsa import LICENCE, PUBLISHER, SCHEMES, Facility, facility_id, record_of, refusal

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_AS_OF = dt.date(2024, 12, 31)
MINIMUM: Mapping[str, int] = {"substance": 10_000, "mental": 6_000}
"""The least facilities of a plausible edition (2024: 12,200 and 8,319)."""

PART_COLUMN, CODES = "directory_type", "service_code_info"
REQUIRED = ("name1", "name2", "street1", "street2", "city", "state", "zip", "phone", CODES)
IDENTITY = ("name1", "name2", "street1", "street2", "phone")
"""With the part and the ZIP: what tells one facility from another."""
OTHERS = ("city", "state", "intake1", "intake2", "intake1a", "intake2a", CODES)
PHONES = ("phone", "intake1", "intake2", "intake1a", "intake2a")
IGNORED = frozenset({"facility_id"})
"""Columns left out on purpose: `facility_id` is a row number of the copy that has it."""
KNOWN = frozenset({*REQUIRED, *PHONES, *IGNORED, PART_COLUMN})

VOTES = 200
"""Rows whose codes are looked at to tell which part a file is."""
UNKNOWN_PART = "The row's directory type is neither substance nor mental."


class SamhsaDirectory:
    """Reads the workbooks and CSV of the National Directory, or a folder that holds several of them."""

    name: ClassVar[str] = "samhsa_directory"
    kind: ClassVar[Kind] = "treatment"
    title: ClassVar[str] = "SAMHSA National Directory of treatment facilities"
    publisher: ClassVar[str] = PUBLISHER
    licence: ClassVar[str] = LICENCE
    formats: ClassVar[tuple[str, ...]] = ("xlsx", "csv")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading per part: `substance`, `mental`. Raises `SourceBroken` when a file is no directory."""
        paths = [source.path]
        if source.path.is_dir():
            paths = sorted(each for each in source.path.iterdir() if each.is_file())
        return [reading for path in paths for reading in _read_file(path, source.as_of)]

    def samples(self) -> list[SourceFile]:
        """The whole edition of 2024."""
        return [SourceFile(path=SAMPLES / "samhsa_directory_2024.csv.gz", as_of=SAMPLE_AS_OF)]


def _read_file(path: Path, as_of: dt.date | None) -> list[Reading]:
    table = open_table(path, REQUIRED)
    whole = None if PART_COLUMN in table.columns else _recognise(table, path)
    parts = tuple(SCHEMES) if whole is None else (whole,)
    surveys = _survey(table, whole)
    readings: list[Reading] = []
    for part in parts:
        survey = surveys[part]
        if not survey.rows and len(parts) > 1:
            continue
        warnings = list(table.warnings)
        warnings += [f"Unknown column: {name}" for name in table.columns if name not in KNOWN]
        rows = _rows(table, part, whole=whole, first=not readings, survey=survey, warnings=warnings)
        readings.append(
            Reading(
                rows=rows,
                part=part,
                as_of=as_of,
                rows_expected=survey.rows,
                minimum=MINIMUM[part],
                warnings=warnings,
            )
        )
    return readings


def _recognise(table: Table, path: Path) -> str:
    """The part that a file without `directory_type` is, by codes that only one part has, else by its name."""
    known = {part: codes_of_scheme(scheme) for part, scheme in SCHEMES.items()}
    votes: Counter[str] = Counter()
    for row in islice(table.rows(), VOTES):
        if isinstance(row, Row):
            codes = set(row.values[CODES].split())
            votes.update({part: len(codes & (known[part] - known[other])) for part, other in _OTHER.items()})
    if votes["substance"] != votes["mental"]:
        return max(votes, key=lambda part: votes[part])
    named = [part for part, mark in _NAME_MARKS.items() if mark.search(path.stem)]
    if len(named) == 1:
        return named[0]
    told = {"name": path.name}
    message = N_("%(name)s does not tell whether it lists substance use or mental health.")
    raise SourceBroken(Phrase(message, told))


_OTHER: Mapping[str, str] = {"substance": "mental", "mental": "substance"}
_NAME_MARKS: Mapping[str, re.Pattern[str]] = {
    "substance": re.compile(r"(?<![a-z])(?:su|sa|substance)(?![a-z])", re.IGNORECASE),
    "mental": re.compile(r"(?<![a-z])(?:mh|mental)(?![a-z])", re.IGNORECASE),
}
"""`2025_SU_Facilities_for_All_City_All.xlsx`"""


def _survey(table: Table, whole: str | None) -> dict[str, Survey]:
    surveys = {part: Survey() for part in SCHEMES}
    for row in table.rows():
        part = _part_of(row, whole) if isinstance(row, Row) else None
        if part and isinstance(row, Row):
            surveys[part].note(_identity(row.values), _others(row.values))
    return surveys


def _part_of(row: Row, whole: str | None) -> str | None:
    named = whole or row.values[PART_COLUMN].strip().casefold()
    return named if named in SCHEMES else None


def _identity(values: Mapping[str, str]) -> list[str]:
    return [*(values[each] for each in IDENTITY), clean_zip(values["zip"])]


def _others(values: Mapping[str, str]) -> list[str]:
    return [values.get(each, "") for each in OTHERS]


def _rows(
    table: Table, part: str, *, whole: str | None, first: bool, survey: Survey, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    """The part's rows. What belongs to no part is rejected in the first reading, so that it counts once."""
    tally = Tally()
    try:
        for row in table.rows():
            if isinstance(row, Rejection):
                if first:
                    yield row
                continue
            its_part = _part_of(row, whole)
            if its_part == part:
                yield _read_row(row, part, survey, tally)
            elif its_part is None and first:
                yield Rejection(row=row.number, reason=UNKNOWN_PART, values=row.values)
    finally:
        tally.tell(warnings)


def _read_row(row: Row, part: str, survey: Survey, tally: Tally) -> ListingRecord | Rejection:
    values = row.values
    reason = refusal(values)
    if reason:
        given = {name: cell for name, cell in values.items() if cell}
        return Rejection(row=row.number, reason=reason, values=given)
    postal_code = clean_zip(values["zip"])
    if not postal_code:
        tally.count("Unreadable ZIP", values["zip"])
    return record_of(
        Facility(
            source_id=survey.source_id(facility_id(part, values), _identity(values), _others(values)),
            part=part,
            name1=clean_text(values["name1"]),
            name2=clean_text(values["name2"]),
            street1=clean_text(values["street1"]),
            street2=clean_text(values["street2"]),
            city=clean_text(values["city"]),
            state=state_code(values["state"]),
            postal_code=postal_code,
            codes=_codes(values[CODES], part, tally),
            phones=_phones(values, tally),
        )
    )


def _codes(text: str, part: str, tally: Tally) -> list[str]:
    """The codes of a cell, each once; ` * ` parts categories, of which empty ones are left out."""
    codes = list(dict.fromkeys(text.replace("*", " ").split()))
    known = codes_of_scheme(SCHEMES[part])
    for code in codes:
        if code not in known:
            tally.count("Unknown code", code)
    return codes


def _phones(values: Mapping[str, str], tally: Tally) -> tuple[Phone, ...]:
    given = [(values.get(each, "").strip(), "Main" if each == "phone" else "Intake") for each in PHONES]
    found = phones_of(*given)
    if not found and given[0][0]:
        tally.count("Unreadable telephone", given[0][0])
    return found
