"""Federally qualified health centers and look-alikes: the sites that HRSA lists (formats 2.2).

The header ends with a comma and the rows do not; `rows.py` sees to that. The file says nothing about mental
health, substance use or telehealth: a site is listed as primary care with a sliding fee, which the program
requires of all of them, and as nothing else.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from directory.listings.record import (
    Code,
    CostOption,
    Kind,
    ListingRecord,
    Location,
    Organization,
    OrganizationIdentifier,
    Schedule,
    Service,
)
from importers.capitals import calm_address, calm_capitals
from importers.cleaning import clean_coordinates, clean_text, clean_website, clean_zip
from importers.contract import Reading, Rejection, SourceFile
from importers.keys import Survey
from importers.phones import phones_of
from importers.rows import Row, Table, open_table
from importers.states import state_code
from importers.tally import Tally
from importers.times import read_date
from importers.treatment._samhsa import NO_CITY, NO_NAME, NO_STATE
from importers.treatment._sites import given, site

MINIMUM = 12_000
"""The least sites of a plausible file (about 19,000 rows in 2026, offices among them)."""
SCHEME = "hrsa"
SLIDING_FEE = CostOption(option="Sliding fee scale")

NUMBER, BODY, BODY_NUMBER = "bphc_assigned_number", "health_center_name", "health_center_number"
TYPE, ROLE, STATUS = "health_center_type", "health_center_type_description", "site_status_description"
PLACE_TYPE = "health_center_location_type_description"
SETTING = "health_center_service_delivery_site_location_setting_description"
NPI, HOURS, DATED = "fqhc_site_npi_number", "operating_hours_per_week", "data_warehouse_record_create_date"
LONGITUDE = "geocoding_artifact_address_primary_x_coordinate"
LATITUDE = "geocoding_artifact_address_primary_y_coordinate"
ADDRESS = ("site_address", "site_city", "site_state_abbreviation", "site_postal_code")
CONTACT = ("site_telephone_number", "site_web_address")
REQUIRED = (NUMBER, "site_name", *ADDRESS, ROLE, STATUS, BODY)
OTHERS = (TYPE, "site_name", *ADDRESS, *CONTACT, ROLE, STATUS, PLACE_TYPE, SETTING, NPI, HOURS, BODY)

NO_NUMBER = "The row has no site number."
NOT_A_SITE = "The site is an office, where nobody is seen."
NOT_ACTIVE = "The site is not active."
LOCKED = "The site is inside a jail or prison."
NOTES: Mapping[str, str] = {
    "mobile van": "A mobile van that belongs to this address. Call to ask where it stops.",
    "seasonal": "Open for a part of the year. Call first.",
    "intermittent": "Open on some days only. Call first.",
}
PLAIN_PLACES = frozenset({"", "permanent"})
SETTING_NOTES: Mapping[str, str] = {
    "school": "In a school. Call to ask whom it serves.",
    "nursing home": "In a nursing home. Call to ask whom it serves.",
    "hospital": "In a hospital.",
}
HOURS_OF_A_WEEK = 168


@dataclass(slots=True)
class _Look:
    """What the first look over the file told: its rows, and the newest day that one of them bears."""

    survey: Survey = field(default_factory=Survey)
    newest: dt.date | None = None

    def note(self, values: Mapping[str, str]) -> None:
        self.survey.note(*_identity_and_others(values))
        day = read_date(values.get(DATED))
        if day and (self.newest is None or day > self.newest):
            self.newest = day


class HealthCenters:
    """Reads HRSA's file of service delivery sites. X is the longitude, Y the latitude.

    An organization is told by its health center number and the site's NPI together, as both are its
    identifiers. A site in a shelter for survivors of domestic violence is listed with its town only.
    """

    name: ClassVar[str] = "health_centers"
    kind: ClassVar[Kind] = "treatment"
    title: ClassVar[str] = "HRSA health center sites"
    publisher: ClassVar[str] = "Health Resources and Services Administration (HRSA)"
    licence: ClassVar[str] = "Public domain; usage limitations: none"
    formats: ClassVar[tuple[str, ...]] = ("csv", "xlsx")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading, the whole source; dated by its rows where the file's date is not given.

        Raises `SourceBroken` for what is no such table.
        """
        table = open_table(source.path, REQUIRED)
        look = _Look()
        for row in table.rows():
            if isinstance(row, Row):
                look.note(row.values)
        warnings = list(table.warnings)
        return [
            Reading(
                rows=_rows(table, look.survey, warnings),
                as_of=source.as_of or look.newest,
                rows_expected=look.survey.rows,
                minimum=MINIMUM,
                warnings=warnings,
            )
        ]

    def samples(self) -> list[SourceFile]:
        """None: its file is fetched every day from HRSA."""
        return []


def _identity_and_others(values: Mapping[str, str]) -> tuple[list[str], list[str]]:
    return [clean_text(values[NUMBER])], [values.get(name, "") for name in OTHERS]


def _rows(table: Table, survey: Survey, warnings: list[str]) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    try:
        for row in table.rows():
            yield row if isinstance(row, Rejection) else _read_row(row, survey, tally)
    finally:
        tally.tell(warnings)


def _refusal(values: Mapping[str, str]) -> str | None:
    """Why a row is not listed. The role is "Service Delivery Site", alone or with "Administrative"."""
    refusals = (
        (not values[NUMBER], NO_NUMBER),
        ("service delivery" not in values[ROLE].casefold(), NOT_A_SITE),
        (values[STATUS].casefold() != "active", NOT_ACTIVE),
        ("correctional" in values[SETTING].casefold(), LOCKED),
        (not values["site_name"], NO_NAME),
        (not state_code(values["site_state_abbreviation"]), NO_STATE),
        (not values["site_city"], NO_CITY),
    )
    return next((reason for is_so, reason in refusals if is_so), None)


def _read_row(row: Row, survey: Survey, tally: Tally) -> ListingRecord | Rejection:
    values = {name: clean_text(row.values.get(name)) for name in (NUMBER, BODY_NUMBER, *OTHERS)}
    reason = _refusal(values)
    if reason:
        shown = {name: row.values[name] for name in (*REQUIRED, PLACE_TYPE, SETTING) if name in row.values}
        return Rejection(row=row.number, reason=reason, values=given(shown))
    code = _program(values[TYPE], tally)
    return ListingRecord(
        source_id=survey.source_id(values[NUMBER], *_identity_and_others(row.values)),
        kind="treatment",
        organization=_organization(values),
        service=Service(
            name=calm_capitals(values["site_name"]),
            url=clean_website(values["site_web_address"]),
            phones=phones_of((values["site_telephone_number"], "Main")),
            schedules=_hours(values[HOURS], tally),
            cost_options=() if code == "SITE" else (SLIDING_FEE,),
        ),
        locations=(_place(values, row.values, tally),),
        codes=(Code(SCHEME, code),),
    )


def _program(text: str, tally: Tally) -> str:
    """`FQHC`, `LOOK_ALIKE`, or `SITE` where the file names neither."""
    folded = text.casefold().replace("-", " ")
    if "look alike" in folded or "lookalike" in folded:
        return "LOOK_ALIKE"
    if "fqhc" in folded or "federally qualified" in folded:
        return "FQHC"
    tally.count("Unknown health center type", text or "none")
    return "SITE"


def _organization(values: Mapping[str, str]) -> Organization:
    name = calm_capitals(values[BODY] or values["site_name"])
    number, npi = values[BODY_NUMBER], values[NPI].removesuffix(".0")
    npi = npi if len(npi) == 10 and npi.isdigit() else ""
    known = (("HRSA", "Health Center Number", number), ("CMS", "NPI", npi))
    return Organization(
        key=f"{number or name}|{npi}".casefold(),
        name=name,
        identifiers=tuple(
            OrganizationIdentifier(identifier_scheme=scheme, identifier_type=kind, identifier=each)
            for scheme, kind, each in known
            if each
        ),
    )


def _place(values: Mapping[str, str], raw: Mapping[str, str], tally: Tally) -> Location:
    kind, setting = values[PLACE_TYPE].casefold(), values[SETTING].casefold()
    if kind not in PLAIN_PLACES and kind not in NOTES:
        tally.count("Unknown location type", values[PLACE_TYPE])
    is_confidential = "domestic violence" in setting
    postal_code = clean_zip(values["site_postal_code"])
    if not postal_code:
        tally.count("Unreadable ZIP", values["site_postal_code"])
    notes = [NOTES.get(kind), SETTING_NOTES.get(setting)]
    return site(
        key=values[NUMBER],
        street=calm_address(values["site_address"]),
        street2="",
        city=calm_address(values["site_city"]),
        state=state_code(values["site_state_abbreviation"]),
        postal_code=postal_code,
        county="" if is_confidential else clean_text(raw.get("complete_county_name")),
        coordinates=clean_coordinates(raw.get(LATITUDE), raw.get(LONGITUDE)),
        description=" ".join(filter(None, notes)) or None,
        visibility="partial" if is_confidential else "full",
    )


def _hours(text: str, tally: Tally) -> tuple[Schedule, ...]:
    """The hours in a week, the only thing that the file tells of when a site is open."""
    if not text:
        return ()
    try:
        hours = float(text)
    except ValueError:
        hours = -1.0
    if not 0 < hours <= HOURS_OF_A_WEEK:
        tally.count("Implausible hours per week", text)
        return ()
    return (Schedule(description=f"Open {hours:g} hours a week. Call for hours."),)
