"""The one shape of a listing that travels: an importer yields it, intake stores it, views derive from it.

Names are those of HSDS 3.1 (Open Referral). A `ListingRecord` is one service at its places: the first
physical location (if any) is where it is; a virtual location beside it says that the same service is
also given by phone or video. Everything here is frozen and holds only what a source said; what follows
from it (needs, filters, open hours, freshness) is derived elsewhere in this room.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["treatment", "telehealth", "housing", "employment", "legal", "peer_group", "community"]
KINDS: tuple[Kind, ...] = (
    "treatment",
    "telehealth",
    "housing",
    "employment",
    "legal",
    "peer_group",
    "community",
)
LocationType = Literal["physical", "postal", "virtual"]
ServiceStatus = Literal["active", "inactive", "defunct", "temporarily closed"]
Precision = Literal["exact", "postal_code", "city", "hidden"]
"""How exactly a listing's coordinates say where it is: the door, the middle of its ZIP code, the middle of
its town, or withheld."""
AddressVisibility = Literal["full", "partial", "hidden"]
"""PRODUCT L3: whole address shown, only city and state shown, or nothing shown."""
CapacityStatus = Literal["capacity", "no_capacity", "waitlist", "call"]
"""HL7 SDOHCC capacity status, in our words."""
Attendance = Literal["in_person", "online", "hybrid"]
Frequency = Literal["WEEKLY", "MONTHLY"]
WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
"""RFC 5545 day names by Meeting Guide number: 0 is Sunday."""


class Code(NamedTuple):
    """One code as its source gives it: `Code("samhsa_substance", "DT")`.

    Schemes are the headings of the crosswalks in `needs.toml`; `need` and `filter` are our own codes.
    """

    scheme: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """HSDS `phone`. `number` as people read it; `extension` digits only, other text goes to `description`."""

    number: str
    extension: int | None = None
    type: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """HSDS `address`. `postal_code` is text: five digits, leading zeros kept, or empty when unknown."""

    address_1: str = ""
    address_2: str | None = None
    city: str
    region: str | None = None
    """County, as the source writes it."""
    state_province: str
    postal_code: str = ""
    country: str = "US"
    address_type: LocationType = "physical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accessibility:
    """HSDS `accessibility` of a location."""

    description: str
    details: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """HSDS `schedule`, with the IANA zone it is meant in (HSDS `timezone`, a number, is derived on export).

    `opens_at` and `closes_at` are local wall-clock times; a `closes_at` not after `opens_at` is on the
    next day; 00:00 to 23:59 means around the clock (HSDS). `freq` None with no times is a plain
    description. `closed` marks days on which the place is shut (holidays): dates from `valid_from` to
    `valid_to`, both included.
    """

    freq: Frequency | None = None
    byday: str | None = None
    """RFC 5545: `MO,TU` weekly, `2MO` or `-1FR` monthly."""
    bymonthday: str | None = None
    interval: int = 1
    dtstart: dt.date | None = None
    until: dt.date | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    opens_at: dt.time | None = None
    closes_at: dt.time | None = None
    timezone: str | None = None
    closed: bool = False
    description: str | None = None
    attending_type: str | None = None
    schedule_link: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceArea:
    """HSDS `service_area`: where people must be to be served.

    `extent_type` `text` holds an ISO 3166-2 code (`US-PA`), `US` for the whole country, a county as
    `US-PA/Philadelphia`, or a ZIP as `US-PA/19104`; `geojson` holds a (Multi)Polygon.
    """

    name: str
    extent: str
    extent_type: Literal["text", "geojson"] = "text"
    description: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOption:
    """HSDS `cost_option`. `amount` in units of `currency`."""

    option: str
    currency: str | None = None
    amount: float | None = None
    amount_description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """HSDS `language`. `code` is ISO 639-3 (`spa`, `ase`)."""

    name: str
    code: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredDocument:
    """HSDS `required_document`: what to bring."""

    document: str
    uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """HSDS `contact`: a role that the public may reach. Never a member of a peer group, never a resident."""

    name: str | None = None
    title: str | None = None
    department: str | None = None
    email: str | None = None
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCapacity:
    """HSDS 3.1 `service_capacity`: how much is free, always with when it was said.

    `updated` (aware) is given where the source dates the statement itself. None stands for the date of the
    source's file: it is put in when the listing is read, so that a newer file with the same words changes
    nothing else.
    """

    unit: str
    available: int | None = None
    maximum: int | None = None
    status: CapacityStatus = "call"
    description: str | None = None
    updated: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationIdentifier:
    """HSDS `organization_identifier`: an OTP number, an NPI, a state licence."""

    identifier_scheme: str | None = None
    identifier_type: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """HSDS `organization`: a body that is listed."""

    key: str
    """What tells this organization from others within the source; never shown."""
    name: str
    description: str = ""
    """Empty means that the source has none; export writes a generated sentence, marked so."""
    alternate_name: str | None = None
    email: str | None = None
    website: str | None = None
    tax_status: str | None = None
    tax_id: str | None = None
    year_incorporated: int | None = None
    legal_status: str | None = None
    identifiers: tuple[OrganizationIdentifier, ...] = ()
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """HSDS `location`, joined to the service by one `service_at_location`.

    `latitude` and `longitude` in degrees; None when the source has none (intake then places the
    location by its ZIP or city and says so in `precision`).
    """

    key: str
    """What tells this location from others within the source; never shown."""
    location_type: LocationType = "physical"
    name: str | None = None
    alternate_name: str | None = None
    description: str | None = None
    transportation: str | None = None
    url: str | None = None
    """For a virtual location: how to join."""
    latitude: float | None = None
    longitude: float | None = None
    precision: Precision | None = None
    visibility: AddressVisibility = "full"
    address: Address | None = None
    accessibility: tuple[Accessibility, ...] = ()
    languages: tuple[Language, ...] = ()
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """HSDS `service`: what is offered."""

    name: str
    description: str | None = None
    alternate_name: str | None = None
    url: str | None = None
    additional_urls: tuple[str, ...] = ()
    email: str | None = None
    status: ServiceStatus = "active"
    interpretation_services: str | None = None
    application_process: str | None = None
    fees_description: str | None = None
    wait_time: str | None = None
    accreditations: str | None = None
    eligibility_description: str | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    assured_date: dt.date | None = None
    assurer_email: str | None = None
    licenses: str | None = None
    alert: str | None = None
    last_modified: dt.datetime | None = None
    """When the source says that it changed this entry, UTC."""
    program: str | None = None
    """HSDS `program`: the grouping of services inside the organization (a meeting's group)."""
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    cost_options: tuple[CostOption, ...] = ()
    languages: tuple[Language, ...] = ()
    required_documents: tuple[RequiredDocument, ...] = ()
    contacts: tuple[Contact, ...] = ()
    funding: tuple[str, ...] = ()
    """HSDS `funding.source` texts."""
    capacities: tuple[ServiceCapacity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRecord:
    """One findable thing, as one source gives it.

    `source_id` is the source's own id, or `derived_id(...)` where it has none. `codes` are the source's
    codes, whose crosswalk gives needs and filters. `extra` keeps columns that HSDS has and we do not know,
    per table, to be written back on export.
    """

    source_id: str
    kind: Kind
    organization: Organization
    service: Service
    locations: tuple[Location, ...] = ()
    codes: tuple[Code, ...] = ()
    attendance: Attendance | None = None
    """Meetings: how one takes part."""
    is_example: bool = False
    """Invented for demonstration; marked wherever it is shown."""
    visible_from: dt.date | None = None
    visible_to: dt.date | None = None
    extra: tuple[tuple[str, str, str], ...] = field(default=())
    """(table, column, value), sorted."""

    @property
    def place(self) -> Location | None:
        """The first physical location: where the listing is on a map."""
        return next((each for each in self.locations if each.location_type == "physical"), None)

    @property
    def virtual(self) -> Location | None:
        """The first virtual location: how it is reached from anywhere."""
        return next((each for each in self.locations if each.location_type == "virtual"), None)
