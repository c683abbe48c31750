"""Is this word or phrase of a search a place? Strict: a need taken for a town hides what is sought."""

from directory.errors import PlaceUnknown
from directory.geo import counties, typed
from directory.geo.aliases import town_called
from directory.geo.gazetteer import Gazetteer
from directory.geo.names import plain_words
from directory.geo.states import STATES, is_code, state_code

SMALLEST_TOWN = 5_000
"""People of the smallest town that is taken for a place when its state is not given."""
MOST_WORDS = 6
_EVERYDAY_TOWNS = frozenset(
    {
        "airport",
        "august",
        "bath",
        "bear",
        "center",
        "central",
        "chinatown",
        "college",
        "downtown",
        "enterprise",
        "fate",
        "friendly",
        "gateway",
        "golden",
        "green",
        "harvest",
        "hazard",
        "holiday",
        "home",
        "hope",
        "humble",
        "hurricane",
        "justice",
        "media",
        "mission",
        "opportunity",
        "parole",
        "progress",
        "prospect",
        "reserve",
        "rodeo",
        "spring",
        "springs",
        "star",
        "summit",
        "sunset",
        "superior",
        "talent",
        "temperance",
        "university",
        "uptown",
        "welcome",
        "worth",
    }
)
"""Towns whose name alone is more often another word in a search; with their state they are places."""
_EVERYDAY_CODES = frozenset(
    {
        "AL",
        "AS",
        "CO",
        "DE",
        "HI",
        "ID",
        "IN",
        "LA",
        "MA",
        "ME",
        "MI",
        "MS",
        "OH",
        "OK",
        "OR",
        "PA",
        "SD",
    }
)
"""State codes that are words of English or Spanish: places only in capitals or after a comma."""
_STATE_NAMES = frozenset("".join(plain_words(each.name)) for each in STATES)


def looks_like_place(text: str, gazetteer: Gazetteer) -> bool:
    """True when `text`, found after "near" or "in", is surely a place that `find_place` knows.

    A ZIP code; two coordinates; a town with its state; a county that says so; a state by its name or its
    code in capitals; a town alone from 5,000 people, unless its name is an everyday word.
    """
    try:
        asked = typed.readable(text)
    except PlaceUnknown:
        return False
    if len(asked.split()) > MOST_WORDS:
        return False
    return any(test(asked, gazetteer) for test in _TESTS)


def _is_point(text: str, _: Gazetteer) -> bool:
    return typed.as_point(text) is not None


def _is_zip(text: str, gazetteer: Gazetteer) -> bool:
    cut = typed.ending_zip(text)
    if not cut or gazetteer.zip(cut[1]) is None:
        return False
    return not cut[0] or looks_like_place(cut[0], gazetteer)


def _is_state(text: str, _: Gazetteer) -> bool:
    if typed.named_as_state(text):
        return True
    folded = "".join(plain_words(text))
    return is_code(text.replace(".", "")) or (state_code(text) is not None and _is_full_name(text, folded))


def _is_full_name(text: str, folded: str) -> bool:
    """A whole name, in English or (long or of three words) Spanish; not one like "Miss" or "Ill"."""
    return folded in _STATE_NAMES or len(folded) >= 8 or len(text.split()) > 2


def _is_town_in_state(text: str, gazetteer: Gazetteer) -> bool:
    ways = typed.cut_state(text)
    return any(
        (gazetteer.city(name, state) or gazetteer.county(name, state)) and _state_is_meant(text, state)
        for name, state in ways
    )


def _state_is_meant(text: str, state: str) -> bool:
    last = text.rsplit(maxsplit=1)[-1]
    return (
        "," in text or last.casefold() != state.casefold() or state not in _EVERYDAY_CODES or last.isupper()
    )


def _is_county(text: str, gazetteer: Gazetteer) -> bool:
    return counties.says_county(text) and bool(gazetteer.counties(text))


def _is_town(text: str, gazetteer: Gazetteer) -> bool:
    if town_called(text):
        return True
    towns = gazetteer.cities(text)
    everyday = "".join(plain_words(text)) in _EVERYDAY_TOWNS
    return bool(towns) and towns[0].population >= SMALLEST_TOWN and not everyday


_TESTS = (_is_point, _is_zip, _is_state, _is_town_in_state, _is_county, _is_town)
