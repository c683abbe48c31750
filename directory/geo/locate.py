"""Where a listing is: gives every physical location of a record its coordinates, and says how exact they are.

* A hidden address gets no point; a partly hidden one (PRODUCT L3) only its town's, whatever the source said.
* The source's coordinates stay when they lie in the stated state (or within 50 miles of it); else they are
  tried with latitude and longitude swapped and with the sign of the longitude mended; else they are dropped.
* Without coordinates: a geocoder, if one is given; then the middle of the ZIP code (leading zeros restored);
  then the town's point. A ZIP code of another state, far from the stated town, is taken for a typing error.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from directory.errors import GeocoderUnavailable
from directory.geo.distance import miles, valid_point
from directory.geo.gazetteer import Gazetteer
from directory.geo.geocoders import Geocoder
from directory.geo.points import CityPoint, ZipPoint
from directory.geo.states import is_code, state_code
from directory.geo.zones import set_zones
from directory.listings.record import Address, ListingRecord, Location, Precision

FAR_MILES = 50
"""Farther outside its state than this, a coordinate is a mistake."""
FARTHEST_INSIDE_MILES = 250
"""A point whose nearest ZIP code is in the state may be this far from it: Alaska has few."""
_ZIP = re.compile(r"^\s*(\d{3,5})(?:\s*-\s*\d{1,4}|\d{4})?\s*$")


class _Point(NamedTuple):
    latitude: float
    longitude: float
    precision: Precision


def place_record(
    record: ListingRecord, gazetteer: Gazetteer, geocoder: Geocoder | None = None
) -> ListingRecord:
    """The record with its physical locations placed and its hours in their zone; the same object if nothing
    changes.

    The address stays as the source wrote it. A geocoder that does not answer costs exactness, not the record.
    """
    placed = tuple(place_location(each, gazetteer, geocoder) for each in record.locations)
    if placed != record.locations:
        record = replace(record, locations=placed)
    return set_zones(record, gazetteer)


def place_location(location: Location, gazetteer: Gazetteer, geocoder: Geocoder | None = None) -> Location:
    """One location placed. Virtual and postal ones are nowhere on a map and stay as they are."""
    if location.location_type != "physical":
        return location
    point = _point_of(location, gazetteer, geocoder)
    latitude, longitude, precision = point or (
        None,
        None,
        "hidden" if location.visibility != "full" else None,
    )
    if (latitude, longitude, precision) == (location.latitude, location.longitude, location.precision):
        return location
    return replace(location, latitude=latitude, longitude=longitude, precision=precision)


def restored_zip(text: str) -> str | None:
    """Five digits of a ZIP code as files write it: "6702", "06702-1234" are "06702"; None for other text."""
    found = _ZIP.match(text)
    code = found[1].zfill(5) if found else ""
    return code if code.strip("0") else None


def county_of_location(location: Location, gazetteer: Gazetteer) -> str | None:
    """The key of the county of a placed location: as the source says, else of its ZIP, else of its point."""
    address = location.address
    state = state_code(address.state_province) if address else None
    if address and address.region and state:
        return gazetteer.county_key(state, address.region)
    code = restored_zip(address.postal_code) if address else None
    by_zip = gazetteer.zip(code) if code else None
    if by_zip and state in (None, by_zip.state):
        return by_zip.county
    if location.latitude is None or location.longitude is None:
        return None
    nearest = gazetteer.nearest_zip(location.latitude, location.longitude)
    return nearest.county if state in (None, nearest.state) else None


def _point_of(location: Location, gazetteer: Gazetteer, geocoder: Geocoder | None) -> _Point | None:
    if location.visibility == "hidden":
        return None
    address = location.address
    if location.visibility == "partial":
        town = _town(address, gazetteer) if address else None
        return _Point(town.latitude, town.longitude, "city") if town else None
    given = _given_point(location, gazetteer)
    if given or address is None or address.country != "US":
        return given
    return _geocoded(address, gazetteer, geocoder) or _by_zip_or_town(address, gazetteer)


def _given_point(location: Location, gazetteer: Gazetteer) -> _Point | None:
    """The source's coordinates, mended if need be; None if there are none that can be right."""
    lat, lng = location.latitude, location.longitude
    if lat is None or lng is None or lat == 0 or lng == 0:
        return None
    address = location.address
    abroad = address is not None and address.country != "US"
    state = state_code(address.state_province) if address and not abroad else None
    for latitude, longitude in _readings(lat, lng) if state else ((lat, lng),):
        if valid_point(latitude, longitude) and (not state or _is_in(latitude, longitude, state, gazetteer)):
            return _Point(latitude, longitude, location.precision or "exact")
    return None


def _readings(lat: float, lng: float) -> Iterator[tuple[float, float]]:
    """The coordinates as given, and as they may have been meant."""
    yield lat, lng
    yield lng, lat
    yield lat, -lng
    yield lng, -lat


def _is_in(latitude: float, longitude: float, state: str, gazetteer: Gazetteer) -> bool:
    """In the state, or not far outside. The nearest ZIP code of all nearly always settles it; only else is
    that of the state looked for, which takes 40 µs."""
    nearest = gazetteer.nearest_zip(latitude, longitude)
    gap = miles(latitude, longitude, nearest.latitude, nearest.longitude)
    if nearest.state == state and gap <= FARTHEST_INSIDE_MILES:
        return True
    return gazetteer.miles_to_state(latitude, longitude, state) <= FAR_MILES


def _geocoded(address: Address, gazetteer: Gazetteer, geocoder: Geocoder | None) -> _Point | None:
    if geocoder is None or not address.address_1.strip():
        return None
    parts = (address.address_1, address.city, f"{address.state_province} {address.postal_code}".strip())
    try:
        found = geocoder.locate(", ".join(filter(None, parts)))
    except GeocoderUnavailable:
        return None
    state = state_code(address.state_province)
    if found is None or (state and not _is_in(found.latitude, found.longitude, state, gazetteer)):
        return None
    return _Point(found.latitude, found.longitude, "exact")


def _by_zip_or_town(address: Address, gazetteer: Gazetteer) -> _Point | None:
    code = restored_zip(address.postal_code)
    by_zip = gazetteer.zip(code) if code else None
    town = _town(address, gazetteer)
    if by_zip and not _contradicts(by_zip, town, state_code(address.state_province)):
        return _Point(by_zip.latitude, by_zip.longitude, "postal_code")
    return _Point(town.latitude, town.longitude, "city") if town else None


def _contradicts(by_zip: ZipPoint, town: CityPoint | None, state: str | None) -> bool:
    """True for a ZIP code of another state than stated, unless near the town (some cross the border)."""
    if state is None or by_zip.state == state:
        return False
    return town is None or miles(by_zip.latitude, by_zip.longitude, town.latitude, town.longitude) > FAR_MILES


def _town(address: Address, gazetteer: Gazetteer) -> CityPoint | None:
    state = state_code(address.state_province)
    if state is None or not is_code(state):
        return None
    return gazetteer.city(address.city, state)
