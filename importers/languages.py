"""Languages by the names that sources give them, to ISO 639-3."""

from directory.listings.record import Language
from importers.cleaning import clean_text

CODES = {
    "Amharic": "amh",
    "American Sign Language": "ase",
    "Arabic": "ara",
    "Armenian": "hye",
    "Bengali": "ben",
    "Cantonese": "yue",
    "Chinese": "zho",
    "English": "eng",
    "Farsi": "fas",
    "French": "fra",
    "German": "deu",
    "Gujarati": "guj",
    "Haitian Creole": "hat",
    "Hebrew": "heb",
    "Hindi": "hin",
    "Hmong": "hmn",
    "Italian": "ita",
    "Japanese": "jpn",
    "Khmer": "khm",
    "Korean": "kor",
    "Lao": "lao",
    "Mandarin": "cmn",
    "Navajo": "nav",
    "Nepali": "nep",
    "Persian": "fas",
    "Polish": "pol",
    "Portuguese": "por",
    "Punjabi": "pan",
    "Russian": "rus",
    "Somali": "som",
    "Spanish": "spa",
    "Swahili": "swa",
    "Tagalog": "tgl",
    "Thai": "tha",
    "Ukrainian": "ukr",
    "Urdu": "urd",
    "Vietnamese": "vie",
}
"""By English name."""
ALIASES = {
    "asl": "American Sign Language",
    "sign language": "American Sign Language",
    "espanol": "Spanish",
    "español": "Spanish",
    "spanish speaking": "Spanish",
    "français": "French",
    "francais": "French",
    "português": "Portuguese",
    "portugues": "Portuguese",
    "creole": "Haitian Creole",
    "chinese (mandarin)": "Mandarin",
    "chinese (cantonese)": "Cantonese",
    "filipino": "Tagalog",
    "filipino (tagalog)": "Tagalog",
    "cambodian": "Khmer",
}
"""Other names, in lower case."""
_NAMES = {name.casefold(): name for name in CODES} | ALIASES


def language_named(text: object) -> Language | None:
    """The language of that name; None for words that are no name of one that we know."""
    name = _NAMES.get(clean_text(text).casefold())
    return Language(name=name, code=CODES[name]) if name else None
