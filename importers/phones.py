"""Telephone numbers as sources write them, to numbers as people read them: `(215) 555-0100`.

Formats met: 313-831-3160, (313) 993-3964, (313)826-6063, 313.555.0100, x1234, ext 4013, 402-717HOPE.
"""

import re
from functools import lru_cache

import phonenumbers

from directory.listings.record import Phone

_USUAL = re.compile(r"\(?([2-9]\d\d)\)?[-. ]?([2-9]\d\d)[-. ]?(\d{4})", re.ASCII)
_EXTENSION = re.compile(
    r"[\s,;]*(?:ext(?:ension)?\.?|x)\s*:?\s*(\d{1,7})\b[\s,.;]*(.*)", re.IGNORECASE | re.ASCII
)
_VANITY = re.compile(
    r"(?:1[-. ]?)?\(?(\d{3})\)?[-. ]?([\dA-Z]{3})[-. ]?([\dA-Z]{4})", re.IGNORECASE | re.ASCII
)
_SHORT = re.compile(r"[0-9]{3}")
SHORT_NUMBERS = frozenset({"211", "311", "411", "511", "611", "711", "811", "911", "988"})
_NOISE = re.compile(r"(?:phone|tel|telephone|call|main|office|number)\s*(?:no\.?)?\s*[:.]\s*", re.IGNORECASE)


@lru_cache(maxsize=65_536)
def clean_phone(text: str, description: str | None = None) -> Phone | None:
    """The number in `text`, or None for "N/A", placeholders (999-999-9999, 000-000-0000) and what is none.

    Digits of an extension go to `extension`; words after it ("opt 2") to `description`. A number spelled in
    letters keeps them. Numbers are read as North American unless they start with "+".
    """
    bare = _NOISE.sub("", " ".join(text.replace("\xa0", " ").split()))
    found = _EXTENSION.search(bare)
    written = bare[: found.start()] if found else bare
    number = read_number(written)
    if number is None:
        return None
    extension, words = (int(found[1]), found[2].strip(" .,;")) if found else (None, "")
    if found and found[1].startswith("0"):
        extension, words = None, f"ext. {found[1]} {words}".strip()
    if words:
        description = f"{description} ({words})" if description else words
    return Phone(number=number, extension=extension, type="voice", description=description)


def read_number(text: str) -> str | None:
    """A number as people read it; None when `text` is not one."""
    text = text.strip(" .,;-")
    usual = _USUAL.fullmatch(text.removeprefix("+1").removeprefix("1-").strip())
    if usual:
        area, exchange, line = usual.groups()
        return None if is_placeholder(area + exchange + line) else f"({area}) {exchange}-{line}"
    if _SHORT.fullmatch(text):
        return text if text in SHORT_NUMBERS else None
    vanity = _VANITY.fullmatch(text)
    if vanity and not "".join(vanity.groups()).isdigit() and text[0] in "(123456789":
        return f"({vanity[1]}) {vanity[2].upper()}-{vanity[3].upper()}"
    return _read_other(text)


def _read_other(text: str) -> str | None:
    if not re.search(r"\d", text) or re.search(r"[A-Za-z]", text):
        return None
    try:
        parsed = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or is_placeholder(str(parsed.national_number)):
        return None
    style = phonenumbers.PhoneNumberFormat
    wanted = style.NATIONAL if parsed.country_code == 1 else style.INTERNATIONAL
    return phonenumbers.format_number(parsed, wanted)


def is_placeholder(digits: str) -> bool:
    """True for a number typed only to fill a field: one digit repeated, or 123-456-7890."""
    return len(set(digits)) == 1 or digits in ("1234567890", "0123456789")


def phones_of(*given: tuple[str, str | None]) -> tuple[Phone, ...]:
    """The numbers of several (text, description) pairs, in order, each number and extension once."""
    found: dict[tuple[str, int | None], Phone] = {}
    for text, description in given:
        phone = clean_phone(text, description) if text else None
        if phone:
            found.setdefault((phone.number, phone.extension), phone)
    return tuple(found.values())
