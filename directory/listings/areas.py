"""Does a stated service area cover a place? Pure; the extents are those of `record.ServiceArea`.

Text extents: `US` the country, `US-PA` a state (ISO 3166-2), `US-PA/Philadelphia` a county, `US-PA/19104` a
ZIP code. GeoJSON extents (RFC 7946): a Polygon or MultiPolygon, also inside a Feature or a collection.
What cannot be read covers nothing.
"""

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

_STATE_CODES = """
    AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY
    OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY AS GU MP PR VI
"""
STATES = frozenset(_STATE_CODES.split())
"""The states, the District of Columbia and the inhabited territories, by postal code."""
_COUNTY_WORDS = re.compile(r"\s+(county|parish|borough|census area|municipality)$")
_ZIP = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class _Extent:
    state: str | None = None
    """None: the whole country."""
    county: str | None = None
    postal_code: str | None = None


@lru_cache(maxsize=8192)
def _extent(text: str) -> _Extent | None:
    country, _, rest = text.strip().partition("-")
    if country.strip().upper() != "US":
        return None
    if not rest:
        return _Extent() if text.strip().upper() == "US" else None
    state, _, part = rest.partition("/")
    state, part = state.strip().upper(), part.strip()
    if state not in STATES or ("/" in rest and not part):
        return None
    if _ZIP.fullmatch(part):
        return _Extent(state, postal_code=part)
    return _Extent(state, county=county_name(part) if part else None)


def county_name(text: str) -> str:
    """A county's name to compare: case-folded, without dots, "County" (or "Parish" …) and a leading `PA/`."""
    name = " ".join(text.rpartition("/")[2].replace(".", " ").casefold().split())
    return _COUNTY_WORDS.sub("", name)


def covers(extents: Sequence[str], *, state: str | None, county: str | None, postal_code: str | None) -> bool:
    """Whether one of the text extents covers a place.

    `county` as a name or as a key (`PA/Philadelphia`); `postal_code` may be ZIP+4. What is not known of the
    place (None) is covered only by larger extents: a whole state is not covered by one of its counties.
    """
    home = state.strip().upper() if state else None
    wanted = county_name(county) if county else None
    code = postal_code.strip()[:5] if postal_code else None
    for extent in map(_extent, extents):
        if extent is None:
            continue
        if extent.postal_code is not None:
            # a ZIP code is one of a kind in the country, and a few cross a state line
            if extent.postal_code == code:
                return True
        elif extent.state is None or (extent.state == home and extent.county in (None, wanted)):
            return True
    return False


def states(extents: Iterable[str]) -> frozenset[str]:
    """The states that the extents touch, by postal code: a county or ZIP counts as its state, `US` as all."""
    found = [extent for extent in map(_extent, extents) if extent is not None]
    if any(extent.state is None for extent in found):
        return STATES
    return frozenset(extent.state for extent in found if extent.state is not None)


_Point = tuple[float, float]
_Ring = tuple[_Point, ...]
"""Longitude, latitude in degrees; closed (last is first); beyond 180 when it crosses the antimeridian."""


@dataclass(frozen=True, slots=True)
class _Polygon:
    outer: _Ring
    holes: tuple[_Ring, ...]
    box: tuple[float, float, float, float]
    """West, south, east, north."""


class _MalformedError(ValueError):
    """This is not GeoJSON that has an inside."""


def covers_point(geojson: str, latitude: float, longitude: float) -> bool:
    """Whether the area holds the point (degrees). Its outline belongs to it, and so does that of a hole.

    A ring that jumps by more than 180 degrees of longitude crosses the antimeridian.
    """
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return False
    return any(
        _in_polygon(polygon, (longitude + turn, latitude))
        for polygon in _polygons(geojson)
        for turn in (0.0, 360.0, -360.0)
    )


@lru_cache(maxsize=512)
def _polygons(geojson: str) -> tuple[_Polygon, ...]:
    """Every polygon of the text; none when any part of it is malformed."""
    try:
        return tuple(_read_polygon(rings) for rings in _rings(json.loads(geojson)))
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError):
        return ()


def _rings(value: Any) -> list[Any]:
    """The coordinates of each polygon inside a GeoJSON object."""
    if not isinstance(value, dict):
        raise _MalformedError
    kind = str(value.get("type"))
    if kind == "Polygon":
        return [value["coordinates"]]
    if kind == "MultiPolygon":
        return list(value["coordinates"])
    if kind == "Feature":
        return _rings(value["geometry"])
    members = {"FeatureCollection": "features", "GeometryCollection": "geometries"}
    return [each for member in value[members[kind]] for each in _rings(member)]


def _read_polygon(rings: Any) -> _Polygon:
    outer, *holes = [_read_ring(ring) for ring in rings]
    longitudes, latitudes = [x for x, _ in outer], [y for _, y in outer]
    box = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
    middle = (box[0] + box[2]) / 2
    return _Polygon(outer, tuple(_beside(hole, middle) for hole in holes), box)


def _read_ring(positions: Any) -> _Ring:
    points: list[_Point] = []
    turn, before = 0.0, None
    for position in positions if positions[0] == positions[-1] else [*positions, positions[0]]:
        longitude, latitude = _number(position[0]), _number(position[1])
        if abs(latitude) > 90 or abs(longitude) > 360:
            raise _MalformedError
        # a jump of 360 is no crossing but the edge of a map of the whole world
        if before is not None and 180 < abs(longitude - before) < 360:
            turn -= math.copysign(360, longitude - before)
        before = longitude
        points.append((longitude + turn, latitude))
    # one that does not come back to its first longitude goes around a pole: no inside on a flat map
    if len(set(points)) < 3 or points[0] != points[-1]:
        raise _MalformedError
    return tuple(points)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _MalformedError
    return float(value)


def _beside(ring: _Ring, middle: float) -> _Ring:
    """The ring, turned by whole circles to lie nearest to a longitude."""
    own = (min(x for x, _ in ring) + max(x for x, _ in ring)) / 2
    turn = 360 * round((middle - own) / 360)
    return tuple((x + turn, y) for x, y in ring) if turn else ring


def _in_polygon(polygon: _Polygon, point: _Point) -> bool:
    west, south, east, north = polygon.box
    if not (west <= point[0] <= east and south <= point[1] <= north):
        return False
    if _side(polygon.outer, point) < 0:
        return False
    return all(_side(hole, point) <= 0 for hole in polygon.holes)


def _side(ring: _Ring, point: _Point) -> int:
    """1 inside, 0 on the outline, -1 outside: inside, a ray to the east crosses an odd number of edges."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        turn = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
        if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return 0
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            inside = not inside
    return 1 if inside else -1
