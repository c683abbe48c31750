"""HUD's codes for services, ways of counseling and languages, in plain words (formats 3.1)."""

from collections.abc import Mapping

SERVICES: Mapping[str, str] = {
    "DFC": "help when you are behind on the mortgage",
    "DFW": "workshops on being behind on the mortgage",
    "FBC": "help with budget and credit",
    "FBW": "workshops on budget and credit",
    "FHW": "workshops on fair housing",
    "HIC": "help with home repair and improvement",
    "HMC": "counseling for people without a home",
    "NDW": "workshops for homeowners",
    "PLW": "workshops on unfair lending",
    "PPC": "help before buying a home",
    "PPW": "workshops before buying a home",
    "RHC": "help for renters",
    "RHW": "workshops for renters",
    "RMC": "help with reverse mortgages",
}
"""What each service code is, in plain words; `getServices` cuts HUD's own labels short."""
METHODS: Mapping[str, str] = {
    "Face to Face Counseling": "in person",
    "Group Counseling": "in groups",
    "Phone Counseling": "by phone",
    "Video Conference": "by video",
    "Internet Counseling": "online",
}
"""How counseling is given; "Other Counseling" says nothing."""
REMOTE = ("Phone Counseling", "Video Conference", "Internet Counseling")
LANGUAGES: Mapping[str, tuple[str, str | None]] = {
    "ENG": ("English", "eng"),
    "SPA": ("Spanish", "spa"),
    "ARA": ("Arabic", "ara"),
    "CAM": ("Cambodian", "khm"),
    "CAN": ("Cantonese", "yue"),
    "CHI": ("Chinese", "zho"),
    "CRE": ("Creole", None),
    "CZE": ("Czech", "ces"),
    "FAR": ("Farsi", "fas"),
    "FRE": ("French", "fra"),
    "GER": ("German", "deu"),
    "HIN": ("Hindi", "hin"),
    "HMO": ("Hmong", "hmn"),
    "IND": ("Indonesian", "ind"),
    "ITA": ("Italian", "ita"),
    "KOR": ("Korean", "kor"),
    "MAN": ("Mandarin", "cmn"),
    "POL": ("Polish", "pol"),
    "POR": ("Portuguese", "por"),
    "RUS": ("Russian", "rus"),
    "SWA": ("Swahili", "swa"),
    "TUR": ("Turkish", "tur"),
    "UKR": ("Ukrainian", "ukr"),
    "VIE": ("Vietnamese", "vie"),
    "ASL": ("American Sign Language", "ase"),
    "OTH": ("Other languages", None),
}
"""HUD's language codes with ISO 639-3 ones; None where a name stands for more than one language."""
