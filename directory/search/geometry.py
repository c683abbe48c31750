"""Geographic order: listings sorted so that a circle on the globe is a few runs of neighbouring rows.

Rows are sorted by (band of 0.1 degree latitude, longitude), both in one number, `order_key`. Rows without
a point come last, with an infinite key. A circle touches a few bands; in each it covers one stretch of
longitudes, two where it crosses 180 degrees, all of them around a pole. The stretches are a little too
generous, never too narrow: the exact test by `chord2` follows.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from directory.search.ranking import EARTH_RADIUS_MILES

Floats = npt.NDArray[np.float64]

BANDS_A_DEGREE = 10
_BANDS = 180 * BANDS_A_DEGREE + 1
_SPACING = 1024.0
"""Distance of two bands in keys: more than the 360 degrees that a band holds."""
_BAND_RADIANS = math.radians(1.0 / BANDS_A_DEGREE)
_SLACK = 1e-6
"""Degrees (about 0.1 m) added to every edge, far above rounding and far below what costs time."""


def order_key(latitudes: Floats, longitudes: Floats) -> Floats:
    """The sort key of points in degrees; infinite where a coordinate is NaN."""
    with np.errstate(invalid="ignore"):
        keys = np.floor((latitudes + 90.0) * BANDS_A_DEGREE) * _SPACING + (longitudes + 180.0)
    return np.where(np.isnan(keys), np.inf, keys)


@lru_cache(maxsize=512)
def key_spans(latitude: float, longitude: float, radius_miles: float) -> Floats:
    """The stretches of keys that a circle can touch: float64, shape (2, n), rows from and to, sorted."""
    radius = math.degrees(radius_miles / EARTH_RADIUS_MILES) + _SLACK
    if radius >= 90.0:
        return np.array([[-math.inf], [_BANDS * _SPACING]])
    low = max(math.floor((latitude - radius + 90.0) * BANDS_A_DEGREE), 0)
    high = min(math.floor((latitude + radius + 90.0) * BANDS_A_DEGREE), _BANDS - 1)
    froms: list[float] = []
    tos: list[float] = []
    for band, half in enumerate(_half_widths(low, high, latitude, radius), low):
        base = band * _SPACING + 180.0
        for west, east in _stretches(longitude - half, longitude + half):
            froms.append(base + west)
            tos.append(base + east)
    return np.array([froms, tos])


def _stretches(west: float, east: float) -> tuple[tuple[float, float], ...]:
    """From west to east in order within -180 to 180: one stretch, or two beyond 180 degrees."""
    if east - west >= 360.0:
        return ((-180.0, 180.0),)
    if west < -180.0:
        return (-180.0, east), (west + 360.0, 180.0)
    if east > 180.0:
        return (-180.0, east - 360.0), (west, 180.0)
    return ((west, east),)


def _half_widths(low: int, high: int, latitude: float, radius: float) -> list[float]:
    """Degrees of longitude from the centre to the circle's edge, at its widest in each band from low to high.

    On latitude p the edge is at cos d = (cos r - sin p0 sin p) / (cos p0 cos p); it is widest where
    sin p = sin p0 / cos r. Beyond a pole, which the circle then holds, a band lies inside all around.
    """
    phi, r = math.radians(latitude), math.radians(radius)
    sin_phi, cos_phi, cos_r = math.sin(phi), math.cos(phi), math.cos(r)
    widest = math.asin(max(-1.0, min(1.0, sin_phi / cos_r)))
    around_north = (180.0 - latitude - radius + 90.0) * BANDS_A_DEGREE - 1.0
    around_south = (-180.0 - latitude + radius + 90.0) * BANDS_A_DEGREE
    halves: list[float] = []
    for band in range(low, high + 1):
        if band >= around_north or band <= around_south:
            halves.append(180.0)
            continue
        south = math.radians(band / BANDS_A_DEGREE - 90.0)
        line = min(max(widest, south), south + _BAND_RADIANS, math.pi / 2)
        above, below = cos_r - sin_phi * math.sin(line), cos_phi * math.cos(line)
        cosine = above / below if below > 1e-12 else math.copysign(2.0, above)
        halves.append(min(math.degrees(math.acos(max(-1.0, min(1.0, cosine)))) + _SLACK, 180.0))
    return halves


def row_bounds(keys: Floats, spans: Floats) -> npt.NDArray[np.int64]:
    """Rows of `keys` (sorted) within `spans`: int64 of twice their number, [start, end) pairs in order."""
    bounds = np.empty(spans.size, dtype=np.int64)
    bounds[0::2] = keys.searchsorted(spans[0], side="left")
    bounds[1::2] = keys.searchsorted(spans[1], side="right")
    return bounds
