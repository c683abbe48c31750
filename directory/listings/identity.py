"""What tells listings and their parts apart, and whether a source says something new. Pure."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from directory.listings.record import Code, CostOption, Language, ListingRecord

NAMESPACE = uuid.UUID("6b1d0a52-1d59-5d6c-8a6e-0d5a7e5b3c11")
"""Namespace of our version-5 ids. Pinned by a golden test: changing it would change every public URL."""


def listing_id(importer: str, feed: str, source_id: str) -> uuid.UUID:
    """The public id of an imported listing: version 5 of (importer, feed, source id)."""
    return _version_5(importer, feed, "listing", source_id)


def part_id(importer: str, feed: str, table: str, key: str) -> uuid.UUID:
    """The id of another HSDS row that a source gives: `table` is its HSDS name."""
    return _version_5(importer, feed, table, key)


def _version_5(*parts: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, "\x1f".join(parts))


def id_text(*parts: str) -> str:
    """The version 5 id of these parts as text, straight from the hash: an import makes millions of them."""
    name = "\x1f".join(parts).encode(errors="surrogatepass")
    text = hashlib.sha1(NAMESPACE_BYTES + name, usedforsecurity=False).hexdigest()
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"


NAMESPACE_BYTES = NAMESPACE.bytes
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def derived_id(*parts: str | None) -> str:
    """A source id for a source that has none (DESIGN, Keys): the given fields, folded, hashed.

    Each part is trimmed, single-spaced and case-folded; the caller pads a ZIP to five digits before.
    """
    folded = "\x1f".join(" ".join((part or "").split()).casefold() for part in parts)
    return hashlib.sha256(folded.encode()).hexdigest()[:32]


def plain(value: Any) -> Any:
    """A record (or part) as JSON-ready dicts and lists; what is None or empty is left out.

    Left out so that a field added to these classes later changes neither hashes nor stored rows.
    """
    kind = type(value)
    if value is None or kind is str or isinstance(value, str | bool | int | float):
        return value
    if kind is Code:
        return [value.scheme, value.value]
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    names, values_of = _fields_of(kind)
    return {
        name: each if type(each) is str else plain(each)
        for name, each in zip(names, values_of(value), strict=True)
        if each or (each == 0 and each is not False)
    }


def content_hash(record: ListingRecord) -> str:
    """32 hexadecimal digits that change when anything that the source says changes."""
    return text_hash(canonical(record))


def text_hash(text: str) -> str:
    """`content_hash` of a record's `canonical` text."""
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def canonical(record: ListingRecord) -> str:
    """All that the source says, in one text: `plain` without building the dicts (intake takes it of every row
    of every run)."""
    return _canonical_part(record)


def _canonical(value: Any) -> str:  # noqa: PLR0911  one return per kind of value
    kind = type(value)
    if kind is str:
        return repr(value)
    if kind is tuple:
        if value and type(value[0]) is Code:  # most of a facility's parts
            return "[" + ",".join([f"{scheme}:{text}" for scheme, text in value]) + "]"
        return "[" + ",".join([_canonical(each) for each in value]) + "]"
    if value is None or kind in (bool, int, float):
        return repr(value)
    if kind is Code:
        return f"{value.scheme}:{value.value}"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return _canonical_shared(value) if kind in _SHARED else _canonical_part(value)


@lru_cache(maxsize=4096)
def _canonical_shared(value: Any) -> str:
    return _canonical_part(value)


_SHARED = frozenset({CostOption, Language})
"""Parts that say the same in most records of a source."""


def _canonical_part(value: Any) -> str:
    names, values_of = _fields_of(type(value))
    given = [
        # Most fields are texts or empty: told apart here, a record takes half as long as by a call for each.
        f"{name}={each!r}" if type(each) is str else f"{name}={_canonical(each)}"
        for name, each in zip(names, values_of(value), strict=True)
        if each or (each == 0 and each is not False)
    ]
    return "{" + ",".join(given) + "}"


_FIELDS: dict[type, tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = {}


def _fields_of(cls: type) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """A part's field names and what reads them all at once (each part has at least two)."""
    if cls not in _FIELDS:
        names = tuple(each.name for each in fields(cls))
        _FIELDS[cls] = names, attrgetter(*names)
    return _FIELDS[cls]
