"""What a person typed as a place, cut into parts. Pure: no place is looked up here."""

import re
import unicodedata
from typing import NamedTuple

from directory.errors import PlaceUnknown
from directory.geo.distance import valid_point
from directory.geo.names import plain_words
from directory.geo.states import LONGEST_NAME_WORDS, state_code
from directory.phrases import N_, Phrase

LONGEST = 200
"""Characters of the longest place that is worth reading; addresses stay under 120."""
_SHOWN = 60

_POINT = re.compile(
    r"^\(?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*[,;]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*\)?$"
    r"|^\(?\s*([+-]?\d{1,3}\.\d+)\s+([+-]?\d{1,3}\.\d+)\s*\)?$"
)
_ZIP_END = re.compile(r"(?:^|[\s,])(\d{5})(?:\s*-\s*\d{4}|\s+\d{4}|\d{4})?$")
_ZIP_WORD = re.compile(
    r"^(?:zip\s*code|zip|postal\s*code|c[oó]digo\s+postal|c\.?\s?p\.?)\s*[:#]?\s*(?=\d)", re.IGNORECASE
)
_COUNTRY = re.compile(
    r"[\s,]+(?:u\.?s\.?a\.?|u\.s\.?|united states(?: of america)?|estados unidos|ee\.?\s?uu\.?)$",
    re.IGNORECASE,
)
_COUNTRY_AFTER_COMMA = re.compile(r"\s*,\s*us$", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:near|close to|around|in|at|cerca de|en|downtown|greater|(?:the )?city of|town of|(?:la )?ciudad de)"
    r"\s+",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"\s+(?:(?:bay|metro|metropolitan|greater)\s+)?(?:area|region|metro)$", re.IGNORECASE)
_STATE_OF = re.compile(
    r"^(?:(?:the )?state of|(?:el )?estado de|commonwealth of)\s+(.+)$|^(.+?)\s+state$", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"^#?\d+[\w/-]*\s+\S*[^\W\d]"  # 3400 Spruce …, 12-14 Elm …, 123A Main …
    r"|^p\.?\s*o\.?\s+box\s+\d"
    r"|\b(?:street|avenue|ave|blvd|boulevard|highway|hwy|parkway|pkwy|suite|apt)\b",
    re.IGNORECASE,
)


class NameInState(NamedTuple):
    """ "Pittsburgh, PA" cut: a name, and the postal code of its state."""

    name: str
    state: str


def readable(text: str) -> str:
    """`text` single-spaced, without its country. Raises `PlaceUnknown` where it cannot be a place at all."""
    if len(text) > LONGEST or any(
        unicodedata.category(each) in ("Cc", "Cs") and not each.isspace() for each in text
    ):
        raise unknown(text)
    visible = "".join(each for each in text if unicodedata.category(each) != "Cf")
    trimmed = " ".join(visible.split()).strip(" ,;.")
    if not plain_words(trimmed):
        if plain_words(text) or trimmed:
            raise unknown(text)
        phrase = Phrase(N_("Say where: a ZIP code, or a town and its state, like “Akron, OH”."))
        raise PlaceUnknown(phrase, {"near": [phrase]})
    return _COUNTRY_AFTER_COMMA.sub("", _COUNTRY.sub("", trimmed)) or trimmed


def unknown(text: str, hint: Phrase | None = None) -> PlaceUnknown:
    """The error for a place that is not known. It repeats what was typed: shortened, and safe to show."""
    shown = "".join(each if each.isprintable() else " " for each in text[: 4 * _SHOWN])
    shown = " ".join(shown.split())
    if len(shown) > _SHOWN or len(text) > 4 * _SHOWN:
        shown = shown[:_SHOWN].rstrip() + "…"
    phrase = Phrase(
        N_(
            "We do not know the place “%(typed)s”. Try a ZIP code, or a town and its state, like “Akron, OH”."
        ),
        {"typed": shown},
    )
    return PlaceUnknown(phrase, {"near": [hint or phrase]})


def as_point(text: str) -> tuple[float, float] | None:
    """Latitude and longitude written as two numbers; None for anything else."""
    found = _POINT.match(text)
    if not found:
        return None
    latitude, longitude = (float(each) for each in found.groups() if each is not None)
    return (latitude, longitude) if valid_point(latitude, longitude) else None


def ending_zip(text: str) -> tuple[str, str] | None:
    """(what comes before, five digits) where the text ends with a ZIP code or ZIP+4."""
    bare = _ZIP_WORD.sub("", text)
    found = _ZIP_END.search(bare)
    return (bare[: found.start()].strip(" ,"), found[1]) if found else None


def without_filling(text: str) -> str:
    """Without words that only surround a place ("near", "downtown", "ciudad de", "metro area")."""
    return _TRAILING.sub("", _LEADING.sub("", text))


def named_as_state(text: str) -> str | None:
    """The state where the text says that a state is meant ("Washington State", "Estado de Nueva York")."""
    found = _STATE_OF.match(text)
    return state_code(found[1] or found[2]) if found else None


def cut_state(text: str) -> list[NameInState]:
    """Every way to read the text as a name with its state: after a comma, or as its last words."""
    name, comma, last = text.rpartition(",")
    if comma:
        code = state_code(last) or named_as_state(last.strip())
        return [NameInState(name.strip(" ,"), code)] if code and name.strip(" ,") else []
    words = text.split()
    ways = []
    for length in range(min(LONGEST_NAME_WORDS, len(words) - 1), 0, -1):
        code = state_code(" ".join(words[-length:]))
        if code:
            ways.append(NameInState(" ".join(words[:-length]), code))
    return ways


def looks_like_address(text: str) -> bool:
    """True for what is written like a street address: a house number and a street, a post office box."""
    return bool(_ADDRESS.search(text))
