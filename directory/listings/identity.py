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


_FIELD_NAMES: dict[type, tuple[str, ...]] = {}


def _field_names(cls: type) -> tuple[str, ...]:
    if cls not in _FIELD_NAMES:
        _FIELD_NAMES[cls] = tuple(each.name for each in fields(cls))
    return _FIELD_NAMES[cls]


def plain(value: Any) -> Any:
    """A record (or part) as JSON-ready dicts and lists; what is None or empty is left out.

    Left out so that a field added to these classes later changes neither hashes nor stored rows.
    """
    if isinstance(value, str) or value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Code):
        return [value.scheme, value.value]
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    found = ((name, plain(getattr(value, name))) for name in _field_names(type(value)))
    return {
        name: each for name, each in found if each is not None and each is not False and each not in ([], "")
    }


def content_hash(record: ListingRecord) -> str:
    """32 hexadecimal digits that change when anything that the source says changes."""
    return hashlib.blake2b(_canonical(record).encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _canonical(value: Any) -> str:  # noqa: PLR0911  one return per kind of value
    """`plain` in one text, without building the dicts (intake hashes every row of every run)."""
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
    kind = type(value)
    names, values_of = _fields_of(kind)
    given = [
        f"{name}={_canonical(each)}"
        for name, each in zip(names, values_of(value), strict=True)
        if each is not None and each is not False and each not in _NOTHING
    ]
    return "{" + ",".join(given) + "}"


_NOTHING = ((), "")
_FIELDS: dict[type, tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = {}


def _fields_of(cls: type) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """A part's field names and what reads them all at once (each part has at least two)."""
    if cls not in _FIELDS:
        names = _field_names(cls)
        _FIELDS[cls] = names, attrgetter(*names)
    return _FIELDS[cls]
