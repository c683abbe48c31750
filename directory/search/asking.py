"""From what a person asks to what an engine is asked: places looked up, words understood, codes sorted.

Opens nothing and saves nothing but for the geocoder that it is handed.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from directory.errors import PlaceUnknown
from directory.geo.gazetteer import Gazetteer
from directory.geo.geocoders import Geocoder
from directory.geo.place import Place
from directory.geo.places import find_place, place_at
from directory.listings.hours_text import DateFormat, TimeFormat
from directory.listings.needs import Taxonomy
from directory.listings.record import Attendance
from directory.search import words
from directory.search.engine import WHOLE, Circle, EngineQuery, Region, SearchEngine, Selection
from directory.search.query import DEFAULT_RADIUS, LARGEST_RADIUS, SearchQuery
from directory.search.understand import PEER_GROUPS, Understood, as_words, by_facet_group, understand

Document = Mapping[str, Any]
Points = tuple[tuple[float, float], ...]
UNKNOWN_ZONE = "America/New_York"
"""Where no place is given, "tonight" is meant as most people of the country mean it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What answering a search needs: everything comes from outside. `now` is aware."""

    engine: SearchEngine
    taxonomy: Taxonomy
    gazetteer: Gazetteer
    geocoder: Geocoder | None
    documents: Callable[[Sequence[str]], Mapping[str, Document]]
    now: dt.datetime
    lang: str
    format_time: TimeFormat
    format_date: DateFormat
    selection: Selection = WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search understood. `query` has the radius that was typed; `wordless`: text was typed, but nothing in
    it can be searched for."""

    query: SearchQuery
    understood: Understood
    place: Place | None
    engine_query: EngineQuery
    wordless: bool

    @property
    def chosen_place(self) -> Place | None:
        """The place given by `near` or `ll`; one found in the text may change with the text."""
        return self.place if self.query.near or self.query.ll else None

    @property
    def circle(self) -> Circle | None:
        """The circle searched, where it is one."""
        where = self.engine_query.where
        return where if isinstance(where, Circle) else None

    @property
    def radius_miles(self) -> float | None:
        """The radius searched; the margin of a state or county where one was asked for."""
        if self.circle is not None:
            return self.circle.radius_miles
        return self.query.radius_miles if self.place else None

    def within(self, miles: float) -> "Asked":
        """The same search within another radius; only for a circle."""
        circle = self.circle
        if circle is None:
            raise ValueError("only a circle has a radius")
        return replace(
            self, engine_query=replace(self.engine_query, where=replace(circle, radius_miles=miles))
        )


def ask(query: SearchQuery, desk: Desk, *, place: Place | None = None, as_name: bool = False) -> Asked:
    """Understands a search. `place`: the place of `near` or `ll`, when it is known already; `as_name`: take
    `q` for a name, but for its place. Raises `PlaceUnknown`."""
    said_where = bool(query.near or query.ll)
    if query.literal:
        understood = as_words(query.q)
    else:
        understood = understand(
            query.q,
            desk.taxonomy,
            desk.gazetteer,
            with_place=not said_where,
            with_codes=not as_name,
            for_meetings=_asks_for_meetings(query, desk.taxonomy),
        )
    if query.radius is None and understood.radius_miles and understood.radius_miles <= LARGEST_RADIUS["mi"]:
        query = replace(query, radius=round(query.from_miles(understood.radius_miles), 1))
    found = place or _place(query, understood, desk)
    nothing_meant = not (understood.items or understood.words or understood.phrases)
    return Asked(
        query=query,
        understood=understood,
        place=found,
        engine_query=_engine_query(query, understood, found, desk),
        wordless=bool(query.q) and nothing_meant,
    )


def _place(query: SearchQuery, understood: Understood, desk: Desk) -> Place | None:
    if query.ll:
        return place_at(*query.ll, desk.gazetteer)
    if query.near:
        return find_place(query.near, desk.gazetteer, desk.geocoder)
    if understood.place is None:
        return None
    try:
        return find_place(understood.place, desk.gazetteer, desk.geocoder)
    except PlaceUnknown as error:
        raise PlaceUnknown(error.phrase, {"q": error.fields.get("near", [error.phrase])}) from None


def _engine_query(query: SearchQuery, understood: Understood, place: Place | None, desk: Desk) -> EngineQuery:
    taxonomy = desk.taxonomy
    needs, narrowing = _needs(query.need, understood.needs, taxonomy)
    filters = tuple(dict.fromkeys((*query.filter, *understood.filters, *narrowing)))
    asked_for = [taxonomy.needs[code] for code in (*needs, *filters) if code in taxonomy.needs]
    zone = ZoneInfo(place.timezone if place and place.timezone else UNKNOWN_ZONE)
    weekday, time_from, time_to = _window(query, understood, desk.now.astimezone(zone))
    attend: Attendance | None = query.attend or understood.attend
    typed = (*understood.words, *(word for phrase in understood.phrases for word in phrase))
    stems = (words.stem(each) for each in typed if each not in words.STOP_WORDS)
    phrases = (tuple(words.stems(" ".join(each))) for each in understood.phrases)
    return EngineQuery(
        words=tuple((stem,) for stem in dict.fromkeys(stems)),
        phrases=tuple(each for each in phrases if each),
        needs=needs,
        filters=by_facet_group(filters, taxonomy),
        kinds=query.kind,
        where=where_of(place, query, desk.gazetteer),
        remote_ok=any(each.remote for each in asked_for) or "telehealth" in query.kind,
        urgent=any(each.urgent for each in asked_for),
        open_at=_open_at(query, understood, desk.now, zone),
        weekday=weekday,
        time_from=time_from,
        time_to=time_to,
        attendance=(attend,) if attend else (),
        selection=desk.selection,
        sort=query.sort,
        now=desk.now,
        offset=(query.page - 1) * query.per_page,
        limit=query.per_page,
    )


def _needs(
    chosen: tuple[str, ...], understood: tuple[str, ...], taxonomy: Taxonomy
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Needs, and understood needs that narrow them as filters.

    Chosen and typed needs are alternatives, but what is typed narrows what was chosen where it can: a need
    below a chosen one replaces it, and one that is a filter too narrows.
    """
    below = {code for code in chosen for each in understood if code in taxonomy.ancestors(each)}
    kept = tuple(code for code in chosen if code not in below)
    narrowing = tuple(code for code in understood if kept and code in taxonomy.facets and code not in kept)
    return tuple(dict.fromkeys((*kept, *(each for each in understood if each not in narrowing)))), narrowing


def where_of(place: Place | None, query: SearchQuery, gazetteer: Gazetteer) -> Circle | Region | None:
    """The part of the country that a place stands for; a radius widens a state or county by that much."""
    if place is None:
        return None
    if place.is_region and place.state:
        return Region(
            state=place.state,
            county=place.county,
            margin_miles=query.radius_miles or 0.0,
            points=_points(gazetteer, place.state, place.county),
        )
    return Circle(
        latitude=place.latitude,
        longitude=place.longitude,
        radius_miles=query.radius_miles or query.to_miles(DEFAULT_RADIUS[query.unit]),
        state=place.state,
        county=place.county,
        postal_code=place.postal_code,
    )


_POINTS: dict[tuple[str, str | None], tuple[Gazetteer, Points]] = {}


def _points(gazetteer: Gazetteer, state: str, county: str | None) -> Points:
    """The gazetteer's points of a region, kept: gathering those of Texas takes 9 ms."""
    known = _POINTS.get((state, county))
    if known is None or known[0] is not gazetteer:
        known = _POINTS[state, county] = gazetteer, gazetteer.points(state, county)
    return known[1]


def _asks_for_meetings(query: SearchQuery, taxonomy: Taxonomy) -> bool:
    chosen = any(each == PEER_GROUPS or PEER_GROUPS in taxonomy.ancestors(each) for each in query.need)
    return chosen or "peer_group" in query.kind or query.attend is not None or query.day is not None


def _window(
    query: SearchQuery, understood: Understood, now: dt.datetime
) -> tuple[int | None, dt.time | None, dt.time | None]:
    """Weekday and times: as chosen, else as typed."""
    chosen = query.day, query.time_from, query.time_to
    if chosen == (None, None, None) and understood.when is not None:
        return understood.when.window(now)
    return chosen


def _open_at(
    query: SearchQuery, understood: Understood, now: dt.datetime, zone: ZoneInfo
) -> dt.datetime | None:
    if query.open == "now" or (query.open is None and understood.open_now):
        return now
    if isinstance(query.open, dt.datetime) and query.open.tzinfo is None:
        return query.open.replace(tzinfo=zone)
    return query.open if isinstance(query.open, dt.datetime) else None
