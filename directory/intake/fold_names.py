"""Names and streets as they are compared: one case, abbreviations spelled out, empty words left out. Pure.

The tables hold what the published lists really write (SAMHSA cuts names to 38 letters: "Above and Beyond Fam
Recov Ctr"); a word that is in no table stays as it is.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_LEGAL_FORMS_TEXT = """
    inc incorporated llc llp lp ltd limited corp corporation co pc pa pllc plc
"""
LEGAL_FORMS = frozenset(_LEGAL_FORMS_TEXT.split())
_CONNECTING_TEXT = """
    a an and at by de del for in la of on or the to y dba aka fka our
"""
_CONNECTING = frozenset(_CONNECTING_TEXT.split())
ABBREVIATIONS: Mapping[str, str] = {
    "abuse": "use",
    "addic": "addiction",
    "alc": "alcohol",
    "alcoholism": "alcohol",
    "assn": "association",
    "assoc": "associates",
    "behav": "behavioral",
    "behavioural": "behavioral",
    "bh": "behavioral health",
    "cboc": "community clinic",
    "cd": "chemical dependency",
    "centre": "center",
    "cmhc": "community mental health center",
    "clin": "clinic",
    "cnty": "county",
    "comm": "community",
    "comp": "comprehensive",
    "corr": "correctional",
    "coun": "counseling",
    "counselling": "counseling",
    "csl": "counseling",
    "ctr": "center",
    "dept": "department",
    "dev": "development",
    "disord": "disorder",
    "dr": "doctor",
    "eval": "evaluation",
    "fam": "family",
    "gen": "general",
    "govt": "government",
    "hcs": "healthcare system",
    "hlth": "health",
    "hosp": "hospital",
    "inst": "institute",
    "inpt": "inpatient",
    "intl": "international",
    "iop": "intensive outpatient",
    "med": "medical",
    "mens": "men",
    "mgmt": "management",
    "mh": "mental health",
    "mmtp": "opioid treatment program",
    "natl": "national",
    "ne": "northeast",
    "nw": "northwest",
    "op": "outpatient",
    "otp": "opioid treatment program",
    "outpt": "outpatient",
    "prog": "program",
    "programme": "program",
    "psych": "psychiatric",
    "recov": "recovery",
    "reg": "regional",
    "rehab": "rehabilitation",
    "res": "residential",
    "resid": "residential",
    "sa": "substance use",
    "sch": "school",
    "se": "southeast",
    "serv": "service",
    "servs": "service",
    "socs": "social",
    "srvs": "service",
    "st": "saint",
    "ste": "sainte",
    "su": "substance use",
    "sud": "substance use disorder",
    "subst": "substance",
    "svc": "service",
    "svcs": "service",
    "sw": "southwest",
    "syst": "system",
    "trt": "treatment",
    "trtmt": "treatment",
    "univ": "university",
    "va": "veterans affairs",
    "vamc": "veterans affairs medical center",
    "womans": "women",
    "womens": "women",
    "yth": "youth",
}
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bhealth care\b"), "healthcare"),
    (re.compile(r"\bmethadone (?:clinic|program|maintenance|treatment)\b"), "otp"),
    (re.compile(r"\bmedication assisted treatment\b|\bmat clinic\b"), "otp"),
    (re.compile(r"\bintensive out ?patient\b"), "iop"),
    (re.compile(r"\bveterans? (?:administration|admin|affairs)\b"), "va"),
    (re.compile(r"\bwell being\b"), "wellbeing"),
)
"""Several ways to say one thing, to the one that the tables know."""
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}")
_WORD = re.compile(r"[a-z0-9]+")


def fold(text: str) -> str:
    """Lower case, accents and apostrophes gone, "P.A." as "pa", "&" as "and"."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(each for each in parts if not unicodedata.combining(each))
    plain = text.casefold().replace("'", "").replace("’", "").replace("&", " and ")
    return _INITIALS.sub(lambda found: found[0].replace(".", ""), plain) if "." in plain else plain


@lru_cache(maxsize=200_000)
def fold_name(text: str) -> tuple[str, ...]:
    """The telling words of a name in order, each once: no legal form, abbreviations spelled out, singular."""
    plain = " ".join(_WORD.findall(fold(text)))
    for pattern, instead in _PHRASES:
        plain = pattern.sub(instead, plain)
    words = [part for word in plain.split() for part in ABBREVIATIONS.get(word, word).split()]
    kept = [_singular(each) for each in words if each not in _CONNECTING and each not in LEGAL_FORMS]
    return tuple(dict.fromkeys(kept))


def _singular(word: str) -> str:
    return (
        word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


# --- streets --------------------------------------------------------------------------------------

_STREET_TYPES_TEXT = """
    street st avenue ave av road rd drive dr lane ln boulevard blvd court ct place pl way parkway
    pkwy circle cir terrace ter trail trl square sq plaza plz extension ext
"""
STREET_TYPES = frozenset(_STREET_TYPES_TEXT.split())
"""Left out: lists disagree on them (Yale Boulevard, Yale Avenue), and number and ZIP tell enough."""
ROAD_WORDS: Mapping[str, str] = {
    "highway": "route",
    "hwy": "route",
    "rte": "route",
    "rt": "route",
    "us": "",
    "state": "",
    "saint": "",
    "county": "",
    "mt": "mount",
    "ft": "fort",
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "fifth": "5",
    "sixth": "6",
    "seventh": "7",
    "eighth": "8",
    "ninth": "9",
    "tenth": "10",
}
"""Road words to their one form; empty ones are left out ("St. Germain", "Saint Germain" lose both)."""
DIRECTIONS: Mapping[str, str] = {
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
} | {each: each for each in ("n", "s", "e", "w", "ne", "nw", "se", "sw")}
_UNIT = re.compile(
    r"(?:\b(?P<kind>suites?|ste|units?|apts?|apartments?|rooms?|rm|buildings?|bldgs?|floors?|fl)\b\.?|#),?\s*#?"
    r"(?P<what>[a-z]?[-]?\d+[a-z]?(?:-[a-z0-9]+)?|[a-z]{1,2}(?:-?\d+[a-z]?)?(?:-[a-z0-9]+)?)\b"
    r"(?P<more>(?:\s*(?:,|\band\b|-|\bto\b)\s*(?:[a-z]?-?\d+[a-z]?|[a-z])\b)*)"
)
_ORDINAL_FLOOR = re.compile(r"\b(\d+)(?:st|nd|rd|th) floors?\b")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_NUMBER = re.compile(r"\d+(?:-\d+)?(?:[nsew]\d+|-?[a-z])?(?=\s|$)")
"""12, 12b, 12-b, 62-07 (Queens), 2367-2369, 41w400 (Illinois)."""
_UNIT_KIND: Mapping[str, str] = {"b": "building", "f": "floor"}
"""By first letter; all others (suite, unit, room, apartment, #) are one kind: lists disagree on the word."""


@dataclass(frozen=True, slots=True)
class Door:
    """A street address as it is compared. `number` "" when there is none (a post box, a place name)."""

    number: str
    street: str
    directions: frozenset[str]
    units: frozenset[tuple[str, str]]
    """(unit, floor or building; which): ("unit", "110")."""


@lru_cache(maxsize=200_000)
def fold_street(address_1: str, address_2: str) -> Door:
    """`address_1` and `address_2` of one address, folded; suites are taken out of either."""
    plain = re.sub(r"\s+", " ", fold(f"{address_1}, {address_2}").replace(".", " "))
    plain = _ORDINAL_FLOOR.sub(r"floor \1", plain)
    units = frozenset(unit for found in _UNIT.finditer(plain) for unit in _units_of(found))
    street = _UNIT.sub(" ", plain).split(",")[0].strip()
    number = _NUMBER.match(street)
    if not number:  # in Puerto Rico, commas part an address that has none
        street = _UNIT.sub(" ", fold(address_1))
    words = _WORD.findall(street[number.end() :] if number else street)
    directions = frozenset(DIRECTIONS[each] for each in words if each in DIRECTIONS)
    named = [_road_word(each) for each in words if each not in DIRECTIONS and each not in STREET_TYPES]
    return Door(number[0] if number else "", " ".join(filter(None, named)), directions, units)


def _units_of(found: re.Match[str]) -> list[tuple[str, str]]:
    kind = _UNIT_KIND.get((found["kind"] or "u")[0], "unit")
    more = re.findall(r"[a-z]?-?\d+[a-z]?|[a-z]\b", re.sub(r"\b(?:and|to)\b", " ", found["more"]))
    return [(kind, each.replace("-", "")) for each in (found["what"], *more)]


def _road_word(word: str) -> str:
    ordinal = _ORDINAL.fullmatch(word)
    return ordinal[1] if ordinal else ROAD_WORDS.get(word, word)
