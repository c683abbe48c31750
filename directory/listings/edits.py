"""Fields of a listing that a person may set over what its source says, and what follows from that. Pure.

An edit names a field (`service.description`, `location.address.postal_code`, `phones`) and holds what it
shall say, beside what the source said then. It is laid over every later record of the source. When the source
comes to say the same, the edit is settled; when it says a third thing, that is a conflict for a person.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from directory.listings.areas import STATES
from directory.listings.links import tel_uri, web_link
from directory.listings.record import Address, ListingRecord, Location, Organization
from directory.listings.record_json import Unreadable, from_json_value, kinds_of, to_json_value
from directory.phrases import N_

Subject = Literal["listing", "organization", "place", "virtual"]
"""What a field belongs to. A place and an organization may be those of several listings of one source: what
is said of them is said of all."""
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One editable field. `path` leads to it from its subject (from the record itself for `listing`)."""

    name: str
    subject: Subject
    path: Path
    kind: Any
    """Its type in `record.py`."""
    needed: bool = False
    """It may not be empty."""
    check: Callable[[Any], bool] | None = None
    """False for values of the right type that mean nothing."""
    hint: str = ""
    """What to write, where the type does not say it."""

    @property
    def is_list(self) -> bool:
        """Replaced as a whole, written as JSON."""
        return bool(get_args(self.kind)) and get_args(self.kind)[-1] is Ellipsis


@dataclass(frozen=True, slots=True)
class Edit:
    """What a field shall say, and what the source said when a person last looked; both as JSON values."""

    field: str
    value: Any
    source_value: Any = None


Verdict = Literal["kept", "settled", "conflict"]


# --- the table of fields --------------------------------------------------------------------------

_ROOTS: Mapping[Subject, type] = {
    "listing": ListingRecord,
    "organization": Organization,
    "place": Location,
    "virtual": Location,
}
_TEXTS = (
    *("name", "alternate_name", "description", "url", "email", "status", "alert", "program"),
    *("application_process", "eligibility_description", "minimum_age", "maximum_age", "wait_time"),
    *("fees_description", "interpretation_services", "accreditations", "licenses"),
)
_LISTS = {
    "phones": "phones",
    "schedules": "schedules",
    "languages": "languages",
    "cost_options": "cost_options",
    "required_documents": "required_documents",
    "service_areas": "service_areas",
    "contacts": "contacts",
    "capacity": "capacities",
    "funding": "funding",
    "additional_urls": "additional_urls",
}
"""Lists of the service by the short names that they go by."""
_BODY = ("name", "alternate_name", "description", "email", "website", "phones")
_PLACE = ("visibility", "name", "description", "transportation", "accessibility")
_PLACE_LISTS = ("phones", "languages", "schedules")
_ADDRESS = ("address_1", "address_2", "city", "region", "state_province", "postal_code")
_VIRTUAL = ("url", "phones", "schedules")

_NEEDED = frozenset(
    {
        "kind",
        "service.name",
        "service.status",
        "organization.name",
        "location.visibility",
        "location.address.city",
        "location.address.state_province",
    }
)


def _is_link(value: str) -> bool:
    return web_link(value) is not None


def _is_zip(value: str) -> bool:
    return not value or (len(value) == 5 and value.isascii() and value.isdigit())


_LINK = N_("an address that begins with https://")
_EMAIL = N_("an e-mail address")
_CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "service.url": (_is_link, _LINK),
    "organization.website": (_is_link, _LINK),
    "virtual.url": (_is_link, _LINK),
    "service.email": (lambda value: "@" in value, _EMAIL),
    "organization.email": (lambda value: "@" in value, _EMAIL),
    "location.address.state_province": (
        lambda value: value in STATES,
        N_("a state's two letters, such as PA"),
    ),
    "location.address.postal_code": (_is_zip, N_("five digits")),
    "phones": (
        lambda phones: all(tel_uri(each.number) for each in phones),
        N_('numbers that can be dialled, such as [{"number": "215-555-0100"}]'),
    ),
    "location.coordinates": (
        lambda point: len(point) == 2 and abs(point[0]) <= 90 and abs(point[1]) <= 180,
        N_("latitude and longitude, such as [39.957, -75.204]"),
    ),
}
_POINT = "location.coordinates"
VISIBILITY = "location.visibility"


def _field(name: str, subject: Subject, *path: str, kind: Any = None) -> Field:
    check, hint = _CHECKS.get(name, (None, ""))
    kind = kind or _kind(_ROOTS[subject], path)
    return Field(name, subject, path, kind, name in _NEEDED, check, hint)


def _kind(part: type, path: Path) -> Any:
    kind: Any = part
    for step in path:
        inner = [each for each in get_args(kind) if each is not type(None)]
        kind = kinds_of(inner[0] if inner else kind)[step]
    return kind


def _table() -> dict[str, Field]:
    own = ("kind", "attendance", "visible_from", "visible_to", "codes")
    fields = [_field(each, "listing", each) for each in own]
    fields += [_field(f"service.{each}", "listing", "service", each) for each in _TEXTS]
    fields += [_field(name, "listing", "service", each) for name, each in _LISTS.items()]
    fields += [_field(f"organization.{each}", "organization", each) for each in _BODY]
    fields += [_field(f"location.{each}", "place", each) for each in (*_PLACE, *_PLACE_LISTS)]
    fields += [_field(f"location.address.{each}", "place", "address", each) for each in _ADDRESS]
    fields.append(_field(_POINT, "place", "coordinates", kind=tuple[float, ...]))
    fields += [_field(f"virtual.{each}", "virtual", each) for each in _VIRTUAL]
    return {each.name: each for each in fields}


FIELDS: Mapping[str, Field] = _table()
"""Every editable field by its name, in the order in which edits are laid on."""


EDIT_OF: Mapping[str, str] = {
    each.path[1]: name for name, each in FIELDS.items() if each.path[0] == "service"
}
"""What the edit of each field of the service is called."""


# --- reading and laying on ------------------------------------------------------------------------


def said(record: ListingRecord, field: Field) -> Any:
    """What a record says in a field, as a JSON value; None where it says nothing or has no such part."""
    part = _subject(record, field.subject)
    if part is not None and field.name == _POINT:
        known = part.latitude is not None and part.longitude is not None
        return [part.latitude, part.longitude] if known else []
    for step in field.path:
        part = None if part is None else getattr(part, step)
    return to_json_value(part)


def readable(edit: Edit) -> Edit | None:
    """The edit as this version can lay it on; None when its field is gone or cannot hold its value any more.

    A visibility that cannot be read is taken for `hidden`: whoever set it wanted something not shown.
    """
    if edit.field not in FIELDS:
        return None
    try:
        from_json_value(FIELDS[edit.field].kind, edit.value)
    except Unreadable:
        return replace(edit, value="hidden") if edit.field == VISIBILITY else None
    return edit


def apply_edits(record: ListingRecord, edits: Iterable[Edit]) -> ListingRecord:
    """The record with these `readable` edits laid on it. Those of a part that it lacks change nothing.

    Where the address becomes another one, the source's coordinates and county are taken out, unless they were
    edited too: whoever stores the record has it placed again.
    """
    by_field = {each.field: each for each in edits}
    edited = record
    for name, field in FIELDS.items():
        if name in by_field:
            value = from_json_value(field.kind, by_field[name].value, name)
            edited = _with(edited, field, value)
    return _moved(record, edited, by_field.keys())


def _moved(before: ListingRecord, after: ListingRecord, edited: Collection[str]) -> ListingRecord:
    """Without coordinates and county that are those of the address before."""
    old, new = before.place, after.place
    if old is None or new is None or new.address is None or _where(old.address) == _where(new.address):
        return after
    if _POINT not in edited:
        new = replace(new, latitude=None, longitude=None, precision=None)
    if "location.address.region" not in edited and _town(old.address) != _town(new.address):
        new = replace(new, address=replace(new.address, region=None) if new.address else None)
    return _with_part(after, "place", new)


def _where(address: Address | None) -> tuple[str, ...]:
    return (address.address_1, *_town(address)) if address else ()


def _town(address: Address | None) -> tuple[str, ...]:
    return (address.city, address.state_province, address.postal_code) if address else ()


def _subject(record: ListingRecord, subject: Subject) -> Any:
    if subject == "listing":
        return record
    if subject == "organization":
        return record.organization
    return record.place if subject == "place" else record.virtual


def _with(record: ListingRecord, field: Field, value: Any) -> ListingRecord:
    part = _subject(record, field.subject)
    if part is None:
        return record
    if field.name == _POINT:
        latitude, longitude = value or (None, None)
        precision = "exact" if value else None
        return _with_part(
            record, "place", replace(part, latitude=latitude, longitude=longitude, precision=precision)
        )
    return _with_part(record, field.subject, _set(part, field.path, value))


def _set(part: Any, path: Path, value: Any) -> Any:
    name, *rest = path
    if not rest:
        return replace(part, **{name: value})
    inner = getattr(part, name)
    if inner is None:  # the only part that may be missing
        inner = Address(city="", state_province="")
    return replace(part, **{name: _set(inner, tuple(rest), value)})


def _with_part(record: ListingRecord, subject: Subject, part: Any) -> ListingRecord:
    if subject == "listing":
        found: ListingRecord = part
        return found
    if subject == "organization":
        return replace(record, organization=part)
    old = _subject(record, subject)
    return replace(record, locations=tuple(part if each is old else each for each in record.locations))


# --- what the source says now -----------------------------------------------------------------------


def judge(edit: Edit, incoming: Any, seen: Collection[Any] = ()) -> Verdict:
    """What becomes of an edit when the source says `incoming` in its field.

    `seen` are values against which a person has kept the edit already. An edit of an address's visibility is
    never settled: the source may change its mind, and the person who hid a place would not be asked.
    """
    if incoming == edit.value:
        return "kept" if edit.field == VISIBILITY else "settled"
    if incoming == edit.source_value or incoming in seen:
        return "kept"
    return "conflict"


def texts_that_name_the_street(record: ListingRecord) -> list[str]:
    """Public texts that hold the street address of its place: hiding the address leaves them."""
    place = record.place
    words = place.address.address_1.casefold().split() if place and place.address else []
    street = " ".join(words[:2] if words and words[0][0].isdigit() else words)
    if not street:
        return []
    texts = (each for each in FIELDS.values() if not each.is_list and each.name.split(".")[0] in _TOLD_ANYWAY)
    return [each.name for each in texts if street in " ".join(str(said(record, each)).casefold().split())]


_TOLD_ANYWAY = ("service", "organization")
