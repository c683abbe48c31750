"""Place names in one spelling, so that "Ft. Worth" and "Fort Worth", "Cañon City" and "canon city" meet.

Pure; standard library only. The abbreviations are those of Postal Service Publication 28.
"""

import re
import unicodedata

_ABBREVIATIONS = {
    "st": "saint",
    "ste": "sainte",
    "ft": "fort",
    "mt": "mount",
    "mtn": "mountain",
    "hts": "heights",
    "hgts": "heights",
    "spg": "spring",
    "spgs": "springs",
    "twp": "township",
    "vlg": "village",
    "bch": "beach",
    "isl": "island",
    "jct": "junction",
    "pk": "park",
    "ctr": "center",
    "pt": "point",
    "lk": "lake",
    "gdns": "gardens",
    "vly": "valley",
    "crk": "creek",
    "cty": "city",
    "mls": "mills",
    "afb": "air force base",
}
_FIRST_WORDS = {"n": "north", "s": "south", "e": "east", "w": "west", "no": "north", "so": "south"}
_APOSTROPHES = re.compile("['’ʻ`´]")
_NOT_WORDS = re.compile(r"[\W_]+")


def plain_words(text: str) -> list[str]:
    """The words of `text`: lower case, no accents, no apostrophes, cut at everything else."""
    text = _APOSTROPHES.sub("", text)
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(each for each in apart if not unicodedata.combining(each))
    return _NOT_WORDS.sub(" ", text.casefold()).split()


def spelled_out(words: list[str]) -> list[str]:
    """`words` with postal abbreviations written out: ["ft", "worth"] is ["fort", "worth"]."""
    if not words:
        return []
    first = _FIRST_WORDS.get(words[0], words[0]) if len(words) > 1 else words[0]
    return [_ABBREVIATIONS.get(each, each) for each in (first, *words[1:])]


def squash(text: str) -> str:
    """The key by which a name is looked up: its words spelled out, without the spaces between them.

    Without spaces, because sources disagree about them: "Mc Keesport", "Coeur D Alene", "La Salle".
    """
    return "".join(spelled_out(plain_words(text)))
