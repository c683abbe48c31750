"""A query made ready, and what matches it: the two shapes that matching passes on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.listings.record import KINDS
from directory.search import ranking
from directory.search.columns import ASKED_BITS, MAIN, FilterCodes
from directory.search.engine import Circle, EngineQuery
from directory.search.part import Listed, Part
from directory.search.postings import Bools, Bytes, Floats, Ints

Values = npt.NDArray[Any]
unit_vector = lru_cache(maxsize=4096)(ranking.unit_vector)
"""Kept, as people ask for the same places."""


@dataclass(slots=True)
class Matches:
    """Rows of one part, in no order, with what their rank depends on. None stands for "the same for all"."""

    rows: Ints
    reach: Bytes | None = None
    """PLACE, AREA or VIDEO; None: all PLACE."""
    squared: Floats | None = None
    """`chord2` to the circle's centre; NaN without a point."""
    values: dict[int, Values] = field(default_factory=dict)
    """Per condition (by its place among them), the value of each row."""
    bits: npt.NDArray[np.uint64] | None = None
    missed: Bytes | None = None
    """0 where all filter groups are passed, n where only the n-th is not. None: all pass."""

    def take(self, places: Ints) -> None:
        """Keeps only these, in ascending order."""
        if places.size == self.rows.size:
            return
        self.rows = self.rows[places]
        if self.reach is not None:
            self.reach = self.reach[places]
        if self.squared is not None:
            self.squared = self.squared[places]
        if self.values:
            self.values = {name: each[places] for name, each in self.values.items()}
        if self.bits is not None:
            self.bits = self.bits[places]
        if self.missed is not None:
            self.missed = self.missed[places]

    def fitting(self) -> "Matches":
        """Those that pass every filter group."""
        if self.missed is None:
            return self
        found = Matches(self.rows, self.reach, self.squared, self.values)
        found.take((self.missed == 0).nonzero()[0])
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A query made ready for all parts."""

    query: EngineQuery
    masks: Sequence[tuple[str, np.uint64]]
    """Filter group, and the bits of the codes chosen in it."""
    kinds: Bools | None
    attendance: int
    stems: tuple[str, ...]
    """Words of phrases, which must all occur."""
    center: tuple[float, float, float] | None
    limit: float
    """`chord2` of the radius."""

    @classmethod
    def of(cls, query: EngineQuery, codes: FilterCodes) -> "Asked":
        """Makes a query ready."""
        where = query.where
        circle = where if isinstance(where, Circle) else None
        return cls(
            query=query,
            masks=[(group, np.uint64(codes.mask(chosen))) for group, chosen in query.filters.items()],
            kinds=np.array([kind in query.kinds for kind in KINDS]) if query.kinds else None,
            attendance=sum(ASKED_BITS[each] for each in set(query.attendance)) if query.attendance else 0,
            stems=tuple({stem for phrase in query.phrases for stem in phrase}) if query.phrases else (),
            center=unit_vector(circle.latitude, circle.longitude) if circle else None,
            limit=ranking.chord2_of(circle.radius_miles) if circle else 0.0,
        )

    def conditions(self, part: Part) -> list[Listed]:
        """Word groups, words of phrases, needs: in this order, so that `Matches.values` tells them apart."""
        query = self.query
        found = [part.group(group) for group in query.words]
        if self.stems:
            found += [part.listed("word", stem) for stem in self.stems]
        if query.needs:
            found.append(part.any_of("need", query.needs))
        return found


def also_only(asked: Asked, found: Matches) -> Bools | None:
    """Whether each row gives every asked need to its own clients only; None when no need is asked for."""
    if not asked.query.needs:
        return None
    flags: Bools = found.values[len(asked.query.words) + len(asked.stems)] != MAIN
    return flags
