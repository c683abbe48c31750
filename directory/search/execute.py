"""A query carried out over the parts of an index: matching, counting, ranking, one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.search import ranking
from directory.search.columns import FilterCodes
from directory.search.engine import Circle, EngineQuery, Hit, Reach, SearchPage
from directory.search.matches import Asked, Matches, also_only
from directory.search.matching import is_meeting, match
from directory.search.part import FITS, VIDEO, Part
from directory.search.postings import Bytes, Floats, Ints
from directory.search.ranking import miles_from_chord2

Keys = list[npt.NDArray[Any]]
REACHES: tuple[Reach, ...] = ("place", "area", "video")
_QUALITY_TERMS: Floats = np.array(ranking.QUALITY_TERMS)
_PACKED_SHARE = 16
"""With more than one match in so many rows, filters are counted on packed bits."""
_FEW = 200
"""So few matches are simply sorted and counted."""
_BYTE_BITS: Floats = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(
    float
)
_BYTE_PLACES = np.arange(8, dtype=np.int64) * 256


@dataclass(frozen=True)
class View:
    """An index at one moment: all its parts, and the bits of its filters."""

    parts: tuple[Part, ...]
    codes: FilterCodes
    groups: Mapping[str, str]
    """Filter code to its group."""

    @cached_property
    def edges(self) -> Floats:
        """Moments (seconds since 1970, ascending) at which a listing begins or ceases to be shown."""
        return np.unique(np.concatenate([np.empty(0), *(part.windows.edges for part in self.parts)]))

    def at(self, moment: float) -> "View":
        """What is shown at a moment (seconds since 1970)."""
        return replace(self, parts=tuple(part.at(moment) for part in self.parts))

    @cached_property
    def listings(self) -> int:
        """How many listings there are."""
        return sum(part.live_count for part in self.parts)

    @cached_property
    def _codes(self) -> tuple[str, ...]:
        return self.codes.codes

    @cached_property
    def _bits_of_group(self) -> Mapping[str, Ints]:
        found: dict[str, list[int]] = {}
        for place, code in enumerate(self._codes):
            found.setdefault(self.groups.get(code, ""), []).append(place)
        return {group: np.array(places) for group, places in found.items()}

    def search(self, query: EngineQuery) -> SearchPage:
        """The asked page, except `unknown_words`."""
        asked = Asked.of(query, self.codes)
        rarities = [self._rarity(group) for group in query.words]
        need = query.offset + query.limit
        counts = np.zeros((1 + len(asked.masks), 64))
        total = 0
        ranked: list[Ranked] = []
        for part in self.parts:
            wide = match(part, asked)
            if wide is None or not wide.rows.size:
                continue
            counts += count_filters(part, wide, len(asked.masks))
            found = wide.fitting()
            total += found.rows.size
            if found.rows.size and query.limit > 0:
                ranked.append(_ranked(part, asked, found, rarities, need))
        if len(ranked) == 1:
            hits = ranked[0].hits(asked, query.offset)
        else:
            merged = sorted(chain.from_iterable(each.keyed_hits(asked) for each in ranked))
            hits = [each[-1] for each in merged[query.offset : need]]
        return SearchPage(hits=tuple(hits), total=total, facets=self._facets(asked, counts))

    def count(self, query: EngineQuery) -> int:
        """How many listings match."""
        asked = Asked.of(query, self.codes)
        found = [match(part, asked) for part in self.parts]
        return sum(each.fitting().rows.size for each in found if each is not None)

    def has(self, stems: tuple[str, ...]) -> bool:
        """Whether any listing has one of the stems."""
        return any(part.live_rows(part.group(stems)) for part in self.parts)

    def _rarity(self, group: tuple[str, ...]) -> float:
        return ranking.rarity(self.listings, sum(part.live_rows(part.group(group)) for part in self.parts))

    def _facets(self, asked: Asked, counts: Floats) -> dict[str, int]:
        """Counts by code: of all matches, and in a group with a choice also of those that miss only that."""
        totals = counts[0]
        for number, (group, _) in enumerate(asked.masks, 1):
            bits = self._bits_of_group.get(group)
            if bits is not None:
                totals[bits] += counts[number, bits]
        found = zip(self._codes, totals.astype(np.int64).tolist(), strict=False)
        return {code: count for code, count in found if count}


def count_filters(part: Part, found: Matches, groups: int) -> Floats:
    """How many rows have each of the 64 filters: float64, shape (1 + groups, 64), by `Matches.missed`."""
    if found.bits is None or found.rows.size * _PACKED_SHARE > part.count > 4096:
        return np.stack([_count_packed(part, found, number) for number in range(groups + 1)])
    flat = found.bits.view(np.uint8).reshape(-1, 8)
    if found.rows.size <= _FEW:
        flags: Floats = np.unpackbits(flat, axis=1, bitorder="little").astype(np.float64)
        sets = np.zeros((1, found.rows.size)) if found.missed is None else found.missed[None, :]
        few: Floats = (sets == np.arange(groups + 1)[:, None]).astype(np.float64) @ flags
        return few
    spread = flat + _BYTE_PLACES
    if found.missed is not None:
        spread += (found.missed.astype(np.int64) * 2048)[:, None]
    per_byte = np.bincount(spread.ravel(), minlength=2048 * (groups + 1)).reshape(-1, 256)
    counts: Floats = per_byte.astype(float) @ _BYTE_BITS
    return counts.reshape(groups + 1, 64)


def _count_packed(part: Part, found: Matches, missed: int) -> Floats:
    rows = found.rows if found.missed is None else found.rows[found.missed == missed]
    flags = np.zeros(part.bit_rows.shape[1] * 64, dtype=np.bool_)
    flags[rows] = True
    together = part.bit_rows & np.packbits(flags).view(np.uint64)
    counts: Floats = np.bitwise_count(together).sum(axis=1, dtype=np.int64).astype(float)
    return counts


@dataclass(slots=True)
class Ranked:
    """The first matches of one part, in order."""

    part: Part
    found: Matches
    keys: Keys
    """What all matches are sorted by, ending with the place of the id."""
    chosen: Ints
    """Places of the first among the matches."""

    def hits(self, asked: Asked, skipped: int = 0) -> list[Hit]:
        """The hits, without the first few."""
        found, chosen = self.found, self.chosen[skipped:]
        ids = self.part.stored.ids[found.rows[chosen]].tolist()
        count = len(ids)
        squared = [None] * count if found.squared is None else found.squared[chosen].tolist()
        reach = [0] * count if found.reach is None else found.reach[chosen].tolist()
        only = also_only(asked, found)
        also = [False] * count if only is None else only[chosen].tolist()
        # NaN, which is not equal to itself, means that there is no point
        return [
            Hit(
                id=id_.decode(),
                distance_miles=None if chord is None or chord != chord else miles_from_chord2(chord),  # noqa: PLR0124
                reach=REACHES[way],
                also_only=offered,
            )
            for id_, chord, way, offered in zip(ids, squared, reach, also, strict=True)
        ]

    def keyed_hits(self, asked: Asked) -> list[tuple[Any, ...]]:
        """Tuples that sort as the hits do among those of other parts; the hit is last."""
        hits = self.hits(asked)
        values = [key[self.chosen].tolist() for key in self.keys[:-1]]
        return list(zip(*values, [hit.id for hit in hits], hits, strict=True))


def _ranked(part: Part, asked: Asked, found: Matches, rarities: Sequence[float], need: int) -> Ranked:
    keys = [*_sort_keys(part, asked, found, rarities), part.place[found.rows]]
    return Ranked(part, found, keys, smallest(keys, need))


def _sort_keys(part: Part, asked: Asked, found: Matches, rarities: Sequence[float]) -> Keys:
    """The rows of "Order" in `ranking` but for the id, all ascending; the flags before all are one number."""
    query, rows = asked.query, found.rows
    falling = -_scores(part, query, found, rarities)
    tier = _tier(part, asked, found)
    if query.sort == "nearest":
        return [tier, _away(found), falling]
    if query.sort == "soonest":
        starts = part.timetable.next_starts(part.pattern[rows], query.now)
        return [tier, np.where(is_meeting(part, rows), starts, np.inf), _away(found), falling]
    if query.sort == "verified":
        return [tier, -part.small["verified"][rows], -part.small["as_of"][rows], falling]
    return [tier, falling]


def _tier(part: Part, asked: Asked, found: Matches) -> Bytes:
    """8: not among the first; 4: only for its own clients; 2: not around the clock, for urgent queries; 1: by
    video."""
    only = also_only(asked, found)
    tier = np.zeros(found.rows.size, dtype=np.uint8) if only is None else only * np.uint8(4)
    if asked.query.selection.first:
        first = part.rows_of(sorted(asked.query.selection.first))
        tier += np.isin(found.rows, first, invert=True) * np.uint8(8)
    if asked.query.sort == "best":
        if asked.query.urgent:
            tier += (part.small["clock"][found.rows] == 0) * np.uint8(2)
        if found.reach is not None:
            tier += found.reach == VIDEO
    return tier


def _away(found: Matches) -> Floats:
    """`chord2`; infinite without a circle or a point, or by video."""
    if found.squared is None:
        return np.full(found.rows.size, np.inf)
    far = np.isnan(found.squared)
    if found.reach is not None:
        far |= found.reach == VIDEO
    return np.where(far, np.inf, found.squared)


def _scores(part: Part, query: EngineQuery, found: Matches, rarities: Sequence[float]) -> Floats:
    """`ranking.score`, in its order of operations."""
    scores = _QUALITY_TERMS.take(part.quality.take(found.rows))
    if isinstance(query.where, Circle) and found.squared is not None:
        near = np.sqrt(found.squared)
        near *= ranking.EARTH_RADIUS_MILES
        near /= max(query.where.radius_miles, 1.0)
        np.subtract(1.0, near, out=near)
        if found.reach is not None:
            near[found.reach != 0] = ranking.FAR_CLOSENESS
        near *= ranking.CLOSENESS_WEIGHT
        scores += near
    if rarities:
        text = np.zeros(found.rows.size)
        total = 0.0
        for place, rarity in enumerate(rarities):
            values = found.values[place]
            text += rarity * (FITS.take(values) if values.dtype == np.uint8 else values)
            total += rarity
        text /= total
        text *= ranking.TEXT_WEIGHT
        scores += text
    return scores


def smallest(keys: Keys, need: int) -> Ints:
    """Places of the first `need` by the keys in turn, in order. The first key is a small number (uint8), the
    last tells all apart."""
    if not keys[0].any():
        keys = keys[1:]
    size = keys[0].size
    if size <= _FEW:
        return np.lexsort(keys[::-1])[:need]
    wanted = need
    candidates: Ints | None = None
    settled: list[Ints] = []
    for key in keys:
        values = key if candidates is None else key[candidates]
        if values.size <= need:
            break
        edge = _edge(values, need)
        less, ties = (values < edge).nonzero()[0], (values == edge).nonzero()[0]
        if candidates is not None:
            less, ties = candidates[less], candidates[ties]
        settled.append(less)
        need -= less.size
        candidates = ties
    chosen = np.arange(size) if candidates is None else np.concatenate([*settled, candidates])
    order = np.lexsort([key[chosen] for key in reversed(keys)])
    return chosen[order[:wanted]]


def _edge(values: npt.NDArray[Any], need: int) -> Any:
    """The value of the last of the first `need`."""
    if values.dtype == np.uint8:
        return np.bincount(values).cumsum().searchsorted(need)
    return np.partition(values, need - 1)[need - 1]
