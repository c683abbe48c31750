"""A listing record as rows of the HSDS tables, and back: one table of shapes says how, both ways.

Every id follows from the source and from what the row is in it, so that the same record always makes the same
rows. The order of parts, which HSDS does not keep, is kept in `position`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Table

from directory.database import Base
from directory.listings import record as parts
from directory.listings import tables
from directory.listings.identity import id_text
from directory.listings.record import Code, ListingRecord
from directory.listings.store_sql import Values
from directory.listings.visibility import Identity

Row = Mapping[str, Any]
Rows = dict[str, list[Values]]
"""Table name to its rows, values in the order of the table's columns."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The source that rows belong to."""

    source_id: str
    importer: str
    feed: str

    def id_of(self, table: str, key: str) -> str:
        """The id of a row that the source names by a key: `record.part_id`, as text."""
        return id_text(self.importer, self.feed, table, key)


def identify(record: ListingRecord, origin: Origin) -> Identity:
    """The ids of a record's listing, organization, service and locations."""
    return Identity(
        id=origin.id_of("listing", record.source_id),
        organization_id=origin.id_of("organization", record.organization.key),
        service_id=origin.id_of("service", record.source_id),
        location_ids=tuple([origin.id_of("location", each.key) for each in record.locations]),
    )


# --- shapes ---------------------------------------------------------------------------------------


class Shape:
    """How a part of a record and the row of its table correspond, field by column.

    `own` names the columns that the part does not know (its ids, its place), which `row` is given.
    """

    def __init__(self, part: type, model: type[Any], own: tuple[str, ...], **renamed: str):
        self.name: str = model.__tablename__
        self.table = Base.metadata.tables[self.name]
        self._part = part
        names = {each.name: renamed.get(each.name, each.name) for each in fields(part)}
        self._columns = {
            field: column for field, column in names.items() if column in self.table.c and column not in own
        }
        self._take: Callable[[Any], Values] = attrgetter(*self._columns)
        self._arrange = arranger(self.name, (*own, *self._columns.values()))

    def row(self, part: Any, *own: Any) -> Values:
        """The part's row."""
        return self._arrange((*own, *self._take(part), None))

    def part(self, row: Row, **more: Any) -> Any:
        """The part that a row holds; `more` are the fields that the row does not know."""
        return self._part(**{field: row[column] for field, column in self._columns.items()}, **more)


class TextShape(Shape):
    """A part that is nothing but one text: a column."""

    def __init__(self, model: type[Any], own: tuple[str, ...], column: str):
        self.name = model.__tablename__
        self.table = Base.metadata.tables[self.name]
        self._column = column
        self._take = lambda text: (text,)
        self._arrange = arranger(self.name, (*own, column))

    def part(self, row: Row, **more: Any) -> Any:  # noqa: ARG002  a text has no further fields
        return row[self._column]


def arranger(table: str, given: tuple[str, ...]) -> Callable[[Values], Values]:
    """Turns values of the columns `given` into a whole row; one value after them is for all other columns."""
    columns = [each.name for each in Base.metadata.tables[table].columns]
    return itemgetter(*(given.index(each) if each in given else len(given) for each in columns))


def _of(owner: str) -> tuple[str, ...]:
    return ("id", f"{owner}_id", "position")


ORGANIZATION = Shape(parts.Organization, tables.Organization, ("id", "source_id"), key="source_key")
LOCATION = Shape(parts.Location, tables.Location, ("id", "source_id"), key="source_key")
SERVICE = Shape(parts.Service, tables.Service, ("id", "organization_id", "program_id", "codes", "extra"))
CONTACT = Shape(parts.Contact, tables.Contact, _of("service"))
CAPACITY = Shape(parts.ServiceCapacity, tables.ServiceCapacity, (*_of("service"), "unit_id"))
ADDRESS = Shape(parts.Address, tables.Address, _of("location"))

_KINDS: Mapping[str, Callable[[str], Shape]] = {
    "phones": lambda owner: Shape(parts.Phone, tables.Phone, _of(owner)),
    "schedules": lambda owner: Shape(parts.Schedule, tables.Schedule, _of(owner), timezone="iana_timezone"),
    "languages": lambda owner: Shape(parts.Language, tables.Language, _of(owner)),
    "identifiers": lambda owner: Shape(
        parts.OrganizationIdentifier, tables.OrganizationIdentifier, _of(owner)
    ),
    "accessibility": lambda owner: Shape(parts.Accessibility, tables.Accessibility, _of(owner)),
    "service_areas": lambda owner: Shape(parts.ServiceArea, tables.ServiceArea, _of(owner)),
    "cost_options": lambda owner: Shape(parts.CostOption, tables.CostOption, _of(owner)),
    "required_documents": lambda owner: Shape(parts.RequiredDocument, tables.RequiredDocument, _of(owner)),
    "additional_urls": lambda owner: TextShape(tables.Url, _of(owner), "url"),
    "funding": lambda owner: TextShape(tables.Funding, _of(owner), "source"),
}
_OWNED: Mapping[str, tuple[str, ...]] = {
    "organization": ("identifiers", "phones"),
    "location": ("accessibility", "languages", "phones", "schedules"),
    "service": (
        "additional_urls",
        "phones",
        "schedules",
        "service_areas",
        "cost_options",
        "languages",
        "required_documents",
        "funding",
    ),
    "contact": ("phones",),
}
"""Which fields of an owner are rows of their own. Contacts, capacities and the address have more to them and
are written out below."""
CHILDREN: Mapping[str, tuple[tuple[str, Shape], ...]] = {
    owner: tuple((field, _KINDS[field](owner)) for field in owned) for owner, owned in _OWNED.items()
}
CHILD_TABLES: Mapping[str, tuple[Table, ...]] = {
    "organization": tuple(shape.table for _, shape in CHILDREN["organization"]),
    "location": (*(shape.table for _, shape in CHILDREN["location"]), ADDRESS.table),
    "service": (*(shape.table for _, shape in CHILDREN["service"]), CAPACITY.table, CONTACT.table),
    "contact": tuple(shape.table for _, shape in CHILDREN["contact"]),
}
"""Owner table to the tables of the rows that it owns."""


# --- record to rows -------------------------------------------------------------------------------


def rows_of(batch: Iterable[tuple[ListingRecord, Identity]], origin: Origin) -> Rows:
    """The HSDS rows of records of one source. Of an organization or location that several records
    share, the last record of the batch tells."""
    rows: Rows = defaultdict(list)
    shared: set[str] = set()

    def is_new(key: str) -> bool:
        new = key not in shared
        shared.add(key)
        return new

    for record, identity in reversed(list(batch)):
        if is_new(identity.organization_id):
            _add_organization(rows, record, identity, origin)
        for location, key in zip(record.locations, identity.location_ids, strict=True):
            if is_new(key):
                _add_location(rows, location, key, origin)
        _add_service(rows, record, identity, origin, is_new)
    return rows


def _add_organization(rows: Rows, record: ListingRecord, identity: Identity, origin: Origin) -> None:
    key = identity.organization_id
    rows["organization"].append(ORGANIZATION.row(record.organization, key, origin.source_id))
    _add_children(rows, "organization", key, record.organization)


def _add_location(rows: Rows, location: parts.Location, key: str, origin: Origin) -> None:
    rows["location"].append(LOCATION.row(location, key, origin.source_id))
    _add_children(rows, "location", key, location)
    if location.address:
        rows["address"].append(ADDRESS.row(location.address, id_text(key, "address", "0"), key, 0))


def _add_service(
    rows: Rows, record: ListingRecord, identity: Identity, origin: Origin, is_new: Callable[[str], bool]
) -> None:
    key, service = identity.service_id, record.service
    program_id = None
    if service.program is not None:
        program_id = origin.id_of("program", f"{record.organization.key}\x1f{service.program}")
        if is_new(program_id):
            rows["program"].append(
                _program_row((program_id, identity.organization_id, service.program, "", None))
            )
    codes = [[scheme, [code[1] for code in codes]] for scheme, codes in groupby(record.codes, itemgetter(0))]
    extra = [list(each) for each in record.extra] or None
    rows["service"].append(SERVICE.row(service, key, identity.organization_id, program_id, codes, extra))
    _add_children(rows, "service", key, service)
    for position, contact in enumerate(service.contacts):
        contact_id = id_text(key, "contact", str(position))
        rows["contact"].append(CONTACT.row(contact, contact_id, key, position))
        _add_children(rows, "contact", contact_id, contact)
    for position, capacity in enumerate(service.capacities):
        unit_id = origin.id_of("unit", capacity.unit)
        if is_new(unit_id):
            rows["unit"].append(_unit_row((unit_id, capacity.unit, None)))
        capacity_id = id_text(key, "service_capacity", str(position))
        rows["service_capacity"].append(CAPACITY.row(capacity, capacity_id, key, position, unit_id))
    for position, location_id in enumerate(identity.location_ids):
        own_id = identity.id if position == 0 else id_text(identity.id, "service_at_location", str(position))
        rows["service_at_location"].append(_at_row((own_id, key, location_id, position, None)))


_program_row = arranger("program", ("id", "organization_id", "name", "description"))
_unit_row = arranger("unit", ("id", "name"))
_at_row = arranger("service_at_location", ("id", "service_id", "location_id", "position"))


def _add_children(rows: Rows, owner: str, owner_id: str, part: Any) -> None:
    for field, shape in CHILDREN[owner]:
        found = getattr(part, field)
        if found:
            its_rows, name = rows[shape.name], shape.name
            for position, each in enumerate(found):
                its_rows.append(shape.row(each, id_text(owner_id, name, str(position)), owner_id, position))


# --- rows to record -------------------------------------------------------------------------------


Owned = Mapping[tuple[str, str], Mapping[str, list[Row]]]
"""(table, owner column) to owner id to its rows, in order."""


def record_of(listing: Row, one: Mapping[str, Mapping[str, Row]], owned: Owned) -> ListingRecord:
    """The record that a listing's rows hold. `one` is table to id to row."""
    service = one["service"][listing["service_id"]]
    organization = one["organization"][service["organization_id"]]
    places = owned["service_at_location", "service_id"].get(service["id"], ())
    return ListingRecord(
        source_id=listing["source_key"],
        kind=listing["kind"],
        organization=ORGANIZATION.part(organization, **_children("organization", organization["id"], owned)),
        service=_service_of(service, one, owned),
        locations=tuple(_location_of(one["location"][each["location_id"]], owned) for each in places),
        codes=tuple(Code(scheme, value) for scheme, values in service["codes"] for value in values),
        attendance=listing["attendance"],
        is_example=listing["is_example"],
        visible_from=listing["visible_from"],
        visible_to=listing["visible_to"],
        extra=tuple((table, column, value) for table, column, value in service["extra"] or ()),
    )


def _service_of(service: Row, one: Mapping[str, Mapping[str, Row]], owned: Owned) -> parts.Service:
    key = service["id"]
    program = one["program"][service["program_id"]]["name"] if service["program_id"] else None
    contacts = owned["contact", "service_id"].get(key, ())
    capacities = owned["service_capacity", "service_id"].get(key, ())
    service_part: parts.Service = SERVICE.part(
        service,
        program=program,
        contacts=tuple(CONTACT.part(each, **_children("contact", each["id"], owned)) for each in contacts),
        capacities=tuple(
            CAPACITY.part(each, unit=one["unit"][each["unit_id"]]["name"]) for each in capacities
        ),
        **_children("service", key, owned),
    )
    return service_part


def _location_of(location: Row, owned: Owned) -> parts.Location:
    key = location["id"]
    addresses = owned["address", "location_id"].get(key, ())
    address = ADDRESS.part(addresses[0]) if addresses else None
    part: parts.Location = LOCATION.part(location, address=address, **_children("location", key, owned))
    return part


def _children(owner: str, owner_id: str, owned: Owned) -> dict[str, tuple[Any, ...]]:
    column = f"{owner}_id"
    return {
        field: tuple(shape.part(each) for each in owned[shape.name, column].get(owner_id, ()))
        for field, shape in CHILDREN[owner]
    }
