"""What of a place is public, and whom a listing serves from afar. Pure; part of `visibility.public_view`."""

from collections.abc import Iterable
from typing import Any

from directory.listings.areas import STATES
from directory.listings.identity import plain
from directory.listings.links import join_link
from directory.listings.record import Address, ListingRecord, Location, Precision, Service


def public_place(
    record: ListingRecord, place: Location | None, virtual: Location | None, county: str | None
) -> dict[str, Any]:
    """Place and service areas. A place that is not wholly public loses every text that could give it away."""
    is_full = place is not None and place.visibility == "full"
    state = _state(place, record.locations)
    latitude, longitude, precision = _point(place)
    return {
        "address": _address(place),
        "latitude": latitude,
        "longitude": longitude,
        "location_precision": precision,
        "state": state,
        "county": county if place and place.visibility != "hidden" else None,
        "location_name": place.name if place and is_full else None,
        "location_notes": place.description if place and is_full else None,
        "transportation": place.transportation if place and is_full else None,
        "accessibility": [plain(each) for each in place.accessibility] if place and is_full else [],
        **_areas(record.service, state, is_full=is_full, place=place, virtual=virtual),
    }


def _point(place: Location | None) -> tuple[float | None, float | None, Precision | None]:
    """Coordinates as far as they are public: those of a town whose name is shown say no more."""
    if place is None:
        return None, None, None
    if place.visibility == "hidden":
        return None, None, "hidden"
    if place.visibility == "partial":
        shown = (place.latitude, place.longitude) if place.precision == "city" else (None, None)
        return *shown, "city"
    if place.latitude is None or place.longitude is None:
        return None, None, place.precision
    return place.latitude, place.longitude, place.precision or "exact"


def _address(place: Location | None) -> dict[str, str | None] | None:
    if place is None or place.address is None or place.visibility == "hidden":
        return None
    address = place.address
    if place.visibility == "partial":
        address = Address(city=address.city, state_province=address.state_province, country=address.country)
    return {
        "address_1": address.address_1 or None,
        "address_2": address.address_2,
        "city": address.city or None,
        "state_province": address.state_province or None,
        "postal_code": address.postal_code or None,
        "country": address.country,
        "county": address.region,
    }


def _state(place: Location | None, locations: Iterable[Location]) -> str | None:
    """The state of the place, else of any address (a telehealth provider's office)."""
    places = [each for each in (place, *locations) if each and each.address]
    return next((each.address.state_province for each in places if each.address), None) or None


def _areas(
    service: Service, state: str | None, *, is_full: bool, place: Location | None, virtual: Location | None
) -> dict[str, Any]:
    """Who is served from afar.

    Where a place also works by phone or video, the stated areas are those of that way; where they are
    stated for neither, it is the own state (formats 2.4). A listing without a public place and without
    areas serves everyone in its state (PRODUCT S4).
    """
    stated = [each.extent for each in service.service_areas if each.extent_type == "text"]
    polygons = [each.extent for each in service.service_areas if each.extent_type == "geojson"]
    own_state = [f"US-{state}"] if state in STATES else []
    elsewhere = None
    if place and virtual:
        elsewhere = {"areas": stated or own_state, "url": join_link(virtual.url)}
        stated = []
    if not is_full and not stated and not polygons:
        stated = own_state
    return {
        "areas": stated,
        "polygons": polygons,
        "area_names": [each.name for each in service.service_areas],
        "virtual": elsewhere,
    }
