"""The fields and type codes of Meeting Guide: which are read, which are left out on purpose."""

import re
from collections.abc import Mapping
from functools import cache

from directory.listings.codes import MEETING_GUIDE, code_names, codes_of_scheme
from directory.listings.record import Code
from importers.cleaning import clean_text
from importers.tally import Tally

KNOWN = frozenset(
    {"name", "slug", "day", "time", "end_time", "timezone", "types", "notes", "group", "group_notes", "url"}
    | {
        "formatted_address",
        "address",
        "city",
        "state",
        "postal_code",
        "country",
        "region",
        "sub_region",
        "regions",
    }
    | {
        "latitude",
        "longitude",
        "coordinates",
        "approximate",
        "location",
        "location_notes",
        "attendance_option",
    }
    | {
        "conference_url",
        "conference_url_notes",
        "conference_phone",
        "conference_phone_notes",
        "updated",
        "entity",
    }
    | {"website", "example", "transportation"}
)
IGNORED = frozenset(
    {
        "id",
        "location_id",
        "region_id",
        "group_id",
        "district",
        "district_id",
        "sub_district",
        "time_formatted",
    }
    | {
        "location_url",
        "last_contact",
        "append",
        "feedback_url",
        "homegroup_online",
        "data_source",
        "website_2",
    }
    | {
        "entity_location",
        "entity_logo",
        "entity_url",
        "entity_website_url",
        "email",
        "phone",
        "mailing_address",
    }
    # private, or money: dropped on purpose
    | {"author", "edit_url", "feedback_emails", "venmo", "square", "paypal", "entity_email", "entity_phone"}
    | {f"contact_{number}_{what}" for number in (1, 2, 3) for what in ("name", "email", "phone")}
)
"""Fields left out on purpose."""

LANGUAGES: dict[str, tuple[str, str]] = {
    "AM": ("Amharic", "amh"),
    "AR": ("Arabic", "ara"),
    "ASL": ("American Sign Language", "ase"),
    "EN": ("English", "eng"),
    "FA": ("Persian", "fas"),
    "FR": ("French", "fra"),
    "DE": ("German", "deu"),
    "HE": ("Hebrew", "heb"),
    "HI": ("Hindi", "hin"),
    "ITA": ("Italian", "ita"),
    "JA": ("Japanese", "jpn"),
    "KOR": ("Korean", "kor"),
    "POL": ("Polish", "pol"),
    "POR": ("Portuguese", "por"),
    "PUN": ("Punjabi", "pan"),
    "RUS": ("Russian", "rus"),
    "S": ("Spanish", "spa"),
    "TL": ("Tagalog", "tgl"),
    "TH": ("Thai", "tha"),
    "UK": ("Ukrainian", "ukr"),
}
"""Name and ISO 639-3 code of the types that are languages."""
LEGACY = frozenset({"ONL"})
"""Types that feeds still set and the list has no more: online."""
ACCESS = {"X": "Wheelchair access", "XB": "Wheelchair-accessible bathroom"}
MISSPELLED = {"ASBI": "ABSI", "[OPEN]": "O", "[CLOSED]": "C", "OPEN": "O", "CLOSED": "C"}
"""Types as some feeds write them, in capitals."""


TYPE_MAPS: Mapping[str, Mapping[str, str]] = {
    "recovery_dharma": {"FDIS": "D", "FBS": "LIT", "FSPK": "SP", "ILGB": "LGBTQ"},
}
"""Types that a fellowship has for itself, by its code, as the types of the list (formats 6.1). None of
Refuge Recovery's are known: its feeds are read by the list, and types that are not on it are told."""
OWN_CODES: Mapping[str, Mapping[str, Code]] = {
    "recovery_dharma": {"BB": Code("filter", "other_languages")},
}
"""Types of a fellowship that are on no list, as codes of ours: BB is "Language - Other" there."""


def type_code(type_: str, fellowship: str) -> Code:
    """The code of a type in the feed of a fellowship."""
    return OWN_CODES.get(fellowship, {}).get(type_) or Code(MEETING_GUIDE, type_)


def read_types(value: object, tally: Tally, fellowship: str = "") -> list[str]:
    """Type codes in capitals, each once: from codes, names ("Big Book"), or one text ("[open]"). Codes that
    the fellowship has for itself become those of the list."""
    own, ours = TYPE_MAPS.get(fellowship, {}), OWN_CODES.get(fellowship, {})
    given = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    known = codes_of_scheme(MEETING_GUIDE) | LEGACY | ours.keys()
    found: dict[str, None] = {}
    for each in given:
        text = clean_text(each)
        code = MISSPELLED.get(text.upper(), text.upper())
        code = text if text in known else code
        code = own.get(code, code)
        code = code if code in known else _codes_by_name().get(text.casefold(), code)
        if code and code not in known:
            tally.count("Unknown type", code)
        if re.fullmatch(r"[A-Za-z0-9-]{1,8}", code):
            found[code] = None
    return list(found)


@cache
def _codes_by_name() -> dict[str, str]:
    names = (each for each in code_names().values() if each.code.scheme == MEETING_GUIDE)
    return {each.labels["en"].casefold(): each.code.value for each in names}
