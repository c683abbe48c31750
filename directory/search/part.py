"""One segment of an index, loaded: its columns, and its lists ready for matching.

A part never changes. What is derived (merged groups of words, timetables, packed filters) is made when first
asked for and kept; two threads may make the same thing twice, never half.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from directory.listings import areas
from directory.search import ranking
from directory.search.columns import COLUMNS
from directory.search.name_list import NameList
from directory.search.postings import NOTHING, Bools, Bytes, Floats, Ints, Posting, Rows
from directory.search.spelling_list import SpellingList
from directory.search.timetable import Timetable
from directory.search.windows import Windows

Array = npt.NDArray[Any]

AREA, VIDEO = 1, 2
"""How a listing that is not in a place reaches it."""
_KEPT = 2048
"""So many lists, or merged lists, are kept ready per part."""
_KEPT_MASKS = 96
_DENSE_SHARE = 16
"""A list with more than one in so many rows also gets a value for every row."""
FITS: Floats = np.array([ranking.saturation(0, weight) for weight in range(256)])
"""`ranking.saturation` by the weight that a word list keeps."""


class Stored(Protocol):
    """What a part reads from: one segment as it was written (`columns.SegmentData`)."""

    @property
    def name(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def ids(self) -> npt.NDArray[np.bytes_]: ...
    @property
    def columns(self) -> Mapping[str, Array]: ...
    @property
    def arrays(self) -> Mapping[str, Array]: ...
    @property
    def objects(self) -> Mapping[str, Any]: ...
    def posting(self, field: str, term: str) -> Posting | None: ...
    def terms(self, field: str) -> list[str]: ...


@dataclass(slots=True)
class Listed:
    """Rows (ascending) that fulfil one condition, and a value for each; `dense` has one for every row."""

    rows: Rows
    values: Bytes | Floats
    dense: Bytes | Floats | None = None

    def among(self, rows: Ints, count: int) -> Bytes | Floats:
        """The values of the given rows, 0 for those that are not listed."""
        if self.dense is not None:
            return self.dense[rows]
        if not self.rows.size:
            return np.zeros(rows.size, dtype=np.uint8)
        if rows.size * 8 > self.rows.size + count // 32:
            spread = np.zeros(count, dtype=self.values.dtype)
            spread[self.rows] = self.values
            return spread[rows]
        places = self.rows.searchsorted(rows.astype(np.uint32))
        np.minimum(places, self.rows.size - 1, out=places)
        return np.where(self.rows[places] == rows, self.values[places], 0)


@dataclass(slots=True)
class Kept:
    """What has been derived from a segment so far; deletions change none of it."""

    lists: dict[tuple[str, str], Listed] = field(default_factory=dict)
    merged: dict[tuple[str, tuple[str, ...]], Listed] = field(default_factory=dict)
    serving: dict[tuple[str | None, str | None, str | None, bool], tuple[Ints, Bytes]] = field(
        default_factory=dict
    )
    failing: dict[int, Bools] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)


class Part:
    """A loaded segment. `live` is None while no row is deleted."""

    def __init__(self, stored: Stored, deleted: Ints, kept: Kept | None = None) -> None:
        """`deleted` rows do not count; `kept` is that of the same segment with other deletions."""
        self.stored = stored
        self.count = stored.count
        columns = stored.columns
        self.key: Floats = columns["key"]
        self.x: Floats = columns["x"]
        self.y: Floats = columns["y"]
        self.z: Floats = columns["z"]
        self.bits: npt.NDArray[np.uint64] = columns["bits"]
        self.place: Array = columns["place"]
        self.pattern: Array = columns["pattern"]
        self.quality: Array = columns["quality"]
        self.small: Mapping[str, Array] = {name: columns[name] for name in COLUMNS}
        self.kept = kept or Kept()
        self._name_counts: Ints | None = None
        self.deleted = deleted
        self.live_count = self.count - deleted.size
        self.live: Bools | None = None
        if deleted.size:
            self.live = np.ones(self.count, dtype=np.bool_)
            self.live[deleted] = False

    def without(self, deleted: Ints) -> "Part":
        """The same segment with these rows deleted."""
        if deleted.size == self.deleted.size:
            return self
        return Part(self.stored, deleted, self.kept)

    def at(self, moment: float) -> "Part":
        """The same segment without what is not shown at a moment (seconds since 1970), as if deleted."""
        hidden = self.windows.hidden(moment)
        return self.without(np.union1d(self.deleted, hidden)) if hidden.size else self

    @property
    def windows(self) -> Windows:
        """What is shown for a time only."""
        found: Windows = self._keep("windows", lambda: Windows(self.stored.arrays))
        return found

    def rows_of(self, ids: list[str]) -> Ints:
        """The live rows with these ids."""
        wanted = np.array([each.encode() for each in ids], dtype=np.bytes_)
        if not self.count or not wanted.size:
            return np.empty(0, dtype=np.int64)
        order = self._keep("order", lambda: np.argsort(self.place))
        places = np.minimum(self.stored.ids.searchsorted(wanted, sorter=order), self.count - 1)
        rows: Ints = order[places]
        rows = np.unique(rows[self.stored.ids[rows] == wanted])
        return rows if self.live is None else rows[self.live[rows]]

    def listed(self, field: str, term: str) -> Listed:
        """The rows of one term; none when the term does not occur."""
        found = self.kept.lists.get((field, term))
        if found is None:
            posting = self.stored.posting(field, term) or NOTHING
            found = Listed(posting.rows, posting.values)
            if posting.rows.size * _DENSE_SHARE > self.count > 256:
                found.dense = np.zeros(self.count, dtype=np.uint8)
                found.dense[posting.rows] = posting.values
            _remember(self.kept.lists, (field, term), found)
        return found

    def any_of(self, field: str, terms: tuple[str, ...]) -> Listed:
        """The rows that have one of the terms, each with its greatest value."""
        if len(terms) == 1:
            return self.listed(field, terms[0])
        found = self.kept.merged.get((field, terms))
        if found is None:
            spread = np.zeros(self.count, dtype=np.uint8)
            for each in terms:
                listed = self.listed(field, each)
                spread[listed.rows] = np.maximum(spread[listed.rows], listed.values)
            found = _collected(spread)
            _remember(self.kept.merged, (field, terms), found)
        return found

    def group(self, stems: tuple[str, ...]) -> Listed:
        """The rows that have one of the stems. Values are weights for one stem, fits for several (`fits`)."""
        if len(stems) == 1:
            return self.listed("word", stems[0])
        found = self.kept.merged.get(("group", stems))
        if found is None:
            spread = np.zeros(self.count, dtype=np.float64)
            for place, each in enumerate(stems):
                listed = self.listed("word", each)
                fits = FITS[listed.values] * (ranking.ALTERNATIVE_WEIGHT if place else 1.0)
                spread[listed.rows] = np.maximum(spread[listed.rows], fits)
            found = _collected(spread)
            _remember(self.kept.merged, ("group", stems), found)
        return found

    def live_rows(self, listed: Listed) -> int:
        """How many listings of a list there are, deleted ones left out."""
        if self.live is None:
            return listed.rows.size
        return int(np.count_nonzero(self.live[listed.rows]))

    def serving(
        self, place: tuple[str | None, str | None, str | None], *, by_video: bool
    ) -> tuple[Ints, Bytes]:
        """(rows, AREA or VIDEO) of listings whose text extents cover a (state, county, ZIP), each once."""
        found = self.kept.serving.get((*place, by_video))
        if found is None:
            rows = self._covering("area", place)
            videos = np.setdiff1d(self._covering("video", place), rows) if by_video else rows[:0]
            reach = np.repeat(np.array([AREA, VIDEO], dtype=np.uint8), [rows.size, videos.size])
            found = np.concatenate([rows, videos]).astype(np.int64), reach
            _remember(self.kept.serving, (*place, by_video), found)
        return found

    def _covering(self, field: str, place: tuple[str | None, str | None, str | None]) -> Rows:
        """Rows with a text extent that covers a place by the rule of `areas.covers`, ascending."""
        state, county, postal_code = place
        extents = [
            each
            for each in self._extents(field)
            if areas.covers([each], state=state, county=county, postal_code=postal_code)
        ]
        rows = [self.listed(field, each).rows for each in extents]
        return np.unique(np.concatenate(rows)) if rows else NOTHING.rows

    def _extents(self, field: str) -> list[str]:
        """All text extents in use."""
        return cast("list[str]", self._keep(f"extents {field}", lambda: self.stored.terms(field)))

    def touching(self, states: tuple[str, ...], *, by_video: bool) -> Bools:
        """Which rows are in one of the states or serve part of one (`engine.Selection`)."""
        return cast("Bools", self._keep(f"in {states} {by_video}", lambda: self._touching(states, by_video)))

    def _touching(self, states: tuple[str, ...], by_video: bool) -> Bools:
        flags = np.zeros(self.count, dtype=np.bool_)
        flags[list(self.polygons)] = True
        flags[self.any_of("state", states).rows] = True
        for served in ("area", "video") if by_video else ("area",):
            for each in self._extents(served):
                if not areas.states([each]).isdisjoint(states):
                    flags[self.listed(served, each).rows] = True
        return flags

    @property
    def polygons(self) -> Mapping[int, tuple[str, ...]]:
        """GeoJSON areas by row."""
        found: Mapping[int, tuple[str, ...]] = self.stored.objects["polygons"]
        return found

    @property
    def timetable(self) -> Timetable:
        """Opening hours and meetings."""
        found: Timetable = self._keep("timetable", lambda: Timetable(self.stored.objects["patterns"]))
        return found

    @property
    def names(self) -> NameList:
        """For `complete`."""
        found: NameList = self._keep("names", lambda: NameList(self.stored.arrays))
        return found

    @property
    def name_counts(self) -> Ints:
        """How many live listings have each name."""
        if self._name_counts is None:
            self._name_counts = self.names.live_counts(self.deleted)
        return self._name_counts

    @property
    def spellings(self) -> SpellingList:
        """For `correct`."""
        found: SpellingList = self._keep("spellings", lambda: SpellingList(self.stored.arrays))
        return found

    def failing(self, mask: np.uint64) -> Bools:
        """Which rows have none of the filters of a mask."""
        found = self.kept.failing.get(int(mask))
        if found is None:
            found = (self.bits & mask) == 0
            if len(self.kept.failing) >= _KEPT_MASKS:
                self.kept.failing.clear()
            self.kept.failing[int(mask)] = found
        return found

    @property
    def bit_rows(self) -> npt.NDArray[np.uint64]:
        """Filters the other way around: per filter one bit for every row; uint64, shape (64, rows / 64)."""
        found: npt.NDArray[np.uint64] = self._keep("bit rows", self._pack_bits)
        return found

    def _pack_bits(self) -> npt.NDArray[np.uint64]:
        width = -(-self.count // 64)
        packed = np.zeros((64, width * 8), dtype=np.uint8)
        for place in range(64):
            flags = (self.bits >> np.uint64(place)) & np.uint64(1)
            row = np.packbits(flags.astype(np.bool_))
            packed[place, : row.size] = row
        return packed.view(np.uint64)

    def _keep(self, name: str, make: Any) -> Any:
        """Something made once."""
        if name not in self.kept.made:
            self.kept.made[name] = make()
        return self.kept.made[name]


def _collected(spread: Bytes | Floats) -> Listed:
    rows = spread.nonzero()[0].astype(np.uint32)
    is_dense = rows.size * _DENSE_SHARE > spread.size > 256
    return Listed(rows, spread[rows], spread if is_dense else None)


def _remember(kept: dict[Any, Any], key: Any, value: Any) -> None:
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = value
