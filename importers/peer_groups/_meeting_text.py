"""Reading what Meeting Guide feeds write as text: days, times, addresses; and leaving out what is private."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from importers.cleaning import clean_prose, clean_text, clean_website, clean_zip
from importers.postal import COUNTRIES, PostalAddress, read_address
from importers.states import STATE_NAMES, state_code

DAY_NAMES = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def read_days(value: object) -> tuple[int, ...] | None:
    """Weekdays, 0 is Sunday, from a number, a text, a name, or a list of these; () if none, None if wrong."""
    given = value if isinstance(value, list) else [value]
    days = [_read_day(each) for each in given if each is not None and each != ""]
    if None in days:
        return None
    return tuple(sorted({each for each in days if each is not None}))


def _read_day(value: object) -> int | None:
    text = str(value).strip().casefold()
    if text.isascii() and text.isdigit():
        return int(text) if int(text) <= 6 else None
    stem = text.removesuffix("s")
    found = [
        number
        for number, name in enumerate(DAY_NAMES)
        if stem == name or (len(text) == 3 and name[:3] == text)
    ]
    return found[0] if found else None


def given_address(row: dict[str, object]) -> PostalAddress:
    """A row's address: from its own fields where it has them, else from the formatted one."""
    whole = clean_text(row.get("formatted_address"))
    street = clean_text(row.get("address")).rstrip(" ,")
    parsed = read_address(whole or (street if "," in street else ""))
    state = state_code(clean_text(row.get("state"))) or parsed.state
    country = COUNTRIES.get(clean_text(row.get("country")).casefold(), parsed.country)
    if street.casefold() == "online":
        street = ""
    return PostalAddress(
        street=parsed.street if whole or parsed.city else street,
        second=parsed.second,
        city=clean_text(row.get("city")) or parsed.city,
        state=state if country == "US" else clean_text(row.get("state")) or parsed.state,
        postal_code=clean_zip(clean_text(row.get("postal_code"))) or parsed.postal_code,
        country=country,
    )


def state_name(code: str) -> str:
    """A state's name by its code; empty when there is no such state."""
    return STATE_NAMES.get(code, "")


_WORDS = r"pass[ -]?(?:word|code|wrd|wd|phrase)|p\.?s?wr?d|pswrd|psswd|p\.?w\.?|contrase[nñ]a|clave"
_SECRET = re.compile(
    rf"\b(?:(?i:{_WORDS})\b|PC\s*[-:=]|PC\s+\d|(?i:pass\s*[-:=])).*?(?=\n|;|\s--\s|\s/\s|$)"
    r"|[?&](?i:pwd|pass(?:word|code)?|tk)=[^\s&]+"
    r"|\b(?i:(?:access|entry|meeting|security|door|host|zoom)\s+(?:code|key|pin))\b.*?(?=\n|;|\s--\s|\s/\s|$)"
)
_SPLIT = re.compile(r"(\n+|\s--\s|\s/\s|;\s*|(?<=[.!?])\s+)")
_PERSONAL = re.compile(r"[^\s@]+@[^\s@]+\.\w+|(?<!\d)(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]?\d{3}[-. ]\d{4}(?!\d)")
SECRET_PARAMETERS = frozenset(
    {"pwd", "password", "passcode", "pass", "pw", "tk", "token", "uname", "key", "zak"}
)


def without_private(value: object) -> str | None:
    """Notes without meeting passwords and without the pieces that hold an e-mail address or a telephone.

    Feeds put organizers' contacts and passwords into notes; a member's number is nobody's listing.
    """
    text = clean_prose(value) or ""
    pieces = _SPLIT.split(_SECRET.sub("", text))
    kept = "".join(
        ""
        if _PERSONAL.search(piece) or not piece.strip()
        else piece + (pieces[2 * at + 1] if 2 * at + 1 < len(pieces) else "")
        for at, piece in enumerate(pieces[::2])
    )
    kept = re.sub(r"[ \t]*(?:--|[-–/:;,])?[ \t]*(?=\n|$)", "", kept).strip(" -–/:;,\n")
    return clean_prose(kept)


def join_url(value: object) -> str | None:
    """The address of an online meeting without its password; None when it is not http or https."""
    text = clean_website(value)
    if text is None:
        return None
    parts = urlsplit(text)
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [each for each in query if each[0].casefold() not in SECRET_PARAMETERS]
    fragment = "" if re.search("pwd|pass", parts.fragment, re.IGNORECASE) else parts.fragment
    return urlunsplit(parts._replace(query=urlencode(kept), fragment=fragment))


_DIAL = re.compile(r"^([+\d][\d\s().-]{6,})(?:[,;x#* ]+(\d{6,12})#?)?.*$", re.DOTALL)


def dial_in(value: object) -> tuple[str, str | None] | None:
    """A dial string's number and meeting id: `+13017158592,,876406386#,,1#,526452#` without what follows."""
    found = _DIAL.match(str(value or "").strip())
    return (found[1].strip(" .-("), found[2]) if found else None
