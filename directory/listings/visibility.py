"""What of a listing is public: the only list of public fields (DESIGN rule 8, PRODUCT L3). Pure.

`public_view` makes the *listing document*, which is all that index, pages, API and widget ever see. A field
that is not named here is private: keys of the source, notes about meetings, tax numbers, unknown columns.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from directory.listings.freshness import Completeness, freshness, quality
from directory.listings.identity import plain
from directory.listings.links import join_link, join_number, tel_uri, web_link
from directory.listings.public_place import public_place
from directory.listings.record import Code, Language, ListingRecord, Location, Phone, Schedule, Service

_SERVICE_TEXTS = {
    "fees": "fees_description",
    "eligibility": "eligibility_description",
    "minimum_age": "minimum_age",
    "maximum_age": "maximum_age",
    "application_process": "application_process",
    "wait_time": "wait_time",
    "alert": "alert",
    "status": "status",
    "licenses": "licenses",
    "accreditations": "accreditations",
    "interpretation": "interpretation_services",
    "program": "program",
}
"""Document key to the field of the service that it is taken from as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The public ids of a listing and of what it is made of."""

    id: str
    organization_id: str
    service_id: str
    location_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote:
    """Where a listing comes from (PRODUCT L5). `fetched` is the day the document is written for."""

    importer: str
    feed: str
    name: str
    publisher: str
    licence: str
    url: str | None = None
    as_of: dt.date | None = None
    fetched: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Stewarded:
    """What people did to a listing that its reader is told (PRODUCT L5): fields edited with the day of each,
    and the names of further sources that list it, with the dates of their files."""

    edited: tuple[tuple[str, dt.date], ...] = ()
    also_from: tuple[tuple[str, dt.date | None], ...] = ()


UNTOUCHED = Stewarded()


class Meaning(Protocol):
    """What codes mean (`needs.Derived`)."""

    @property
    def needs(self) -> tuple[str, ...]: ...
    @property
    def also(self) -> tuple[str, ...]: ...
    @property
    def filters(self) -> tuple[str, ...]: ...
    @property
    def around_the_clock(self) -> bool: ...


class Deriver(Protocol):
    """Tells what codes mean (`needs.Taxonomy`)."""

    def derive(self, codes: Iterable[Code], /) -> Meaning: ...


def public_view(
    record: ListingRecord,
    *,
    identity: Identity,
    source: SourceNote,
    taxonomy: Deriver,
    county: str | None = None,
    stewarded: Stewarded = UNTOUCHED,
) -> dict[str, Any]:
    """The listing document: JSON-ready; every key is always there, what is unknown is None or empty.

    `county` is the gazetteer's key of the county that the place is in (`PA/Philadelphia`);
    `source.verified` is the date on which a person checked, as the source says (HSDS `assured_date`).
    """
    service, organization = record.service, record.organization
    place, virtual = record.place, record.virtual
    meaning = taxonomy.derive(record.codes)
    document: dict[str, Any] = {
        "id": identity.id,
        "kind": record.kind,
        "name": service.name,
        "organization": organization.name,
        "organization_id": identity.organization_id,
        "service_id": identity.service_id,
        "description": service.description or organization.description or None,
        "alternate_name": service.alternate_name or organization.alternate_name,
        "needs": list(meaning.needs),
        "also": list(meaning.also),
        "filters": list(meaning.filters),
        "around_the_clock": meaning.around_the_clock,
        "attendance": record.attendance,
        "is_example": record.is_example,
        "visible_from": _iso(record.visible_from),
        "visible_to": _iso(record.visible_to),
        "website": web_link(service.url) or web_link(organization.website),
        "email": service.email or organization.email,
        "codes": _by_scheme(record.codes),
        "source": _source(source, service)
        | {"edited": [{"field": name, "at": day.isoformat()} for name, day in stewarded.edited]},
        "also_from": [{"name": name, "as_of": _iso(day)} for name, day in stewarded.also_from],
    }
    document |= {key: getattr(service, field) for key, field in _SERVICE_TEXTS.items()}
    document |= public_place(record, place, virtual, county)
    document |= _reach(record, place, virtual)
    document |= _offer(service, place)
    document["quality"] = _quality(document, source)
    return document


# --- how to reach it, and when --------------------------------------------------------------------


def _reach(record: ListingRecord, place: Location | None, virtual: Location | None) -> dict[str, Any]:
    phones = _phones(record, place)
    schedules = _schedules(record.service, place, virtual)
    return {
        "phones": phones,
        "phone": phones[0]["number"] if phones else None,
        "schedules": [plain(each) for each in schedules],
        "timezone": next((each.timezone for each in schedules if each.timezone), None),
        "join_url": join_link(virtual.url) if virtual else None,
        "join_phone": join_number(virtual.phones[0].number) if virtual and virtual.phones else None,
        "contacts": [
            {
                "name": each.name,
                "title": each.title,
                "email": each.email,
                "phones": [_phone(phone) for phone in each.phones],
            }
            for each in record.service.contacts
        ],
    }


def _phones(record: ListingRecord, place: Location | None) -> list[dict[str, Any]]:
    """The service's numbers, then the place's; the organization's only where there is no other."""
    own = (*record.service.phones, *(place.phones if place else ()))
    found: dict[tuple[str, int | None], Phone] = {}
    for each in own or record.organization.phones:
        found.setdefault((each.number, each.extension), each)
    return [_phone(each) for each in found.values()]


def _phone(phone: Phone) -> dict[str, Any]:
    return {
        "number": phone.number,
        "extension": phone.extension,
        "type": phone.type,
        "description": phone.description,
        "tel": tel_uri(phone.number, phone.extension),
    }


def _schedules(service: Service, place: Location | None, virtual: Location | None) -> tuple[Schedule, ...]:
    """The service's hours, else those of its place, else of its meeting online."""
    if service.schedules:
        return service.schedules
    if place and place.schedules:
        if place.visibility == "full":
            return place.schedules
        return tuple(
            replace(each, description=None, notes=None, schedule_link=None) for each in place.schedules
        )
    return virtual.schedules if virtual else ()


# --- what it offers -------------------------------------------------------------------------------


def _offer(service: Service, place: Location | None) -> dict[str, Any]:
    return {
        "languages": _languages(service, place),
        "costs": [
            {
                "option": each.option,
                "amount": each.amount,
                "currency": each.currency,
                "amount_description": each.amount_description,
            }
            for each in service.cost_options
        ],
        "documents": [each.document for each in service.required_documents],
        "capacity": [
            {
                "unit": each.unit,
                "available": each.available,
                "maximum": each.maximum,
                "status": each.status,
                "updated": each.updated.isoformat() if each.updated else None,
                "description": each.description,
            }
            for each in service.capacities
        ],
    }


def _languages(service: Service, place: Location | None) -> list[dict[str, Any]]:
    found: dict[str, Language] = {}
    for each in (*service.languages, *(place.languages if place else ())):
        found.setdefault(each.code or each.name, each)
    return [{"name": each.name, "code": each.code} for each in found.values()]


def _by_scheme(codes: Iterable[Code]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for scheme, group in groupby(codes, itemgetter(0)):
        found.setdefault(scheme, []).extend([value for _, value in group])
    return found


def _source(source: SourceNote, service: Service) -> dict[str, Any]:
    return {
        "importer": source.importer,
        "feed": source.feed,
        "name": source.name,
        "publisher": source.publisher,
        "licence": source.licence,
        "url": web_link(source.url),
        "as_of": _iso(source.as_of),
        "fetched": _iso(source.fetched),
        "verified": _iso(service.assured_date),
    }


def _quality(document: Mapping[str, Any], source: SourceNote) -> int:
    """How complete and fresh, from what is public."""
    parts = Completeness(
        phone=bool(document["phones"]),
        address=bool(document["address"] or document["areas"]),
        hours=bool(document["schedules"]),
        website=bool(document["website"]),
        description=bool(document["description"]),
        cost=bool(document["costs"] or document["fees"]),
        languages=bool(document["languages"]),
    )
    verified = document["source"]["verified"]
    level = freshness(
        as_of=source.as_of,
        verified_on=dt.date.fromisoformat(verified) if verified else None,
        today=source.fetched,
    )
    return quality(parts, level)


def _iso(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
