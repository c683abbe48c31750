"""AIRS XML elements, of 3.0 and 4.0 alike, as the nested HSDS objects that the HSDS mapping takes.

What is confidential is left out here, before anything is made of it.
"""

import re
from collections.abc import Iterator
from typing import Any

from directory.listings.record import WEEKDAYS, Schedule
from importers.cleaning import clean_text, clean_zip
from importers.general import _hsds_parts as parts
from importers.general._airs_tree import Node
from importers.states import STATE_NAMES, state_code
from importers.tally import Tally

Made = dict[str, Any]

COUNTRIES = {"united states": "US", "usa": "US", "us": "US", "united states of america": "US", "canada": "CA"}
AIRS_CODE = re.compile(r"[A-Z]{1,2}(?:-[0-9]{4}(?:\.[0-9]{4}(?:-[0-9]{3}(?:\.[0-9]{2})?)?)?)?")
"""A code of the 211 taxonomy, at any of its levels: `R`, `RX`, `RX-8250`, `RX-8250.5000-050`."""
ELIGIBILITY = (
    *("Eligibility", "GeneralEligibility", "FamilyRequirements", "IncomeRequirements"),
    *("ResidencyRequirements", "OtherRequirements", "Requirements"),
)
YES = frozenset({"true", "1", "yes", "y"})
MOST_AREAS = 200
"""Service areas of a service; a list of more ZIP codes is told by its counties or state alone."""
_WITHHELD = ("ExcludeFromWebsite", "ExcludeFromDirectory", "Confidential")


def is_withheld(node: Node) -> bool:
    """True for what its owner keeps out of directories."""
    if any(node.is_secret(flag) for flag in _WITHHELD):
        return True
    stated = (info.flag("AvailableForDirectory") for info in node.all("ResourceInfo"))
    return any(flag and flag not in YES for flag in stated)


def phones_of(node: Node) -> list[Made]:
    """HSDS phones: those that are not confidential, none of persons, no empty ones."""
    found = []
    for each in node.shown("Phone"):
        number = clean_text(each.text) or each.first("PhoneNumber", "Phone")
        if not number:
            continue
        told = each.first("Function") or each.first("Description")
        found.append(
            {
                "number": number,
                "extension": each.first("Extension"),
                "type": _phone_type(each.first("Type").casefold()),
                "description": told,
            }
        )
    return found


def _phone_type(told: str) -> str:
    if "fax" in told:
        return "fax"
    return "textphone" if "tty" in told or "tdd" in told else "voice"


def organization_of(agency: Node) -> Made:
    """HSDS organization of an Agency."""
    return {
        "id": agency.first("Key", "AgencyID"),
        "name": agency.first("Name", "AgencyName"),
        "alternate_name": _alias(agency),
        "description": _prose(agency, "AgencyDescription", "Description"),
        "website": agency.first("URL"),
        "email": agency.first("Email"),
        "tax_status": agency.first("IRSStatus", "TaxStatus"),
        "phones": phones_of(agency),
    }


def _alias(node: Node) -> str:
    shown = node.shown("AKA", "AlternateName")
    return next(
        filter(None, (each.first("Name", "AlternateName") or clean_text(each.text) for each in shown)), ""
    )


def _prose(node: Node, *names: str) -> str:
    """Texts of these children, one after the other, with their paragraphs."""
    texts = []
    for each in node.shown(*names):
        texts += [each.text, *(inner.text for inner in each.all("Title", "Description", "Notes"))]
    return "\n".join(dict.fromkeys(text for text in texts if text))


def location_of(site: Node, zone: str | None) -> Made | None:
    """HSDS location of a Site; None where its address is confidential or none is given: then neither its
    name, nor its way there, nor its coordinates are stored."""
    address = next((each for each in site.all("PhysicalAddress") if each.children), None)
    spot = next(iter(site.all("SpatialLocation")), None)
    if address is None or address.is_secret() or (spot is not None and spot.is_secret()):
        return None
    transport = [_prose(site, "BusServiceAccess"), _prose(site, "Directions")]
    access = clean_text(_prose(site, "DisabilitiesAccess"))
    return {
        "id": site.first("Key", "ID"),
        "location_type": "physical",
        "name": site.first("Name", "Title"),
        "alternate_name": _alias(site),
        "description": _prose(site, "PhysicalLocationDescription"),
        "transportation": "\n".join(filter(None, transport)),
        "latitude": spot.first("Latitude") if spot else None,
        "longitude": spot.first("Longitude") if spot else None,
        "addresses": [_address(address)],
        "accessibility": [{"description": access}] if access else [],
        "phones": phones_of(site),
        "schedules": list(open_hours(site, zone)),
    }


def _address(given: Node) -> Made:
    country = given.first("Country").casefold()
    state = given.first("State")
    return {
        "address_1": given.first("Line1"),
        "address_2": given.first("Line2"),
        "city": given.first("City"),
        "region": given.first("County"),
        "state_province": state_code(state) or state,
        "postal_code": given.first("ZipCode", "PostalCode"),
        "country": COUNTRIES.get(country, "US" if not country else country[:2].upper()),
        "address_type": "physical",
    }


def open_hours(node: Node, zone: str | None) -> Iterator[Made]:
    """HSDS schedules of 4.0's OpenHours: a day with one or two pairs of times."""
    attributes = [{"label": "timezone", "value": zone}] if zone else []
    for each in node.all("OpenHours"):
        days = [day for day in WEEKDAYS if each.first("dayOpen").upper().startswith(day)]
        opens, closes = each.all("TimeOpens"), each.all("TimeCloses")
        for start, end in zip(opens, closes, strict=False):
            if days:
                times = {"opens_at": start.text[:5], "closes_at": end.text[:5]}
                yield {"freq": "WEEKLY", "byday": days[0], **times, "attributes": attributes}


def schedules_of(node: Node, zone: str | None) -> tuple[Schedule, ...]:
    """The schedules of 4.0's OpenHours."""
    return parts.each_of(list(open_hours(node, zone)), parts.schedule)


def hours_text(node: Node) -> str:
    """What 3.0's TimeOpen says in words; its days in elements are told as words too."""
    told = []
    for each in node.all("TimeOpen"):
        told += [each.text, *(note.text for note in each.all("Notes"))]
        for day in each.children:
            if day.name[:2].upper() in WEEKDAYS and day.name.endswith("day"):
                starts, ends = day.first("From", "Start"), day.first("To", "End")
                told.append(f"{day.name} {starts} - {ends};" if starts and ends else "")
    return "\n".join(text for text in told if text)


def codes_of(node: Node, tally: Tally) -> list[Made]:
    """HSDS attributes: codes of the 211 taxonomy, opaque, under `AIRS`. Names are not ours to keep, and a
    vendor's own codes mean nothing elsewhere."""
    found = []
    for each in node.all("Taxonomy"):
        code = each.first("Code", "TaxonomyCode")
        if AIRS_CODE.fullmatch(code):
            found.append({"value": code, "taxonomy_term": {"code": code, "taxonomy": "AIRS"}})
        elif code:
            tally.count("Vendor's own code left out", code)
    return found


def areas_of(node: Node) -> list[Made]:
    """HSDS service areas: ZIP codes, else counties, else the state or country, whichever is narrowest."""
    found: dict[str, Made] = {}
    for each in node.all("GeographicAreaServed", "ServiceArea"):
        for name, extent in _extents(each):
            found.setdefault(f"{name}|{extent}", {"name": name, "extent": extent, "extent_type": "text"})
    return list(found.values())[:MOST_AREAS]


def _extents(given: Node) -> Iterator[tuple[str, str]]:
    state = state_code(given.first("State"))
    zips = [code for code in map(clean_zip, _listed(given, "ZipCode", "PostalCode")) if code]
    counties, towns = _listed(given, "County"), _listed(given, "City")
    if state and zips and len(zips) <= MOST_AREAS:
        yield from ((f"{code} {state}", f"US-{state}/{code}") for code in zips)
    elif state and counties:
        for county in counties:
            yield f"{county}, {state}", f"US-{state}/{county.removesuffix(' County')}"
    elif towns:
        yield from ((", ".join(filter(None, (town, given.first("State")))), "") for town in towns)
    elif state:
        yield STATE_NAMES[state], f"US-{state}"
    elif COUNTRIES.get(given.first("Country").casefold()) == "US" and not given.first("State"):
        yield "United States", "US"


def _listed(given: Node, *names: str) -> list[str]:
    texts = [clean_text(each.text) for each in given.shown(*names)]
    return [name for text in texts for name in map(clean_text, text.split(",")) if name]


def languages_of(node: Node) -> list[Made]:
    """HSDS languages; one element may list several."""
    names = [name for each in node.all("Languages") for name in _listed(each, "Name", "LanguageName")]
    return [{"name": name} for name in dict.fromkeys(names)]


def documents_of(node: Node) -> list[Made]:
    """HSDS required documents."""
    texts = [
        each.first("Title", "Description") or clean_text(each.text) for each in node.all("DocumentsRequired")
    ]
    return [{"document": text} for text in dict.fromkeys(texts) if text]


def verified_on(*nodes: Node | None) -> str:
    """When the first of these was last verified, as written."""
    for node in nodes:
        for info in node.all("ResourceInfo") if node else ():
            if date := info.attributes.get("DateLastVerified") or info.first("DateLastVerified"):
                return date
    return ""


def service_of(node: Node, base: Node | None, site: Made | None, agency: Made, *, tally: Tally) -> Made:
    """The HSDS service of a SiteService, with what its Service (4.0) says where it says nothing itself."""
    given = [each for each in (node, base) if each is not None]
    ages = next(iter(node.all("AgeRequirement")), None)
    licences = [each.first("License") for each in node.all("LicenseAccreditation")]
    return {
        "name": next(filter(None, (each.first("Name", "Title") for each in given)), ""),
        "alternate_name": _alias(node),
        "description": next(filter(None, (_prose(each, "Description") for each in given)), ""),
        "url": node.first("URL"),
        "email": node.first("Email"),
        "status": node.first("Status").casefold() or "active",
        "application_process": next(filter(None, (_prose(each, "ApplicationProcess") for each in given)), ""),
        "wait_time": next(filter(None, (each.first("WaitTime") for each in given)), ""),
        "fees_description": _prose(node, "FeeStructure"),
        "eligibility_description": _prose(node, *ELIGIBILITY),
        "minimum_age": ages.first("MinimumAge") if ages else None,
        "maximum_age": ages.first("MaximumAge") if ages else None,
        "interpretation_services": _prose(node, "TranslationService"),
        "licenses": "\n".join(filter(None, licences)),
        "assured_date": verified_on(node, base),
        "phones": phones_of(node),
        "languages": languages_of(node),
        "required_documents": documents_of(node),
        "service_areas": areas_of(node),
        "attributes": codes_of(node, tally),
        "organization": agency,
        "service_at_locations": [{"id": "", "location": site}] if site else [],
    }
