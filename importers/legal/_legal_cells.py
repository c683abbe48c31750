"""What exports of legal aid networks write into cells: addresses, telephones, ages, areas, incomes."""

import re
from collections.abc import Iterable
from dataclasses import replace

from directory.listings.record import Address, Location, Phone, ServiceArea
from importers.cleaning import clean_email, clean_text, clean_zip
from importers.phones import phones_of
from importers.postal import PostalAddress, read_address
from importers.states import STATE_NAMES, state_code

OLDEST = 120
"""A greater "maximum age" (200, 999) means that there is none."""
_GLUED = re.compile(r"(?<=\d)(?=[A-Z][a-z])")
"""Where an export lost the line end between a box number and a town: `P.O. Box 726Homewood`."""
_KIND = re.compile(r"\s*(main|toll[- ]?free|tdd|tty|fax)\s*:\s*", re.IGNORECASE)
_PHONE_WORDS = {"main": "Main", "tollfree": "Toll-free", "tdd": "TDD", "tty": "TTY"}
_SILENT = frozenset({"TDD", "TTY"})
_ROLES = re.compile(
    r"(?:info|intake|referrals?|help|helpline|hotline|contact|office|legal|advice|advicelines?|family|housing"
    r"|immigration|veterans|seniors?|probono|clinic|services|admin|mail|email)[a-z0-9._-]*",
    re.IGNORECASE,
)
"""Beginnings of e-mail addresses that belong to a task, not to a person."""


def split_cell(text: str) -> list[str]:
    """The entries of a cell, parted by semicolons or line ends, each once."""
    found = (clean_text(each) for each in re.split(r"[;\n]", text))
    return list(dict.fromkeys(each for each in found if each))


def place_of(text: str) -> PostalAddress:
    """The parts of an address. Only a state for `State: FL`, which stands where an office has none."""
    bare = clean_text(text).removeprefix("State:").strip(" ,")
    alone = state_code(bare)
    return PostalAddress(state=alone) if alone else read_address(_GLUED.sub(", ", bare))


def location_of(place: PostalAddress, name: str, **more: float | None) -> Location:
    """A place with a street in a town."""
    return Location(
        key=f"{place.street}|{place.second}|{place.city}|{place.state}|{place.postal_code}".casefold(),
        name=name or None,
        address=Address(
            address_1=place.street,
            address_2=place.second or None,
            city=place.city,
            state_province=place.state,
            postal_code=place.postal_code,
        ),
        latitude=more.get("latitude"),
        longitude=more.get("longitude"),
        precision="exact" if more.get("latitude") is not None else None,
    )


def office_phones(text: str, name: str) -> list[Phone]:
    """The telephones of `tollfree: 800-555-0100, main: 813-555-0101`: toll-free first, text telephones last.

    `name` is the office's, and is told with its main number. Fax numbers are left out.
    """
    given: list[tuple[int, str, str]] = []
    for each in clean_text(text).split(","):
        found = _KIND.match(each)
        kind = re.sub("[- ]", "", found[1].casefold()) if found else "main"
        if kind == "fax":
            continue
        what = _PHONE_WORDS[kind]
        order = 0 if kind == "tollfree" else 2 if what in _SILENT else 1
        told = name if what == "Main" and name else what
        given.append((order, each[found.end() :] if found else each, told))
    phones = phones_of(*((number, what) for _, number, what in sorted(given)))
    return [replace(each, type="textphone") if each.description in _SILENT else each for each in phones]


def role_email(text: str, *names: str) -> str | None:
    """An e-mail address of a task (`intake@`) or of the body itself (`bals@`); None for a person's own."""
    found = clean_email(clean_text(text))
    if not found:
        return None
    local = found.partition("@")[0].casefold()
    return found if _ROLES.fullmatch(local) or local in {each.casefold() for each in names if each} else None


def read_age(text: str, *, is_oldest: bool = False) -> int | None:
    """A limit of age; None for none: 0 as the youngest, 200 or 999 as the oldest."""
    if not (text.isascii() and text.isdigit()):
        return None
    age = int(text)
    return age if (age <= OLDEST if is_oldest else 0 < age <= OLDEST) else None


def income_limit(text: str) -> str | None:
    """A sentence for `125` or `125%`: percent of the federal poverty level."""
    bare = text.strip().removesuffix("%").strip()
    if not (bare.isascii() and bare.isdigit()) or not 0 < int(bare) <= 1000:
        return None
    return f"Income up to {int(bare)}% of the federal poverty level."


def areas_of(state: str, counties: Iterable[str] = (), zips: Iterable[str] = ()) -> tuple[ServiceArea, ...]:
    """Counties (`Hillsborough County`) and ZIP codes of a state; the state itself where none are named."""
    found = {}
    for county in counties:
        bare = re.sub(r"\s+(?:county|parish)$", "", county, flags=re.IGNORECASE)
        if bare:
            found[f"US-{state}/{bare}"] = f"{bare} County" if state != "LA" else f"{bare} Parish"
    found |= {f"US-{state}/{code}": code for code in map(clean_zip, zips) if code}
    if not found:
        return (ServiceArea(name=STATE_NAMES[state], extent=f"US-{state}"),)
    return tuple(ServiceArea(name=found[extent], extent=extent) for extent in sorted(found))
