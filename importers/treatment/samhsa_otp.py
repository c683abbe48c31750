"""SAMHSA's directory of certified opioid treatment programs: the CSV that its page exports (formats 1.4).

It has no ids, no coordinates and no services. A program in it may give out methadone; that it does, the
file does not say, so nothing here says it (the crosswalk makes OTP "medication for opioid use").
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from directory.listings.record import Kind, ListingRecord
from importers.capitals import calm_capitals
from importers.cleaning import clean_coordinates, clean_text, clean_zip
from importers.contract import Reading, Rejection, SourceFile
from importers.keys import Survey
from importers.phones import phones_of
from importers.rows import Row, Table, missing_columns
from importers.states import state_code
from importers.tally import Tally
from importers.times import read_date
from importers.treatment._samhsa import LICENCE, PUBLISHER, Facility, facility_id, record_of, refusal
from importers.treatment._sites import by_field, given, open_any_of, unknown_columns

MINIMUM = 1_500
"""The least programs of a plausible file (2,110 in 2026; 1,831 in the older geocoded copy)."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name1": ("program_name", "id"),
    "street1": ("street", "address"),
    "city": ("city",),
    "state": ("state",),
    "zip": ("zip", "zip_code", "postal"),
    "phone": ("phone",),
    "certification": ("certification",),
    "certified_on": ("first_full_certification_date", "first_full_certification_date/cms_use"),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
}
"""The older copy, which others geocoded, calls the name `ID`; it has no telephones and no certifications."""
GEOCODED = ("id", "address", "city", "state", "postal", "latitude", "longitude")
EXPORTED = ("program_name", "street", "city", "state")

CODES = ("OTP",)
CERTIFICATIONS: Mapping[str, str] = {
    "certified": "Opioid treatment program certified by SAMHSA",
    "provisional": "Opioid treatment program with a provisional certification by SAMHSA",
}


class SamhsaOtp:
    """Reads the directory's export, or the older copy of it that has coordinates."""

    name: ClassVar[str] = "samhsa_otp"
    kind: ClassVar[Kind] = "treatment"
    title: ClassVar[str] = "SAMHSA directory of opioid treatment programs"
    publisher: ClassVar[str] = PUBLISHER
    licence: ClassVar[str] = LICENCE
    formats: ClassVar[tuple[str, ...]] = ("csv", "xlsx")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading, the whole source. Raises `SourceBroken` for what is no such table."""
        table = open_any_of(source.path, (GEOCODED, EXPORTED))
        if not set(COLUMNS["zip"]) & set(table.columns):
            raise missing_columns(source.path, ["zip"])
        survey = Survey()
        for row in table.rows():
            if isinstance(row, Row):
                survey.note(*_identity_and_others(by_field(row.values, COLUMNS)))
        warnings = [*table.warnings, *unknown_columns(table, COLUMNS)]
        return [
            Reading(
                rows=_rows(table, survey, warnings),
                as_of=source.as_of,
                rows_expected=survey.rows,
                minimum=MINIMUM,
                warnings=warnings,
            )
        ]

    def samples(self) -> list[SourceFile]:
        """None: the National Directory's sample holds the same programs."""
        return []


def _identity_and_others(values: Mapping[str, str]) -> tuple[list[str], list[str]]:
    identity = [values["name1"], values["street1"], clean_zip(values["zip"]), values["phone"]]
    others = ("city", "state", "certification", "certified_on", "latitude", "longitude")
    return identity, [values[name] for name in others]


def _rows(table: Table, survey: Survey, warnings: list[str]) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    try:
        for row in table.rows():
            yield row if isinstance(row, Rejection) else _read_row(row, survey, tally)
    finally:
        tally.tell(warnings)


def _read_row(row: Row, survey: Survey, tally: Tally) -> ListingRecord | Rejection:
    values = by_field(row.values, COLUMNS) | {"name2": "", "street2": ""}
    reason = refusal(values)
    if reason:
        return Rejection(row=row.number, reason=reason, values=given(row.values))
    postal_code, place = clean_zip(values["zip"]), clean_coordinates(values["latitude"], values["longitude"])
    phones = phones_of((values["phone"], "Main"))
    if not postal_code:
        tally.count("Unreadable ZIP", values["zip"])
    if not phones and values["phone"].strip():
        tally.count("Unreadable telephone", values["phone"])
    record = record_of(
        Facility(
            source_id=survey.source_id(facility_id("otp", values), *_identity_and_others(values)),
            part="substance",
            name1=calm_capitals(clean_text(values["name1"])),
            name2="",
            street1=clean_text(values["street1"]),
            street2="",
            city=clean_text(values["city"]),
            state=state_code(values["state"]),
            postal_code=postal_code,
            codes=CODES,
            phones=phones,
            latitude=place[0] if place else None,
            longitude=place[1] if place else None,
        )
    )
    return replace(record, service=replace(record.service, licenses=_certification(values, tally)))


def _certification(values: Mapping[str, str], tally: Tally) -> str | None:
    """`Opioid treatment program certified by SAMHSA since 2005-03-02`, the day of its first full one."""
    stated, since = clean_text(values["certification"]), clean_text(values["certified_on"])
    if not stated:
        return None
    known = CERTIFICATIONS.get(stated.casefold())
    if not known:
        tally.count("Unknown certification", stated)
        return f"Opioid treatment program: {stated}"
    day = read_date(since)
    if since and not day:
        tally.count("Unreadable date", since)
    return f"{known} since {day.isoformat()}" if day and stated.casefold() == "certified" else known
