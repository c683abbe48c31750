"""Makes the gazetteer's tables out of its data (a few seconds; `cache` keeps the result).

ZIP codes, their towns, counties and zones: the `zipcodes` package. Towns' populations and points: GeoNames
(`data/cities.csv.gz`). Spelling of counties: the Census Bureau (`data/counties.csv.gz`).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from directory.geo import sources
from directory.geo.sources import NONE, County, Town, Zip, fold
from directory.geo.states import CODES

_STATE_INDEX = {code: position for position, code in enumerate(CODES)}


@dataclass(frozen=True, slots=True, repr=False)
class Tables:
    """Columns. Texts are lists; numbers are numpy columns; `*_state` counts in `states.CODES`, -1 is none."""

    zones: list[str]
    names: list[str]
    """Town names that `zip_name` counts in."""
    zip_code: NDArray[np.int32]
    """Ascending."""
    zip_point: NDArray[np.float64]
    """Latitude, longitude."""
    zip_name: NDArray[np.int32]
    zip_state: NDArray[np.int16]
    zip_county: NDArray[np.int32]
    zip_zone: NDArray[np.int16]
    zip_kind: NDArray[np.int16]
    """0 streets, 1 boxes only, 2 one firm's own."""
    city_name: list[str]
    city_state: NDArray[np.int16]
    city_point: NDArray[np.float64]
    city_population: NDArray[np.int64]
    city_zone: NDArray[np.int16]
    key: list[str]
    """Folded town names and other names, ascending; one town a state, the most populous first."""
    key_city: NDArray[np.int32]
    county_key: list[str]
    county_name: list[str]
    county_state: NDArray[np.int16]
    county_point: NDArray[np.float64]
    county_population: NDArray[np.int64]
    county_zone: NDArray[np.int16]
    county_fold: list[str]
    """Folded county names, ascending, and whose they are."""
    county_fold_county: NDArray[np.int32]


def tabulate() -> Tables:
    """The whole gazetteer, from the installed package and the files in `data`."""
    known_towns = sources.read_towns()
    listed = sources.read_counties()
    zips = sources.read_zips(sources.county_folds(listed), sources.town_points(known_towns))
    # A county in which no ZIP code counts (three of Virginia's cities, the islands) could never be searched.
    reached = sorted({each.county for each in zips} - {NONE})
    renumbered = {old: new for new, old in enumerate(reached)}
    zips = [each._replace(county=renumbered.get(each.county, NONE)) for each in zips]
    listed = [listed[old] for old in reached]
    offices = sources.PostOffices(zips)
    towns = [*known_towns, *sources.postal_towns(zips, known_towns, offices)]
    keys = _keys(towns, offices)
    tables = _columns(zips, towns, keys, listed)
    fold.cache_clear()
    return tables


def _keys(towns: Sequence[Town], offices: sources.PostOffices) -> list[tuple[str, int]]:
    """(folded name, town), ascending, one town a state and name: first the one at the post office of that
    name ("Bridgeport, IL" is not the part of Chicago), then by its own name, then by population."""
    best: dict[tuple[str, str], tuple[bool, bool, int]] = {}
    for position, town in enumerate(towns):
        for name in (town.name, *town.others):
            key = fold(name), town.state
            rank = not offices.has(town, key[0]), name != town.name, position
            best[key] = min(rank, best.get(key, rank))
    return sorted((key[0], rank[2]) for key, rank in best.items())


def _columns(
    zips: Sequence[Zip],
    towns: Sequence[Town],
    keys: Sequence[tuple[str, int]],
    listed: Sequence[County],
) -> Tables:
    zones = sorted({*(each.zone for each in zips), *(each.zone for each in towns)})
    zone_index = {zone: position for position, zone in enumerate(zones)}
    names = sorted({each.town for each in zips})
    name_index = {name: position for position, name in enumerate(names)}
    county_people, county_points, county_zones = _county_numbers(zips, towns, len(listed))
    folds = sources.county_folds(listed)
    fold_rows = sorted((name, state, position) for (state, name), position in folds.items())
    return Tables(
        zones=zones,
        names=names,
        zip_code=np.array([int(each.code) for each in zips], np.int32),
        zip_point=np.array([each.point for each in zips], np.float64),
        zip_name=np.array([name_index[each.town] for each in zips], np.int32),
        zip_state=np.array([_STATE_INDEX[each.state] for each in zips], np.int16),
        zip_county=np.array([each.county for each in zips], np.int32),
        zip_zone=np.array([zone_index[each.zone] for each in zips], np.int16),
        zip_kind=np.array([each.kind for each in zips], np.int16),
        city_name=[town.name for town in towns],
        city_state=np.array([_STATE_INDEX[town.state] for town in towns], np.int16),
        city_point=np.array([town.point for town in towns], np.float64),
        city_population=np.array([town.population for town in towns], np.int64),
        city_zone=np.array([zone_index[town.zone] for town in towns], np.int16),
        key=[key for key, _ in keys],
        key_city=np.array([position for _, position in keys], np.int32),
        county_key=[each.key for each in listed],
        county_name=[each.name for each in listed],
        county_state=np.array([_STATE_INDEX[each.state] for each in listed], np.int16),
        county_point=county_points,
        county_population=county_people,
        county_zone=np.array([zone_index.get(zone, NONE) for zone in county_zones], np.int16),
        county_fold=[name for name, _, _ in fold_rows],
        county_fold_county=np.array([position for _, _, position in fold_rows], np.int32),
    )


def _county_numbers(
    zips: Sequence[Zip], towns: Sequence[Town], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], list[str]]:
    """Of each county: its towns' people, the point around which they live, and its usual zone.

    A town counts for the county that most of its ZIP codes are in: enough to put "Cook County" in Illinois.
    """
    counties_of: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    zones: dict[int, Counter[str]] = defaultdict(Counter)
    people = np.zeros(count, np.int64)
    points_in: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
    for each in zips:
        if each.county != NONE:
            counties_of[each.state, fold(each.town)][each.county] += 1
            zones[each.county][each.zone] += 1
            # One person per ZIP code, so that a county without a town of its own still has a middle.
            points_in[each.county].append((*each.point, 1))
    for town in towns:
        found = counties_of.get((town.state, fold(town.name))) if town.population else None
        if found:
            county = found.most_common(1)[0][0]
            people[county] += town.population
            points_in[county].append((*town.point, town.population))
    points = np.full((count, 2), np.nan)
    for county, rows in points_in.items():
        column = np.array(rows)
        points[county] = np.average(column[:, :2], axis=0, weights=column[:, 2])
    return people, points, [zones[each].most_common(1)[0][0] if zones[each] else "" for each in range(count)]
