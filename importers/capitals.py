"""Names and streets that a source writes in capitals, as people write them.

A screen reader spells what is all capitals, and everybody reads it slower. Initials must stay, and no rule
tells all of them from words: a table has those of the field, letters alone show most others.
"""

import re


def _table(words: str) -> frozenset[str]:
    return frozenset(words.split())


SMALL_WORDS = _table("A AN AND AT BY DE DEL FOR FROM IN LA LAS LOS OF ON OR THE TO WITH Y")
"""Lower case inside a name."""
INITIALS = _table(
    """
    AA AAA AHC AIDS APN ASAM BHA CADC COPD DBA DEA DUI EAP EMDR FQHC GED GYN HIV IDD IOP LGBTQIA MHA NAACP
    NACA NAMI NAR OBGYN OMHC OTP OUD PACT PSYD SAMHSA SAPT SATP SLE SNAP SUD TANF TASC UCLA UCSF UPMC USA USC
    USDA VAMC VAWA VOA WIC YMCA YWCA II III IV VI VII VIII IX XI XII
    """
)
"""Initials with a vowel, and Roman numbers. None of them is a word too (PACE, CASA, HOPE are)."""
SHORTENED = _table(
    """
    BLDG BLVD CNTR CNTY CTR CTRS CTY DR FT GRP HLTH HWY JR LN LTD MGMT MGT MR MRS MT MTN PGM PKWY PRGM RD SR
    SRVCS ST SVC SVCS SVS TRTMT
    """
)
"""Words without a vowel that are shortened words, not initials."""
TWO_LETTERS = _table(
    """
    AL AM AS BE BO CO DA DO DU ED EL FE GO HE HI IF IS IT JO LE LO ME MY NO OH OX SI SO SU TU UP US WE YO
    """
)
"""Words of two letters, where all others are initials: states, degrees, compass points."""

_PIECE = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_ORDINAL = re.compile(r"(?<=\d)(?:ST|ND|RD|TH)\b")
_DASHES = frozenset({"-", "–", "/"})
_EDGES = "“”\"'.,;:()[]/&-–"


def calm_capitals(text: str) -> str:
    """`EBBTIDE PROGRAM FOR WOMEN` in title case. Only where all of it is capitals and two words are long
    enough not to be initials; initials stay as they are (see `_is_initials`)."""
    words = text.split()
    if not text.isupper() or sum(len(each.strip(".,/&-")) > 4 for each in words) < 2:
        return text
    spelled = _spelled(words)
    before = ["-", *words]
    return " ".join(
        _calm_word(each, spelled, is_first=last in _DASHES or last.endswith(":"))
        for last, each in zip(before, words, strict=False)
    )


def _spelled(words: list[str]) -> str:
    """First letters of the words, with and without the small ones: a name's own initials are among them."""
    bare = [each for each in (word.strip(_EDGES) for word in words) if each]
    whole = "".join(each[0] for each in bare)
    return f"{whole} {''.join(each[0] for each in bare if each not in SMALL_WORDS)}"


def _calm_word(word: str, spelled: str, *, is_first: bool) -> str:
    if word.strip(_EDGES) in SMALL_WORDS and not is_first:
        return word.lower()
    return _PIECE.sub(lambda found: _calm_piece(found[0], spelled), word)


def _calm_piece(piece: str, spelled: str) -> str:
    if any(each.isdigit() for each in piece):
        return _ORDINAL.sub(lambda found: found[0].lower(), piece)
    first, *others = re.split("(['’])", piece)
    if len(first) == 1 and others and len(others[-1]) > 1:  # O'BRIEN, D'ARCY
        return first + others[0] + "".join(others[1:]).capitalize()
    calm = first if _is_initials(first, spelled) else _capitalized(first)
    return calm + "".join(others).lower()


def _is_initials(word: str, spelled: str) -> bool:
    """Initials are: what the table has, words of two letters that are no words, words without a vowel that
    are not known as shortened, and the first letters of three or more other words of the name."""
    if word in INITIALS:
        return True
    if len(word) == 2:
        return word not in TWO_LETTERS | SHORTENED
    if not re.search("[AEIOUYÁÉÍÓÚ]", word):
        return word not in SHORTENED
    return len(word) > 2 and word in spelled


def _capitalized(word: str) -> str:
    if word.startswith("MC") and len(word) > 4:
        return f"Mc{word[2:].capitalize()}"
    return word.capitalize()


_WORD = re.compile(r"(?<!\d)[^\W\d_]{2,}(?:['’]S\b)?")
_SMALL = frozenset({"AND", "OF", "THE"})
_KEPT = frozenset({"NE", "NW", "SE", "SW", "PO", "US", "II", "III", "IV", "OA"})


def calm_address(text: str) -> str:
    """`3837 TELEGRAPH AVENUE NW` as people write it: for sources that write streets and towns in capitals.
    Names of bodies, which may be initials, go through `calm_capitals`."""
    if not text.isupper():
        return text
    return _ORDINAL.sub(lambda found: found[0].lower(), _WORD.sub(_calm_street, text))


def _calm_street(found: re.Match[str]) -> str:
    if found[0] in _KEPT:
        return found[0]
    return found[0].lower() if found[0] in _SMALL and found.start() else _capitalized(found[0])
