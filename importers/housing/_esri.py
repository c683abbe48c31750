"""Polygons as ArcGIS gives them ("Esri JSON": a list of rings) to GeoJSON, simplified and rounded.

Esri: outer rings run clockwise, holes against the clock, all in one list. GeoJSON (RFC 7946): each outer
ring, against the clock, is followed by its own holes, clockwise. Coordinates are longitude, latitude in
degrees (`outSR=4326`).
"""

import json
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

FINEST = 0.002
"""Degrees by which an outline may be off (about 200 m): finer than ZIP codes tell where somebody is."""
MOST_POINTS = 2_000
"""Points of one area; the outline is made coarser until it has no more. Alaska's coast would fill a book."""
DIGITS = 4
"""Decimals of a degree (about 10 m)."""

Point = tuple[float, float]
Ring = list[Point]


def geojson_of(rings: Any) -> str | None:
    """A GeoJSON Polygon or MultiPolygon as text; None when no ring has an inside."""
    read = [ring for ring in map(_read_ring, rings if isinstance(rings, list) else []) if ring]
    if not read:
        return None
    tolerance = FINEST
    kept = _simplified(read, tolerance)
    while sum(map(len, kept)) > MOST_POINTS and tolerance < 1:
        tolerance *= 2
        kept = _simplified(read, tolerance)
    polygons = _with_holes(kept)
    if len(polygons) == 1:
        shape: dict[str, Any] = {"type": "Polygon", "coordinates": polygons[0]}
    else:
        shape = {"type": "MultiPolygon", "coordinates": polygons}
    return json.dumps(shape, separators=(",", ":"))


def _read_ring(given: Any) -> Ring | None:
    """A closed ring of points on the globe; None for what is none."""
    points: Ring = []
    for each in given if isinstance(given, list) else []:
        if not isinstance(each, list) or len(each) < 2 or not all(map(_is_number, each[:2])):
            return None
        longitude, latitude = float(each[0]), float(each[1])
        if not (-360 <= longitude <= 360 and -90 <= latitude <= 90):
            return None
        points.append((longitude, latitude))
    if points and points[0] != points[-1]:
        points.append(points[0])
    return points if len(points) >= 4 and _area(points) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _area(ring: Sequence[Point]) -> float:
    """Twice the signed area in square degrees; positive against the clock."""
    return sum(one[0] * two[1] - two[0] * one[1] for one, two in pairwise(ring))


def _simplified(rings: Iterable[Ring], tolerance: float) -> list[Ring]:
    """The rings with fewer points. What is smaller than the tolerance goes, but never the largest of all."""
    given = list(rings)
    kept = [ring for ring in (_thin(each, tolerance) for each in given) if len(ring) >= 4 and _area(ring)]
    return kept or [_rounded(max(given, key=lambda each: abs(_area(each))))]


def _thin(ring: Ring, tolerance: float) -> Ring:
    """A ring by Douglas and Peucker, cut in two at the point farthest from its start."""
    start = ring[0]
    far = max(range(len(ring)), key=lambda at: math.dist(ring[at], start))
    return _rounded([*_thin_line(ring[: far + 1], tolerance)[:-1], *_thin_line(ring[far:], tolerance)])


def _thin_line(line: Ring, tolerance: float) -> Ring:
    kept = {0, len(line) - 1}
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        at, off = _farthest(line, first, last)
        if off > tolerance:
            kept.add(at)
            waiting += [(first, at), (at, last)]
    return [line[at] for at in sorted(kept)]


def _farthest(line: Ring, first: int, last: int) -> tuple[int, float]:
    """The point between two others that is farthest from the straight line through them, and how far."""
    (x1, y1), (x2, y2) = line[first], line[last]
    dx, dy = x2 - x1, y2 - y1
    length = math.hypot(dx, dy)
    best, farthest = first, 0.0
    for at in range(first + 1, last):
        x, y = line[at]
        off = abs(dx * (y1 - y) - dy * (x1 - x)) / length if length else math.hypot(x - x1, y - y1)
        if off > farthest:
            best, farthest = at, off
    return best, farthest


def _rounded(ring: Ring) -> Ring:
    """Rounded, without points that fall together."""
    points = [(round(x, DIGITS), round(y, DIGITS)) for x, y in ring]
    return [points[0], *(two for one, two in pairwise(points) if one != two)]


def _with_holes(rings: Iterable[Ring]) -> list[list[Ring]]:
    """Polygons: each outer ring with the holes that lie in it. A hole that lies in none is an area itself."""
    outers: list[Ring] = []
    holes: list[Ring] = []
    for ring in rings:
        (outers if _area(ring) < 0 else holes).append(ring)
    inside: dict[int, list[Ring]] = {at: [] for at in range(len(outers))}
    lone: list[Ring] = []
    for hole in holes:
        around = [at for at, outer in enumerate(outers) if _holds(outer, hole[0])]
        if around:
            inside[min(around, key=lambda at: abs(_area(outers[at])))].append(hole[::-1])
        else:
            lone.append(hole)
    return [[outer[::-1], *inside[at]] for at, outer in enumerate(outers)] + [[each] for each in lone]


def _holds(ring: Sequence[Point], point: Point) -> bool:
    """Whether a point lies in a ring (even-odd rule)."""
    x, y = point
    is_in = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            is_in = not is_in
    return is_in
