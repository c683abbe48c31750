"""What the tables of HSDS 1.0 to 3.1, and of Ohana before them, are called, and how a row of each becomes one
of 3.1. Told apart by file names and columns, never by a version number: files in the wild mix versions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from directory.listings.record import WEEKDAYS
from importers.cleaning import clean_text
from importers.times import read_date

Cells = dict[str, str]
Made = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`kind` is the 3.1 list or table that rows go to. `owners` are the columns that may name what a row
    belongs to, the most specific first; a table without owners holds entities, found by `id`."""

    kind: str
    owners: tuple[tuple[str, str], ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    make: Callable[[Cells], Made | None] | None = None
    """Turns a renamed row into a 3.1 object; None for a row that says nothing."""


AT = (("service_at_location_id", "service_at_location"), ("services_at_location_id", "service_at_location"))
SERVICE, LOCATION = ("service_id", "service"), ("location_id", "location")
BODY, CONTACT = ("organization_id", "organization"), ("contact_id", "contact")
_NUMBERED = {"0": "SU", "7": "SU", "1": "MO", "2": "TU", "3": "WE", "4": "TH", "5": "FR", "6": "SA"}


def _weekday(text: str) -> str:
    """MO of `Monday`, `Mon` and 1: HSDS 1 and Ohana number from Monday, as ISO 8601 does."""
    return _NUMBERED.get(text) or next((day for day in WEEKDAYS if text.upper().startswith(day)), "")


def _regular_schedule(row: Cells) -> Made | None:
    day, opens, closes = _weekday(clean_text(row.get("weekday"))), row.get("opens_at"), row.get("closes_at")
    if not day or not opens or not closes:
        return None
    return {"freq": "WEEKLY", "byday": day, "opens_at": opens, "closes_at": closes}


def _holiday(row: Cells) -> Made | None:
    """Days shut. One that is open at other hours, or has no year, has no place in 3.1 and is left out."""
    starts, ends = read_date(row.get("start_date")), read_date(row.get("end_date"))
    is_closed = clean_text(row.get("closed")).casefold() in ("true", "1", "yes", "t")
    if not is_closed or starts is None or starts.year < 1900:
        return None
    ends = ends or starts
    dates: Made = {"valid_from": starts.isoformat(), "valid_to": ends.isoformat()}
    return dates | {"attributes": [{"label": "closed", "value": "true"}]}


def _physical(row: Cells) -> Made:
    return {"address_type": "physical", **{name: cell for name, cell in row.items() if cell}}


def _postal(row: Cells) -> Made:
    return {**row, "address_type": "postal"}


def _payment(row: Cells) -> Made:
    return {"option": row.get("payment", "")}


_ADDRESS = {"address_1": "address_1", "street_1": "address_1", "state": "state_province"}
TABLES: Mapping[str, Table] = {
    "organizations": Table(kind="organization", rename={"url": "website"}),
    "services": Table(kind="service", rename={"website": "url", "eligibility": "eligibility_description"}),
    "locations": Table(kind="location", rename={"website": "url"}),
    "service_at_location": Table(kind="service_at_locations", owners=(SERVICE,)),
    "programs": Table(kind="program"),
    "taxonomies": Table(kind="taxonomy"),
    "taxonomy_terms": Table(kind="taxonomy_term", rename={"term": "name", "vocabulary": "taxonomy"}),
    "taxonomy": Table(kind="taxonomy_term", rename={"taxonomy_id": "id", "vocabulary": "taxonomy"}),
    "units": Table(kind="unit"),
    "phones": Table(
        kind="phones",
        owners=(*AT, SERVICE, LOCATION, BODY, CONTACT),
        rename={"number_type": "type", "department": "description"},
    ),
    "contacts": Table(kind="contacts", owners=(*AT, SERVICE, LOCATION, BODY)),
    "schedules": Table(kind="schedules", owners=(*AT, SERVICE, LOCATION)),
    "regular_schedules": Table(kind="schedules", owners=(*AT, SERVICE, LOCATION), make=_regular_schedule),
    "holiday_schedules": Table(kind="schedules", owners=(*AT, SERVICE, LOCATION), make=_holiday),
    "addresses": Table(kind="addresses", owners=(LOCATION,), rename=_ADDRESS, make=_physical),
    "postal_addresses": Table(kind="addresses", owners=(LOCATION,), rename=_ADDRESS, make=_postal),
    "languages": Table(kind="languages", owners=(SERVICE, LOCATION), rename={"language": "name"}),
    "accessibility": Table(kind="accessibility", owners=(LOCATION,), rename={"accessibility": "description"}),
    "service_areas": Table(kind="service_areas", owners=(SERVICE, *AT), rename={"service_area": "name"}),
    "eligibility": Table(kind="eligibility", owners=(SERVICE,)),
    "payments_accepted": Table(kind="cost_options", owners=(SERVICE,), make=_payment),
    "cost_options": Table(kind="cost_options", owners=(SERVICE,)),
    "required_documents": Table(kind="required_documents", owners=(SERVICE,)),
    "funding": Table(kind="funding", owners=(SERVICE,)),
    "organization_identifiers": Table(kind="organization_identifiers", owners=(BODY,)),
    "service_capacity": Table(kind="capacities", owners=(SERVICE,)),
    "urls": Table(kind="additional_urls", owners=(SERVICE,)),
    "service_attributes": Table(
        kind="attributes", owners=(SERVICE,), rename={"taxonomy_id": "taxonomy_term_id"}
    ),
    "attributes": Table(kind="attributes", owners=(("link_id", ""),)),
}
"""Tables by the name that they have here; an owner "" is named in the row's `link_entity`."""

NAMES: Mapping[str, str] = {
    "organization": "organizations",
    "service": "services",
    "location": "locations",
    "services_at_location": "service_at_location",
    "services_at_locations": "service_at_location",
    "service_at_locations": "service_at_location",
    "program": "programs",
    "phone": "phones",
    "contact": "contacts",
    "schedule": "schedules",
    "regular_schedule": "regular_schedules",
    "holiday_schedule": "holiday_schedules",
    "address": "addresses",
    "physical_address": "addresses",
    "physical_addresses": "addresses",
    "postal_address": "postal_addresses",
    "mail_addresses": "postal_addresses",
    "language": "languages",
    "accessibility_for_disabilities": "accessibility",
    "service_area": "service_areas",
    "eligibilities": "eligibility",
    "payment_accepted": "payments_accepted",
    "required_document": "required_documents",
    "fundings": "funding",
    "services_taxonomy": "service_attributes",
    "service_taxonomy": "service_attributes",
    "attribute": "attributes",
    "url": "urls",
    "unit": "units",
    "service_capacities": "service_capacity",
    "taxonomy_term": "taxonomy_terms",
    "cost_option": "cost_options",
}
"""Other names of those tables' files."""
LEFT_OUT = frozenset({"metadata", "meta_table_descriptions", "meta_table_description", "other_attributes"})
"""The publisher's log and notes."""


def table_of(stem: str) -> Table | None:
    """The table that a file of that name is; None for others."""
    return TABLES.get(NAMES.get(stem, stem))


def in_words(text: str) -> list[str]:
    """The parts of a cell that holds a list, as Ohana's do: `disabled_parking, ramp`."""
    return [part.strip().replace("_", " ") for part in text.split(",") if part.strip()]
