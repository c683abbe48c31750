"""What SAMHSA's directory and its locator share: how a facility's cells become a record (formats 1.6).

Nothing here is guessed: costs, languages and licences are the labels that SAMHSA publishes for its codes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TypeVar

from directory.listings.codes import code_label
from directory.listings.identity import derived_id
from directory.listings.record import (
    Address,
    Code,
    CostOption,
    Language,
    ListingRecord,
    Location,
    Organization,
    Phone,
    Service,
    ServiceArea,
)
from importers.cleaning import clean_text, clean_zip
from importers.states import STATE_NAMES, state_code

PUBLISHER = "Substance Abuse and Mental Health Services Administration (SAMHSA)"
LICENCE = (
    "Public domain; may not be reproduced or distributed for a fee without the specific, written "
    "authorization of SAMHSA"
)
SCHEMES: Mapping[str, str] = {"substance": "samhsa_substance", "mental": "samhsa_mental"}

PAYMENT = frozenset(
    {"CLF", "CMHG", "CSBG", "FG", "FSA", "ITU", "MC", "MD", "MI", "NP", "OSF", "PCF"}
    | {"PI", "SAMF", "SCJJ", "SEF", "SF", "SI", "SMHA", "SWFS", "VAF", "PA", "SS"}
)
"""Payment accepted and payment assistance. Medicaid is not "free", and cash is not a sliding scale."""
LICENSES = frozenset({"STAG", "STMH", "STDH", "HLA", "SOTP", "DEA", "FQHC", "MHC"})
ACCREDITATIONS = frozenset({"CARF", "COA", "HFAP", "JC", "NCQA"})
ELIGIBILITY: Mapping[str, str] = {
    "DUO": "Serves only DUI/DWI clients",
    "AUDO": "Alcohol use disorder clients only",
    "OUDO": "Opioid use disorder clients only",
}
LANGUAGES: Mapping[str, tuple[str, str | None]] = {
    "SP": ("Spanish", "spa"),
    "AH": ("Sign language", "ase"),
    "NX": ("American Indian or Alaska Native languages", None),
    "FX": ("Other languages", None),
    "F4": ("Arabic", "ara"),
    "F17": ("Chinese", "zho"),
    "F19": ("Creole", None),
    "F25": ("Farsi", "fas"),
    "F28": ("French", "fra"),
    "F30": ("German", "deu"),
    "F31": ("Greek", "ell"),
    "F35": ("Hebrew", "heb"),
    "F36": ("Hindi", "hin"),
    "F37": ("Hmong", "hmn"),
    "F42": ("Italian", "ita"),
    "F43": ("Japanese", "jpn"),
    "F47": ("Korean", "kor"),
    "F66": ("Polish", "pol"),
    "F67": ("Portuguese", "por"),
    "F70": ("Russian", "rus"),
    "F81": ("Tagalog", "tgl"),
    "F92": ("Vietnamese", "vie"),
    "N13": ("Hopi", "hop"),
    "N18": ("Lakota", "lkt"),
    "N23": ("Navajo", "nav"),
    "N24": ("Ojibwa", "oji"),
    "N40": ("Yupik", None),
}
"""SAMHSA language codes with ISO 639-3 ones; None where the label names more than one language."""
AGES: Mapping[str, tuple[int | None, int | None]] = {
    "CHLD": (None, 17),
    "YAD": (18, 25),
    "ADLT": (18, None),
    "SNR": (65, None),
}
"""Youngest and oldest age of a group that stands alone. The survey counts adults from 26; that a facility
for adults only turns away somebody of 18 is not said, so it is not claimed."""

_T = TypeVar("_T")
_BROKEN_END = re.compile(r"(?:\b(?:and|of|for|the|at|on|in|de)|[&/,])$", re.IGNORECASE)
_BROKEN_START = re.compile(r"^(?:and|of|for|at|in)\b|^[/(]")
_TRADE_NAME = re.compile(r"^(?:dba|d/b/a)\s+", re.IGNORECASE)


class _ByCode(dict[str, _T]):
    """Something made once per code and kept: a national file names 1.4 million codes, of 300 kinds."""

    def __init__(self, make: Callable[[str], _T]):
        super().__init__()
        self._make = make

    def __missing__(self, code: str) -> _T:
        made = self[code] = self._make(code)
        return made


def _label(scheme: str, code: str) -> str:
    return code_label(Code(scheme, code)) or code


def _cost(scheme: str, code: str) -> CostOption:
    return CostOption(option=_label(scheme, code))


_LABELS = {scheme: _ByCode(partial(_label, scheme)) for scheme in SCHEMES.values()}
_COSTS = {scheme: _ByCode(partial(_cost, scheme)) for scheme in SCHEMES.values()}
_CODES = {scheme: _ByCode(partial(Code, scheme)) for scheme in SCHEMES.values()}
_LANGUAGE_OF = {code: Language(name=name, code=iso) for code, (name, iso) in LANGUAGES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """One facility's cells, cleaned, as both publications have them. `street1` is empty where withheld."""

    source_id: str
    part: str
    name1: str
    name2: str
    street1: str
    street2: str
    city: str
    state: str
    postal_code: str
    codes: Sequence[str]
    phones: tuple[Phone, ...] = ()
    county: str | None = None
    url: str | None = None
    latitude: float | None = None
    longitude: float | None = None


def facility_id(part: str, values: Mapping[str, str]) -> str:
    """The id of a facility (DESIGN, Keys): part, names, street, ZIP and telephone, as published."""
    names = (values["name1"], values["name2"], values["street1"], values["street2"])
    return derived_id(part, *names, clean_zip(values["zip"]), values["phone"])


def facility_names(name1: str, name2: str) -> tuple[str, str]:
    """The organization's and the service's name.

    `name1` is the body, `name2` its site or programme. A trade name ("DBA ...") stands for the service alone;
    a name that runs on from one cell into the other is one name.
    """
    if not name2:
        return name1, name1
    if _BROKEN_END.search(name1):
        return f"{name1} {name2}", f"{name1} {name2}"
    if _TRADE_NAME.match(name2) and len(name2) > 4:
        return name1, _TRADE_NAME.sub("", name2)
    if _BROKEN_START.match(name2):
        return name1, f"{name1} {name2}"
    return name1, f"{name1} – {name2}"


def record_of(facility: Facility) -> ListingRecord:
    """The listing of one facility."""
    organization_name, service_name = facility_names(facility.name1, facility.name2)
    scheme = SCHEMES[facility.part]
    codes = facility.codes
    telehealth = "TELE" in codes
    minimum_age, maximum_age = _ages(codes)
    place = _place(facility, organization_name)
    return ListingRecord(
        source_id=facility.source_id,
        kind="treatment",
        organization=Organization(
            key=_key(organization_name, facility.street1, facility.postal_code), name=organization_name
        ),
        service=Service(
            name=service_name,
            url=facility.url,
            phones=facility.phones,
            licenses=_labels(scheme, codes, LICENSES),
            accreditations=_labels(scheme, codes, ACCREDITATIONS),
            eligibility_description=_eligibility(codes),
            minimum_age=minimum_age,
            maximum_age=maximum_age,
            cost_options=tuple(map(_COSTS[scheme].__getitem__, filter(PAYMENT.__contains__, codes))),
            languages=tuple(map(_LANGUAGE_OF.__getitem__, filter(_LANGUAGE_OF.__contains__, codes))),
            service_areas=(_state_area(facility.state),) if telehealth else (),
        ),
        locations=(place, VIRTUAL) if telehealth else (place,),
        codes=tuple(map(_CODES[scheme].__getitem__, codes)),
    )


VIRTUAL = Location(key="virtual", location_type="virtual")
"""Telehealth: the same service by phone or video, for its own state (formats 2.4: no source gives more)."""


def _place(facility: Facility, organization_name: str) -> Location:
    """Where it is. Of a place whose street SAMHSA withholds ("- - -"), only the town is shown."""
    withheld = not facility.street1
    street = facility.street1
    named = organization_name if withheld else ""
    return Location(
        key=_key(named, street, facility.street2, facility.city, facility.state, facility.postal_code),
        visibility="partial" if withheld else "full",
        latitude=facility.latitude,
        longitude=facility.longitude,
        precision=None if facility.latitude is None else "exact",
        address=Address(
            address_1=street,
            address_2=facility.street2 or None,
            city=facility.city,
            region=facility.county,
            state_province=facility.state,
            postal_code=facility.postal_code,
        ),
    )


def _eligibility(codes: Sequence[str]) -> str | None:
    told = [sentence for code, sentence in ELIGIBILITY.items() if code in codes]
    if ("FEM" in codes) != ("MALE" in codes):
        told.append("Serves women only" if "FEM" in codes else "Serves men only")
    return ". ".join(told) + "." if told else None


def _ages(codes: Sequence[str]) -> tuple[int | None, int | None]:
    groups = list(filter(AGES.__contains__, codes))
    return AGES[groups[0]] if len(groups) == 1 else (None, None)


def _labels(scheme: str, codes: Sequence[str], wanted: frozenset[str]) -> str | None:
    return "; ".join(map(_LABELS[scheme].__getitem__, filter(wanted.__contains__, codes))) or None


def _key(*parts: str) -> str:
    """What tells an organization or a place from others: clean cells, in one case."""
    return "|".join(parts).casefold()


@cache
def _state_area(state: str) -> ServiceArea:
    return ServiceArea(name=STATE_NAMES[state], extent=f"US-{state}")


EMPTY = "The row is empty."
NO_NAME = "The row has no facility name."
NO_STATE = "The row's state is not a state or territory of the United States."
NO_CITY = "The row has no city."

_REFUSALS: tuple[tuple[Callable[[Mapping[str, str]], bool], str], ...] = (
    (lambda row: not any(row[each].strip() for each in ("name1", "name2", "city", "state")), EMPTY),
    (lambda row: not clean_text(row["name1"]), NO_NAME),
    (lambda row: not state_code(row["state"]), NO_STATE),
    (lambda row: not clean_text(row["city"]), NO_CITY),
)


def refusal(values: Mapping[str, str]) -> str | None:
    """Why a row of either publication is no facility; None when it is one."""
    return next((reason for is_so, reason in _REFUSALS if is_so(values)), None)
