"""A full HSDS 3.1 service, nested as its JSON is, to records: the one mapping that every version of HSDS and
the other interchange formats are brought to."""

import re
from collections.abc import Iterator

from directory.listings.needs import taxonomy
from directory.listings.package_terms import GENERATED
from directory.listings.record import (
    KINDS,
    Attendance,
    Code,
    Kind,
    ListingRecord,
    Location,
    Service,
    ServiceStatus,
)
from importers.cleaning import clean_email, clean_prose, clean_text, clean_website
from importers.contract import Rejection
from importers.general import _hsds_parts as parts
from importers.tally import Tally
from importers.times import read_date, read_moment
from importers.told_facts import facts_told

STATUSES: dict[str, ServiceStatus] = {
    "active": "active",
    "inactive": "inactive",
    "defunct": "defunct",
    "temporarily closed": "temporarily closed",
}
ATTENDANCES: dict[str, Attendance] = {"in_person": "in_person", "online": "online", "hybrid": "hybrid"}
KIND_OF_NEED: dict[str, Kind] = {
    "housing": "housing",
    "work": "employment",
    "legal": "legal",
    "peer_groups": "peer_group",
    "telehealth": "telehealth",
    "treatment": "treatment",
    "detox": "treatment",
    "medication": "treatment",
    "mental_health": "treatment",
    "crisis": "treatment",
    "harm_reduction": "treatment",
}
"""The kind of a listing that states none, by the first of these that is among its needs; else `community`."""

NOT_AN_OBJECT = "The item is not a service."
NO_ID = "The service has no id."
NO_NAME = "The service has no name."
NO_ORGANIZATION = "The service has no organization with a name."
WRONG_STATUS = "The service's status is none of HSDS's."

KNOWN = frozenset(
    {"id", "name", "alternate_name", "description", "url", "additional_urls", "email", "status", "fees"}
    | {"interpretation_services", "application_process", "fees_description", "wait_time", "accreditations"}
    | {"eligibility_description", "minimum_age", "maximum_age", "assured_date", "assurer_email", "licenses"}
    | {"alert", "last_modified", "phones", "schedules", "service_areas", "service_at_locations", "languages"}
    | {"organization", "funding", "cost_options", "program", "required_documents", "contacts", "attributes"}
    | {"capacities"}
)
IGNORED = frozenset({"metadata", "organization_id", "program_id"})
"""HSDS `metadata` is the publisher's log of changes; the ids repeat those of nested objects."""
ORGANIZATION = frozenset(
    {"id", "name", "alternate_name", "description", "email", "website", "additional_websites", "tax_status"}
    | {"tax_id", "year_incorporated", "legal_status", "logo", "uri", "parent_organization_id", "funding"}
    | {"contacts", "phones", "locations", "programs", "organization_identifiers", "attributes", "metadata"}
)
LOCATION = frozenset(
    {"id", "location_type", "url", "organization_id", "name", "alternate_name", "description"}
    | {"transportation", "latitude", "longitude", "external_identifier", "external_identifier_type"}
    | {"languages", "addresses", "contacts", "accessibility", "phones", "schedules", "attributes", "metadata"}
    # Ohana's: joined elsewhere, or private
    | {"virtual", "admin_emails", "email", "short_desc"}
)
"""Columns of those tables that HSDS has; others are kept in `extra`."""


def service_records(number: int, given: object, tally: Tally) -> Iterator[ListingRecord | Rejection]:
    """The records of a service, one for each physical location or one without; or why there is none."""
    reason = _refusal(given)
    if not isinstance(given, dict) or reason:
        values = {name: str(value)[:200] for name, value in given.items()} if isinstance(given, dict) else {}
        shown = {name: value for name, value in values.items() if name in ("id", "name", "status")}
        yield Rejection(row=number, reason=reason or NOT_AN_OBJECT, values=shown)
        return
    for name in given.keys() - KNOWN - IGNORED:
        tally.count("Unknown field", name)
    service_id = clean_text(given["id"])
    found = [
        (clean_text(at.get("id")), parts.location(at))
        for at in parts.objects(given.get("service_at_locations"))
    ]
    here = [(key, place) for key, place in found if place is not None]
    elsewhere = tuple(place for _, place in here if place.location_type != "physical")
    physical = [(key, place) for key, place in here if place.location_type == "physical"]
    for key, place in physical:
        yield _record(given, key or f"{service_id}|{place.key}", (place, *elsewhere))
    if not physical:
        yield _record(given, service_id, elsewhere)


def _refusal(given: object) -> str | None:
    if not isinstance(given, dict):
        return NOT_AN_OBJECT
    body = given.get("organization")
    if not clean_text(given.get("id")):
        return NO_ID
    if not clean_text(given.get("name")):
        return NO_NAME
    if not isinstance(body, dict) or not clean_text(body.get("name")):
        return NO_ORGANIZATION
    return None if clean_text(given.get("status")).casefold() in STATUSES else WRONG_STATUS


def _record(given: parts.Object, source_id: str, locations: tuple[Location, ...]) -> ListingRecord:
    service = _service(given)
    codes, is_ours = _codes(given)
    if not is_ours:
        codes += _told(service, locations, codes)
    return ListingRecord(
        source_id=source_id,
        kind=_kind(parts.labelled(given, "kind"), codes),
        organization=parts.organization(given["organization"]),
        service=service,
        locations=locations,
        codes=codes,
        attendance=ATTENDANCES.get(parts.labelled(given, "attendance")),
        is_example=parts.labelled(given, "example") == "true",
        visible_from=read_date(parts.labelled(given, "visible_from")),
        visible_to=read_date(parts.labelled(given, "visible_to")),
        extra=_extra(given, locations),
    )


def _service(given: parts.Object) -> Service:
    program = given.get("program")
    fees = clean_prose(given.get("fees_description")) or clean_prose(given.get("fees"))
    urls = (clean_website(each.get("url")) for each in parts.objects(given.get("additional_urls")))
    return Service(
        name=clean_text(given["name"]),
        description=clean_prose(given.get("description")),
        alternate_name=parts.text_of(given, "alternate_name"),
        url=clean_website(given.get("url")),
        additional_urls=tuple(url for url in urls if url),
        email=clean_email(given.get("email")),
        status=STATUSES[clean_text(given["status"]).casefold()],
        interpretation_services=clean_prose(given.get("interpretation_services")),
        application_process=clean_prose(given.get("application_process")),
        fees_description=fees,
        wait_time=parts.text_of(given, "wait_time"),
        accreditations=clean_prose(given.get("accreditations")),
        eligibility_description=clean_prose(given.get("eligibility_description")),
        minimum_age=parts.number_of(given, "minimum_age"),
        maximum_age=parts.number_of(given, "maximum_age"),
        assured_date=read_date(given.get("assured_date")),
        assurer_email=clean_email(given.get("assurer_email")),
        licenses=clean_prose(given.get("licenses")),
        alert=clean_prose(given.get("alert")),
        last_modified=read_moment(given.get("last_modified")),
        program=parts.text_of(program, "name") if isinstance(program, dict) else None,
        phones=parts.each_of(given.get("phones"), parts.phone),
        schedules=parts.each_of(given.get("schedules"), parts.schedule),
        service_areas=parts.each_of(given.get("service_areas"), parts.service_area),
        cost_options=parts.each_of(given.get("cost_options"), parts.cost_option),
        languages=parts.each_of(given.get("languages"), parts.language),
        required_documents=parts.each_of(given.get("required_documents"), parts.required_document),
        contacts=parts.each_of(given.get("contacts"), parts.contact),
        funding=parts.each_of(given.get("funding"), lambda each: clean_text(each.get("source")) or None),
        capacities=parts.each_of(given.get("capacities"), parts.capacity),
    )


def _codes(given: parts.Object) -> tuple[tuple[Code, ...], bool]:
    """The service's taxonomy terms: the taxonomy's name, in lower case with underscores, is the scheme.

    Those that our own export generated are left out: labels, and needs that are derived again. The second
    value tells that there were any: then nothing more is read out of the words, as that was done before."""
    found: dict[Code, None] = {}
    is_ours = False
    for attribute in parts.objects(given.get("attributes")):
        term = attribute.get("taxonomy_term")
        if not isinstance(term, dict):
            continue
        detail = term.get("taxonomy_detail")
        taxonomy = clean_text(term.get("taxonomy")) or (
            clean_text(detail.get("name")) if isinstance(detail, dict) else ""
        )
        scheme = re.sub(r"[^a-z0-9]+", "_", taxonomy.casefold()).strip("_")
        # not `clean_text`, to which the fellowship "na" is nothing
        code = " ".join(str(term.get("code") or "").split()) or clean_text(attribute.get("value"))
        is_ours |= scheme in GENERATED
        if scheme and code and scheme not in GENERATED:
            found[Code(scheme, code)] = None
    return tuple(found), is_ours


def _told(service: Service, locations: tuple[Location, ...], codes: tuple[Code, ...]) -> tuple[Code, ...]:
    """Filters that the words of the service and its place make certain, beyond those of its codes."""
    places = (each for each in locations if each.visibility == "full" and each.location_type == "physical")
    told = facts_told(
        access=[each.description for place in places for each in place.accessibility],
        documents=[each.document for each in service.required_documents],
        admission=[service.application_process, service.eligibility_description],
    )
    held = taxonomy().derive(codes).filters if told else ()
    return tuple(each for each in told if each.value not in held)


def _kind(stated: str, codes: tuple[Code, ...]) -> Kind:
    found: list[Kind] = [kind for kind in KINDS if kind == stated]
    if not found:
        needs = taxonomy().derive(codes).needs
        found = [kind for need, kind in KIND_OF_NEED.items() if need in needs]
    return found[0] if found else "community"


def _extra(given: parts.Object, locations: tuple[Location, ...]) -> tuple[tuple[str, str, str], ...]:
    """Plain values of columns that HSDS does not have, to be written back on export, by table. Of a location
    that is not shown whole nothing is kept."""
    keys = {place.key for place in locations if place.visibility == "full"}
    at = (each.get("location") for each in parts.objects(given.get("service_at_locations")))
    here = [each for each in at if isinstance(each, dict) and clean_text(each.get("id")) in keys]
    rows = [("service", given, KNOWN | IGNORED), ("organization", given["organization"], ORGANIZATION)]
    rows += [("location", each, LOCATION) for each in here]
    return tuple(
        (table, name, clean_text(row[name])[:2000])
        for table, row, known in sorted(rows, key=lambda each: each[0])
        for name in sorted(row.keys() - known)
        if isinstance(row[name], str | int | float) and clean_text(row[name])
    )
