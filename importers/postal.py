"""Postal addresses that a source writes in one line."""

import re
from typing import NamedTuple

from importers.cleaning import clean_text, clean_zip
from importers.states import state_code


class PostalAddress(NamedTuple):
    """An address in its parts; empty where the text does not say."""

    street: str = ""
    second: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = "US"


COUNTRIES = {"usa": "US", "us": "US", "united states": "US", "united states of america": "US"}
COUNTRIES |= {
    "canada": "CA",
    "uk": "GB",
    "united kingdom": "GB",
    "england": "GB",
    "ireland": "IE",
    "mexico": "MX",
}
COUNTRIES |= {"australia": "AU", "new zealand": "NZ", "puerto rico": "US"}
_US_TAIL = re.compile(r"[\s,]+(?:USA|United States(?: of America)?)$", re.IGNORECASE)
_STATE_ZIP = re.compile(r"([A-Za-z. ]*?)\.?\s*(\d{5}(?:-\d{4})?)?")
_STREET_CITY = re.compile(
    r"(.*\d.*\b(?:st|street|ave|avenue|rd|road|blvd|boulevard|ln|lane|dr|drive|way|pike|ct|court|hwy)\.?)\s+"
    r"([A-Z][A-Za-z' -]+)",
    re.IGNORECASE,
)


def read_address(text: str) -> PostalAddress:
    """The parts of `654 N Easton Rd, Glenside, PA 19038, USA`, read from the end; the unknown stay empty."""
    parts = [each.strip(" .") for each in _US_TAIL.sub("", clean_text(text)).split(",") if each.strip(" .")]
    country = "US"
    if parts and parts[-1].casefold() in COUNTRIES:
        country = COUNTRIES[parts.pop().casefold()]
    state, postal_code = "", ""
    while parts and not (state and postal_code) and country == "US":
        found = _STATE_ZIP.fullmatch(parts[-1])
        code = state_code(found[1]) if found else ""
        if (
            not found
            or not (code or (found[2] and not found[1]))
            or (len(parts) == 1 and not found[2] and not state)
        ):
            break
        state, postal_code = state or code, postal_code or clean_zip(found[2])
        parts.pop()
    if not state and country == "US":
        return PostalAddress(street=", ".join(parts), postal_code=postal_code)
    city = parts.pop() if parts else ""
    if any(each.isdigit() for each in city):
        split = _STREET_CITY.fullmatch(city)
        street, city = (split[1], split[2]) if split else (city, "")
        parts.append(street)
    street = next((each for each in parts if each[0].isdigit()), parts[0] if parts else "")
    second = ", ".join(each for each in parts if each != street)
    return PostalAddress(street, second, city, state, postal_code, country)
