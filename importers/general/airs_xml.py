"""AIRS XML, the exchange format of 211 centers: 3.0 (nested, with or without a namespace) and 4.0 (flat).

A listing is a SiteService. What is `Confidential`, not `AvailableForDirectory`, or excluded from the website
or directory is never stored: a service or site of that kind is rejected without its words, and a confidential
address leaves the listing without a place. Contacts are persons and are not read.

Codes of the 211 taxonomy are kept as they are, under the scheme `airs`. Their meanings are the property of
their owner and not in our crosswalks, so they give no needs: such listings are found by their words, until a
partner's own codes (taxonomies Open Eligibility or `need`, in HSDS) say more, or a steward does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from directory.errors import SourceBroken
from directory.listings.record import Kind, ListingRecord
from directory.phrases import N_, Phrase
from importers.cleaning import clean_text
from importers.contract import Reading, Rejection, SourceFile
from importers.files import Limits
from importers.general import _airs_service as airs
from importers.general._airs_tree import Node, read_children
from importers.general._hsds_record import STATUSES, WRONG_STATUS, service_records
from importers.keys import Survey, digest
from importers.opening_text import opening_schedules
from importers.tally import Tally

ROOT = "Source"
LIMITS = Limits(expanded=512 << 20)
MOST_HELD = 500_000
"""Agencies, sites and services of a flat file, which are held until their site services come."""

NO_KEY = "The service has no key."
NO_NAME = "The service has no name."
NO_AGENCY = "The service's agency is not in the file, or has no name."
NO_SITE = "The service's site is not in the file."
WITHHELD = "The service, its site or its agency is not for the directory."


@dataclass(slots=True, kw_only=True)
class _Found:
    """A SiteService with what it belongs to."""

    node: Node
    agency: Node | None
    site: Node | None
    base: Node | None = None
    is_nested: bool = False


@dataclass(slots=True)
class _Held:
    """The parts of a flat file (4.0) by their ids."""

    agencies: dict[str, Node] = field(default_factory=dict)
    sites: dict[str, Node] = field(default_factory=dict)
    services: dict[str, Node] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        """Keeps an agency, a site or a service, without what is never read."""
        table = {"Agency": self.agencies, "Site": self.sites, "Service": self.services}.get(node.name)
        key = node.first("AgencyID") if node.name == "Agency" else node.first("ID")
        if table is not None and key:
            node.children = [each for each in node.children if each.name != "Contact"]
            table[key] = node
        if len(self.agencies) + len(self.sites) + len(self.services) > MOST_HELD:
            raise SourceBroken(Phrase(N_("The file holds too many agencies and sites to be one directory.")))


class AirsXml:
    """Reads one file."""

    name: ClassVar[str] = "airs_xml"
    kind: ClassVar[Kind] = "community"
    title: ClassVar[str] = "AIRS XML of 211 centers"
    publisher: ClassVar[str] = "The 211 center that sends the file"
    licence: ClassVar[str] = "Agreed with each center; codes of the 211 taxonomy stay opaque"
    formats: ClassVar[tuple[str, ...]] = ("xml",)
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for what is not AIRS XML, is cut short, or declares entities."""
        held, survey = _Held(), Survey()
        for child in read_children(source.path, ROOT, LIMITS):
            is_flat = child.name != "Agency" or not child.all("Site")
            if is_flat and child.name != "SiteService":
                held.add(child)
            for found in _site_services(child, held):
                survey.note([_plain_id(found)], _texts(found))
        warnings: list[str] = []
        rows = _read_rows(source, held, survey, warnings)
        return [Reading(rows=rows, as_of=source.as_of, rows_expected=survey.rows, warnings=warnings)]

    def samples(self) -> list[SourceFile]:
        """None: a center's file is its own."""
        return []


def _site_services(child: Node, held: _Held) -> Iterator[_Found]:
    """The site services of a child of the root: itself (4.0), or those nested in an agency (3.0)."""
    if child.name == "SiteService":
        yield _Found(
            node=child,
            agency=held.agencies.get(child.first("AgencyID")),
            site=held.sites.get(child.first("SiteID")),
            base=held.services.get(child.first("ServiceID")),
        )
        return
    for site in child.all("Site") if child.name == "Agency" else ():
        for node in site.all("SiteService"):
            yield _Found(node=node, agency=child, site=site, is_nested=True)


def _plain_id(found: _Found) -> str:
    """The id of a 4.0 site service; in 3.0 a key may stand at several sites, so the site's goes before it."""
    key = found.node.first("Key", "ID")
    return f"{found.site.first('Key', 'ID')}-{key}" if found.is_nested and found.site and key else key


def _texts(found: _Found) -> list[str]:
    return [digest(_all_texts(found.node))]


def _all_texts(node: Node) -> Iterator[str]:
    yield node.text
    yield from (f"{name}={value}" for name, value in node.attributes.items())
    for child in node.children:
        yield child.name
        yield from _all_texts(child)


def _read_rows(
    source: SourceFile, held: _Held, survey: Survey, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally, number = Tally(), 0
    try:
        for child in read_children(source.path, ROOT, LIMITS):
            for found in _site_services(child, held):
                number += 1
                yield _read_one(number, found, source, survey=survey, tally=tally)
    finally:
        tally.tell(warnings)


def _read_one(
    number: int, found: _Found, source: SourceFile, *, survey: Survey, tally: Tally
) -> ListingRecord | Rejection:
    shown = {"key": clean_text(_plain_id(found))[:80]}
    reason = _refusal(found)
    if reason or found.agency is None or found.site is None:
        return Rejection(row=number, reason=reason or NO_AGENCY, values=shown)
    agency = airs.organization_of(found.agency)
    place = airs.location_of(found.site, source.timezone)
    service = airs.service_of(found.node, found.base, place, agency, tally=tally)
    if place is None:
        tally.count("No place is shown", "the site has no address that may be")
        service["phones"] += airs.phones_of(found.site)
    plain_id = _plain_id(found)
    service["id"] = survey.source_id(plain_id, [plain_id], _texts(found))
    for each in service["service_at_locations"]:
        each["id"] = service["id"]
    if not service["name"]:
        return Rejection(row=number, reason=NO_NAME, values=shown)
    row = next(iter(service_records(number, service, tally)))
    if isinstance(row, Rejection):
        return replace(row, values=shown)
    return _with_hours(row, found, source.timezone, tally)


def _refusal(found: _Found) -> str | None:
    if not found.node.first("Key", "ID"):
        return NO_KEY
    parts = (found.node, found.site, found.agency, found.base)
    if any(part is not None and airs.is_withheld(part) for part in parts):
        return WITHHELD
    if found.agency is None or not found.agency.first("Name", "AgencyName"):
        return NO_AGENCY
    if found.site is None:
        return NO_SITE
    status = found.node.first("Status").casefold()
    return WRONG_STATUS if status and status not in STATUSES else None


def _with_hours(record: ListingRecord, found: _Found, zone: str | None, tally: Tally) -> ListingRecord:
    """The record with its hours: 4.0's days and times, else 3.0's text, where its meaning is certain."""
    if found.node.all("SpecialHours", "Seasonal"):
        tally.count("Hours of special days are left out", "call them")
    schedules = airs.schedules_of(found.node, zone) or opening_schedules(airs.hours_text(found.node), zone)
    return replace(record, service=replace(record.service, schedules=schedules)) if schedules else record
