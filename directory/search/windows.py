"""Listings that are shown for a time only: which of a segment are not, at a given moment.

Few listings have such limits, so they are kept as a list of rows with two moments each, not as columns.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.listings.shown import Shown
from directory.search.postings import Floats, Ints

Arrays = Mapping[str, npt.NDArray[Any]]


class WindowReader:
    """Takes listings one by one; `finish` gives the arrays of `Windows`."""

    def __init__(self) -> None:
        self._found: list[tuple[int, float, float]] = []

    def add(self, number: int, shown: Shown) -> None:
        """The listing of this number, among those added so far."""
        if shown.begins or shown.ends:
            begins = shown.begins.timestamp() if shown.begins else -math.inf
            ends = shown.ends.timestamp() if shown.ends else math.inf
            self._found.append((number, begins, ends))

    def finish(self, final: Ints) -> dict[str, npt.NDArray[Any]]:
        """The arrays, listing i becoming row `final[i]`; moments are seconds since 1970 (float64)."""
        table = np.array(self._found, dtype=np.float64).reshape(-1, 3)
        return {
            "window_rows": final[table[:, 0].astype(np.int64)].astype("<u4"),
            "window_begins": table[:, 1].astype("<f8"),
            "window_ends": table[:, 2].astype("<f8"),
        }


class Windows:
    """The limits of one set of listings."""

    def __init__(self, arrays: Arrays) -> None:
        self._rows, self._begins, self._ends = (
            arrays[name] for name in ("window_rows", "window_begins", "window_ends")
        )

    @property
    def edges(self) -> Floats:
        """Moments (seconds since 1970) at which anything begins or ends to be shown, in no order."""
        both: Floats = np.concatenate([self._begins, self._ends])
        return both[np.isfinite(both)]

    def hidden(self, at: float) -> Ints:
        """The rows not shown at a moment (seconds since 1970)."""
        is_shown = (self._begins <= at) & (at < self._ends)
        rows: Ints = self._rows[~is_shown].astype(np.int64)
        return rows
