"""California's licensed and certified programs for substance use disorders (DHCS): formats 1.5.

A table of data.ca.gov, new every week; also read as the copy that others publish, with the columns renamed.
Each row is one license or certification, and its number is the state's own and lasts. Names and streets are
in capitals. The places in `additional_locations` belong to the same license and are free text: they are told
as such.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import ClassVar

from directory.listings.record import (
    Code,
    Kind,
    ListingRecord,
    Organization,
    Service,
    ServiceCapacity,
)
from importers.capitals import calm_address, calm_capitals
from importers.cleaning import clean_coordinates, clean_text, clean_zip
from importers.contract import Reading, Rejection, SourceFile
from importers.keys import Survey
from importers.phones import phones_of
from importers.rows import Row, Table
from importers.states import state_code
from importers.tally import Tally
from importers.times import read_date
from importers.treatment._samhsa import NO_CITY, NO_NAME
from importers.treatment._sites import by_field, given, open_any_of, site, unknown_columns

MINIMUM = 1_700
"""The least rows of a plausible file (2,266 in August 2026)."""
SCHEME = "dhcs_california"
STATE = "CA"
"""The list is California's: a state that is left out or cut short ("C") is this one."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("license_number", "application_number"),
    "name": ("facility_name",),
    "body": ("legal_entity", "legal_entity_name"),
    "street": ("address_line1", "facility_address1"),
    "street2": ("address_line2", "facility_address2"),
    "more": ("additional_locations", "additional_facility_locations"),
    "city": ("city", "facility_city"),
    "state": ("state", "facility_state"),
    "zip": ("zip", "facility_zip"),
    "county": ("county", "countyname"),
    "phone": ("phone", "facility_phone"),
    "program": ("setting_code", "program_code"),
    "detox": ("offers_detox",),
    "licensed": ("is_licensed",),
    "certified": ("is_certified",),
    "authorized": ("type_of_application",),
    "expires": ("license_expiration", "lic_expiration_date"),
    "expired": ("license_expired",),
    "treatment": ("treatment_capacity",),
    "total": ("total_capacity",),
    "population": ("target_population_code", "target_population"),
    "medical": ("incidental_medical_services", "incident_medical_services"),
    "waiver": ("adolescent_waiver",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
}
IGNORED = frozenset({"county_code", "target_population", "objectid", "f20", "f21"})
COPIED = ("license_number", "facility_name", "legal_entity", "city", "setting_code", "license_expiration")
PUBLISHED = ("application_number", "facility_name", "legal_entity_name", "facility_city", "program_code")

PROGRAMS = frozenset({"RES", "RES-DETOX", "NON", "NON-DETOX", "DSS", "DSS-DETOX", "DPH", "DPH-DETOX"})
ANY_PROGRAM = Code("need", "addiction_treatment")
"""What every program of the list is, also one with a code that we do not know."""
ELIGIBILITY: Mapping[str, str | None] = {
    "1.1": None,
    "1.2": "Serves men only.",
    "1.3": "Serves women only.",
    "1.4": "Serves women and their children.",
    "1.5": "Serves young people.",
    "1.7": "Serves families.",
    "1.8": "Serves people who also have a mental health condition.",
    "1.9": "Serves men, women and their children.",
    "1.10": "Serves men, women and young people.",
    "1.11": "Serves men and young people.",
    "1.12": "Serves women and young people.",
    "1.13": "Serves men, women and their children who also have a mental health condition.",
    "1.14": "Serves women and their children, for women who also have a mental health condition.",
}
"""Target populations. The file gives labels such as "WOMEN/CHILDREN"; these are the same in words."""
NO_NUMBER = "The row has no license number."
YES = frozenset({"true", "yes", "1"})


class DhcsCalifornia:
    """Reads the table of data.ca.gov, or the copy of it with lower-case names.

    What the license says is told in `licenses`: its number, its last day, how many people it is for.
    A license past its last day stays listed, with an alert: the state still lists the program, renewals come
    weeks late (25 of 2,266), and a person must know before going there. Beds are the licensed number, never
    what is free: `available` stays empty and the status is "call". They are dated by the file, and shown only
    where its date is known.
    """

    name: ClassVar[str] = "dhcs_california"
    kind: ClassVar[Kind] = "treatment"
    title: ClassVar[str] = "California licensed and certified substance use programs"
    publisher: ClassVar[str] = "California Department of Health Care Services (DHCS)"
    licence: ClassVar[str] = "CC BY 4.0 (California Open Data Portal)"
    formats: ClassVar[tuple[str, ...]] = ("csv", "xlsx")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading, the whole source. Raises `SourceBroken` for what is no such table."""
        table = open_any_of(source.path, (COPIED, PUBLISHED))
        survey = Survey()
        for row in table.rows():
            if isinstance(row, Row):
                survey.note(*_identity_and_others(row))
        warnings = [*table.warnings, *unknown_columns(table, COLUMNS, IGNORED)]
        if source.as_of is None:
            warnings.append("The file's date is not known: beds are not shown, as they must be dated")
        return [
            Reading(
                rows=_rows(table, survey, source.as_of, warnings),
                as_of=source.as_of,
                rows_expected=survey.rows,
                minimum=MINIMUM,
                warnings=warnings,
            )
        ]

    def samples(self) -> list[SourceFile]:
        """None: the National Directory's sample covers California."""
        return []


def _identity_and_others(row: Row) -> tuple[list[str], list[str]]:
    number = by_field(row.values, COLUMNS)["number"]
    others = [f"{name}={cell}" for name, cell in sorted(row.values.items()) if name != "objectid"]
    return [clean_text(number)], others


def _rows(
    table: Table, survey: Survey, as_of: dt.date | None, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    try:
        for row in table.rows():
            yield row if isinstance(row, Rejection) else _read_row(row, survey, as_of, tally)
    finally:
        tally.tell(warnings)


def _read_row(row: Row, survey: Survey, as_of: dt.date | None, tally: Tally) -> ListingRecord | Rejection:
    values = {name: clean_text(cell) for name, cell in by_field(row.values, COLUMNS).items()}
    values["city"] = values["city"].rstrip(", ")
    needed = (("number", NO_NUMBER), ("name", NO_NAME), ("city", NO_CITY))
    reason = next((reason for name, reason in needed if not values[name]), None)
    if reason:
        return Rejection(row=row.number, reason=reason, values=given(row.values))
    body = calm_capitals(values["body"] or values["name"])
    name = calm_capitals(values["name"])
    state = state_code(values["state"]) or STATE
    street, postal_code = calm_address(values["street"]), clean_zip(values["zip"])
    population = values["population"].partition("---")[0].strip()
    if population and population not in ELIGIBILITY:
        tally.count("Unknown target population", population)
    return ListingRecord(
        source_id=survey.source_id(values["number"], *_identity_and_others(row)),
        kind="treatment",
        organization=Organization(key=body.casefold(), name=body),
        service=Service(
            name=name,
            phones=phones_of((values["phone"], "Main")),
            licenses=_licenses(values),
            eligibility_description=ELIGIBILITY.get(population),
            alert=_alert(values, as_of),
            capacities=_capacities(values),
        ),
        locations=(
            site(
                key=f"{values['number']}|{street}|{postal_code}".casefold(),
                street=street,
                street2=calm_address(values["street2"]),
                city=calm_address(values["city"]),
                state=state,
                postal_code=postal_code,
                county=values["county"],
                coordinates=clean_coordinates(values["latitude"], values["longitude"]),
                description=f"Also at: {calm_address(values['more'])}" if values["more"] else None,
            ),
        ),
        codes=_codes(values, population, tally),
    )


def _codes(values: Mapping[str, str], population: str, tally: Tally) -> tuple[Code, ...]:
    """The state's own codes. The copy parts `RES-DETOX` into two columns; here it is whole again."""
    program = values["program"].upper()
    if values["detox"].casefold() in YES and program and not program.endswith("-DETOX"):
        program = f"{program}-DETOX"
    found = (program, population, "WAIVER" if values["waiver"].casefold() in YES else "")
    codes = tuple(Code(SCHEME, each) for each in found if each)
    if program in PROGRAMS:
        return codes
    tally.count("Unknown program code", program or "none")
    return (ANY_PROGRAM, *codes)


def _authorizations(values: Mapping[str, str]) -> str:
    """`license`, `certification` or both."""
    stated = values["authorized"].casefold()
    is_licensed = values["licensed"].casefold() in YES or "licensed" in stated
    is_certified = values["certified"].casefold() in YES or "certified" in stated
    told = [word for is_so, word in ((is_licensed, "license"), (is_certified, "certification")) if is_so]
    return " and ".join(told) or "license or certification"


def _licenses(values: Mapping[str, str]) -> str:
    told = f"California DHCS {_authorizations(values)} {values['number']}"
    expires = read_date(values["expires"])
    if expires:
        told += f", to {expires.isoformat()}"
    if values["medical"].casefold() in YES:
        told += "; approved for incidental medical services"
    beds, total = _number(values["treatment"]), _number(values["total"])
    if beds:
        told += f"; for {beds} people in treatment"
    if beds and total and total > beds:
        told += f", {total} people in all"
    return told


def _alert(values: Mapping[str, str], as_of: dt.date | None) -> str | None:
    """What a person must know of a license past its last day, by the file's own word or by its date."""
    expires = read_date(values["expires"])
    is_past = values["expired"].casefold() in YES or bool(as_of and expires and expires < as_of)
    if not is_past or expires is None:
        return None
    return (
        f"The state's list says that the {_authorizations(values)} of this program ended on "
        f"{expires.isoformat()}. "
        "It may have been renewed since. Ask before you go."
    )


def _capacities(values: Mapping[str, str]) -> tuple[ServiceCapacity, ...]:
    beds = _number(values["treatment"])
    if not beds:
        return ()
    return (ServiceCapacity(unit="beds", maximum=beds, description="The number that the license allows"),)


def _number(text: str) -> int | None:
    """A count of people; None for 0, which the file gives to programs without beds, and for what is none."""
    return int(text) or None if text.isascii() and text.isdigit() and len(text) < 6 else None
