"""What CareerOneStop's two lists share: American Job Centers and reentry programs (formats 4).

Names and e-mails of representatives (`VeteranRep`, `BusinessRep`, `YSContact`) are never read into a
record: whether there is one for veterans is all that is kept. Services for businesses are left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from directory.errors import SourceBroken
from directory.listings.needs import taxonomy
from directory.listings.record import (
    Address,
    Code,
    ListingRecord,
    Location,
    Organization,
    Schedule,
    Service,
    ServiceArea,
)
from directory.phrases import N_, Phrase
from importers.capitals import calm_address, calm_capitals
from importers.cleaning import (
    clean_coordinates,
    clean_email,
    clean_prose,
    clean_text,
    clean_website,
    clean_zip,
)
from importers.contract import Reading, Rejection, SourceFile
from importers.fetch import Fetcher
from importers.files import look_at
from importers.json_rows import Outline, open_json
from importers.keys import Survey
from importers.opening_text import opening_schedules
from importers.phones import phones_of
from importers.rows import Table, open_table
from importers.states import STATE_NAMES, state_code
from importers.tally import Tally
from importers.times import read_moment

SCHEME = "careeronestop"
PUBLISHER = "CareerOneStop, sponsored by the U.S. Department of Labor"
LICENCE = "Public domain (United States government work); CareerOneStop asks to be named as the source"
HOST = "https://api.careeronestop.org/"
"""The only host that is sent our key."""
USER, TOKEN = "careeronestop_user", "careeronestop_token"
"""The settings that hold the key: an id, which is part of the address, and a token."""

COLUMNS: Mapping[str, str] = {
    "id": "ID",
    "name_of_center": "Name",
    "address1": "Address1",
    "address2": "Address2",
    "city": "City",
    "state": "StateAbbr",
    "zip_code": "Zip",
    "phone": "Phone",
    "email_address": "GeneralEmail",
    "web_site_url": "WebSiteUrl",
    "office_hours": "OpenHour",
    "center_type": "ProgramType",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "last_updated": "LastUpdated",
}
"""Columns of the bulk file, by the API's names for the same."""
REQUIRED = ("id", "name_of_center", "city", "state")
KNOWN = frozenset(
    {*COLUMNS.values(), "StateName", "CenterIsOpen", "CenterStatus", "WhyClosed", "VeteranRep", "Area"}
    | {"YouthServices", "WorkersServices", "ServiceMessage"}
)
IGNORED = frozenset(
    {"Distance", "ProgramTypeNValue", "BusinessRep", "VetRepEmail", "BusRepEmail", "YSContact", "Fax"}
    | {"YSContactEmail", "IsValid", "BusinessServices"}
)
"""Left out on purpose: persons, distances from a place that somebody asked for, help for businesses."""
VOLATILE = frozenset({"LastUpdated"})
SHOWN = ("ID", "Name", "Address1", "City", "StateAbbr", "Zip", "Phone")
_NO = frozenset({"", "no", "n", "false", "0"})

NOT_AN_OBJECT = "The item is not a center or program."
NO_ID = "The row has no id."
NO_NAME = "The row has no name."
NO_STATE = "The row's state is not a state or territory of the United States."

Center = Mapping[str, Any]
Numbered = tuple[int, Center | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the two importers differ in."""

    array: str
    """The key under which the API puts its rows."""
    base_code: Code
    body: Callable[[Center, str], tuple[str, str]]
    """Key and name of the organization, from a row and its state."""
    more: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file of either form. `is_whole` is False for a page that promises more rows than it has."""

    rows: Callable[[], Iterator[Numbered | Rejection]]
    is_whole: bool = True
    columns: Sequence[str] = ()
    warnings: list[str] = field(default_factory=list)


def read_file(source: SourceFile, kept: Kept) -> list[Reading]:
    """One reading of the API's JSON or the bulk table."""
    opened = _open(source.path, kept.array)
    survey = Survey()
    for row in opened.rows():
        if not isinstance(row, Rejection) and row[1] is not None:
            survey.note(*_identity_and_others(row[1]))
    warnings = list(opened.warnings)
    reading = Reading(
        rows=_read_rows(opened, kept, source, survey, warnings),
        as_of=source.as_of,
        rows_expected=survey.rows,
        is_whole=opened.is_whole,
        warnings=warnings,
    )
    return [reading]


def fetch_all(url: str, path: Path, fetcher: Fetcher) -> Path:
    """Saves the answer of `url`, in which `{user}` stands for our id at CareerOneStop.

    The key comes from the settings through `fetcher.keys`, is sent to CareerOneStop's own host only, and
    stands in no file or message. Raises `SourceBroken` when it is not set.
    """
    if not url.startswith(HOST):
        return fetcher.save(url, path)
    user, token = fetcher.keys.get(USER, ""), fetcher.keys.get(TOKEN, "")
    if not user or not token:
        told = {"names": f"{USER.upper()}, {TOKEN.upper()}"}
        raise SourceBroken(Phrase(N_("This source needs a key: set %(names)s."), told))
    return fetcher.save(url.replace("{user}", user), path, headers={"Authorization": f"Bearer {token}"})


def _open(path: Path, array: str) -> Opened:
    looked = look_at(path)
    if looked.kind == "text" and looked.first in ("[", "{"):
        outline = open_json(path, arrays=(array,))
        if outline.prefix == "":
            message = N_("%(name)s is not an answer of CareerOneStop (it has no %(array)s).")
            raise SourceBroken(Phrase(message, {"name": path.name, "array": array}))
        promised = [each["RecordCount"] for each in outline.envelopes if "RecordCount" in each]
        is_whole = not any(isinstance(each, int) and each > outline.count for each in promised)
        return Opened(rows=lambda: _json_rows(outline), is_whole=is_whole)
    table = open_table(path, REQUIRED)
    return Opened(rows=lambda: _table_rows(table), columns=table.columns, warnings=list(table.warnings))


def _json_rows(outline: Outline) -> Iterator[Numbered]:
    for number, item in enumerate(outline.items(), start=1):
        yield number, item if isinstance(item, dict) else None


def _table_rows(table: Table) -> Iterator[Numbered | Rejection]:
    for row in table.rows():
        if isinstance(row, Rejection):
            yield row
        else:
            values = row.values
            yield row.number, {theirs: values[ours] for ours, theirs in COLUMNS.items() if ours in values}


def _identity_and_others(center: Center) -> tuple[list[str], list[str]]:
    others = [f"{name}={center[name]!r}" for name in sorted(center) if name in KNOWN - VOLATILE - {"ID"}]
    return [clean_text(center.get("ID"))], others


def _read_rows(
    opened: Opened, kept: Kept, source: SourceFile, survey: Survey, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    for name in opened.columns:
        if name not in COLUMNS:
            tally.count("Unknown column", name)
    try:
        for row in opened.rows():
            yield row if isinstance(row, Rejection) else _read_row(row, kept, source, survey, tally)
    finally:
        tally.tell(warnings)


def _read_row(
    row: Numbered, kept: Kept, source: SourceFile, survey: Survey, tally: Tally
) -> ListingRecord | Rejection:
    number, center = row
    reason = _refusal(center)
    if center is None or reason:
        shown = {each: clean_text((center or {}).get(each)) for each in SHOWN}
        values = {name: cell for name, cell in shown.items() if cell}
        return Rejection(row=number, reason=reason or NOT_AN_OBJECT, values=values)
    for name in center.keys() - KNOWN - IGNORED:
        tally.count("Unknown field", name)
    return _record(center, kept, source, survey, tally)


def _refusal(center: Center | None) -> str | None:
    if center is None:
        return NOT_AN_OBJECT
    if not clean_text(center.get("ID")):
        return NO_ID
    if not clean_text(center.get("Name")):
        return NO_NAME
    return None if _state(center) else NO_STATE


def _state(center: Center) -> str:
    return state_code(clean_text(center.get("StateAbbr"))) or state_code(clean_text(center.get("StateName")))


def _record(center: Center, kept: Kept, source: SourceFile, survey: Survey, tally: Tally) -> ListingRecord:
    source_id, state = clean_text(center["ID"]), _state(center)
    key, body = kept.body(center, state)
    is_closed = clean_text(center.get("CenterIsOpen")).upper() == "N"
    place = _place(center, state, tally)
    return ListingRecord(
        source_id=survey.source_id(source_id, *_identity_and_others(center)),
        kind="employment",
        organization=Organization(key=key, name=body),
        service=Service(
            name=calm_capitals(clean_text(center["Name"])),
            description=clean_prose(center.get("ServiceMessage")),
            url=clean_website(center.get("WebSiteUrl")),
            email=clean_email(center.get("GeneralEmail")),
            phones=phones_of((clean_text(center.get("Phone")), None)),
            status="temporarily closed" if is_closed else "active",
            alert=_why_closed(center) if is_closed else None,
            last_modified=read_moment(clean_text(center.get("LastUpdated"))),
            schedules=_hours(center, source.timezone),
            service_areas=() if place else (ServiceArea(name=STATE_NAMES[state], extent=f"US-{state}"),),
        ),
        locations=(place or Location(key=f"virtual|{source_id}", location_type="virtual"),),
        codes=_codes(center, kept, tally),
    )


def _why_closed(center: Center) -> str | None:
    return clean_prose(center.get("WhyClosed")) or clean_prose(center.get("CenterStatus"))


def _hours(center: Center, zone: str | None) -> tuple[Schedule, ...]:
    return opening_schedules(clean_prose(center.get("OpenHour")), zone)


def _place(center: Center, state: str, tally: Tally) -> Location | None:
    """Where it is; None for a program without a town, which is reached by telephone."""
    city, street = clean_text(center.get("City")), clean_text(center.get("Address1"))
    if not city:
        return None
    found = clean_coordinates(center.get("Latitude"), center.get("Longitude"))
    if found is None:
        tally.count("No coordinates", state)
    second, postal_code = clean_text(center.get("Address2")), clean_zip(clean_text(center.get("Zip")))
    return Location(
        key=f"{street}|{second}|{city}|{state}|{postal_code}".casefold(),
        latitude=found[0] if found else None,
        longitude=found[1] if found else None,
        precision="exact" if found else None,
        address=Address(
            address_1=street,
            address_2=second or None,
            city=calm_address(city),
            state_province=state,
            postal_code=postal_code,
        ),
    )


def _codes(center: Center, kept: Kept, tally: Tally) -> tuple[Code, ...]:
    """What it is, its services for workers and young people, each once."""
    names = [clean_text(center.get("ProgramType"))]
    for array in ("WorkersServices", "YouthServices"):
        given = center.get(array)
        names += [clean_text(each.get("ServiceName")) for each in _objects(given)]
    found = dict.fromkeys([kept.base_code, *(Code(SCHEME, name) for name in names if name), *kept.more])
    for code in found:
        if not taxonomy().knows(code):
            tally.count("Unknown service", code.value)
    if clean_text(center.get("VeteranRep")).casefold() not in _NO:
        found[Code("filter", "veterans")] = None
    return tuple(found)


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
