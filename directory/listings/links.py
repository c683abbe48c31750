"""Links that a page may follow: telephone, web and meeting addresses, made safe. Pure."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_DIGIT, _NOT_A_DIGIT = re.compile(r"\d"), re.compile(r"\D")
_SECRET_PARAMETER = re.compile(r"^(pwd|pass(word|code|wd)?|pw|pin|tk|token|zak)$", re.IGNORECASE)
"""Query parameters of meeting links that hold the meeting's password or somebody's ticket."""
_DIAL_STRING = re.compile(r"^([^,;#*]+)(?:[,;]+(\d[\d ]*#?))?")


def tel_uri(number: str, extension: int | None = None) -> str | None:
    """`tel:` address (RFC 3966) of a number as people write it; None where there is nothing to dial.

    Ten digits, or eleven that start with 1, are in the North American plan and become E.164. Short numbers
    (988, 911, 211, a text line's 741741) stay as they are. Letters stand for the keys that they are on.
    """
    text = number.upper().translate(_KEYPAD)
    digits = _NOT_A_DIGIT.sub("", text)
    if not 3 <= len(digits) <= 15 or not _DIGIT.search(number):
        return None
    if text.strip().startswith("+"):
        tel = f"+{digits}"
    elif len(digits) == 10:
        tel = f"+1{digits}"
    elif len(digits) == 11 and digits.startswith("1"):
        tel = f"+{digits}"
    else:
        tel = digits
    return f"tel:{tel}" + (f";ext={extension}" if extension is not None else "")


def web_link(address: str | None) -> str | None:
    """The address if it is `http` or `https` with a host; None for everything else (`javascript:`, text)."""
    if not address:
        return None
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname
    except ValueError:
        return None
    return address.strip() if parts.scheme in ("http", "https") and host else None


def join_link(address: str | None) -> str | None:
    """A meeting's link without its password: whoever runs the meeting gives that out."""
    link = web_link(address)
    if link is None:
        return None
    parts = urlsplit(link)
    query = parts.query
    kept = [each for each in parse_qsl(query, keep_blank_values=True) if not _SECRET_PARAMETER.match(each[0])]
    if len(kept) != len(parse_qsl(query, keep_blank_values=True)):
        query = urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def join_number(dial: str) -> str | None:
    """A meeting's number to call, with the meeting's own number after a pause, without the passcode.

    Dial strings go on with `,,,,*123456#` (passcode) or `,,0#,,123456#` (participant, passcode).
    """
    found = _DIAL_STRING.match(dial.strip())
    if not found or not _DIGIT.search(found[1]):
        return None
    return found[1].strip() + (f",,{found[2]}" if found[2] else "")
