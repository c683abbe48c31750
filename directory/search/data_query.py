"""Which listings a data partner asks for: by words, place, open hours (the engine), by term (posting lists),
by organization and change (the database). The whole answer, not a page of it.

Nothing of what is asked is kept or logged.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.orm import Session

from directory.errors import PlaceUnknown
from directory.geo.distance import KM_PER_MILE, miles
from directory.listings import areas, store_pages
from directory.listings.package_terms import DERIVED
from directory.listings.record import Code
from directory.listings.store_pages import Narrowed, Place
from directory.listings.store_terms import TermIndex
from directory.search.asking import Asked, Desk, ask
from directory.search.engine import Circle, Hit
from directory.search.query import DEFAULT_RADIUS, SearchQuery

EVERYTHING = 10_000_000
"""More listings than there are."""
METERS_PER_MILE = KM_PER_MILE * 1_000
FARTHEST_METERS = 800_000.0
"""As far as a search of people goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataQuery:
    """What is asked for; nothing given is everything. Lengths in metres."""

    search: str = ""
    taxonomy_term_id: str | None = None
    taxonomy_id: str | None = None
    organization_id: str | None = None
    modified_after: dt.datetime | None = None
    postcode: str | None = None
    proximity: float | None = None
    point: tuple[float, float] | None = None
    radius: float | None = None
    open: dt.datetime | Literal["now"] | None = None

    @property
    def needs_engine(self) -> bool:
        """It is asked for by words, place or time: answers follow the index, and the clock."""
        return bool(self.search or self.postcode or self.point or self.open)

    @property
    def names_terms(self) -> bool:
        """It is asked for by terms."""
        return self.taxonomy_term_id is not None or self.taxonomy_id is not None

    @property
    def meters(self) -> float | None:
        """How far from the point."""
        return self.radius if self.point else self.proximity


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The listings asked for, in order: best or nearest first where words or a place were given, else by id.
    `circle`: within which a place must lie that has a public point."""

    ids: Sequence[str]
    circle: Circle | None = None

    def near(self, places: Iterable[Place]) -> list[Place]:
        """Those of these services at locations that are not too far."""
        return [each for each in places if self._is_near(each)]

    def _is_near(self, place: Place) -> bool:
        circle = self.circle
        if circle is None or place.latitude is None or place.longitude is None:
            return True
        away = miles(circle.latitude, circle.longitude, place.latitude, place.longitude)
        return away <= circle.radius_miles


def choose(
    query: DataQuery, *, session: Session, desk: Desk, terms: TermIndex, narrowed: Narrowed
) -> Chosen | None:
    """The listings asked for; None where the database alone can tell (`store_pages`). Follow `terms` before.

    Raises `PlaceUnknown` for a postcode that does not exist, and `IndexUnavailable` from the engine.
    """
    found, circle = None, None
    if query.needs_engine:
        found, circle = _by_engine(query, session, desk)
    if query.names_terms:
        for wanted in _wanted(query, terms):
            having = _having(wanted, desk, terms, narrowed.today)
            found = sorted(having) if found is None else [each for each in found if each in having]
    if found is None:
        return None
    return Chosen(ids=store_pages.allowed(session, found, narrowed), circle=circle)


# --- terms ----------------------------------------------------------------------------------------


def _wanted(query: DataQuery, terms: TermIndex) -> list[list[Code]]:
    """The terms asked for: a listing must have one of each list."""
    found = []
    if query.taxonomy_term_id is not None:
        term = terms.term(query.taxonomy_term_id)
        found.append([term] if term else [])
    if query.taxonomy_id is not None:
        scheme = terms.scheme(query.taxonomy_id)
        found.append([term for _, term in terms.terms() if term.scheme == scheme])
    return found


def _having(wanted: Sequence[Code], desk: Desk, terms: TermIndex, today: dt.date) -> set[str]:
    """The listings that have one of these terms; what follows from codes is the engine's to find."""
    found = terms.listings(wanted, today)
    needs = tuple(each.value for each in wanted if each.scheme == DERIVED)
    if needs:
        query = replace(ask(SearchQuery(), desk).engine_query, needs=needs, offset=0, limit=EVERYTHING)
        found |= {hit.id for hit in desk.engine.search(query).hits}
    return found


# --- words, place, time ---------------------------------------------------------------------------


def _by_engine(query: DataQuery, session: Session, desk: Desk) -> tuple[list[str], Circle | None]:
    asked = _ask(query, desk)
    if asked.wordless:
        return [], None
    circle = asked.circle
    sort = asked.engine_query.sort if query.search or circle is None else "nearest"
    page = desk.engine.search(replace(asked.engine_query, sort=sort, offset=0, limit=EVERYTHING))
    if circle is None:
        return [hit.id for hit in page.hits], None
    near = [hit for hit in page.hits if _is_within(hit, circle, query.meters)]
    outside = _serving_others(session, near, circle)
    limit = circle if query.meters is not None else None
    return [hit.id for hit in near if hit.id not in outside], limit


def _ask(query: DataQuery, desk: Desk) -> Asked:
    """As a search of people, its words taken as words only."""
    length = query.meters / 1_000 if query.meters is not None else DEFAULT_RADIUS["km"]
    asked = SearchQuery(
        q=query.search,
        literal=True,
        near="" if query.point else query.postcode or "",
        ll=query.point,
        radius=length,
        unit="km",
        open=query.open,
    )
    try:
        return ask(asked, desk)
    except PlaceUnknown as error:
        raise PlaceUnknown(error.phrase, {"postcode": [error.phrase]}) from error


def _is_within(hit: Hit, circle: Circle, meters: float | None) -> bool:
    """A distance that was asked for holds for whatever has a point; without one it is the site's own, and
    serving the place is enough."""
    far = hit.distance_miles is not None and hit.distance_miles > circle.radius_miles
    return not (far and meters is not None)


def _serving_others(session: Session, hits: Sequence[Hit], circle: Circle) -> set[str]:
    """Those that are near and yet state service areas which do not hold the place."""
    near = [hit.id for hit in hits if hit.reach == "place"]
    stated = store_pages.stated_areas(session, near)
    return {key for key, own in stated.items() if not _covers(own, circle)}


def _covers(stated: Iterable[tuple[str, str]], circle: Circle) -> bool:
    own = list(stated)
    texts = [extent for extent, kind in own if kind == "text"]
    drawn = [extent for extent, kind in own if kind == "geojson"]
    if not texts and not drawn:
        return True
    return areas.covers(
        texts, state=circle.state, county=circle.county, postal_code=circle.postal_code
    ) or any(areas.covers_point(each, circle.latitude, circle.longitude) for each in drawn)
