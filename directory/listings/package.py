"""The HSDS 3.1 data package: its tables and columns, how values are written, `datapackage.json`. Pure.

Columns, types and required fields are those of the 3.1 specification (`datapackage.json`, and the schemas of
`service_capacity` and `unit`, which it leaves half empty). Two of its `unique` constraints are left out,
because a package with two taxonomies, or a body with two programs, could not keep them: `taxonomy_term.code`
and `program.organization_id`.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from directory.listings.wall_clock import zone_named

UNKNOWN = "Unknown"
"""Stands in required columns for what is not known or not shown. Our importer reads it as nothing."""

_COLUMNS: Mapping[str, tuple[str, str]] = {
    "organization": (
        "organizations.csv",
        (
            "name! alternate_name description! email:email website:uri tax_status tax_id"
            " year_incorporated:number legal_status logo uri:uri parent_organization_id:uuid"
        ),
    ),
    "program": ("programs.csv", "organization_id! name! alternate_name description!"),
    "service": (
        "services.csv",
        (
            "organization_id! program_id name! alternate_name description url:uri email:email status!"
            " interpretation_services application_process fees_description wait_time fees accreditations"
            " eligibility_description minimum_age:number maximum_age:number assured_date:date"
            " assurer_email:email licenses alert last_modified:datetime"
        ),
    ),
    "attribute": (
        "attributes.csv",
        "link_id:uuid! taxonomy_term_id! link_type link_entity! value label",
    ),
    "service_at_location": ("service_at_location.csv", "service_id! location_id! description"),
    "location": (
        "locations.csv",
        (
            "location_type! url:uri organization_id name alternate_name description transportation"
            " latitude:number longitude:number external_identifier external_identifier_type"
        ),
    ),
    "phone": (
        "phones.csv",
        (
            "location_id service_id organization_id contact_id service_at_location_id number!"
            " extension:number type description"
        ),
    ),
    "contact": (
        "contacts.csv",
        "organization_id service_id service_at_location_id location_id name title department email:email",
    ),
    "address": (
        "addresses.csv",
        (
            "location_id attention address_1! address_2 city! region state_province! postal_code! country!"
            " address_type!"
        ),
    ),
    "schedule": (
        "schedules.csv",
        (
            "service_id location_id service_at_location_id valid_from:date valid_to:date dtstart:date"
            " timezone:number until:date count:number wkst freq interval:number byday byweekno bymonthday"
            " byyearday description opens_at:time closes_at:time schedule_link:uri attending_type notes"
        ),
    ),
    "funding": ("funding.csv", "organization_id service_id source"),
    "service_area": (
        "service_areas.csv",
        "service_id service_at_location_id name description extent extent_type uri",
    ),
    "required_document": ("required_documents.csv", "service_id document uri:uri"),
    "language": ("languages.csv", "service_id location_id phone_id name code note"),
    "accessibility": ("accessibility.csv", "location_id description details url:uri"),
    "taxonomy_term": (
        "taxonomy_terms.csv",
        "code name! description! parent_id:uuid taxonomy language taxonomy_id term_uri:uri",
    ),
    "cost_option": (
        "cost_options.csv",
        "service_id! valid_from:date valid_to:date option currency amount:number amount_description",
    ),
    "organization_identifier": (
        "organization_identifiers.csv",
        "organization_id! identifier_scheme identifier_type! identifier!",
    ),
    "taxonomy": ("taxonomies.csv", "name! description! uri:uri version"),
    "service_capacity": (
        "service_capacity.csv",
        "service_id! unit_id! available:number maximum:number description updated:datetime!",
    ),
    "unit": ("units.csv", "name! scheme identifier uri:uri"),
    "url": ("url.csv", "label url:uri! organization_id service_id"),
}
"""Table to its file and its columns after `id`: `name:type`, `!` for required. The log of changes
(`metadata`) and the notes on tables are not given: they say who edited what."""

_ENUMS: Mapping[tuple[str, str], Sequence[str]] = {
    ("service", "status"): ("active", "inactive", "defunct", "temporarily closed"),
    ("location", "location_type"): ("physical", "postal", "virtual"),
    ("address", "address_type"): ("physical", "postal", "virtual"),
    ("schedule", "wkst"): ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
    ("schedule", "freq"): ("WEEKLY", "MONTHLY"),
}
_FORMATS = frozenset({"uuid", "email", "uri"})
_OFFSETS_ON = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""The day whose rules `utc_offset` follows: a fixed one, so that the same data gives the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `type` is that of a table schema, `refers_to` a table of the package."""

    name: str
    type: str = "string"
    format: str | None = None
    required: bool = False
    enum: Sequence[str] = ()
    refers_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageTable:
    """One table: `name` is HSDS's, `path` its file."""

    name: str
    path: str
    columns: tuple[Column, ...]


def _column(table: str, written: str) -> Column:
    name, _, kind = written.rstrip("!").partition(":")
    target = name.removesuffix("_id")
    refers_to = target if name != target and target in _COLUMNS else None
    kind = "uuid" if refers_to else kind or "string"
    return Column(
        name=name,
        type="string" if kind in _FORMATS else kind,
        format=kind if kind in _FORMATS else None,
        required=written.endswith("!"),
        enum=_ENUMS.get((table, name), ()),
        refers_to=refers_to,
    )


TABLES: Mapping[str, PackageTable] = {
    table: PackageTable(
        name=table,
        path=path,
        columns=tuple(_column(table, each) for each in ("id:uuid!", *columns.split())),
    )
    for table, (path, columns) in _COLUMNS.items()
}


_MISSING: Mapping[str, Sequence[tuple[str, str]]] = {
    name: [(column.name, UNKNOWN if column.required else "") for column in table.columns]
    for name, table in TABLES.items()
}
"""Table to its columns, each with what stands there for nothing."""


# --- values ---------------------------------------------------------------------------------------


def cell(value: Any) -> str:
    """A value as CSV holds it: dates and times in ISO 8601, moments in UTC with Z, nothing as nothing."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M:%S")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@lru_cache(maxsize=1024)
def utc_offset(zone: str | None) -> float | None:
    """HSDS `schedule.timezone`: hours from UTC in the zone's standard time. The zone is an attribute."""
    found = zone_named(zone)
    if found is None:
        return None
    local = _OFFSETS_ON.astimezone(found)
    offset = (local.utcoffset() or dt.timedelta()) - (local.dst() or dt.timedelta())
    return offset.total_seconds() / 3600


def written_row(table: str, row: Mapping[str, Any]) -> list[str]:
    """A row's cells in the order of its table, with what HSDS requires and we derive."""
    values = {**row, **_derived(table, row)}
    return [cell(values.get(name)) or missing for name, missing in _MISSING[table]]


def json_row(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a flat JSON object of HSDS: what is empty is left out, but for what HSDS requires."""
    values = {**row, **_derived(table, row)}
    found = {}
    for name, missing in _MISSING[table]:
        value = values.get(name)
        if value is None or value == "":
            value = missing
        if value != "":
            found[name] = value if isinstance(value, str | int | float) else cell(value)
    return found


def _derived(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    if table == "schedule":
        return {"timezone": utc_offset(row.get("iana_timezone"))}
    if table in ("organization", "program") and not row["description"]:
        return {"description": f"{row['name']} offers services that this directory lists."}
    return {}


# --- datapackage.json -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSource:
    """Whose data the package holds (PRODUCT L5)."""

    title: str
    publisher: str
    licence: str
    path: str | None = None


def datapackage(sources: Collection[PackageSource], extra: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """`datapackage.json`: every table with its schema. `extra` are columns beyond HSDS by table."""
    return {
        "profile": "tabular-data-package",
        "name": "human_services_data",
        "title": "Listings of this directory in HSDS 3.1",
        "version": "3.1",
        "sources": [
            {"title": each.title, "publisher": each.publisher, "licence": each.licence}
            | ({"path": each.path} if each.path else {})
            for each in sources
        ],
        "resources": [_resource(each, extra.get(each.name, ())) for each in TABLES.values()],
    }


def _resource(table: PackageTable, extra: Sequence[str]) -> dict[str, Any]:
    fields = [_field(each) for each in table.columns]
    fields += [{"name": each, "type": "string", "description": "Not of HSDS."} for each in extra]
    keys = [
        {"fields": each.name, "reference": {"resource": each.refers_to, "fields": "id"}}
        for each in table.columns
        if each.refers_to
    ]
    return {
        "name": table.name,
        "path": table.path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": "id"} | ({"foreignKeys": keys} if keys else {}),
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": column.required}
    if column.name == "id":
        constraints["unique"] = True
    if column.enum:
        constraints["enum"] = list(column.enum)
    made: dict[str, Any] = {"name": column.name, "type": column.type, "constraints": constraints}
    return made | ({"format": column.format} if column.format else {})
