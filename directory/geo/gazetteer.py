"""The embedded gazetteer: every ZIP code, town, county and state, without asking anybody.

Loaded once per process (30 ms from the instance folder's cache, a few seconds without) and then read only,
so one object serves all threads.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from directory.geo import counties
from directory.geo.cache import load_tables
from directory.geo.distance import EARTH_RADIUS_MILES
from directory.geo.names import squash
from directory.geo.nearest import NearestPoint, unit_vectors
from directory.geo.points import CityPoint, CountyPoint, StatePoint, ZipPoint
from directory.geo.states import CODES, STATES
from directory.geo.tabulate import Tables

_STATE_INDEX = {code: position for position, code in enumerate(CODES)}
_LAST = "\U0010ffff"


@dataclass(frozen=True, repr=False)
class Gazetteer:
    """Answers places by name and by point. Names are taken in any spelling (`names.squash`)."""

    tables: Tables

    @classmethod
    def load(cls, cache_folder: Path | None = None) -> Self:
        """The gazetteer of the installed data; tables are kept in `cache_folder` when one is given."""
        return cls(load_tables(cache_folder))

    def zip(self, code: str) -> ZipPoint | None:
        """The ZIP code of five digits; None when there is none or it has no place (armed forces abroad)."""
        if len(code) != 5 or not (code.isascii() and code.isdigit()):
            return None
        row = int(np.searchsorted(self.tables.zip_code, np.int32(code)))
        if row == len(self.tables.zip_code) or self.tables.zip_code[row] != int(code):
            return None
        return self._zip_row(row)

    def city(self, name: str, state: str) -> CityPoint | None:
        """The town of that name in the state ("PA"); the most populous one if there are several."""
        return next((each for each in self.cities(name) if each.state == state), None)

    def cities(self, name: str) -> list[CityPoint]:
        """All towns of that name, most populous first."""
        return [self._city_row(row) for row in self._city_rows(squash(name))]

    def county_key(self, state: str, name: str) -> str | None:
        """`PA/Philadelphia` for a county as any source writes it ("PHILADELPHIA COUNTY"); None if blank.

        An unknown county still gets a key of its own, so that equal names meet.
        """
        if not name.strip():
            return None
        known = self.county(name, state)
        return known.key if known else f"{state}/{counties.key_name(name, state)}"

    def county(self, name: str, state: str) -> CountyPoint | None:
        """The county of that name ("Cook", "Cook County") in the state."""
        return next((each for each in self.counties(name) if each.state == state), None)

    def counties(self, name: str) -> list[CountyPoint]:
        """All counties of that name, most populous first."""
        folds = self.tables.county_fold
        fold = squash(counties.bare_name(name))
        rows: list[int] = []
        at = bisect_left(folds, fold)
        while fold and at < len(folds) and folds[at] == fold:
            rows.append(int(self.tables.county_fold_county[at]))
            at += 1
        return sorted(
            (self._county_row(row) for row in rows), key=lambda each: (-each.population, each.state)
        )

    def county_of_key(self, key: str) -> CountyPoint | None:
        """The county of a key (`PA/Philadelphia`)."""
        state, _, name = key.partition("/")
        return self.county(name, state)

    def county_of(self, code: str) -> str | None:
        """The key of the county that most of a ZIP code is in."""
        found = self.zip(code)
        return found.county if found else None

    def state(self, code: str) -> StatePoint:
        """The state of a postal code ("PA"), at the mean of its ZIP codes. Raises `KeyError`."""
        return self._states[code]

    def points(self, state: str, county: str | None = None) -> tuple[tuple[float, float], ...]:
        """Points of the ZIP codes in a state, or in one of its counties (by key): where its people are."""
        tables = self.tables
        inside = tables.zip_state == _STATE_INDEX.get(state, -2)
        if county is not None:
            wanted = self.county_of_key(county)
            row = tables.county_key.index(wanted.key) if wanted else -2
            inside &= tables.zip_county == row
        found = np.unique(tables.zip_point[inside], axis=0)
        return tuple((float(latitude), float(longitude)) for latitude, longitude in found)

    def nearest_zip(self, latitude: float, longitude: float) -> ZipPoint:
        """The ZIP code whose middle is nearest to the point (firms' own ZIP codes left out).

        The last answer is kept: an import asks twice for each listing, for its state and for its time zone.
        """
        found = self._last.get((latitude, longitude))
        if found is None:
            found = self._zip_row(int(self._place_rows[self._nearest.find(latitude, longitude)]))
            self._last.clear()
            self._last[latitude, longitude] = found
        return found

    def miles_to_state(self, latitude: float, longitude: float, state: str) -> float:
        """Miles from the point to the nearest ZIP code of the state; infinite for an unknown state."""
        inside = self._state_spheres.get(state)
        if inside is None:
            return float("inf")
        gap = np.sqrt(np.min(np.sum((inside - unit_vectors(latitude, longitude)) ** 2, axis=1)))
        return float(2 * EARTH_RADIUS_MILES * np.arcsin(min(1.0, float(gap) / 2)))

    def suggest(self, prefix: str, limit: int = 8) -> list[str]:
        """Places that start with `prefix`, written so that typing them finds them: most populous first."""
        text = prefix.strip()
        if not text or len(text) > 100 or limit < 1:
            return []
        if text[0].isdigit():
            return self._suggest_zips(text, limit) if text.isascii() and text.isdigit() else []
        name, _, state = text.partition(",")
        found = [
            *self._suggest_states(name, state),
            *self._suggest_cities(name, state, limit),
            *self._suggest_counties(name, state),
        ]
        best = sorted(found, key=lambda each: (-each[0], each[1]))
        return list(dict.fromkeys(label for _, label in best))[:limit]

    def _suggest_zips(self, digits: str, limit: int) -> list[str]:
        codes, gap = self.tables.zip_code, 5 - len(digits)
        if gap < 0:
            return []
        low, high = np.searchsorted(codes, [int(digits) * 10**gap, (int(digits) + 1) * 10**gap])
        order = np.argsort(self.tables.zip_kind[low:high], kind="stable")[:limit]
        return [self._zip_row(int(low) + int(each)).label for each in order]

    def _suggest_cities(self, name: str, state: str, limit: int) -> Iterator[tuple[int, str]]:
        tables = self.tables
        rows: set[int] = set()
        for fold in _prefix_folds(name):
            low = bisect_left(tables.key, fold)
            high = bisect_left(tables.key, fold if state else fold + _LAST)
            if state:
                high = bisect_left(tables.key, fold + "\0")
            rows.update(tables.key_city[low:high].tolist())
        wanted = squash(state).upper()
        best = sorted(rows)  # towns are numbered by population
        if wanted:
            best = [row for row in best if CODES[tables.city_state[row]].startswith(wanted[:2])]
        for row in best[:limit]:
            yield int(tables.city_population[row]), self._city_row(row).label

    def _suggest_states(self, name: str, state: str) -> Iterator[tuple[int, str]]:
        fold = squash(name)
        for each in STATES:
            if not state.strip() and fold and squash(each.name).startswith(fold):
                yield self._states[each.code].population, state_label(each.code)

    def _suggest_counties(self, name: str, state: str) -> Iterator[tuple[int, str]]:
        start, _, last = name.strip().rpartition(" ")
        begun = bool(start) and any(kind.startswith(last.casefold()) for kind in ("county", "parish"))
        fold = squash(counties.bare_name(start if begun else name))
        if len(fold) < 3 or state.strip():
            return
        folds = self.tables.county_fold
        end = bisect_left(folds, fold + ("\0" if begun else _LAST))
        for at in range(bisect_left(folds, fold), end):
            each = self._county_row(int(self.tables.county_fold_county[at]))
            if not counties.is_city_apart(each.name, each.state):
                # A town of the name is more often meant; the county comes after it.
                yield each.population // 4, each.label

    def _city_rows(self, fold: str) -> list[int]:
        keys, at, rows = self.tables.key, bisect_left(self.tables.key, fold), []
        while fold and at < len(keys) and keys[at] == fold:
            rows.append(int(self.tables.key_city[at]))
            at += 1
        return rows

    def _zip_row(self, row: int) -> ZipPoint:
        tables = self.tables
        county = int(tables.zip_county[row])
        return ZipPoint(
            postal_code=f"{int(tables.zip_code[row]):05}",
            latitude=float(tables.zip_point[row, 0]),
            longitude=float(tables.zip_point[row, 1]),
            city=tables.names[tables.zip_name[row]],
            state=CODES[tables.zip_state[row]],
            county=tables.county_key[county] if county >= 0 else None,
            timezone=self._zone(int(tables.zip_zone[row])),
        )

    def _city_row(self, row: int) -> CityPoint:
        tables = self.tables
        return CityPoint(
            name=tables.city_name[row],
            state=CODES[tables.city_state[row]],
            latitude=float(tables.city_point[row, 0]),
            longitude=float(tables.city_point[row, 1]),
            population=int(tables.city_population[row]),
            timezone=self._zone(int(tables.city_zone[row])),
        )

    def _county_row(self, row: int) -> CountyPoint:
        tables = self.tables
        return CountyPoint(
            key=tables.county_key[row],
            name=tables.county_name[row],
            state=CODES[tables.county_state[row]],
            latitude=float(tables.county_point[row, 0]),
            longitude=float(tables.county_point[row, 1]),
            population=int(tables.county_population[row]),
            timezone=self._zone(int(tables.county_zone[row])),
        )

    def _zone(self, index: int) -> str | None:
        return (self.tables.zones[index] or None) if index >= 0 else None

    @cached_property
    def _last(self) -> dict[tuple[float, float], ZipPoint]:
        return {}

    @cached_property
    def _states(self) -> dict[str, StatePoint]:
        return {each.code: self._state_point(each.code, each.name) for each in STATES}

    def _state_point(self, code: str, name: str) -> StatePoint:
        tables, index = self.tables, _STATE_INDEX[code]
        zips = (tables.zip_state == index) & (tables.zip_kind < 2)
        middle = tables.zip_point[zips].mean(axis=0)
        return StatePoint(
            code=code,
            name=name,
            latitude=round(float(middle[0]), 4),
            longitude=round(float(middle[1]), 4),
            population=int(tables.city_population[tables.city_state == index].sum()),
            timezone=self._zone(int(np.bincount(tables.zip_zone[zips]).argmax())),
        )

    @cached_property
    def _place_rows(self) -> NDArray[np.int64]:
        """Rows of ZIP codes that are places; those with streets first, so that they win a tie."""
        kinds = self.tables.zip_kind
        return np.concatenate([np.flatnonzero(kinds == 0), np.flatnonzero(kinds == 1)])

    @cached_property
    def _nearest(self) -> NearestPoint:
        points = self.tables.zip_point[self._place_rows].astype(float)
        return NearestPoint(points[:, 0], points[:, 1])

    @cached_property
    def _state_spheres(self) -> dict[str, NDArray[np.float64]]:
        tables = self.tables
        return {
            code: unit_vectors(inside[:, 0], inside[:, 1]).T
            for index, code in enumerate(CODES)
            if len(inside := tables.zip_point[tables.zip_state == index])
        }


def state_label(code: str) -> str:
    """How to write a state so that no town is meant: "New York State", but "Pennsylvania"."""
    name = next(each.name for each in STATES if each.code == code)
    return f"{name} State" if code in ("NY", "WA") else name


def _prefix_folds(name: str) -> set[str]:
    """`name` folded as it stands and with its last, perhaps unfinished, word spelled out."""
    return {squash(name), squash(name + " x")[:-1], squash(name + "x")[:-1]} - {""}
