"""The shapes of the HSDS API for the description: made from the tables of the data package, which are those
of the specification, and the fields of our profile."""

from collections.abc import Iterator, Mapping
from typing import Any

from directory.listings.hsds_objects import NESTED
from directory.listings.hsds_profile import profile
from directory.listings.package import TABLES, Column

KINDS: Mapping[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string"},
    "datetime": {"type": "string", "format": "date-time"},
}
FORMATS = frozenset({"uuid"})
"""Formats that are kept; a source's own addresses are given as they are."""
ONE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "service": (("organization", "organization"), ("program", "program")),
    "service_at_location": (("location", "location"), ("service", "service")),
    "service_capacity": (("unit", "unit"),),
    "attribute": (("taxonomy_term", "taxonomy_term"),),
    "taxonomy_term": (("taxonomy_detail", "taxonomy"),),
}
"""Table to its properties that hold one row of another."""
MANY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "service": (
        ("service_at_locations", "service_at_location"),
        ("capacities", "service_capacity"),
        ("attributes", "attribute"),
    ),
    "organization": (("programs", "program"), ("attributes", "attribute"), ("services", "service")),
    "program": (("attributes", "attribute"),),
}
"""Beside those of `NESTED`."""
LISTED = ("service", "service_at_location", "organization", "taxonomy", "taxonomy_term")


def shape_name(table: str) -> str:
    """The name of the schema of a table's objects."""
    return "Hsds" + "".join(each.title() for each in table.split("_"))


def page_name(table: str) -> str:
    """The name of the schema of a page of them."""
    return shape_name(table) + "Page"


def shapes() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema with its name."""
    for name, table in TABLES.items():
        properties = {each.name: _of_column(each) for each in table.columns}
        properties |= {name: _reference(other) for name, other in ONE.get(name, ())}
        for field, other in (*NESTED.get(name, ()), *MANY.get(name, ())):
            properties[field] = {"type": "array", "items": _reference(other)}
        properties |= profile(name).get("properties", {})
        required = [each.name for each in table.columns if each.required]
        yield shape_name(name), {"type": "object", "required": required, "properties": properties}
    for name in LISTED:
        yield page_name(name), _page(name)
    yield from OTHERS.items()


def _of_column(column: Column) -> dict[str, Any]:
    made = dict(KINDS[column.type])
    if column.format in FORMATS:
        made["format"] = column.format
    if column.enum:
        made["enum"] = list(column.enum)
    return made


def _reference(table: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{shape_name(table)}"}


def _page(table: str) -> dict[str, Any]:
    items: dict[str, Any] = _reference(table)
    if table == "service":
        items = {"anyOf": [items, {"$ref": "#/components/schemas/HsdsMinimal"}]}
    properties: dict[str, Any] = {
        **{name: {"type": "integer"} for name in ("total_items", "total_pages", "page_number", "size")},
        **{name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")},
        "contents": {"type": "array", "items": items},
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


_TEXT, _NUMBER, _URI = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "uri"}
_ID, _MOMENT = {"type": "string", "format": "uuid"}, {"type": "string", "format": "date-time"}
OTHERS: Mapping[str, dict[str, Any]] = {
    "HsdsMinimal": _object(id=_ID, modified_date=_MOMENT),
    "HsdsRoot": _object(version=_TEXT, profile=_URI, openapi_url=_URI, changes_url=_URI, package_url=_URI),
    "HsdsChange": _object(
        id=_NUMBER,
        action={"type": "string", "enum": ["put", "remove"]},
        at=_MOMENT,
        service_id={"type": ["string", "null"], "format": "uuid"},
        service_at_location_id=_ID,
    ),
    "HsdsChanges": _object(
        since=_NUMBER,
        next=_NUMBER,
        more={"type": "boolean"},
        changes={"type": "array", "items": {"$ref": "#/components/schemas/HsdsChange"}},
    ),
    "HsdsProfile": _object(name=_TEXT, version=_TEXT, base=_URI, files={"type": "array", "items": _URI}),
    "HsdsPackage": _object(url=_URI, sha256=_TEXT, bytes=_NUMBER, listings=_NUMBER, made_at=_MOMENT),
    "HsdsPatch": {"type": "object"},
}
