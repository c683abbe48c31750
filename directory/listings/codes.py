"""What the codes of SAMHSA and of Meeting Guide are called, and in which category they stand.

From `samhsa_codes.csv` (public domain) and `meeting_types.csv` (MIT); see LICENCES.md. Source names are
English; `samhsa_labels_es.csv` holds our Spanish for them. What a code means for a search is elsewhere:
`crosswalks.toml`.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from directory.listings.record import Code
from directory.phrases import N_

SAMHSA_SCHEMES: Mapping[str, str] = {"substance": "samhsa_substance", "mental": "samhsa_mental"}
MEETING_GUIDE = "meeting_guide"
EDITION = "2024"
"""The edition whose labels are shown; rows of other editions only help to recognise labels."""

CATEGORIES: Mapping[str, str] = {
    "Type of Care": N_("Type of care"),
    "Service Setting": N_("Where care takes place"),
    "Facility Type": N_("Kind of place"),
    "Hospitals": N_("Hospital"),
    "Emergency Services": N_("Emergency services"),
    "Detoxification Services": N_("Detox services"),
    "Opioid Medications": N_("Medication for opioid use"),
    "External Source of Opioid Medications": N_("Who else prescribes opioid medication"),
    "Alcohol Medications": N_("Medication for alcohol use"),
    "External Source of Alcohol Medications": N_("Who else prescribes alcohol medication"),
    "Pharmacotherapies": N_("Medicines used"),
    "Treatment Approaches": N_("Treatment approaches"),
    "Exclusive Services": N_("Only for certain clients"),
    "Client Attributes": N_("Special programs or groups"),
    "Age Groups": N_("Age groups accepted"),
    "Gender Accepted": N_("Gender accepted"),
    "Payment Accepted": N_("Payment accepted"),
    "Payment Assistance": N_("Help with payment"),
    "Language Services": N_("Languages"),
    "Assessment": N_("Assessment"),
    "Testing": N_("Tests"),
    "Vaccinations": N_("Vaccines"),
    "Discharge and aftercare": N_("Leaving and aftercare"),
    "Ancillary Services": N_("Other help for clients"),
    "Education Services": N_("Education and counseling"),
    "Facility Operation": N_("Who runs it"),
    "Licenses/Certs": N_("Licenses and certificates"),
    "Smoking Policy": N_("Smoking and vaping"),
    "Meeting": N_("Kind of meeting"),
}
"""Categories in the order of a listing's page, with the words shown for them (gettext message ids)."""

LOCATOR_CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "TC": ("Type of Care",),
    "SET": ("Service Setting",),
    "FT": ("Facility Type",),
    "HOSP": ("Hospitals",),
    "EMS": ("Emergency Services",),
    "DETOX": ("Detoxification Services",),
    "OM": ("Opioid Medications", "External Source of Opioid Medications"),
    "OT": ("Opioid Medications", "External Source of Opioid Medications"),
    "AUT": ("Alcohol Medications", "External Source of Alcohol Medications"),
    "PHR": ("Pharmacotherapies",),
    "TAP": ("Treatment Approaches",),
    "EXCL": ("Exclusive Services",),
    "SG": ("Client Attributes",),
    "AGE": ("Age Groups",),
    "SN": ("Gender Accepted",),
    "GN": ("Gender Accepted",),
    "PAY": ("Payment Accepted",),
    "PYAS": ("Payment Assistance",),
    "SL": ("Language Services",),
    "OL": ("Language Services",),
    "AIL": ("Language Services",),
    "ASSES": ("Assessment",),
    "SCR": ("Assessment", "Testing"),
    "TRSRV": ("Testing",),
    "AS": ("Ancillary Services",),
    "RSS": ("Ancillary Services", "Discharge and aftercare"),
    "EDU": ("Education Services",),
    "ECS": ("Education Services",),
    "MSRV": ("Vaccinations", "Testing", "Pharmacotherapies"),
    "FOP": ("Facility Operation",),
    "LCA": ("Licenses/Certs",),
    "SMP": ("Smoking Policy",),
    "VAPE": ("Smoking Policy",),
    "OTHR": ("Ancillary Services",),
    "FVP": ("Ancillary Services",),
}
"""The locator's category codes (`f2`): where a label is to be looked for first."""

COMBINED: Mapping[str, tuple[str, ...]] = {"female and male": ("FEM", "MALE")}
"""Labels of the locator that hold two codes in one (substance use)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeName:
    """`category` is a key of `CATEGORIES`; `labels` by language, English always."""

    code: Code
    category: str
    labels: Mapping[str, str]


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("directory.listings") / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@cache
def code_names() -> Mapping[Code, CodeName]:
    """Every code of which we know the name, in the order of its source."""
    spanish = {row["label"]: row["label_es"] for row in _rows("samhsa_labels_es.csv")}
    names: dict[Code, CodeName] = {}
    for row in _rows("samhsa_codes.csv"):
        code = Code(SAMHSA_SCHEMES[row["directory"]], row["code"])
        if row["edition"] == EDITION and code not in names:
            label = row["label"]
            labels = {"en": label, "es": spanish.get(label, label)}
            names[code] = CodeName(code=code, category=row["category"], labels=labels)
    for row in _rows("meeting_types.csv"):
        code = Code(MEETING_GUIDE, row["code"])
        names[code] = CodeName(code=code, category="Meeting", labels={"en": row["en"], "es": row["es"]})
    return names


@cache
def codes_of_scheme(scheme: str) -> frozenset[str]:
    """The values of every named code of a scheme; empty for a scheme without names."""
    return frozenset(code.value for code in code_names() if code.scheme == scheme)


def code_label(code: Code, lang: str = "en") -> str | None:
    """What the source calls a code, in English where there is no text in that language; None if unknown."""
    name = code_names().get(code)
    return (name.labels.get(lang) or name.labels["en"]) if name else None


def code_category(code: Code) -> str | None:
    """The words for the code's category, as a gettext message id; None if the code is unknown."""
    name = code_names().get(code)
    return CATEGORIES[name.category] if name else None


def codes_by_category(codes: Iterable[Code], lang: str = "en") -> list[tuple[str, list[str]]]:
    """(category's message id, labels) of the codes that have names, for "everything known" on a page.

    Categories in the order of `CATEGORIES`, labels in the order of the source, each once.
    """
    names = code_names()
    found: dict[str, dict[str, None]] = {}
    for code in codes:
        name = names.get(code)
        if name:
            found.setdefault(name.category, {})[name.labels.get(lang) or name.labels["en"]] = None
    return [(words, list(found[key])) for key, words in CATEGORIES.items() if key in found]


def codes_of_label(directory: str, label: str, category: str | None = None) -> tuple[str, ...]:
    """The codes that a locator row means by a label: one, two for a combined label, none if unknown.

    `directory` is `substance` or `mental`; `category` is the locator's `f2`, which decides between codes
    of one label. Small and capital letters, spaces and lost signs do not matter.
    """
    folded = _fold(label)
    if directory == "substance" and folded in COMBINED:
        return COMBINED[folded]
    found = _codes_by_label(directory).get(folded, {})
    for each in LOCATOR_CATEGORIES.get(category or "", ()):
        if each in found:
            return (found[each],)
    return tuple(found.values())[:1]


@cache
def _codes_by_label(directory: str) -> Mapping[str, Mapping[str, str]]:
    """Folded label -> category -> code, the shown edition first."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows("samhsa_codes.csv"):
        if row["directory"] == directory:
            found.setdefault(_fold(row["label"]), {}).setdefault(row["category"], row["code"])
    return found


def _fold(label: str) -> str:
    """Letters and digits only: U+FFFD, NBSP, (R) signs and dashes vary from one publication to the next."""
    spaced = "".join(each if each.isalnum() else " " for each in label.replace("®", "").casefold())
    return " ".join(spaced.split())
