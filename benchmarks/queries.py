"""The questions of the search benchmark: a fixed, seeded mix of the classes that people's searches are of."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.listings import SEED, towns, vocabulary
from directory.listings.needs import taxonomy
from directory.search.engine import Circle, EngineQuery, IndexEntry, Region
from directory.search.words import stem

NOW = dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC)
CLASSES = (
    "text",
    "need_dense",
    "need_sparse",
    "need_filters",
    "text_radius",
    "statewide",
    "typo",
    "no_hit",
)
RADIUS_MILES = 25.0
Queries = list[tuple[str, EngineQuery]]


class Asker:
    """Draws queries over a given set of listings."""

    def __init__(self, sample: Sequence[IndexEntry], seed: int = SEED) -> None:
        self._chance = np.random.default_rng((seed, 7))
        self._sample = sample
        facets = taxonomy().facets
        self._groups = {code: facet.group for code, facet in facets.items()}

    def mixed(self, each: int) -> Queries:
        """So many of every class, shuffled."""
        made = [(name, getattr(self, f"_{name}")()) for name in CLASSES for _ in range(each)]
        return [made[place] for place in self._chance.permutation(len(made)).tolist()]

    def _entry(self) -> IndexEntry:
        return self._sample[int(self._chance.integers(len(self._sample)))]

    def _query(self, **values: Any) -> EngineQuery:
        return EngineQuery(now=NOW, **values)

    def _circle(self, *, sparse: bool = False) -> Circle:
        known = towns()
        if sparse:
            place = int(self._chance.integers(len(known.names)))
        else:
            place = int(self._chance.choice(len(known.names), p=known.shares))
        return Circle(
            latitude=float(known.latitudes[place]),
            longitude=float(known.longitudes[place]),
            radius_miles=RADIUS_MILES,
            state=known.states[place],
        )

    def _words(self, count: int) -> tuple[tuple[str, ...], ...]:
        """Words of one listing, so that they occur together; the commonest are what people type least."""
        found = [each for each in self._entry().text.split() if len(each) > 4] or ["hope"]
        chosen = {stem(found[int(self._chance.integers(len(found)))]) for _ in range(count)}
        return tuple((each,) for each in sorted(chosen))

    def _text(self) -> EngineQuery:
        return self._query(words=self._words(2))

    def _need_dense(self) -> EngineQuery:
        top = ("treatment", "peer_groups", "housing", "mental_health")
        return self._query(needs=(top[int(self._chance.integers(len(top)))],), where=self._circle())

    def _need_sparse(self) -> EngineQuery:
        return self._query(needs=(self._entry().needs[-1],), where=self._circle(sparse=True))

    def _need_filters(self) -> EngineQuery:
        filters: dict[str, tuple[str, ...]] = {}
        while len(filters) < 3:
            for code in self._entry().filters[:12]:
                if self._groups[code] not in filters and len(filters) < 3 and self._chance.random() < 0.3:
                    filters[self._groups[code]] = (code,)
        return self._query(needs=(self._entry().needs[0],), where=self._circle(), filters=filters)

    def _text_radius(self) -> EngineQuery:
        return self._query(words=self._words(1), where=self._circle())

    def _statewide(self) -> EngineQuery:
        state = towns().states[int(self._chance.choice(len(towns().names), p=towns().shares))]
        return self._query(needs=("telehealth",), where=Region(state=state), remote_ok=True)

    def _typo(self) -> EngineQuery:
        word = vocabulary()[int(self._chance.integers(200, 3000))]
        place = int(self._chance.integers(1, len(word) - 1))
        wrong = word[:place] + "q" + word[place + int(self._chance.integers(2)) :]
        return self._query(words=((wrong,),), where=self._circle())

    def _no_hit(self) -> EngineQuery:
        return self._query(words=(("xyzzyqqkw",), *self._words(1)), where=self._circle())
