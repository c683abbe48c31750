"""Listings as columns: one array per fact, all in geographic order. From entries to what an index stores."""

import pickle
import sys
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.listings.record import KINDS, Attendance
from directory.search import ranking
from directory.search.engine import IndexEntry
from directory.search.geometry import order_key
from directory.search.name_list import NameReader
from directory.search.postings import FieldPostings, Ints, pack
from directory.search.spelling_list import compile_spellings
from directory.search.timetable import Schedules
from directory.search.windows import WindowReader
from directory.search.word_lists import TextReader

Array = npt.NDArray[Any]

COLUMNS: Mapping[str, str] = {
    "key": "<f8",
    "x": "<f8",
    "y": "<f8",
    "z": "<f8",
    "bits": "<u8",
    "place": "<u4",
    "pattern": "<u4",
    "verified": "<i4",
    "as_of": "<i4",
    "quality": "|u1",
    "kind": "|u1",
    "attendance": "|u1",
    "clock": "|u1",
}
"""Per listing: order key, unit vector (NaN without a point), filters as bits, place of its id among all ids,
number of its schedules, days (`ranking.day_number`), quality, kind (place in KINDS), attendance, 24 hours."""

FIELDS = ("area", "county", "need", "state", "video", "word")
"""Posting lists. `need`: 2 for what a listing is, 1 for what it also offers. `area` and `video`: by extent.
`state` and `county` hold only listings with a point."""
MAIN, ALSO = 2, 1
ATTENDANCE_BITS: Mapping[str | None, int] = {None: 0, "in_person": 1, "online": 2, "hybrid": 7}
"""What a listing's attendance answers to; bit 4 is hybrid itself."""
ASKED_BITS: Mapping[Attendance, int] = {"in_person": 1, "online": 2, "hybrid": 4}
MOST_CODES = 64
MOST_KNOWN = 4096
"""Combinations of filters that are remembered: beyond these hardly one comes again."""


@dataclass(frozen=True)
class SegmentData:
    """Everything an index stores of a set of listings."""

    count: int
    ids: npt.NDArray[np.bytes_]
    columns: Mapping[str, Array]
    fields: Mapping[str, FieldPostings]
    arrays: Mapping[str, Array]
    """Not one value per listing: token rows, names, spelling, windows."""
    objects: Mapping[str, Any]
    """Small Python objects: schedules, polygons, and the entries themselves where they are kept."""


class FilterCodes:
    """Filter codes as bits. Codes that turn up later take the next free bit; bits are never given twice."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._bits = {code: number for number, code in enumerate(codes)}
        self._known: dict[tuple[str, ...], int] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes by bit."""
        return tuple(self._bits)

    def bits(self, codes: tuple[str, ...]) -> int:
        """The filters of one listing. `ValueError` when more than 64 different codes are in use."""
        found = self._known.get(codes)
        if found is None:
            found = 0
            for code in codes:
                if code not in self._bits and len(self._bits) == MOST_CODES:
                    raise ValueError(f"an index holds at most {MOST_CODES} filters; {code!r} is one too many")
                found |= 1 << self._bits.setdefault(code, len(self._bits))
            if len(self._known) < MOST_KNOWN:
                self._known[tuple(map(sys.intern, codes))] = found
        return found

    def mask(self, codes: Iterable[str]) -> int:
        """The bits of those codes that any listing has."""
        return sum(1 << self._bits[code] for code in set(codes) if code in self._bits)


_KIND_NUMBER = {kind: number for number, kind in enumerate(KINDS)}
_NAN = float("nan")
_Facts = tuple[tuple[str, ...], ...]
"""What a posting field needs to know of a listing; equal for many."""


class _Lists:
    """One posting field, taken down listing by listing."""

    def __init__(self, terms: Callable[[_Facts], Iterable[tuple[str, int]]]) -> None:
        self._terms = terms
        self._numbers: dict[_Facts, int] = {}
        self._of_listing = array("I")

    def add(self, facts: _Facts) -> None:
        number = self._numbers.get(facts)
        if number is None:
            # Codes come fresh from JSON with every listing: one string each is enough.
            kept = tuple(tuple(map(sys.intern, each)) for each in facts)
            number = self._numbers[kept] = len(self._numbers)
        self._of_listing.append(number)

    def finish(self, final: Ints) -> FieldPostings:
        """(term, value) of each distinct facts, spread over the listings that have them."""
        rows = [[*dict(self._terms(facts)).items()] for facts in self._numbers]
        terms = sorted({term for row in rows for term, _ in row})
        ordinals = {term: number for number, term in enumerate(terms)}
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        flat = np.array([(ordinals[term], value) for row in rows for term, value in row], dtype=np.int64)
        flat = flat.reshape(-1, 2)
        facts = np.frombuffer(self._of_listing, dtype=np.uint32).astype(np.int64)
        each = lengths[facts] if facts.size else facts
        within = np.arange(int(each.sum())) - np.repeat(np.cumsum(each) - each, each)
        items = np.repeat((np.cumsum(lengths) - lengths)[facts] if facts.size else facts, each) + within
        listings = np.repeat(final, each)
        order = np.lexsort((listings, flat[items, 0]))
        return pack(
            [term.encode() for term in terms], flat[items[order], 0], listings[order], flat[items[order], 1]
        )


def _need_terms(facts: _Facts) -> Iterable[tuple[str, int]]:
    needs, also = facts
    return [*((code, ALSO) for code in also), *((code, MAIN) for code in needs)]


def _plain_terms(facts: _Facts) -> Iterable[tuple[str, int]]:
    return [(each, 1) for each in facts[0]]


class Compiler:
    """Takes entries one by one (ids all different); `finish` gives what an index stores of them.

    `keep_entries` stores the entries too, so that small sets can be joined later.
    """

    def __init__(self, codes: FilterCodes, *, keep_entries: bool = False) -> None:
        self._codes = codes
        self._keep_entries = keep_entries
        self._ids: list[str] = []
        self._points = array("d")
        self._bits = array("Q")
        self._small = array("i")
        self._patterns: dict[Schedules, int] = {(): 0}
        self._pattern = array("I")
        self._names = NameReader()
        self._windows = WindowReader()
        self._polygons: dict[int, tuple[str, ...]] = {}
        self._entries: list[bytes] = []
        self._text = TextReader()
        self._lists = {
            "area": _Lists(_plain_terms),
            "county": _Lists(_plain_terms),
            "need": _Lists(_need_terms),
            "state": _Lists(_plain_terms),
            "video": _Lists(_plain_terms),
        }

    def add(self, entry: IndexEntry) -> None:
        """Takes down one entry."""
        has_point = entry.latitude is not None and entry.longitude is not None
        if entry.latitude is not None and entry.longitude is not None:
            self._points.extend((ranking.coordinate(entry.latitude), ranking.coordinate(entry.longitude)))
        else:
            self._points.extend((_NAN, _NAN))
        lists = self._lists
        lists["area"].add((entry.areas,))
        lists["county"].add(
            ((county_term(entry.state, entry.county),) if has_point and entry.county else (),)
        )
        lists["need"].add((entry.needs, entry.also))
        lists["state"].add(((entry.state,) if has_point and entry.state else (),))
        lists["video"].add((entry.video_areas,))
        if entry.polygons:
            self._polygons[len(self._ids)] = entry.polygons
        self._windows.add(len(self._ids), entry.shown)
        self._ids.append(entry.id)
        self._bits.append(self._codes.bits(entry.filters))
        self._small.extend(
            (
                ranking.day_number(entry.verified_on),
                ranking.day_number(entry.as_of),
                entry.quality,
                _KIND_NUMBER[entry.kind],
                ATTENDANCE_BITS[entry.attendance],
                entry.around_the_clock,
            )
        )
        self._pattern.append(self._patterns.setdefault(entry.schedules, len(self._patterns)))
        self._names.add(entry.name.splitlines())
        self._text.add(entry.name, entry.text)
        if self._keep_entries:
            self._entries.append(pickle.dumps(entry))

    def finish(self) -> SegmentData:
        """Everything in geographic order, points of one key by id. Asked for once: what was taken down is let
        go."""
        ids = np.array([each.encode() for each in self._ids], dtype=np.bytes_)
        self._ids = []
        points = np.frombuffer(self._points, dtype=np.float64).reshape(-1, 2)
        keys = order_key(points[:, 0], points[:, 1])
        source = np.lexsort((ids, keys))
        final = np.empty(len(source), dtype=np.int64)
        final[source] = np.arange(len(source))
        # The text takes most memory: what was taken down for the others is let go before.
        fields = {name: self._lists[name].finish(final) for name in list(self._lists)}
        self._lists.clear()
        arrays = self._names.finish(final) | self._windows.finish(final)
        self._names = NameReader()
        text = self._text.finish(final)
        vectors = ranking.unit_vectors(points[source, 0], points[source, 1])
        small = np.frombuffer(self._small, dtype=np.int32).reshape(-1, 6)[source]
        columns = {
            "key": keys[source],
            **dict(zip("xyz", vectors, strict=True)),
            "bits": np.frombuffer(self._bits, dtype=np.uint64)[source],
            "place": np.argsort(np.argsort(ids[source])),
            "pattern": np.frombuffer(self._pattern, dtype=np.uint32)[source],
            **{name: small[:, place] for place, name in enumerate(_SMALL)},
        }
        return SegmentData(
            count=len(ids),
            ids=ids[source],
            columns={name: np.ascontiguousarray(columns[name], dtype=kind) for name, kind in COLUMNS.items()},
            fields=fields | {"word": text.postings},
            arrays=arrays
            | {
                "token_starts": text.token_starts,
                "tokens": text.tokens,
                **compile_spellings(text.spellings, text.listings_with, forms=not self._keep_entries),
            },
            objects={
                "patterns": list(self._patterns),
                "polygons": {int(final[number]): each for number, each in self._polygons.items()},
                "entries": [self._entries[number] for number in source.tolist()]
                if self._keep_entries
                else [],
            },
        )


_SMALL = ("verified", "as_of", "quality", "kind", "attendance", "clock")


def county_term(state: str | None, county: str | None) -> str:
    """The posting term of a county: with its state, since both must fit."""
    return f"{state}|{county}"
