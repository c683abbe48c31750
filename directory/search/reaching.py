"""Which rows of one part reach a place: those in it, and those that serve it from elsewhere."""

from collections.abc import Sequence

import numpy as np

from directory.listings import areas
from directory.search import ranking
from directory.search.columns import county_term
from directory.search.engine import Circle, Region
from directory.search.geometry import key_spans, row_bounds
from directory.search.matches import Asked, Matches, unit_vector
from directory.search.part import AREA, VIDEO, Listed, Part
from directory.search.postings import Bytes, Floats, Ints


def _rarest(conditions: Sequence[Listed]) -> int:
    return min(range(len(conditions)), key=lambda place: conditions[place].rows.size)


def anywhere(part: Part, conditions: Sequence[Listed]) -> Matches:
    if not conditions:
        return Matches(np.arange(part.count))
    driver = _rarest(conditions)
    return Matches(conditions[driver].rows.astype(np.int64), values={driver: conditions[driver].values})


def in_circle(part: Part, asked: Asked, where: Circle, conditions: Sequence[Listed]) -> Matches:
    """What lies in the circle, and what serves its centre from elsewhere."""
    bounds = row_bounds(part.key, key_spans(where.latitude, where.longitude, where.radius_miles))
    found, driver = _cut(bounds, conditions)
    near = found.rows.size
    others = _elsewhere(part, asked, where)
    if others is not None:
        _join(part, found, others, conditions, driver)
    found.squared = _squared(part, asked, found.rows)
    inside = found.squared <= asked.limit
    if found.reach is not None:
        # what serves from elsewhere, unless it is in the circle itself, and so is here already
        np.logical_not(inside[near:], out=inside[near:])
    found.take(inside.nonzero()[0])
    return found


def _cut(bounds: Ints, conditions: Sequence[Listed]) -> tuple[Matches, int | None]:
    """Rows within the stretches that fulfil the condition which is rarest there (None without any)."""
    if not conditions:
        pairs = bounds.tolist()
        ranges = [
            np.arange(start, end) for start, end in zip(pairs[0::2], pairs[1::2], strict=True) if start < end
        ]
        return Matches(np.concatenate(ranges or [bounds[:0]])), None
    edges = bounds.astype(np.uint32)
    cuts = [each.rows.searchsorted(edges) for each in conditions]
    driver = 0
    if len(cuts) > 1:
        driver = min(
            range(len(cuts)), key=lambda place: int(cuts[place][1::2].sum() - cuts[place][0::2].sum())
        )
    chosen, pairs = conditions[driver], cuts[driver].tolist()
    spans = [slice(start, end) for start, end in zip(pairs[0::2], pairs[1::2], strict=True) if start < end]
    if not spans:
        spans = [slice(0, 0)]
    rows = np.concatenate([chosen.rows[span] for span in spans], dtype=np.int64)
    return Matches(rows, values={driver: np.concatenate([chosen.values[span] for span in spans])}), driver


def _squared(part: Part, asked: Asked, rows: Ints) -> Floats:
    """`ranking.chord2`, in its order of operations; NaN without a point."""
    x, y, z = asked.center or (0.0, 0.0, 0.0)
    total = part.x.take(rows)
    total -= x
    total *= total
    for column, middle in ((part.y, y), (part.z, z)):
        across = column.take(rows)
        across -= middle
        across *= across
        total += across
    return total


def in_region(part: Part, asked: Asked, where: Region, conditions: Sequence[Listed]) -> Matches:
    """What lies in a state or county or near it, and what serves it from elsewhere."""
    there = part.listed(*_region_term(where))
    if where.margin_miles > 0 and where.points:
        limit = ranking.chord2_of(where.margin_miles)
        around = [_around(part, point, where.margin_miles, limit) for point in where.points]
        rows = np.unique(np.concatenate([there.rows, *around])).astype(np.uint32)
        there = Listed(rows, np.ones(rows.size, dtype=np.uint8))
    found = anywhere(part, [*conditions, there])
    if len(conditions) not in found.values:
        fulfil(part, found, len(conditions), there)
    del found.values[len(conditions)]
    others = _elsewhere(part, asked, where)
    if others is not None:
        new = np.flatnonzero(there.among(others[0], part.count) == 0)
        _join(part, found, (others[0][new], others[1][new]), conditions, next(iter(found.values), None))
    return found


def _region_term(where: Region) -> tuple[str, str]:
    if where.county is None:
        return "state", where.state
    return "county", county_term(where.state, where.county)


def _around(part: Part, point: tuple[float, float], miles: float, limit: float) -> Ints:
    """Rows within so many miles of a point."""
    pairs = row_bounds(part.key, key_spans(*point, miles)).tolist()
    found = [np.empty(0, dtype=np.int64)]
    x, y, z = unit_vector(*point)
    for start, end in zip(pairs[0::2], pairs[1::2], strict=True):
        dx, dy, dz = part.x[start:end] - x, part.y[start:end] - y, part.z[start:end] - z
        found.append(start + np.flatnonzero((dx * dx + dy * dy) + dz * dz <= limit))
    return np.concatenate(found)


def _elsewhere(part: Part, asked: Asked, where: Circle | Region) -> tuple[Ints, Bytes] | None:
    """(rows, AREA or VIDEO) of what serves the place, each row once. None: nothing does."""
    code = where.postal_code if isinstance(where, Circle) else None
    serving = part.serving((where.state, where.county, code), by_video=asked.query.remote_ok)
    drawn = _drawn_around(part, where) if part.polygons else []
    if drawn:
        by_area = np.union1d(serving[0][serving[1] == AREA], drawn)
        by_video = np.setdiff1d(serving[0][serving[1] == VIDEO], by_area, assume_unique=True)
        serving = np.concatenate([by_area, by_video]), np.repeat([AREA, VIDEO], [by_area.size, by_video.size])
    return (serving[0], serving[1].astype(np.uint8)) if serving[0].size else None


def _drawn_around(part: Part, where: Circle | Region) -> list[int]:
    """Rows with a polygon that holds the place."""
    points = [(where.latitude, where.longitude)] if isinstance(where, Circle) else where.points
    return [
        row
        for row, polygons in part.polygons.items()
        if any(areas.covers_point(polygon, *point) for polygon in polygons for point in points)
    ]


def _join(
    part: Part, found: Matches, others: tuple[Ints, Bytes], conditions: Sequence[Listed], driver: int | None
) -> None:
    """Adds rows from elsewhere: only those that fulfil the condition by which the others were chosen."""
    rows, reach = others
    if driver is not None:
        theirs = conditions[driver].among(rows, part.count)
        fits = theirs.nonzero()[0]
        if not fits.size:
            return
        rows, reach = rows[fits], reach[fits]
        found.values = {driver: np.concatenate([found.values[driver], theirs[fits]])}
    found.reach = np.zeros(found.rows.size + rows.size, dtype=np.uint8)
    found.reach[found.rows.size :] = reach
    found.rows = np.concatenate([found.rows, rows])


def fulfil(part: Part, found: Matches, place: int, condition: Listed) -> None:
    """Keeps what fulfils a condition, with its values."""
    theirs = condition.among(found.rows, part.count)
    fits = theirs.nonzero()[0]
    if fits.size < found.rows.size:
        found.take(fits)
        theirs = theirs[fits]
    found.values[place] = theirs
