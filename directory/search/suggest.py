"""Suggestions while one types: needs, organizations, places (PRODUCT S19). Every one finds something."""

import datetime as dt
from dataclasses import dataclass
from itertools import islice
from typing import Any

from directory.errors import PlaceUnknown
from directory.geo.gazetteer import Gazetteer
from directory.geo.places import find_place
from directory.listings.needs import Taxonomy
from directory.search.asking import where_of
from directory.search.engine import EngineQuery, SearchEngine
from directory.search.query import SearchQuery
from directory.search.words import fold

MOST = 6
"""Suggestions of each kind."""
FARTHEST_MILES = 100.0
"""A search widens by itself up to here, so that what lies within is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedNeed:
    """A need whose `label`, or another phrase for it (`typed`), begins as was typed."""

    code: str
    label: str
    typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What may be meant: needs and names of organizations for what, places for where."""

    needs: tuple[SuggestedNeed, ...] = ()
    organizations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The object of `GET /api/v1/suggest`."""
        return {
            "needs": [{"code": each.code, "label": each.label, "typed": each.typed} for each in self.needs],
            "organizations": list(self.organizations),
            "places": list(self.places),
        }


def suggest(
    typed: str,
    near: str,
    *,
    engine: SearchEngine,
    taxonomy: Taxonomy,
    gazetteer: Gazetteer,
    now: dt.datetime,
    lang: str,
    limit: int = MOST,
) -> Suggestions:
    """Completions of what is `typed` for what, and of `near` for where; either may be empty."""
    needs = (
        SuggestedNeed(code=code, label=taxonomy.label(code, lang), typed=phrase)
        for code, phrase in _matching(fold(typed), taxonomy, lang)
        if engine.count(EngineQuery(now=now, needs=(code,)))
    )
    return Suggestions(
        needs=tuple(islice(needs, limit)),
        organizations=tuple(engine.complete(typed, limit, now)),
        places=tuple(
            name for name in gazetteer.suggest(near, limit) if _is_within_reach(name, engine, gazetteer, now)
        ),
    )


def _is_within_reach(name: str, engine: SearchEngine, gazetteer: Gazetteer, now: dt.datetime) -> bool:
    """Whether a search at the place finds anything."""
    try:
        place = find_place(name, gazetteer)
    except PlaceUnknown:
        return False
    query = SearchQuery(radius=None if place.is_region else FARTHEST_MILES)
    return engine.count(EngineQuery(now=now, where=where_of(place, query, gazetteer))) > 0


def _matching(prefix: str, taxonomy: Taxonomy, lang: str) -> list[tuple[str, str]]:
    """Needs with the phrase that has the prefix: at the start of the label, of a synonym, of any word."""
    ranked: dict[str, tuple[int, int, str]] = {}
    for place, need in enumerate(taxonomy.needs.values() if prefix else ()):
        phrases = [(need.labels[lang], 0), *((each, 1) for each in need.synonyms.get(lang, ()))]
        phrases += [(each, 3) for other, words in need.synonyms.items() if other != lang for each in words]
        for phrase, cost in phrases:
            folded = fold(phrase)
            if f" {prefix}" in f" {folded}":
                rank = cost if folded.startswith(prefix) else cost + 2
                ranked[need.code] = min(ranked.get(need.code, (9, 0, "")), (rank, place, phrase))
    ordered = sorted(ranked.items(), key=lambda each: each[1][:2])
    return [(code, phrase) for code, (_, _, phrase) in ordered]
