"""Which listings are worth comparing: those that share a block. Near-linear in the number of listings. Pure.

Four kinds of block: the same telephone; the same ZIP and a telling word of the name; the same street number
and ZIP; the same or a neighbouring square of 150 m. Meetings share a block only with meetings of the same
weekday and hour: a club house has sixty meetings a week under one roof.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from directory.geo.distance import miles, to_km
from directory.intake.likeness import COMMON_WORDS
from directory.intake.sites import Site

NEAR_METRES = 150.0
LARGEST_BLOCK = 50
"""Sites. What more of them share tells nothing (a call centre's number, the middle of a town given as a door,
a word like "Baltimore" in Baltimore); each may still meet its like in another block."""
_DEGREE_METRES = 111_194.0

Key = tuple[str, ...]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of places in the list of sites, smaller first, sorted; and the blocks cut, with their sizes."""

    pairs: list[Pair]
    cut: Mapping[Key, int] = field(default_factory=dict)


def may_be_one(one: Site, other: Site) -> bool:
    """False for pairs that are never offered, whatever they look like.

    Within one source its publisher tells listings apart, and says so by listing both. Two directories of one
    publisher list two services of a place (`sites.SIBLINGS`). Withheld addresses are never compared. Meetings
    at other times are other meetings.
    """
    if one.source == other.source or not one.is_comparable or not other.is_comparable:
        return False
    if one.schemes and other.schemes and not one.schemes & other.schemes:
        return False
    if (one.kind == "peer_group") != (other.kind == "peer_group"):
        return False
    return not one.times or not other.times or bool(one.times & other.times)


def candidates(sites: Sequence[Site]) -> Candidates:
    """Every pair of sites that share a block and may be one."""
    blocks: dict[Key, list[int]] = defaultdict(list)
    squares: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for place, site in enumerate(sites):
        if not site.is_comparable:
            continue
        for slot in site.times or ("",):
            for key in _keys(site):
                blocks[*key, slot].append(place)
            if site.point:
                squares[*_square(*site.point), slot].append(place)
    cut = {key: len(block) for key, block in blocks.items() if len(block) > LARGEST_BLOCK}
    pairs = set(_within(sites, (block for key, block in blocks.items() if key not in cut)))
    pairs.update(_near(sites, squares, cut))
    return Candidates(sorted(pairs), cut)


def _keys(site: Site) -> Iterator[Key]:
    for phone in site.phones:
        yield "phone", phone
    if site.postal_code:
        for word in site.words:
            if word not in COMMON_WORDS:
                yield "name", site.postal_code, word
        if site.door.number:
            yield "door", site.postal_code, site.door.number


def _within(sites: Sequence[Site], blocks: Iterable[Sequence[int]]) -> Iterator[Pair]:
    for block in blocks:
        for index, first in enumerate(block):
            for second in block[index + 1 :]:
                if first != second and may_be_one(sites[first], sites[second]):
                    yield first, second


def _square(latitude: float, longitude: float) -> tuple[int, int]:
    """Squares of 150 m or more: rows of latitude, cut by longitude."""
    row = math.floor(latitude * _DEGREE_METRES / NEAR_METRES)
    return row, _column(longitude, row)


def _column(longitude: float, row: int) -> int:
    return math.floor(longitude * _DEGREE_METRES * _shrink(row) / NEAR_METRES)


@cache
def _shrink(row: int) -> float:
    """How much shorter a degree of longitude is in the poleward neighbour of a row."""
    latitude = (abs(row) + 2) * NEAR_METRES / _DEGREE_METRES
    return max(0.01, math.cos(math.radians(min(latitude, 89.0))))


def _near(
    sites: Sequence[Site], squares: Mapping[tuple[int, int, str], list[int]], cut: dict[Key, int]
) -> Iterator[Pair]:
    for (row, column, slot), block in squares.items():
        if len(block) > LARGEST_BLOCK:
            cut["near", str(row), str(column), slot] = len(block)
            continue
        for first in block:
            for second in _reached(sites[first], row, column, slot, squares):
                if second > first and may_be_one(sites[first], sites[second]):
                    metres = metres_apart(sites[first], sites[second])
                    if metres is not None and metres <= NEAR_METRES:
                        yield first, second


def _reached(
    site: Site, row: int, column: int, slot: str, squares: Mapping[tuple[int, int, str], list[int]]
) -> Iterator[int]:
    """Places in the nine squares around a site's own."""
    longitude = site.point[1] if site.point else 0.0
    for near_row in (row - 1, row, row + 1):
        middle = column if near_row == row else _column(longitude, near_row)
        for near_column in (middle - 1, middle, middle + 1):
            near = squares.get((near_row, near_column, slot), ())
            if len(near) <= LARGEST_BLOCK:
                yield from near


def metres_apart(one: Site, other: Site) -> float | None:
    """Metres between two doors; None unless both are known exactly."""
    if one.point is None or other.point is None:
        return None
    return to_km(miles(*one.point, *other.point)) * 1000.0
