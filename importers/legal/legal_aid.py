"""Legal aid networks of a state, as they export their services: a folder or zip of CSV files (formats 5).

Two shapes, told apart by their columns:

* Florida's: services, locations, organizations. A service names its organization, not its office: so it is
  found by the counties that it serves, and has a place only where that is certain (its organization has one
  office, or an office of the service's own name). Offices without a street are codes of a case system.
* Illinois Legal Aid Online's: a row per place, with hours, holidays and the area that it serves.

The feed is named by the state (`--feed fl`), which counts where the files do not say one. Problem codes
become needs by the crosswalk `legal_problem`. E-mail addresses of persons are left out.
"""

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from directory.listings.needs import taxonomy
from directory.listings.record import Code, Kind, ListingRecord, Location, Organization, Phone, Service
from importers.cleaning import clean_prose, clean_text, clean_website
from importers.contract import Reading, Rejection, SourceFile
from importers.keys import Survey
from importers.legal._exports import Export, Table, open_export
from importers.legal._legal_cells import (
    areas_of,
    income_limit,
    location_of,
    office_phones,
    place_of,
    read_age,
    role_email,
    split_cell,
)
from importers.legal._places import Places, place_record
from importers.rows import Row
from importers.states import state_code
from importers.tally import Tally

SCHEME = "legal_problem"
MOST_PHONES = 6
"""Numbers of offices that a service without a place of its own shows."""
KNOWN = frozenset(
    {"service_uuid", "organization_name", "organization_uuid", "service_name", "service_alternate_name"}
    | {"service_description", "service_email", "service_url", "service_additional_information"}
    | {"service_min_age", "service_max_age", "service_program", "service_income_limit"}
    | {"service_problem_codes", "service_require_veteran", "service_incarceration_status", "service_areas"}
)
IGNORED = frozenset({"service_immigration_status", "service_military_status"})
"""Long lists of legal terms: whoever asks for help is asked by the lawyer, not by us."""
SHOWN = ("service_uuid", "organization_name", "service_name")
_YES_NO = frozenset({"", "true", "false"})

NO_ID = "The service has no id."
NO_NAME = "The service has no name."
SHIFTED = "The row's cells are shifted: an age or a yes-or-no holds something else."
NO_STATE = "The service's state is not known: name the feed by it, like fl."


class LegalAid:
    """Reads a network's export."""

    name: ClassVar[str] = "legal_aid"
    kind: ClassVar[Kind] = "legal"
    title: ClassVar[str] = "Legal aid networks of states"
    publisher: ClassVar[str] = "The network that exports its services"
    licence: ClassVar[str] = "Stated by each network; ask for permission"
    formats: ClassVar[tuple[str, ...]] = ("csv", "zip")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` when no file has services or places in it."""
        export = open_export(source.path)
        shape = "services" if "services" in export.tables else "places"
        rows = export.tables[shape].rows
        warnings = list(export.warnings)
        read = _read_services if shape == "services" else _read_places
        reading = Reading(
            rows=read(export, source, warnings),
            as_of=source.as_of,
            rows_expected=len(rows),
            warnings=warnings,
        )
        return [reading]

    def samples(self) -> list[SourceFile]:
        """None: an export belongs to its network."""
        return []


def _read_places(
    export: Export, source: SourceFile, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    places = Places(export.tables["places"], export.tables.get("bodies"))
    try:
        for row in places.rows:
            yield row if isinstance(row, Rejection) else place_record(row, places, source, tally)
    finally:
        tally.tell(warnings)


class _Offices:
    """The offices and organizations of Florida's shape, by organization."""

    def __init__(self, export: Export, feed: str):
        self.states: dict[str, Counter[str]] = {}
        self.offices: dict[str, list[tuple[str, Location]]] = {}
        self.phones: dict[str, list[tuple[str, Phone]]] = {}
        self.bodies: dict[str, Row] = {}
        self.state = state_code(feed.partition("-")[0])
        for row in _good(export.tables.get("locations")):
            self._add(row)
        for row in _good(export.tables.get("organizations")):
            self.bodies[clean_text(row.values["organization_uuid"])] = row

    def _add(self, row: Row) -> None:
        body, name = clean_text(row.values["organization_uuid"]), clean_text(row.values.get("location_name"))
        place = place_of(row.values["location_address"])
        if place.state:
            self.states.setdefault(body, Counter())[place.state] += 1
        if place.street and place.city and place.state:
            self.offices.setdefault(body, []).append((name, location_of(place, name)))
        for phone in office_phones(row.values.get("phones", ""), name):
            self.phones.setdefault(body, []).append((name, phone))

    def state_of(self, body: str) -> str:
        """The state of a body's offices; the feed's where they name none."""
        counts = self.states.get(body, Counter())
        return min(counts, key=lambda each: (-counts[each], each), default=self.state)

    def office_of(self, body: str, service: str) -> tuple[str, Location] | None:
        """The one office of a body, or the one that is called like the service."""
        offices = self.offices.get(body, [])
        alike = [each for each in offices if each[0].casefold() == service.casefold()]
        if len({location.key for _, location in alike}) == 1:
            return alike[0]
        is_one = len({location.key for _, location in offices}) == 1
        return min(offices, key=lambda each: each[0]) if is_one else None

    def phones_of(self, body: str, office: str | None) -> tuple[Phone, ...]:
        """The numbers of an office; of all offices where there is none, toll-free ones first."""
        given = self.phones.get(body, [])
        own = [phone for name, phone in given if name == office] or [phone for _, phone in given]
        ordered = sorted(own, key=lambda each: (_order(each), each.description or "", each.number))
        found: dict[str, Phone] = {}
        for phone in ordered:
            found.setdefault(phone.number, phone)
        return tuple(found.values())[:MOST_PHONES]


def _order(phone: Phone) -> int:
    return 2 if phone.type == "textphone" else 0 if phone.description == "Toll-free" else 1


def _good(table: Table | None) -> Iterator[Row]:
    for row in table.rows if table else ():
        if isinstance(row, Row):
            yield row


def _read_services(
    export: Export, source: SourceFile, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    table, offices, survey = export.tables["services"], _Offices(export, source.feed), Survey()
    for name in table.columns:
        if name and name not in KNOWN and name not in IGNORED:
            tally.count("Unknown column", name)
    for row in _good(table):
        survey.note(*_identity_and_others(row))
    try:
        for each in table.rows:
            if isinstance(each, Row):
                yield _read_service(each, offices, survey, tally)
            else:
                yield Rejection(row=each.row, reason=each.reason, values=_shown(each.values))
    finally:
        tally.tell(warnings)


def _identity_and_others(row: Row) -> tuple[list[str], list[str]]:
    others = [row.values[each] for each in sorted(KNOWN & row.values.keys()) if each != "service_uuid"]
    return [clean_text(row.values["service_uuid"])], others


def _shown(values: object) -> dict[str, str]:
    found = {each: clean_text(values.get(each)) for each in SHOWN} if isinstance(values, dict) else {}
    return {name: cell for name, cell in found.items() if cell}


def _read_service(row: Row, offices: _Offices, survey: Survey, tally: Tally) -> ListingRecord | Rejection:
    cells = {name: clean_text(row.values.get(name)) for name in KNOWN}
    body = cells["organization_uuid"]
    state = offices.state_of(body)
    reason = _refusal(cells, state)
    if reason:
        return Rejection(row=row.number, reason=reason, values=_shown(row.values))
    source_id, name = cells["service_uuid"], cells["service_name"]
    office = offices.office_of(body, name)
    areas = areas_of(state, split_cell(cells["service_areas"]))
    about = offices.bodies.get(body)
    alternate = cells["service_alternate_name"]
    return ListingRecord(
        source_id=survey.source_id(source_id, *_identity_and_others(row)),
        kind="legal",
        organization=_organization(cells, about),
        service=Service(
            name=name,
            alternate_name=alternate if alternate and alternate != name else None,
            description=clean_prose(row.values.get("service_description")),
            url=clean_website(cells["service_url"]),
            email=role_email(cells["service_email"], _short_name(about)),
            program=cells["service_program"] or None,
            application_process=_how_to_ask(row),
            eligibility_description=_eligibility(cells),
            minimum_age=read_age(cells["service_min_age"]),
            maximum_age=read_age(cells["service_max_age"], is_oldest=True),
            phones=offices.phones_of(body, office[0] if office else None),
            service_areas=areas,
        ),
        locations=(
            *([office[1]] if office else []),
            Location(key=f"virtual|{source_id}", location_type="virtual"),
        ),
        codes=_codes(cells, tally),
    )


def _refusal(cells: dict[str, str], state: str) -> str | None:
    if not cells["service_uuid"]:
        return NO_ID
    if not cells["service_name"]:
        return NO_NAME
    ages = (cells["service_min_age"], cells["service_max_age"])
    if any(each and not each.isdigit() for each in ages) or cells["service_require_veteran"] not in _YES_NO:
        return SHIFTED
    return None if state else NO_STATE


def _organization(cells: dict[str, str], about: Row | None) -> Organization:
    values = about.values if about else {}
    year = clean_text(values.get("organization_year_incorporated"))
    return Organization(
        key=cells["organization_uuid"] or cells["organization_name"].casefold(),
        name=cells["organization_name"]
        or clean_text(values.get("organization_name"))
        or cells["service_name"],
        alternate_name=_short_name(about) or None,
        description=clean_prose(values.get("organization_description")) or "",
        website=clean_website(values.get("organization_url")),
        tax_id=clean_text(values.get("organization_tax_id")) or None,
        year_incorporated=int(year) if len(year) == 4 and year.isdigit() else None,
    )


def _short_name(about: Row | None) -> str:
    return clean_text(about.values.get("organization_alternate_name")) if about else ""


def _how_to_ask(row: Row) -> str | None:
    """What else the network says; an address of a person is nobody's business here."""
    told = clean_prose(row.values.get("service_additional_information"))
    return None if told and "@" in told else told


def _eligibility(cells: dict[str, str]) -> str | None:
    told = [income_limit(cells["service_income_limit"])]
    told += ["For veterans."] if cells["service_require_veteran"] == "true" else []
    custody = cells["service_incarceration_status"].casefold()
    if "not in custody" not in custody and "incarcerated" in custody:
        told.append("For people in jail or prison.")
    elif "parole" in custody or "probation" in custody:
        told.append("Open to people on parole or probation.")
    return " ".join(filter(None, told)) or None


def _codes(cells: dict[str, str], tally: Tally) -> tuple[Code, ...]:
    found = [Code("need", "legal_aid")]
    found += [Code(SCHEME, each) for each in split_cell(cells["service_problem_codes"])]
    for code in found:
        if not taxonomy().knows(code):
            tally.count("Unknown problem code", code.value)
    found += [Code("filter", "veterans")] if cells["service_require_veteran"] == "true" else []
    custody = cells["service_incarceration_status"].casefold()
    found += [Code("filter", "justice_involved")] if "incarcerated" in custody or "parole" in custody else []
    return tuple(found)
