"""Understands "where": what a person typed becomes a `Place`.

Readers are tried in order, surest first (`_READERS`); each answers a place or None. A name that several
places have means the most populous one; the others are its `alternatives`. Nothing typed leaves the machine
unless a geocoder is given, and then only what is written like a street address.
"""

from collections.abc import Callable
from dataclasses import replace

from directory.errors import GeocoderUnavailable
from directory.geo import counties, typed
from directory.geo.aliases import SHORT_STATES, town_called
from directory.geo.distance import miles, valid_point
from directory.geo.gazetteer import Gazetteer, state_label
from directory.geo.geocoders import Geocoder
from directory.geo.names import plain_words, squash
from directory.geo.place import Place
from directory.geo.points import CityPoint, CountyPoint, ZipPoint
from directory.geo.recognize import looks_like_place
from directory.geo.spelling import nearest_town
from directory.geo.states import is_code, state_code
from directory.phrases import N_, Phrase

__all__ = ["find_place", "looks_like_place", "place_at"]

MOST_ALTERNATIVES = 12
FARTHEST_FROM_A_ZIP_MILES = 100
"""A point farther than this from every ZIP code is not in the United States."""
_TOWN_BEFORE_STATE = ("NY",)
"""States whose name alone means their largest city to most people. "Washington" is not one of them: ten times
as many people live in the state as in the District, and those are used to adding "DC"."""
_NOTES = {
    "off": N_("Street addresses are not looked up here. Showing places around %(place)s."),
    "unavailable": N_("The address service did not answer. Showing places around %(place)s."),
    "not_found": N_("We could not find that street address. Showing places around %(place)s."),
    "part": N_("We did not understand all of “%(typed)s”. Showing places around %(place)s."),
}


def find_place(text: str, gazetteer: Gazetteer, geocoder: Geocoder | None = None) -> Place:
    """The place that `text` names. Raises `PlaceUnknown`, whose sentence repeats what was typed.

    A street address is asked of the geocoder; without one, or when it fails, its ZIP or town is taken and
    `note` says so.
    """
    asked = typed.readable(text)
    found = _read(asked, gazetteer) or _read(typed.without_filling(asked), gazetteer)
    if found is None and (typed.looks_like_address(asked) or "," in asked):
        found = _read_address(asked, gazetteer, geocoder)
    if found is None:
        raise typed.unknown(text, _hint(asked, gazetteer))
    return found


def place_at(latitude: float, longitude: float, gazetteer: Gazetteer) -> Place:
    """The point rounded to two decimals (about half a mile), named after the nearest town.

    Outside the United States it has no state. Raises `PlaceUnknown` for a point that is not on the globe.
    """
    if not valid_point(latitude, longitude):
        raise typed.unknown(f"{latitude}, {longitude}")
    lat, lng = round(latitude, 2) + 0.0, round(longitude, 2) + 0.0
    nearest = gazetteer.nearest_zip(lat, lng)
    if miles(lat, lng, nearest.latitude, nearest.longitude) > FARTHEST_FROM_A_ZIP_MILES:
        return Place(name=f"{lat:.2f}, {lng:.2f}", kind="point", latitude=lat, longitude=lng)
    return Place(
        name=f"{nearest.city}, {nearest.state}",
        kind="point",
        latitude=lat,
        longitude=lng,
        state=nearest.state,
        county=nearest.county,
        postal_code=nearest.postal_code,
        timezone=nearest.timezone,
    )


def _read(text: str, gazetteer: Gazetteer) -> Place | None:
    return next((place for reader in _READERS if (place := reader(text, gazetteer))), None)


def _read_point(text: str, gazetteer: Gazetteer) -> Place | None:
    point = typed.as_point(text)
    return place_at(*point, gazetteer) if point else None


def _read_zip(text: str, gazetteer: Gazetteer) -> Place | None:
    """A ZIP code, alone or after its town; behind a street it is an address."""
    cut = typed.ending_zip(text)
    if not cut or typed.looks_like_address(cut[0]):
        return None
    found = gazetteer.zip(cut[1])
    return _zip_place(found) if found else None


def _read_state(text: str, gazetteer: Gazetteer) -> Place | None:
    said = typed.named_as_state(text)
    code = said or state_code(text)
    if not code:
        return None
    short = is_code("".join(plain_words(text)).upper())
    if code in _TOWN_BEFORE_STATE and not short and not said:
        return None  # _read_town finds the city, and offers the state
    return _state_place(code, gazetteer, SHORT_STATES.get(code) if short else None)


def _read_town_in_state(text: str, gazetteer: Gazetteer) -> Place | None:
    ways = ((_called(name), state) for name, state in typed.cut_state(text))
    towns = (gazetteer.city(name, state) for name, state in ways)
    return next((_city_place(town, gazetteer) for town in towns if town), None)


def _read_county(text: str, gazetteer: Gazetteer) -> Place | None:
    """A county that says so ("Cook County", "Orleans Parish, LA"), with or without its state."""
    for name, state in typed.cut_state(text):
        found = gazetteer.county(name, state)
        if found and (counties.says_county(name) or counties.is_city_apart(name, state)):
            return _county_place(found)
    if not counties.says_county(text):
        return None
    kind = text.rsplit(maxsplit=1)[-1].casefold()
    known = gazetteer.counties(text)
    same_kind = [each for each in known if each.name.casefold().endswith(kind)]
    alike = same_kind or known
    return _county_place(alike[0], alike[1:]) if alike else None


def _read_town(text: str, gazetteer: Gazetteer) -> Place | None:
    alias = town_called(text)
    towns = gazetteer.cities(alias[0] if alias else text)
    if alias:
        towns = sorted(towns, key=lambda town: town.state != alias[1])
    if not towns:
        return None
    others = [town.label for town in towns[1:]]
    code = state_code(text)
    if code:
        others.insert(0, state_label(code))
    return replace(_city_place(towns[0], gazetteer), alternatives=tuple(others[:MOST_ALTERNATIVES]))


def _read_bare_county(text: str, gazetteer: Gazetteer) -> Place | None:
    """A county named without the word ("Miami-Dade", "Anne Arundel, MD"), where no town has that name."""
    for name, state in typed.cut_state(text):
        found = gazetteer.county(name, state)
        if found:
            return _county_place(found)
    known = gazetteer.counties(text)
    return _county_place(known[0], known[1:]) if known else None


def _read_part_of_town(text: str, gazetteer: Gazetteer) -> Place | None:
    """ "Hollywood, Los Angeles": a town beside another one."""
    name, comma, beside = text.partition(",")
    if squash(name) == squash(beside):
        return None
    city = _read_town(beside.strip(), gazetteer) if comma else None
    town = gazetteer.city(_called(name), city.state) if city and city.state else None
    if not city or not town or miles(town.latitude, town.longitude, city.latitude, city.longitude) > 40:
        return None
    return _city_place(town, gazetteer)


_READERS: tuple[Callable[[str, Gazetteer], Place | None], ...] = (
    _read_point,
    _read_zip,
    _read_state,
    _read_town_in_state,
    _read_county,
    _read_town,
    _read_bare_county,
    _read_part_of_town,
)


def _read_address(text: str, gazetteer: Gazetteer, geocoder: Geocoder | None) -> Place | None:
    """A street address: from the geocoder, else around its ZIP or town with a note."""
    if not typed.looks_like_address(text):
        return _around(text, gazetteer, "part")
    reason = "off"
    if geocoder is not None:
        try:
            found = geocoder.locate(text)
        except GeocoderUnavailable:
            reason = "unavailable"
        else:
            reason = "not_found"
            if found is not None and valid_point(found.latitude, found.longitude):
                at = place_at(found.latitude, found.longitude, gazetteer)
                return replace(
                    at, name=found.label, kind="address", latitude=found.latitude, longitude=found.longitude
                )
    return _around(text, gazetteer, reason)


def _around(text: str, gazetteer: Gazetteer, reason: str) -> Place | None:
    """The ZIP or town at the end of an address, with the reason why it is only that."""
    place = _tail_zip(text, gazetteer) or _tail_town(text, gazetteer)
    if place is None:
        return None
    note = Phrase(_NOTES[reason], {"place": place.name, "typed": text})
    return replace(place, note=note)


def _tail_zip(text: str, gazetteer: Gazetteer) -> Place | None:
    cut = typed.ending_zip(text)
    found = gazetteer.zip(cut[1]) if cut and cut[0] else None
    return _zip_place(found) if found else None


def _tail_town(text: str, gazetteer: Gazetteer) -> Place | None:
    """The longest end of the text that is a town with its state; after a comma, a town alone."""
    cut = typed.ending_zip(text)
    bare = cut[0] if cut and cut[0] else text
    words = bare.replace(",", " , ").split()
    for start in range(1, len(words)):
        place = _read_town_in_state(" ".join(words[start:]).strip(" ,"), gazetteer)
        if place:
            return place
    last = bare.rpartition(",")[2].strip()
    return _read_town(last, gazetteer) if "," in bare and not state_code(last) else None


def _called(name: str) -> str:
    alias = town_called(name)
    return alias[0] if alias else name


def _hint(text: str, gazetteer: Gazetteer) -> Phrase | None:
    """ "Did you mean …?" for a town with one typing error, or one that is in another state."""
    ways = typed.cut_state(text)
    name, state = ways[0] if ways else (text, None)
    near = next(iter(gazetteer.cities(name)), None) if state else None
    town = nearest_town(name, state, gazetteer) or near
    return Phrase(N_("Did you mean %(place)s?"), {"place": town.label}) if town else None


def _zip_place(found: ZipPoint) -> Place:
    return Place(
        name=found.label,
        kind="zip",
        latitude=found.latitude,
        longitude=found.longitude,
        state=found.state,
        county=found.county,
        postal_code=found.postal_code,
        timezone=found.timezone,
    )


def _city_place(town: CityPoint, gazetteer: Gazetteer) -> Place:
    nearest = gazetteer.nearest_zip(town.latitude, town.longitude)
    return Place(
        name=town.label,
        kind="city",
        latitude=town.latitude,
        longitude=town.longitude,
        state=town.state,
        county=nearest.county if nearest.state == town.state else None,
        timezone=town.timezone,
    )


def _county_place(county: CountyPoint, others: list[CountyPoint] | None = None) -> Place:
    return Place(
        name=county.label,
        kind="county",
        latitude=county.latitude,
        longitude=county.longitude,
        state=county.state,
        county=county.key,
        timezone=county.timezone,
        alternatives=tuple(each.label for each in (others or [])[:MOST_ALTERNATIVES]),
    )


def _state_place(code: str, gazetteer: Gazetteer, other: str | None) -> Place:
    state = gazetteer.state(code)
    towns = [town.label for town in gazetteer.cities(state.name) if town.population]
    alternatives = [*([other] if other else []), *(label for label in towns if label != other)]
    return Place(
        name=state_label(code),
        kind="state",
        latitude=state.latitude,
        longitude=state.longitude,
        state=code,
        timezone=state.timezone,
        alternatives=tuple(alternatives[:MOST_ALTERNATIVES]),
    )
