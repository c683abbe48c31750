"""What a mapping file says: which column of a table means what, in a closed vocabulary."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from directory.errors import SourceBroken
from directory.listings.needs import taxonomy
from directory.listings.record import KINDS, Kind
from directory.phrases import N_, Phrase
from importers.states import state_code

LARGEST = 1 << 20
"""Bytes of a mapping file."""

TARGETS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "name",
        "service_name",
        "program_name",
        "program",
        "service",
        "title",
        "resource",
        "resource_name",
    ),
    "organization": ("organization", "organization_name", "agency", "agency_name", "provider", "company"),
    "id": ("id", "record_id", "service_id", "listing_id", "uuid", "key"),
    "description": ("description", "service_description", "about", "summary", "details", "services"),
    "alternate_name": ("alternate_name", "aka", "also_known_as"),
    "location_name": ("location_name", "site", "site_name", "location", "building"),
    "address_1": ("address_1", "address1", "address", "street", "street_address", "address_line_1"),
    "address_2": ("address_2", "address2", "suite", "unit", "address_line_2"),
    "city": ("city", "town", "municipality"),
    "county": ("county", "parish"),
    "state": ("state", "st", "state_province", "province"),
    "postal_code": ("postal_code", "zip", "zip_code", "zipcode", "postcode"),
    "latitude": ("latitude", "lat", "y"),
    "longitude": ("longitude", "lng", "lon", "long", "x"),
    "phone": (
        *("phone", "phone_number", "telephone", "phone_1", "phone_2", "main_phone", "office_phone"),
        *("intake_phone", "crisis_line", "toll_free", "hotline", "tel"),
    ),
    "email": ("email", "e-mail", "email_address", "public_email"),
    "website": ("website", "web_site", "url", "web", "web_address", "link"),
    "hours": ("hours", "hours_of_operation", "opening_hours", "schedule", "office_hours"),
    "languages": ("languages", "language", "languages_spoken"),
    "fees": ("fees", "fee", "cost", "costs", "fee_structure", "price"),
    "eligibility": ("eligibility", "who_can_apply", "requirements", "population_served", "serves"),
    "minimum_age": ("minimum_age", "min_age"),
    "maximum_age": ("maximum_age", "max_age"),
    "application": (
        "application",
        "application_process",
        "how_to_apply",
        "intake_process",
        "referral_process",
    ),
    "documents": ("documents", "required_documents", "documents_required", "what_to_bring"),
    "accessibility": ("accessibility", "ada", "accessible"),
    "transportation": ("transportation", "bus", "transit", "directions"),
    "service_area": ("service_area", "service_areas", "area_served", "coverage", "counties_served"),
    "needs": ("needs", "category", "categories", "service_type", "type", "resource_type"),
    "status": ("status",),
    "verified": ("verified", "last_verified", "date_verified", "assured_date"),
    "updated": ("updated", "last_updated", "last_modified", "date_updated"),
    "confidential": ("confidential", "hide_address", "private", "undisclosed"),
}
"""What a column may mean, with titles that are proposed for it. `needs` takes our need codes, or words that
the mapping's [needs] table turns into them; `confidential` withholds a row's address unless it says no."""
REPEATED = frozenset(
    {"phone", "description", "hours", "languages", "fees", "eligibility", "application", "documents"}
    | {"accessibility", "transportation", "service_area", "needs"}
)
"""Targets that several columns may share; the others take one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """`columns` by title as tables have them (lower case, underscores) to a key of `TARGETS`."""

    columns: Mapping[str, str]
    kind: Kind | None = None
    state: str = ""
    """The state of rows that name none."""
    timezone: str | None = None
    everywhere: tuple[str, ...] = ()
    """Need codes of every row."""
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Need codes by the words of a cell, in lower case."""
    ignored: frozenset[str] = frozenset()


def column_title(text: str) -> str:
    """A title as tables have it: lower case, underscores for spaces."""
    return "_".join(text.strip().casefold().split())


def mapping_file(path: Path) -> Path:
    """Where the mapping of a table is: `list.csv` has `list.mapping.toml`, else `mapping.toml`, beside it.

    Raises `SourceBroken` when there is neither.
    """
    found = [path.with_name(f"{path.name.partition('.')[0]}.mapping.toml"), path.with_name("mapping.toml")]
    there = next((each for each in found if each.is_file()), None)
    if there is None:
        told = {"name": path.name, "mapping": found[0].name}
        raise SourceBroken(Phrase(N_("%(name)s has no mapping: write %(mapping)s beside it."), told))
    return there


def read_mapping(path: Path) -> ColumnMapping:
    """A mapping file, checked. Raises `SourceBroken` naming the entry at fault."""
    try:
        text = path.read_bytes()[:LARGEST].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(path.name, str(error)) from error
    return parse_mapping(text, path.name)


def parse_mapping(text: str, name: str) -> ColumnMapping:
    """The text of a mapping file, checked. Raises `SourceBroken`, which calls the file `name`."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(name, str(error)) from error
    unknown = given.keys() - {"columns", "kind", "state", "timezone", "needs_of_all", "needs", "ignored"}
    if unknown:
        raise _wrong(name, ", ".join(sorted(unknown)))
    columns = {column_title(title): target for title, target in _table(name, given, "columns").items()}
    _check_columns(name, columns)
    needs = {
        word.strip().casefold(): _codes(name, codes) for word, codes in _table(name, given, "needs").items()
    }
    kind = next((each for each in KINDS if each == given.get("kind")), None)
    if "kind" in given and kind is None:
        raise _wrong(name, f"kind = {given['kind']!r}")
    zone = given.get("timezone")
    return ColumnMapping(
        columns=columns,
        kind=kind,
        state=state_code(str(given.get("state", ""))),
        timezone=zone if isinstance(zone, str) else None,
        everywhere=_codes(name, given.get("needs_of_all", [])),
        needs=needs,
        ignored=frozenset(column_title(str(each)) for each in given.get("ignored", [])),
    )


def _table(name: str, given: Mapping[str, Any], entry: str) -> Mapping[str, Any]:
    found = given.get(entry, {})
    if not isinstance(found, dict):
        raise _wrong(name, entry)
    return found


def _check_columns(name: str, columns: Mapping[str, object]) -> None:
    seen: set[object] = set()
    for title, target in columns.items():
        if target not in TARGETS or (target in seen and target not in REPEATED):
            raise _wrong(name, f"{title} = {target!r}")
        seen.add(target)
    if "name" not in seen:
        raise _wrong(name, "name")


def _codes(name: str, given: object) -> tuple[str, ...]:
    found = [given] if isinstance(given, str) else given if isinstance(given, list) else [None]
    known = taxonomy().needs
    for code in found:
        if code not in known:
            raise _wrong(name, f"need {code!r}")
    return tuple(str(code) for code in found)


def _wrong(name: str, entry: str) -> SourceBroken:
    told = {"name": name, "entry": entry}
    return SourceBroken(Phrase(N_("The mapping %(name)s is wrong at: %(entry)s."), told))
