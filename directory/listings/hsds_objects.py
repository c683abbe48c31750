"""Rows of the HSDS tables as the nested objects of the HSDS 3.1 API. Pure.

The rows are those of a data package (`store_rows.rows_of` of public records), so that both say the same; what
a package says by labelled attributes of schedules, places and capacities, an object says in fields of its own
(`PROFILE_FIELDS`), which `hsds_profile/` declares.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from directory.listings.needs import Taxonomy
from directory.listings.package import json_row
from directory.listings.package_terms import (
    Attribute,
    attribute_id,
    row_attributes,
    taxonomy_row,
    term_row,
)
from directory.listings.record import Code

Row = Mapping[str, Any]
Object = dict[str, Any]
"""One object of HSDS, JSON-ready."""

NESTED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "service": (
        ("additional_urls", "url"),
        ("phones", "phone"),
        ("schedules", "schedule"),
        ("service_areas", "service_area"),
        ("languages", "language"),
        ("funding", "funding"),
        ("cost_options", "cost_option"),
        ("required_documents", "required_document"),
        ("contacts", "contact"),
    ),
    "organization": (
        ("phones", "phone"),
        ("organization_identifiers", "organization_identifier"),
    ),
    "location": (
        ("languages", "language"),
        ("addresses", "address"),
        ("accessibility", "accessibility"),
        ("phones", "phone"),
        ("schedules", "schedule"),
    ),
    "contact": (("phones", "phone"),),
}
"""Table to the properties of its objects that hold rows of another table which belong to it."""

PROFILE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "schedule": ("iana_timezone", "closed"),
    "location": ("visibility",),
    "service_capacity": ("status",),
}
"""Fields of our profile by table."""
_USUAL: Mapping[str, Any] = {"closed": False, "visibility": "full"}
"""Values of profile fields that are not worth saying."""
_NO_ROOM = frozenset({"no_capacity", "waitlist"})
"""Without a number, these say as much as nought."""


class HsdsRows:
    """Rows by table, found by their id and by what they belong to, and the objects that they make."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._by_id: dict[str, dict[str, Row]] = defaultdict(dict)
        self._owned: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._attributes: dict[str, list[Attribute]] = defaultdict(list)
        self._terms: dict[Code, Object] = {}

    def add(self, table: str, row: Row) -> None:
        """Takes a row in. Siblings stand in the order in which they are added."""
        self._by_id[table][row["id"]] = row
        for column in _OWNERS_OF.get(table, ()):
            if row[column] is not None:
                self._owned[table, row[column]].append(row)
        if table in ("organization", "program"):
            self.add_attributes(row_attributes(table, row))

    def add_attributes(self, attributes: Iterable[Attribute]) -> None:
        """Takes in what is said of rows by terms."""
        for each in attributes:
            self._attributes[each.link_id].append(each)

    # --- objects ----------------------------------------------------------------------------------

    def service(self, key: str, *, full: bool) -> Object:
        """A service: with everything that belongs to it, or with its organization and program only."""
        found = self._service(key, full=full)
        if full:
            at = self._owned["service_at_location", key]
            found["service_at_locations"] = [self._at_location(each, full=True) for each in at]
        return found

    def service_at_location(self, key: str, *, full: bool) -> Object:
        """A service at one of its locations, with both."""
        row = self._by_id["service_at_location"][key]
        service = self._service(row["service_id"], full=full)
        return self._at_location(row, full=full) | {"service": service}

    def organization(self, key: str, *, full: bool) -> Object:
        """An organization, without its services and programs."""
        return self._object("organization", self._by_id["organization"][key], full=full)

    def has(self, table: str, key: str) -> bool:
        """Whether there is such a row."""
        return key in self._by_id[table]

    def _service(self, key: str, *, full: bool) -> Object:
        row = self._by_id["service"][key]
        found = self._object("service", row, full=full)
        found["organization"] = self.organization(row["organization_id"], full=full)
        if row["program_id"]:
            found["program"] = self._object("program", self._by_id["program"][row["program_id"]], full=full)
        if full:
            capacities = [self._capacity(each) for each in self._owned["service_capacity", key]]
            found["capacities"] = [each for each in capacities if "available" in each]
            found["capacity"] = capacities
        return found

    def _at_location(self, row: Row, *, full: bool) -> Object:
        location = self._by_id["location"][row["location_id"]]
        place = self._object("location", location, full=full)
        return json_row("service_at_location", row) | {"location": place}

    def _capacity(self, row: Row) -> Object:
        found = self._object("service_capacity", row, full=True)
        if "available" not in found and row["status"] in _NO_ROOM:
            found["available"] = 0
        return found | {"unit": json_row("unit", self._by_id["unit"][row["unit_id"]])}

    def _object(self, table: str, row: Row, *, full: bool) -> Object:
        found = json_row(table, row)
        for name in PROFILE_FIELDS.get(table, ()):
            if row[name] is not None and row[name] != _USUAL.get(name):
                found[name] = row[name]
        if not full:
            return found
        for name, child in NESTED.get(table, ()):
            found[name] = [self._object(child, each, full=True) for each in self._owned[child, row["id"]]]
        if table in ("service", "organization", "program"):
            found["attributes"] = [self._attribute(each) for each in self._attributes[row["id"]]]
        return found

    def _attribute(self, attribute: Attribute) -> Object:
        key, entity, term, value, label, link_type = attribute
        meant = self._terms.get(term) or self._term(term)
        found = {
            "id": attribute_id(key, term),
            "link_id": key,
            "taxonomy_term_id": meant["id"],
            "link_entity": entity,
            "taxonomy_term": meant,
        }
        if link_type:
            found["link_type"] = link_type
        if label:
            found["label"], found["value"] = label, value
        return found

    def _term(self, term: Code) -> Object:
        made = self._terms[term] = json_row("taxonomy_term", term_row(term, self._taxonomy))
        return made


def _owners_of() -> Iterator[tuple[str, str]]:
    for owner, properties in NESTED.items():
        for _, table in properties:
            yield table, f"{owner}_id"
    yield "service_at_location", "service_id"
    yield "service_capacity", "service_id"


_OWNERS_OF: Mapping[str, tuple[str, ...]] = {
    table: tuple(column for each, column in _owners_of() if each == table) for table, _ in _owners_of()
}


def program_object(row: Row) -> Object:
    """A program by itself."""
    return json_row("program", row)


def term_object(term: Code, taxonomy: Taxonomy) -> Object:
    """A term with its taxonomy."""
    detail = json_row("taxonomy", taxonomy_row(term.scheme))
    return json_row("taxonomy_term", term_row(term, taxonomy)) | {"taxonomy_detail": detail}


def taxonomy_object(scheme: str) -> Object:
    """The taxonomy named as a scheme."""
    return json_row("taxonomy", taxonomy_row(scheme))


def minimal(key: str, modified: dt.datetime) -> Object:
    """What `minimal` tells of a service: its id and when it was changed."""
    return {"id": key, "modified_date": modified.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")}
