"""SAMHSA's treatment locator (FindTreatment.gov): saved pages of its API v2, or the export of the site.

The API gives services as labels in categories, the export as a column per code (formats 1.1 and 1.2). Rows
have coordinates and websites; they have no id that lasts. The directory of the same body is
`samhsa_directory`; this one is fresher and knows where a facility stands.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from directory.listings.codes import codes_of_label, codes_of_scheme
from directory.listings.record import Kind, ListingRecord
from importers.cleaning import clean_coordinates, clean_text, clean_website, clean_zip
from importers.contract import Reading, Rejection, SourceFile
from importers.fetch import Fetcher, fetch_pages
from importers.keys import Survey
from importers.phones import phones_of
from importers.states import state_code
from importers.tally import Tally
from importers.treatment._locator_rows import LocatorFile, open_locator
from importers.treatment._samhsa import (
    LICENCE,
    PUBLISHER,
    SCHEMES,
    Facility,
    facility_id,
    record_of,
    refusal,
)

MINIMUM = 10_000
"""The least facilities of a plausible export of the whole country (2020: 14,034)."""
PAGE_SIZE = 2000
"""The most rows that the API gives at once."""

PART_OF_TYPE: Mapping[str, str] = {"SA": "substance", "SU": "substance", "OTP": "substance", "MH": "mental"}
CODE_OF_TYPE: Mapping[str, str] = {"SA": "SA", "SU": "SA", "OTP": "OTP", "MH": "MH"}
"""What the type itself says, in the codes of the directories: OTP rows, for one, have no services."""
OTHER_TYPES: Mapping[str, str] = {
    "HRSA": "The row is a health center, which the locator lists without services.",
    "BUPREN": "The row is a single prescriber, not a facility.",
}
UNKNOWN_TYPE = "The row's facility type is not one that we know."

IDENTITY = ("name1", "name2", "street1", "street2", "phone")
PLAIN = frozenset(
    {*IDENTITY, "city", "state", "zip", "zip4", "county", "intake_prompt", "intake1", "intake2", "hotline1"}
    | {
        "intake1a",
        "intake2a",
        "website",
        "latitude",
        "longitude",
        "type_facility",
        "typefacility",
        "services",
    }
)
IGNORED = frozenset({"_irow", "frid", "miles", "address_type", "otp_id_number", "services_spanish"})
"""Left out on purpose: positions and distances in one answer, an id of unknown lifetime, the same labels in
Spanish (ours come from the codes)."""
CELLS = (*IDENTITY, "city", "state", "zip", "county", "intake1", "intake2", "hotline1")
ALL_CODES = frozenset().union(*map(codes_of_scheme, SCHEMES.values()))
PHONES = (("phone", "Main"), ("intake1", "Intake"), ("intake2", "Intake"), ("hotline1", "Hotline"))


class SamhsaLocator:
    """Reads a page, pages in one file or folder, or an export; fetches the API when given its address."""

    name: ClassVar[str] = "samhsa_locator"
    kind: ClassVar[Kind] = "treatment"
    title: ClassVar[str] = "SAMHSA treatment locator (FindTreatment.gov)"
    publisher: ClassVar[str] = PUBLISHER
    licence: ClassVar[str] = LICENCE
    formats: ClassVar[tuple[str, ...]] = ("json", "csv", "xlsx")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. An export is the whole source; fetched pages of one state are that state's part.

        Pages whose query is not known never withdraw anything. Raises `SourceBroken` for a web page, missing
        columns, or what is cut short.
        """
        found = open_locator(source.path)
        survey = Survey()
        for row in found.rows():
            if not isinstance(row, Rejection):
                survey.note(*_identity_and_others(row[1]))
        warnings = list(found.warnings)
        reading = Reading(
            rows=_read_rows(found, survey, warnings),
            part=found.part,
            as_of=source.as_of,
            rows_expected=survey.rows,
            minimum=MINIMUM if found.is_whole and found.part is None else 1,
            is_whole=found.is_whole,
            warnings=warnings,
        )
        return [reading]

    def samples(self) -> list[SourceFile]:
        """None: the directory's sample holds the same facilities."""
        return []

    def fetch(self, url: str, folder: Path, fetcher: Fetcher) -> Path:
        """Saves every page of an API query into `folder` and answers it. The query is kept beside them."""
        fetch_pages(fetcher, url, folder, page_size=PAGE_SIZE)
        return folder


def _read_rows(
    found: LocatorFile, survey: Survey, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    for name in found.columns:
        if name not in PLAIN and name not in IGNORED and name.upper() not in ALL_CODES:
            tally.count("Unknown column", name)
    try:
        for row in found.rows():
            yield row if isinstance(row, Rejection) else _read_row(row[0], row[1], survey, tally)
    finally:
        tally.tell(warnings)


def _read_row(number: int, row: dict[str, Any], survey: Survey, tally: Tally) -> ListingRecord | Rejection:
    values = {name: clean_text(row.get(name)) for name in CELLS}
    its_type = _type_of(row)
    reason = (
        refusal(values) or OTHER_TYPES.get(its_type) or (None if its_type in PART_OF_TYPE else UNKNOWN_TYPE)
    )
    if reason:
        return Rejection(
            row=number, reason=reason, values={name: cell for name, cell in values.items() if cell}
        )
    part = PART_OF_TYPE[its_type]
    place = clean_coordinates(row.get("latitude"), row.get("longitude"))
    if place is None:
        tally.count("No coordinates", values["state"])
    return record_of(
        Facility(
            source_id=survey.source_id(facility_id(part, _raw(row)), *_identity_and_others(row)),
            part=part,
            name1=values["name1"],
            name2=values["name2"],
            street1=values["street1"],
            street2=values["street2"],
            city=values["city"],
            state=state_code(values["state"]),
            postal_code=clean_zip(values["zip"]),
            county=values["county"] or None,
            phones=phones_of(*((values[name], what) for name, what in PHONES)),
            url=clean_website(row.get("website")),
            latitude=place[0] if place else None,
            longitude=place[1] if place else None,
            codes=_codes(row, part, its_type, tally),
        )
    )


def _type_of(row: Mapping[str, Any]) -> str:
    """The facility type. The older export has none: it lists substance use treatment."""
    stated = clean_text(row.get("typefacility") or row.get("type_facility")).upper()
    return stated or ("" if "services" in row else "SA")


def _raw(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(row.get(name) or "") for name in (*IDENTITY, "zip")}


def _identity_and_others(row: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    raw = _raw(row)
    identity = [_type_of(row), *raw.values()]
    others = [f"{name}={row[name]!r}" for name in sorted(row) if name not in raw and name not in IGNORED]
    return identity, others


def _codes(row: Mapping[str, Any], part: str, its_type: str, tally: Tally) -> list[str]:
    """The codes of a row, each once: its type's, its labels' (API), those of columns with a 1 (export)."""
    found = [CODE_OF_TYPE[its_type]]
    services = row.get("services")
    for each in services if isinstance(services, list) else []:
        found += _codes_of_category(each, part, tally)
    known = codes_of_scheme(SCHEMES[part])
    found += [
        name.upper()
        for name, cell in row.items()
        if cell == "1" and name.upper() in known and name not in PLAIN
    ]
    return list(dict.fromkeys(found))


def _codes_of_category(given: object, part: str, tally: Tally) -> list[str]:
    if not isinstance(given, dict):
        return []
    category = clean_text(given.get("f2"))
    found: list[str] = []
    for label in clean_text(given.get("f3")).split("; "):
        codes = codes_of_label(part, label, category)
        if label and not codes:
            tally.count(f"Unknown label in {category}", label)
        found += codes
    return found
