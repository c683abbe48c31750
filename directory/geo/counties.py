"""County names in one spelling. Pure.

A county's key is its state and its name without the word for what it is: `PA/Philadelphia`, `LA/Orleans`,
`AK/Anchorage`. A city that is no part of any county (all of Virginia's, Baltimore, St. Louis) keeps the word
`city`, because a county of its name lies beside it: `VA/Richmond city` is not `VA/Richmond`.
"""

import re

from directory.geo.names import squash

_KIND_AFTER = re.compile(
    r"\s+(county|co\.?|parish|census area|city and borough|borough|municipality|municipio)$", re.IGNORECASE
)
_KIND_BEFORE = re.compile(
    r"^(county of|parish of|condado de|condado del|municipality of|municipio de|city and borough of)\s+",
    re.IGNORECASE,
)
_CITY_AFTER = re.compile(r"\s+city$", re.IGNORECASE)
_CITIES_APART = ("VA", "MD", "MO")
"""States with cities that are outside every county (Census Bureau, "independent cities"; Carson City, NV, has
no county beside it and is simply `NV/Carson City`)."""
_COUNTIES_NAMED_CITY = {("VA", "charlescity"), ("VA", "jamescity")}


def bare_name(name: str) -> str:
    """`name` without the word for what it is: "Orleans Parish" is "Orleans", "Condado de Cook" is "Cook"."""
    trimmed = " ".join(name.split())
    bare = _KIND_AFTER.sub("", _KIND_BEFORE.sub("", trimmed))
    return bare or trimmed


def says_county(name: str) -> bool:
    """True where a word in `name` says that a county is meant."""
    trimmed = " ".join(name.split())
    return bool(_KIND_AFTER.search(trimmed) or _KIND_BEFORE.search(trimmed))


def key_name(name: str, state: str) -> str:
    """The part of a key after the state, for a name as the Census Bureau writes it."""
    bare = bare_name(name)
    if is_city_apart(name, state):
        return _CITY_AFTER.sub(" city", bare)
    return bare


def is_city_apart(name: str, state: str) -> bool:
    """True for a city outside every county, written with its word "city"."""
    return (
        state in _CITIES_APART
        and bool(_CITY_AFTER.search(name.strip()))
        and (state, squash(name)) not in _COUNTIES_NAMED_CITY
    )


def lookup_keys(name: str, state: str) -> tuple[str, ...]:
    """Folded spellings under which a county (named by the Census Bureau) is found, surest first.

    A city apart is also found without its word, where no county takes that spelling first.
    """
    own = squash(key_name(name, state))
    return (own, squash(_CITY_AFTER.sub("", bare_name(name)))) if is_city_apart(name, state) else (own,)
