"""The shape of Illinois Legal Aid Online: a row per place where a body gives legal help."""

import re
from collections.abc import Mapping
from dataclasses import replace

from directory.listings.record import (
    Code,
    ListingRecord,
    Location,
    Organization,
    Schedule,
    Service,
    ServiceArea,
)
from importers.cleaning import clean_coordinates, clean_prose, clean_text, clean_website, split_pair
from importers.contract import Rejection, SourceFile
from importers.legal._exports import Table
from importers.legal._legal_cells import (
    areas_of,
    income_limit,
    location_of,
    office_phones,
    place_of,
    split_cell,
)
from importers.opening_text import opening_schedules
from importers.postal import PostalAddress
from importers.rows import Row
from importers.states import STATE_NAMES, state_code
from importers.tally import Tally

NAMES = ("field_2", "title", "name", "organization_name")
ADDRESSES = ("address", "street_address", "location_address")
KNOWN = frozenset(
    {*NAMES, *ADDRESSES, "location_id", "organization_id", "services", "phone_number", "geolocation"}
    | {"hours_of_operation", "holiday_schedule_(location_closed)", "income_eligibility_and_fees"}
    | {"income_standard_for_eligibility", "max_percentage_of_income_standard", "website", "counties"}
    | {"cities", "zip_codes", "service_area_limited_to_specific"}
)
IGNORED = frozenset(
    {"is_this_location_open_at_least_weekly", "location_takes_legal_volunteers?", "fax_number"}
)

_BOX = re.compile(r"p\.?\s?o\.?\s*box\b", re.IGNORECASE)

NO_ID = "The place has no id."
NO_NAME = "The place has no name."
NO_STATE = "The place's state is not known: name the feed by it, like il."

Cells = dict[str, str]


class Places:
    """The places of an export, and the bodies behind them by id."""

    def __init__(self, places: Table, bodies: Table | None):
        self.rows = places.rows
        self.columns = places.columns
        self.bodies: dict[str, Mapping[str, str]] = {
            clean_text(row.values["organization_id"]): row.values
            for row in (bodies.rows if bodies else [])
            if isinstance(row, Row)
        }
        self.whole_state = next((name for name in places.columns if name.startswith("all_")), "")
        """The column that says "all of Illinois"."""

    @property
    def own_state(self) -> str:
        """The state that the columns name ("All Illinois?")."""
        return state_code(self.whole_state.removeprefix("all_").strip("?").replace("_", " "))

    def body(self, number: str, fallback: str) -> Organization:
        """The body behind a place; the place itself where the export does not name it."""
        values = self.bodies.get(number, {})
        name = _first(values, NAMES) or fallback
        website = clean_website(clean_text(values.get("website")))
        return Organization(key=number or name.casefold(), name=name, website=website)


def place_record(row: Row, places: Places, source: SourceFile, tally: Tally) -> ListingRecord | Rejection:
    """The listing of one place, or why there is none."""
    cells = {name: clean_text(text) for name, text in row.values.items()}
    address = place_of(_first(cells, ADDRESSES))
    state = address.state or places.own_state or state_code(source.feed.partition("-")[0])
    number, name = cells["location_id"], _first(cells, NAMES)
    reason = NO_ID if not number else NO_NAME if not name else None if state else NO_STATE
    if reason:
        shown = {"location_id": number, "name": name}
        return Rejection(
            row=row.number, reason=reason, values={key: text for key, text in shown.items() if text}
        )
    for column in cells.keys() - KNOWN - IGNORED - {places.whole_state}:
        if cells[column]:
            tally.count("Unknown column", column)
    is_whole = _is_yes(cells.get(places.whole_state, ""))
    place = _location(cells, address, name) if address.street and address.city and address.state else None
    fees = cells.get("income_eligibility_and_fees", "")
    return ListingRecord(
        source_id=number,
        kind="legal",
        organization=places.body(cells["organization_id"], name),
        service=Service(
            name=name,
            url=clean_website(cells.get("website")),
            phones=tuple(office_phones(cells.get("phone_number", ""), "")),
            fees_description=fees or None,
            eligibility_description=_eligibility(row.values),
            schedules=_schedules(row.values, source.timezone),
            service_areas=_areas(row.values, state, is_whole=is_whole, has_place=place is not None),
        ),
        locations=_locations(place, number),
        codes=(
            Code("need", "legal_aid"),
            *([Code("filter", "no_payment")] if fees.casefold().startswith("free") else []),
        ),
    )


def _first(cells: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next(filter(None, (clean_text(cells.get(each)) for each in names)), "")


def _is_yes(cell: str) -> bool:
    return cell.casefold() in ("yes", "y", "true", "1")


def _location(cells: Cells, address: PostalAddress, name: str) -> Location:
    found = clean_coordinates(*split_pair(cells.get("geolocation")))
    return location_of(
        address, name, latitude=found[0] if found else None, longitude=found[1] if found else None
    )


def _locations(place: Location | None, number: str) -> tuple[Location, ...]:
    """The place; a post office box is for letters, so people reach that one by telephone."""
    virtual = Location(key=f"virtual|{number}", location_type="virtual")
    if place is None or place.address is None:
        return (virtual,)
    if not _BOX.match(place.address.address_1):
        return (place,)
    address = replace(place.address, address_type="postal")
    return (virtual, replace(place, location_type="postal", address=address))


def _eligibility(values: Mapping[str, str]) -> str | None:
    cities = [
        each for cell in split_cell(values.get("cities", "")) for each in map(str.strip, cell.split(","))
    ]
    told = [
        income_limit(values.get("max_percentage_of_income_standard", "")),
        f"Serves people in {', '.join(filter(None, cities))}." if any(cities) else None,
    ]
    return " ".join(filter(None, told)) or None


def _areas(
    values: Mapping[str, str], state: str, *, is_whole: bool, has_place: bool
) -> tuple[ServiceArea, ...]:
    """The counties or ZIP codes that are named. Where none are, a place is found by where it is, and what has
    no place by its state: towns are no area that can be looked up."""
    if is_whole:
        return (ServiceArea(name=STATE_NAMES[state], extent=f"US-{state}"),)
    counties, zips = (
        [part.strip() for cell in split_cell(values.get(each, "")) for part in cell.split(",")]
        for each in ("counties", "zip_codes")
    )
    named = any(counties) or any(zips)
    return areas_of(state, counties, zips) if named or not has_place else ()


def _schedules(values: Mapping[str, str], zone: str | None) -> tuple[Schedule, ...]:
    """The week's hours as far as they are certain, and the holidays by name: their dates change by year."""
    hours = opening_schedules(clean_prose(values.get("hours_of_operation")), zone)
    holidays = split_cell(values.get("holiday_schedule_(location_closed)", ""))
    if not holidays:
        return hours
    return (*hours, Schedule(description=f"Closed on {', '.join(holidays)}"))
