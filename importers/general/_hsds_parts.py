"""HSDS 3.1 objects, as their JSON has them, to the parts of a record. Empty values are left out."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from zoneinfo import available_timezones

from directory.listings.record import (
    Accessibility,
    Address,
    AddressVisibility,
    CapacityStatus,
    Contact,
    CostOption,
    Language,
    Location,
    LocationType,
    Organization,
    OrganizationIdentifier,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    ServiceCapacity,
)
from importers.cleaning import (
    clean_coordinates,
    clean_email,
    clean_prose,
    clean_text,
    clean_website,
    clean_zip,
)
from importers.languages import language_named
from importers.phones import clean_phone
from importers.times import read_date, read_moment, read_time

Object = Mapping[str, Any]
_T = TypeVar("_T")

LANGUAGE_CODES = {"en": "eng", "es": "spa", "fr": "fra", "ar": "ara", "zh": "zho", "ru": "rus", "vi": "vie"}
LANGUAGE_CODES |= {"ko": "kor", "pt": "por", "pl": "pol", "uk": "ukr", "ht": "hat", "tl": "tgl", "de": "deu"}
"""ISO 639-1 codes that older HSDS files carry, to ISO 639-3."""
LOCATION_TYPES: Mapping[str, LocationType] = {
    "physical": "physical",
    "postal": "postal",
    "virtual": "virtual",
}
VISIBILITIES: Mapping[str, AddressVisibility] = {"full": "full", "partial": "partial", "hidden": "hidden"}
CAPACITY_STATUSES: Mapping[str, CapacityStatus] = {
    "capacity": "capacity",
    "no_capacity": "no_capacity",
    "waitlist": "waitlist",
    "call": "call",
}
_ZONES = frozenset(available_timezones())


def objects(value: object) -> list[Object]:
    """The objects of a list; nothing for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def each_of(value: object, make: Callable[[Object], _T | None]) -> tuple[_T, ...]:
    """What `make` makes of each object of a list, where it makes something."""
    return tuple(made for made in map(make, objects(value)) if made is not None)


def text_of(given: Object, name: str) -> str | None:
    """One line of text, or None."""
    return clean_text(given.get(name)) or None


def number_of(given: Object, name: str) -> int | None:
    """A whole number from a number or its text; None for anything else."""
    text = clean_text(given.get(name))
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return None


def labelled(given: Object, label: str) -> str:
    """The value of the attribute with that label. How our own profile adds to HSDS: `timezone`, `visibility`,
    `kind`, `status`, `example`, `generated`."""
    found = (each for each in objects(given.get("attributes")) if clean_text(each.get("label")) == label)
    return next((clean_text(each.get("value")) for each in found), "")


def phone(given: Object) -> Phone | None:
    """HSDS `phone`; its extension may be a number or hide in the number."""
    found = clean_phone(clean_text(given.get("number")), text_of(given, "description"))
    if found is None:
        return None
    extension = clean_text(given.get("extension")).lstrip("xX. ")
    number = int(extension) if extension.isascii() and extension.isdigit() else found.extension
    return Phone(
        number=found.number,
        extension=number,
        type=text_of(given, "type") or "voice",
        description=found.description,
    )


def language(given: Object) -> Language | None:
    """HSDS `language`, its code as ISO 639-3: as given, or by the name."""
    code = clean_text(given.get("code")).casefold().split("-")[0]
    name = clean_text(given.get("name")) or code
    if not name:
        return None
    named = language_named(name)
    iso = LANGUAGE_CODES.get(code, code if len(code) == 3 else None) or (named.code if named else None)
    return Language(name=name, code=iso or None, note=text_of(given, "note"))


def schedule(given: Object) -> Schedule | None:
    """HSDS `schedule`. The attribute `timezone` holds the IANA zone, `closed` marks days shut."""
    zone, freq = labelled(given, "timezone"), clean_text(given.get("freq")).upper()
    made = Schedule(
        freq="WEEKLY" if freq == "WEEKLY" else "MONTHLY" if freq == "MONTHLY" else None,
        byday=clean_text(given.get("byday")).replace(" ", "").upper() or None,
        bymonthday=clean_text(given.get("bymonthday")).replace(" ", "") or None,
        interval=number_of(given, "interval") or 1,
        dtstart=read_date(given.get("dtstart")),
        until=read_date(given.get("until")),
        valid_from=read_date(given.get("valid_from")),
        valid_to=read_date(given.get("valid_to")),
        opens_at=read_time(given.get("opens_at")),
        closes_at=read_time(given.get("closes_at")),
        timezone=zone if zone in _ZONES else None,
        closed=labelled(given, "closed") == "true",
        description=clean_prose(given.get("description")),
        attending_type=text_of(given, "attending_type"),
        schedule_link=clean_website(given.get("schedule_link")),
        notes=clean_prose(given.get("notes")),
    )
    return None if made == Schedule() else made


def service_area(given: Object) -> ServiceArea | None:
    """HSDS `service_area`: `extent` as our text form or as GeoJSON; one that only has a name keeps it."""
    extent = given.get("extent")
    extent = extent.strip() if isinstance(extent, str) else ""
    name = clean_text(given.get("name")) or extent[:80]
    if not name:
        return None
    is_shape = clean_text(given.get("extent_type")).casefold() == "geojson"
    return ServiceArea(
        name=name,
        extent=extent,
        extent_type="geojson" if is_shape else "text",
        description=clean_prose(given.get("description")),
        uri=clean_website(given.get("uri")),
    )


def cost_option(given: Object) -> CostOption | None:
    """HSDS `cost_option`."""
    amount = given.get("amount")
    option = clean_text(given.get("option")) or clean_text(given.get("amount_description"))
    if not option:
        return None
    return CostOption(
        option=option,
        currency=clean_text(given.get("currency")).upper() or None,
        amount=float(amount) if isinstance(amount, int | float) and not isinstance(amount, bool) else None,
        amount_description=text_of(given, "amount_description"),
    )


def required_document(given: Object) -> RequiredDocument | None:
    """HSDS `required_document`."""
    document = clean_text(given.get("document"))
    return RequiredDocument(document=document, uri=clean_website(given.get("uri"))) if document else None


def contact(given: Object) -> Contact | None:
    """HSDS `contact`."""
    made = Contact(
        name=text_of(given, "name"),
        title=text_of(given, "title"),
        department=text_of(given, "department"),
        email=clean_email(given.get("email")),
        phones=each_of(given.get("phones"), phone),
    )
    return None if made == Contact() else made


def capacity(given: Object) -> ServiceCapacity | None:
    """HSDS 3.1 `service_capacity`; without the moment when it was said it is nothing.

    The attribute `status` says whether there is a waiting list; else the number free says it.
    """
    updated, available = read_moment(given.get("updated")), number_of(given, "available")
    unit = given.get("unit")
    name = clean_text(unit.get("name")) if isinstance(unit, dict) else ""
    if updated is None or not name:
        return None
    counted: CapacityStatus = "call" if available is None else "capacity" if available > 0 else "no_capacity"
    return ServiceCapacity(
        unit=name,
        available=available,
        maximum=number_of(given, "maximum"),
        status=CAPACITY_STATUSES.get(labelled(given, "status"), counted),
        description=clean_prose(given.get("description")),
        updated=updated,
    )


def accessibility(given: Object) -> Accessibility | None:
    """HSDS `accessibility`."""
    description = clean_text(given.get("description"))
    if not description:
        return None
    url = clean_website(given.get("url"))
    return Accessibility(description=description, details=clean_prose(given.get("details")), url=url)


def address(given: Object) -> Address:
    """HSDS `address`. A ZIP is kept as five digits, a foreign postal code as it is."""
    country = clean_text(given.get("country")).upper() or "US"
    code = clean_text(given.get("postal_code"))
    kind = clean_text(given.get("address_type")).casefold()
    return Address(
        address_1=clean_text(given.get("address_1")),
        address_2=text_of(given, "address_2"),
        city=clean_text(given.get("city")),
        region=text_of(given, "region"),
        state_province=clean_text(given.get("state_province")),
        postal_code=clean_zip(code) if country == "US" else code,
        country=country,
        address_type=LOCATION_TYPES.get(kind, "physical"),
    )


def location(at: Object) -> Location | None:
    """The location of an HSDS `service_at_location`, with the phones and hours that hold there."""
    given = at.get("location")
    key = clean_text(given.get("id")) if isinstance(given, dict) else ""
    kind = LOCATION_TYPES.get(clean_text(given.get("location_type"))) if isinstance(given, dict) else None
    if not isinstance(given, dict) or not key or kind is None:
        return None
    found = clean_coordinates(given.get("latitude"), given.get("longitude"))
    addresses = sorted(
        objects(given.get("addresses")), key=lambda each: each.get("address_type") != "physical"
    )
    return Location(
        key=key,
        location_type=kind,
        name=text_of(given, "name"),
        alternate_name=text_of(given, "alternate_name"),
        description=clean_prose(given.get("description")) or clean_prose(at.get("description")),
        transportation=clean_prose(given.get("transportation")),
        url=clean_website(given.get("url")),
        latitude=found[0] if found else None,
        longitude=found[1] if found else None,
        precision="exact" if found else None,
        visibility=VISIBILITIES.get(labelled(given, "visibility"), "full"),
        address=address(addresses[0]) if addresses and kind != "virtual" else None,
        accessibility=each_of(given.get("accessibility"), accessibility),
        languages=each_of(given.get("languages"), language),
        phones=_once((*each_of(at.get("phones"), phone), *each_of(given.get("phones"), phone))),
        schedules=_once(
            (*each_of(at.get("schedules"), schedule), *each_of(given.get("schedules"), schedule))
        ),
    )


def _once(found: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(found))


def organization(given: Object) -> Organization:
    """HSDS `organization`, told from others by its id, else by its name."""
    name = clean_text(given.get("name"))
    is_generated = labelled(given, "generated") == "description"
    return Organization(
        key=clean_text(given.get("id")) or name,
        name=name,
        description="" if is_generated else clean_prose(given.get("description")) or "",
        alternate_name=text_of(given, "alternate_name"),
        email=clean_email(given.get("email")),
        website=clean_website(given.get("website")),
        tax_status=text_of(given, "tax_status"),
        tax_id=text_of(given, "tax_id"),
        year_incorporated=number_of(given, "year_incorporated"),
        legal_status=text_of(given, "legal_status"),
        identifiers=each_of(given.get("organization_identifiers"), identifier),
        phones=each_of(given.get("phones"), phone),
    )


def identifier(given: Object) -> OrganizationIdentifier | None:
    """HSDS `organization_identifier`."""
    kind, value = clean_text(given.get("identifier_type")), clean_text(given.get("identifier"))
    if not kind or not value:
        return None
    scheme = text_of(given, "identifier_scheme")
    return OrganizationIdentifier(identifier_scheme=scheme, identifier_type=kind, identifier=value)
