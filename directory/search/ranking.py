"""How results are ordered: one set of formulas that every engine computes to the same bits.

Only `+ - * /` and the square root are used where an order depends on the outcome. IEEE 754 rounds those
correctly, so Python floats and numpy arrays give the same doubles, provided that they are written in the
same order as here. Sines and arc sines are not like that: unit vectors come from `unit_vectors` alone, and
an arc length (`miles_from_chord2`) is only ever shown, never compared.

**Place.** A listing's own point or state speaks only when it has coordinates. Polygons cover a `Circle` that
has its middle in them, and a `Region` that has one of its `points` in them.

**Distance.** A listing's coordinates are rounded by `coordinate`. Between unit vectors, `chord2` is the
squared straight line through the globe; within a radius means `chord2 <= chord2_of(radius)`.

**Reach.** `place` when the listing's own point (or state and county) matches, else `area`, else `video`.

**Score** = `score(closeness, quality, text)`; closeness is that of `closeness` for a `Circle`, 0 for a
`Region` or no place; text is 0 without words.

**Text.** A stem weighs, in one listing, `NAME_WEIGHT` for each time it stands in the name and 1 for each
time it stands in the text, which `saturation` brings below 1. A group of alternatives gives the saturation of
its best stem; every stem but the first (what was typed) counts half. The relevance is the mean over the
groups, weighted by `rarity`, whose document frequency counts the listings with any stem of the group among
all listings of the index. Phrases only filter; one whose words are to count is asked for in `words` too.

**Meetings.** A listing with an attendance or of kind `peer_group` is a meeting; the schedules of all others
are opening hours, which `weekday`, `time_from`, `time_to` and `soonest` do not look at. `starts_within` is
the rule of the window.

**Order** (ascending, ties by id). `also_only`: the listing gives every asked need only to its own clients.
Before all that stand here comes whether the selection of the query does not name the listing `first`.

* best: also_only; not around the clock (urgent queries only); reached by video; -score; id
* nearest: also_only; chord2 (infinite without a circle or a point, or reached by video); -score; id
* soonest: also_only; start of the next meeting (`hours.next_meeting`; infinite without); chord2 as above;
  -score; id
* verified: also_only; -day verified (0 if never); -day of the source (0 if unknown); -score; id
"""

import datetime as dt
import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from directory.search.engine import IndexEntry, Reach

Floats = npt.NDArray[np.float64]

EARTH_RADIUS_MILES = 3958.7613
"""Mean radius of the Earth (IUGG): 6371.0088 km."""
SLACK = 1e-15
"""Added to a squared chord: what lies on the circle is inside (at radius 0, a hand's breadth)."""
CLOSENESS_WEIGHT = 0.6
QUALITY_WEIGHT = 0.2
TEXT_WEIGHT = 1.5
NAME_WEIGHT = 3.0
HALF_SATURATION = 1.2
"""A stem of this weight is half as good as one of endless weight (BM25's k1)."""
ALTERNATIVE_WEIGHT = 0.5
FAR_CLOSENESS = 0.5
"""Closeness of a listing that serves the place from elsewhere: as if it stood at half the radius."""
MINUTES_A_DAY = 24 * 60
QUALITY_TERMS: tuple[float, ...] = tuple(QUALITY_WEIGHT * (quality / 255.0) for quality in range(256))
"""The quality part of the score, by quality."""


def coordinate(degrees: float) -> float:
    """A latitude or longitude as indexes keep it: 6 decimals, a hand's breadth."""
    return round(degrees, 6)


def unit_vectors(latitudes: Sequence[float] | Floats, longitudes: Sequence[float] | Floats) -> Floats:
    """Points on the unit sphere: float64, shape (3, n): rows x, y, z. Input in degrees.

    The one place where sines are taken. Always over contiguous arrays, so that one point alone gets the
    same bits as among a million.
    """
    phi = np.radians(np.ascontiguousarray(latitudes, dtype=np.float64))
    lam = np.radians(np.ascontiguousarray(longitudes, dtype=np.float64))
    across = np.cos(phi)
    return np.stack((across * np.cos(lam), across * np.sin(lam), np.sin(phi)))


@lru_cache(maxsize=4096)
def unit_vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    """One point on the unit sphere, with the very numbers that `unit_vectors` gives."""
    x, y, z = unit_vectors([latitude], [longitude])[:, 0].tolist()
    return x, y, z


def chord2(one: tuple[float, float, float], two: tuple[float, float, float]) -> float:
    """Squared straight-line distance of two unit vectors, 0 to 4. Summed x, then y, then z."""
    dx, dy, dz = one[0] - two[0], one[1] - two[1], one[2] - two[2]
    return (dx * dx + dy * dy) + dz * dz


def chord2_of(miles: float) -> float:
    """The largest squared chord that lies within so many miles along the ground."""
    half = min(miles / EARTH_RADIUS_MILES, math.pi) / 2.0
    chord = 2.0 * math.sin(half)
    return chord * chord + SLACK


def miles_from_chord2(squared: float) -> float:
    """Great-circle miles, for showing."""
    return 2.0 * EARTH_RADIUS_MILES * math.asin(min(1.0, math.sqrt(squared) / 2.0))


def closeness(squared: float, radius_miles: float, reach: Reach) -> float:
    """1 at the place itself, about 0 at the radius. `squared` (a chord2) is read for reach `place` only."""
    if reach != "place":
        return FAR_CLOSENESS
    return 1.0 - (EARTH_RADIUS_MILES * math.sqrt(squared)) / max(radius_miles, 1.0)


def score(near: float, quality: int, text: float) -> float:
    """What `best` sorts by, falling. `near` from `closeness` or 0, `quality` 0 to 255, `text` 0 to 1."""
    return (CLOSENESS_WEIGHT * near + QUALITY_TERMS[quality]) + TEXT_WEIGHT * text


def saturation(in_name: int, in_text: int) -> float:
    """How well one stem fits one listing, 0 to 1, by how often it stands in its name and text."""
    weight = NAME_WEIGHT * in_name + in_text
    return weight / (weight + HALF_SATURATION)


def rarity(listings: int, having: int) -> float:
    """Weight of a group that `having` of all `listings` have (BM25's inverse document frequency)."""
    return math.log(1.0 + (listings - having + 0.5) / (having + 0.5))


def is_meeting(entry: IndexEntry) -> bool:
    """Whether the listing's schedules are meetings rather than opening hours."""
    return entry.attendance is not None or entry.kind == "peer_group"


def starts_within(
    start: tuple[int, int], weekday: int | None, time_from: dt.time | None, time_to: dt.time | None
) -> bool:
    """Whether a meeting's start (weekday with 0 for Sunday, minute of the day) lies in the asked window.

    Both ends are included; no `time_from` is midnight, no `time_to` the end of the day. From after to means
    across midnight: late on the weekday itself or early on the day after.
    """
    day, minute = start
    first = _minute(time_from) if time_from else 0
    last = _minute(time_to) if time_to else MINUTES_A_DAY - 1
    same_day = weekday is None or day == weekday
    if first <= last:
        return same_day and first <= minute <= last
    day_after = weekday is None or day == (weekday + 1) % 7
    return (same_day and minute >= first) or (day_after and minute <= last)


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def day_number(day: dt.date | None) -> int:
    """A day as a number to sort by; 0 for none."""
    return day.toordinal() if day else 0
