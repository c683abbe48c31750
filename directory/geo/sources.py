"""Reads what the gazetteer is made from: the `zipcodes` package, GeoNames' towns, the Census's counties."""

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import zipcodes

from directory.geo import counties
from directory.geo.distance import miles
from directory.geo.names import squash
from directory.geo.states import CODES

DATA = Path(__file__).parent / "data"
NONE = -1
KINDS = {"STANDARD": 0, "PO BOX": 1, "UNIQUE": 2}
NEAR_MILES = 25
"""A town of GeoNames this near to a ZIP code of that town is the same town."""
NEAR_MILES_ALASKA = 120
"""There one ZIP code is as large as a state elsewhere."""
fold = lru_cache(maxsize=None)(squash)
"""The same 60,000 names are folded again and again while tables are made; emptied afterwards."""


class Zip(NamedTuple):
    """One ZIP code. `county` counts in the list of counties; `towns` begins with `town`."""

    code: str
    point: tuple[float, float]
    town: str
    state: str
    county: int
    zone: str
    kind: int
    towns: tuple[str, ...]


class Town(NamedTuple):
    """One town; `others` are its other names."""

    name: str
    others: tuple[str, ...]
    state: str
    population: int
    point: tuple[float, float]
    zone: str


class County(NamedTuple):
    """One county, as the Census Bureau names it, and its key."""

    state: str
    name: str
    key: str


def _lines(name: str) -> Iterable[list[str]]:
    text = gzip.decompress((DATA / name).read_bytes()).decode()
    return (line.split("|") for line in text.splitlines())


def read_towns() -> list[Town]:
    """The towns of GeoNames, most populous first."""
    towns = [
        Town(name, tuple(filter(None, others.split("/"))), state, int(people), (float(lat), float(lng)), zone)
        for name, others, state, people, lat, lng, zone in _lines("cities.csv.gz")
    ]
    return sorted(towns, key=lambda town: (-town.population, town.name, town.state))


def read_counties() -> list[County]:
    """All counties, in the file's order."""
    return [
        County(state, name, f"{state}/{counties.key_name(name, state)}")
        for state, name in _lines("counties.csv.gz")
    ]


def county_folds(listed: Sequence[County]) -> dict[tuple[str, str], int]:
    """(state, folded name) to county; a county's own name wins over a city apart without its word."""
    folds: dict[tuple[str, str], int] = {}
    keys = [counties.lookup_keys(each.name, each.state) for each in listed]
    for rank in range(2):
        for position, each in enumerate(listed):
            if rank < len(keys[position]):
                folds.setdefault((each.state, keys[position][rank]), position)
    return folds


def town_points(towns: Iterable[Town]) -> dict[tuple[str, str], tuple[float, float]]:
    """(state, folded name) to the point of the most populous town of that name."""
    points: dict[tuple[str, str], tuple[float, float]] = {}
    for town in towns:
        for name in (town.name, *town.others):
            points.setdefault((town.state, fold(name)), town.point)
    return points


def read_zips(
    folds: dict[tuple[str, str], int], town_points: dict[tuple[str, str], tuple[float, float]]
) -> list[Zip]:
    """ZIP codes that are somewhere: the 823 of armed forces abroad and a dozen others are not."""
    # State by state: `list_all` would keep 42,000 dictionaries in memory for good.
    rows = (row for code in CODES for row in zipcodes.filter_by_state(code))  # type: ignore[no-untyped-call]
    found = []
    for row in rows:
        point = float(row["lat"]), float(row["long"])
        if not any(point):
            # Boxes and firms without coordinates: their town's middle is where they are to a mile or two.
            point = town_points.get((row["state"], fold(row["city"])), point)
        if not any(point):
            continue
        folded = fold(counties.bare_name(row["county"]))
        found.append(
            Zip(
                row["zip_code"],
                point,
                row["city"],
                row["state"],
                folds.get((row["state"], folded), NONE),
                row["timezone"] if "/" in row["timezone"] else "",  # one row has its town's name there
                KINDS[row["zip_code_type"]],
                (row["city"], *row["acceptable_cities"]),
            )
        )
    return _completed(sorted(found))


def _completed(zips: list[Zip]) -> list[Zip]:
    """With the county and zone of the numerically nearest ZIP in the state where the package has none."""
    done: list[Zip] = []
    for each in zips:
        last = next((other for other in reversed(done[-20:]) if other.state == each.state), None)
        county = each.county if each.county != NONE or last is None else last.county
        zone = each.zone or (last.zone if last else "")
        done.append(each._replace(county=county, zone=zone))
    return done


class PostOffices:
    """Where the Postal Service's towns are."""

    def __init__(self, zips: Iterable[Zip]):
        self._points: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        for each in zips:
            if each.kind != KINDS["UNIQUE"]:
                self._points[each.state, fold(each.town)].append(each.point)

    def has(self, town: Town, name: str) -> bool:
        """True when a ZIP code of the town called `name` (folded) is near this town: they are the same."""
        points = self._points.get((town.state, name), ())
        near = NEAR_MILES_ALASKA if town.state == "AK" else NEAR_MILES
        return any(miles(*point, *town.point) <= near for point in points)

    def lacks(self, state: str, name: str) -> bool:
        """True when no ZIP code has a town of that name (folded) as its first."""
        return (state, name) not in self._points


def postal_towns(zips: Sequence[Zip], known: Iterable[Town], offices: PostOffices) -> Iterable[Town]:
    """Towns that only the Postal Service knows, at the mean of their ZIP codes."""
    taken = {
        (town.state, key)
        for town in known
        for key in map(fold, (town.name, *town.others))
        if offices.lacks(town.state, key) or offices.has(town, key)
    }
    members: dict[tuple[str, str], list[tuple[str, Zip]]] = defaultdict(list)
    for each in zips:
        for name in each.towns:
            members[each.state, fold(name)].append((name, each))
    for (state, key), found in members.items():
        if (state, key) in taken or not key:
            continue
        own = [row for row in found if fold(row[1].town) == key] or found
        name = max((name for name, _ in own), key=len)  # "Surfside Beach" rather than "Surfside Bch"
        latitude = sum(each.point[0] for _, each in own) / len(own)
        longitude = sum(each.point[1] for _, each in own) / len(own)
        yield Town(name, (), state, 0, (latitude, longitude), most(each.zone for _, each in own))


def most(values: Iterable[str]) -> str:
    """The most frequent value."""
    return Counter(values).most_common(1)[0][0]
