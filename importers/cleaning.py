"""Cleaning that all importers share: ordered lists of small functions from a cell to what may be stored.

Every function answers "" or None for what says nothing ("N/A", "TBD", "- - -"), and never guesses: a value
that cannot be read is dropped, not mended into something else.
"""

import html
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

import nh3

NOTHING = frozenset(
    {"", "-", "--", "---", "- - -", "n/a", "na", "n.a.", "none", "null", "nil", "nan", "tbd", "tba"}
    | {"unknown", "undefined"}
)
"""What people and programs write into a cell to say that there is nothing, in lower case."""
NO_WEBSITE = NOTHING | {"notavailable", "not available", "no website", "no", "http", "https", "www", "www."}

_EASY = re.compile(r"[!-%'-;?-~]+(?: [!-%'-;?-~]+)*")
"""Printable ASCII, single-spaced, with none of & < = >: nothing to clean."""
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]"
)
"""Characters that only confuse: control and direction marks, and the sign of a byte lost on the way."""
_LINE_TAGS = re.compile(r"<\s*(?:br|/p|/div|/li|/tr|/h[1-6])\b[^>]*>", re.IGNORECASE)
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')


def drop_formula(text: str) -> str:
    """`="06702"` (how spreadsheets keep zeros) is 06702; any other formula is dropped."""
    if not text.startswith("="):
        return text
    quoted = _QUOTED_FORMULA.fullmatch(text)
    return quoted[1] if quoted else ""


def decode_entities(text: str) -> str:
    """`&amp;amp;` is `&`: entities are decoded until nothing changes, at most three times."""
    for _ in range(3):
        decoded = html.unescape(text) if "&" in text else text
        if decoded == text:
            break
        text = decoded
    return text


def strip_html(text: str) -> str:
    """The text without tags; scripts and styles go with their content, breaking tags become line ends."""
    if "<" not in text:
        return text
    bare = nh3.clean(_LINE_TAGS.sub("\n", text), tags=set(), clean_content_tags={"script", "style"})
    return html.unescape(bare)


def drop_controls(text: str) -> str:
    """The text without control characters, direction marks and U+FFFD; a no-break space is a space."""
    return _CONTROL.sub("", text.replace("\xa0", " ").replace("\r\n", "\n").replace("\r", "\n"))


def single_space(text: str) -> str:
    """The text on one line, trimmed, with single spaces."""
    return " ".join(text.split())


def keep_paragraphs(text: str) -> str:
    """The text with single spaces in its lines and at most one empty line between them."""
    lines = "\n".join(" ".join(line.split()) for line in text.replace("\\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


Step = Callable[[str], str]
EDGE_STEPS: tuple[Step, ...] = (str.strip, drop_formula, decode_entities, strip_html, drop_controls)
TEXT_STEPS: tuple[Step, ...] = (*EDGE_STEPS, single_space)
PROSE_STEPS: tuple[Step, ...] = (*EDGE_STEPS, keep_paragraphs)


_NO_TEXT = (type(None), bool, list, dict)
"""What a feed may have where a text should be: it says nothing that can be shown."""


def clean_text(value: object) -> str:
    """One line of plain text from a cell: names, streets, cities. Empty for "N/A", "- - -" and the like."""
    text = value if isinstance(value, str) else "" if isinstance(value, _NO_TEXT) else str(value)
    if not _EASY.fullmatch(text):
        for step in TEXT_STEPS:
            text = step(text)
    return "" if text.casefold() in NOTHING else text


def clean_prose(value: object) -> str | None:
    """Plain text that may have paragraphs: descriptions, notes. None when there is none."""
    text = value if isinstance(value, str) else ""
    for step in PROSE_STEPS:
        text = step(text)
    return None if text.casefold() in NOTHING else text


_ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")


@lru_cache(maxsize=65_536)
def clean_zip(value: str | float | None) -> str:
    """Five digits, leading zeros restored, the four of ZIP+4 left out; "" for anything else ("TBD", "00000").

    Three and four digits are a ZIP whose zeros a spreadsheet lost (New England, Puerto Rico); eight digits
    are a ZIP+4 that lost one.
    """
    text = str(value).strip() if value is not None else ""
    text = drop_formula(text).removesuffix(".0")
    if text.isascii() and text.isdigit() and len(text) in (3, 4, 8):
        text = text.zfill(9 if len(text) == 8 else 5)
    elif re.fullmatch(r"[0-9]{3,4}-[0-9]{4}", text):
        text = text.zfill(10)
    found = _ZIP.fullmatch(text)
    return found[1] if found and found[1] != "00000" else ""


_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z]", re.IGNORECASE)
LONGEST_ADDRESS = 1000


def clean_website(value: object) -> str | None:
    """An http or https address, its scheme added where it has none; None for all else.

    Refused: `http://` alone, other schemes (`javascript:`), addresses with a user name, hosts without a dot.
    """
    text = _CONTROL.sub("", value).strip() if isinstance(value, str) else ""
    text = html.unescape(text).rstrip(".,;")
    if text.casefold() in NO_WEBSITE or len(text) > LONGEST_ADDRESS or any(each.isspace() for each in text):
        return None
    text = re.sub(r"^(https?):/*(?:https?:/*)?", r"\1://", text, flags=re.IGNORECASE)
    if not _SCHEME.match(text):
        text = f"https://{text}" if text.startswith("www.") else f"http://{text}"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or parts.username or not _HOST.fullmatch(host):
        return None
    netloc = host if parts.port is None else f"{host}:{parts.port}"
    return urlunsplit((parts.scheme.lower(), netloc, parts.path, parts.query, parts.fragment))


_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")


def clean_email(value: object) -> str | None:
    """One e-mail address, or None."""
    text = value.strip().removeprefix("mailto:") if isinstance(value, str) else ""
    return text if len(text) <= 254 and _EMAIL.fullmatch(text) else None


def clean_coordinates(latitude: object, longitude: object) -> tuple[float, float] | None:
    """Degrees from numbers or texts; None for "", "-", 0, what is no number, or lies off the globe.

    Whether a place lies in its state, or has its numbers swapped, is decided where states are known (geo).
    """
    try:
        found = float(str(latitude).strip()), float(str(longitude).strip())
    except ValueError:
        return None
    if not (-90 <= found[0] <= 90 and -180 <= found[1] <= 180) or found[0] == 0 or found[1] == 0:
        return None
    return found


def split_pair(text: object) -> tuple[object, object]:
    """`"42.05, -87.69"` as its two halves."""
    first, _, second = str(text or "").partition(",")
    return first, second
