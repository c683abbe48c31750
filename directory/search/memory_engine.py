"""A search engine in plain loops: slow, short, and meant to be obviously right.

It is the measure of every other engine in the tests, and good enough for a few thousand listings.
"""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from directory.listings import areas, hours
from directory.listings.needs import Taxonomy, taxonomy
from directory.search import ranking, words
from directory.search.engine import (
    Circle,
    EngineQuery,
    Hit,
    IndexEntry,
    IndexStatus,
    Reach,
    Region,
    SearchPage,
)
from directory.search.spelling import LONGEST, allowed_errors, typing_errors
from directory.settings import Settings

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Known:
    """One entry with what follows from it."""

    entry: IndexEntry

    @cached_property
    def name_stems(self) -> list[str]:
        return words.stems(self.entry.name)

    @cached_property
    def text_stems(self) -> list[str]:
        return words.stems(self.entry.text)

    @cached_property
    def name_counts(self) -> Counter[str]:
        return Counter(self.name_stems)

    @cached_property
    def text_counts(self) -> Counter[str]:
        return Counter(self.text_stems)

    @cached_property
    def vector(self) -> Vector | None:
        latitude, longitude = self.entry.latitude, self.entry.longitude
        if latitude is None or longitude is None:
            return None
        return ranking.unit_vector(ranking.coordinate(latitude), ranking.coordinate(longitude))

    def has(self, stem: str) -> bool:
        return stem in self.name_counts or stem in self.text_counts


class Match(NamedTuple):
    """A listing that fits, and what its rank depends on."""

    known: Known
    reach: Reach
    chord2: float | None
    also_only: bool


class MemoryEngine:
    """`SearchEngine` over a dict. `taxonomy` tells which filters stand in one group."""

    def __init__(self, needs: Taxonomy | None = None) -> None:
        self._groups = {code: facet.group for code, facet in (needs or taxonomy()).facets.items()}
        self._known: dict[str, Known] = {}
        self._generation = 0
        self._last_change = 0

    def search(self, query: EngineQuery) -> SearchPage:
        known = self._shown(query.now)
        matches = _matches(known, query)
        rarities = [_rarity(known, group) for group in query.words]
        matches.sort(key=lambda match: _sort_key(match, query, rarities))
        return SearchPage(
            hits=tuple(_hit(match) for match in matches[query.offset : query.offset + query.limit]),
            total=len(matches),
            facets=self._facets(known, query, matches),
            unknown_words=self._unknown_words(known, query),
        )

    def count(self, query: EngineQuery) -> int:
        return len(_matches(self._shown(query.now), query))

    def correct(self, word: str, now: dt.datetime) -> str | None:
        word = words.fold(word)
        known = self._shown(now)
        limit = allowed_errors(word)
        if not limit or any(each.has(words.stem(word)) for each in known.values()):
            return None
        frequencies = Counter(token for each in known.values() for token in _vocabulary(each.entry))
        found = [
            (errors, -frequency, token)
            for token, frequency in frequencies.items()
            if len(token) <= LONGEST and (errors := typing_errors(word, token, limit)) <= limit
        ]
        return min(found)[2] if found else None

    def complete(self, prefix: str, limit: int, now: dt.datetime) -> list[str]:
        folded = words.fold(prefix)
        if not folded:
            return []
        counts = Counter(name for each in self._shown(now).values() for name in each.entry.name.splitlines())
        found = [
            (not words.fold(name).startswith(folded), -count, words.fold(name), name)
            for name, count in counts.items()
            if f" {folded}" in f" {words.fold(name)}"
        ]
        return [name for *_, name in sorted(found)[:limit]]

    def rebuild(self, entries: Iterable[IndexEntry], last_change: int) -> None:
        self._replace({entry.id: Known(entry) for entry in entries}, last_change)

    def update(self, entries: Sequence[IndexEntry], removed: Sequence[str], last_change: int) -> None:
        kept = {each: known for each, known in self._known.items() if each not in removed}
        self._replace(kept | {entry.id: Known(entry) for entry in entries}, last_change)

    def status(self) -> IndexStatus:
        return IndexStatus(
            engine="memory",
            documents=len(self._known),
            generation=self._generation,
            bytes=0,
            last_change=self._last_change,
        )

    def _shown(self, now: dt.datetime) -> dict[str, Known]:
        return {each: known for each, known in self._known.items() if known.entry.shown.at(now)}

    def _replace(self, known: dict[str, Known], last_change: int) -> None:
        self._known = known
        self._generation += 1
        self._last_change = last_change

    def _facets(self, known: Mapping[str, Known], query: EngineQuery, matches: list[Match]) -> dict[str, int]:
        counts = Counter(code for match in matches for code in set(match.known.entry.filters))
        for group in query.filters:
            others = {name: codes for name, codes in query.filters.items() if name != group}
            without = Counter(
                code
                for match in _matches(known, replace(query, filters=others))
                for code in set(match.known.entry.filters)
            )
            counts.update(
                {code: without[code] - counts[code] for code in without if self._groups.get(code) == group}
            )
        return dict(counts)

    def _unknown_words(self, known: Mapping[str, Known], query: EngineQuery) -> dict[str, str | None]:
        return {
            group[0]: self.correct(group[0], query.now)
            for group in query.words
            if not any(each.has(stem) for each in known.values() for stem in group)
        }


def _vocabulary(entry: IndexEntry) -> set[str]:
    return set(words.tokens(f"{entry.name} {entry.text}")) - words.STOP_WORDS


def _matches(known: Mapping[str, Known], query: EngineQuery) -> list[Match]:
    return [match for each in known.values() if (match := _match(each, query))]


def _match(known: Known, query: EngineQuery) -> Match | None:
    entry = known.entry
    if not (_says(known, query) and _is(entry, query) and _is_on(entry, query) and _is_shown(entry, query)):
        return None
    squared = _chord2(known, query.where)
    reach = _reach(known, query, squared)
    if reach is None:
        return None
    also_only = bool(query.needs) and not set(query.needs) & set(entry.needs)
    return Match(known, reach, squared, also_only)


def _says(known: Known, query: EngineQuery) -> bool:
    """The words and phrases of the query stand in the listing."""
    return all(any(known.has(stem) for stem in group) for group in query.words) and all(
        _stands_in(phrase, known.name_stems) or _stands_in(phrase, known.text_stems)
        for phrase in query.phrases
    )


def _stands_in(phrase: Sequence[str], stems: Sequence[str]) -> bool:
    return any(
        list(stems[start : start + len(phrase)]) == list(phrase)
        for start in range(len(stems) - len(phrase) + 1)
    )


def _is(entry: IndexEntry, query: EngineQuery) -> bool:
    """Needs, filters, kind and attendance fit."""
    attends = ("in_person", "online", "hybrid") if entry.attendance == "hybrid" else (entry.attendance,)
    return (
        (not query.needs or bool(set(query.needs) & {*entry.needs, *entry.also}))
        and all(set(codes) & set(entry.filters) for codes in query.filters.values())
        and (not query.kinds or entry.kind in query.kinds)
        and (not query.attendance or bool(set(query.attendance) & set(attends)))
    )


def _is_on(entry: IndexEntry, query: EngineQuery) -> bool:
    """Open at the asked time, and a meeting in the asked window."""
    if query.open_at and not hours.is_open(entry.schedules, query.open_at):
        return False
    if query.weekday is None and query.time_from is None and query.time_to is None:
        return True
    return ranking.is_meeting(entry) and any(
        ranking.starts_within(start, query.weekday, query.time_from, query.time_to)
        for start in hours.meeting_starts(entry.schedules)
    )


def _is_shown(entry: IndexEntry, query: EngineQuery) -> bool:
    """The listing is in the selection of the query."""
    selection = query.selection
    if selection.needs and not set(selection.needs) & {*entry.needs, *entry.also}:
        return False
    if not selection.states or entry.polygons:
        return True
    is_there = entry.latitude is not None and entry.longitude is not None and entry.state in selection.states
    served = (*entry.areas, *entry.video_areas) if query.remote_ok else entry.areas
    return is_there or bool(areas.states(served) & set(selection.states))


def _chord2(known: Known, where: Circle | Region | None) -> float | None:
    if not isinstance(where, Circle) or known.vector is None:
        return None
    return ranking.chord2(known.vector, ranking.unit_vector(where.latitude, where.longitude))


def _reach(known: Known, query: EngineQuery, squared: float | None) -> Reach | None:
    """How the listing reaches the asked place; None when it does not."""
    where = query.where
    entry = known.entry
    if where is None or _is_there(known, where, squared):
        return "place"
    if _is_covered(where, entry.areas, entry.polygons):
        return "area"
    return "video" if query.remote_ok and _is_covered(where, entry.video_areas, ()) else None


def _is_there(known: Known, where: Circle | Region, squared: float | None) -> bool:
    if known.vector is None:
        return False
    if isinstance(where, Circle):
        return squared is not None and squared <= ranking.chord2_of(where.radius_miles)
    if known.entry.state == where.state and where.county in (None, known.entry.county):
        return True
    margin = ranking.chord2_of(where.margin_miles)
    return where.margin_miles > 0 and any(
        ranking.chord2(known.vector, ranking.unit_vector(*point)) <= margin for point in where.points
    )


def _is_covered(where: Circle | Region, extents: Sequence[str], polygons: Sequence[str]) -> bool:
    postal_code = where.postal_code if isinstance(where, Circle) else None
    points = [(where.latitude, where.longitude)] if isinstance(where, Circle) else where.points
    if areas.covers(extents, state=where.state, county=where.county, postal_code=postal_code):
        return True
    return any(areas.covers_point(polygon, *point) for polygon in polygons for point in points)


def _rarity(known: Mapping[str, Known], group: Sequence[str]) -> float:
    return ranking.rarity(len(known), sum(any(each.has(stem) for stem in group) for each in known.values()))


def _relevance(known: Known, query: EngineQuery, rarities: Sequence[float]) -> float:
    if not query.words:
        return 0.0
    fits = (_fit(known, group) for group in query.words)
    return sum(rarity * fit for rarity, fit in zip(rarities, fits, strict=True)) / sum(rarities)


def _fit(known: Known, group: Sequence[str]) -> float:
    return max(
        ranking.saturation(known.name_counts[stem], known.text_counts[stem])
        * (ranking.ALTERNATIVE_WEIGHT if place else 1.0)
        for place, stem in enumerate(group)
    )


def _sort_key(match: Match, query: EngineQuery, rarities: Sequence[float]) -> tuple[float | str, ...]:
    """The rows of "Order" in `ranking`."""
    return match.known.entry.id not in query.selection.first, *_order(match, query, rarities)


def _order(match: Match, query: EngineQuery, rarities: Sequence[float]) -> tuple[float | str, ...]:
    entry = match.known.entry
    near = 0.0
    if isinstance(query.where, Circle):
        near = ranking.closeness(match.chord2 or 0.0, query.where.radius_miles, match.reach)
    falling = -ranking.score(near, entry.quality, _relevance(match.known, query, rarities))
    away = math.inf if match.chord2 is None or match.reach == "video" else match.chord2
    if query.sort == "nearest":
        return match.also_only, away, falling, entry.id
    if query.sort == "soonest":
        return match.also_only, _next_start(entry, query), away, falling, entry.id
    if query.sort == "verified":
        verified, stated = ranking.day_number(entry.verified_on), ranking.day_number(entry.as_of)
        return match.also_only, -verified, -stated, falling, entry.id
    later = query.urgent and not entry.around_the_clock
    return match.also_only, later, match.reach == "video", falling, entry.id


def _next_start(entry: IndexEntry, query: EngineQuery) -> float:
    """Seconds since 1970 of the listing's next meeting."""
    meeting = hours.next_meeting(entry.schedules, query.now) if ranking.is_meeting(entry) else None
    return meeting.starts.timestamp() if meeting else math.inf


def _hit(match: Match) -> Hit:
    miles = None if match.chord2 is None else ranking.miles_from_chord2(match.chord2)
    return Hit(id=match.known.entry.id, distance_miles=miles, reach=match.reach, also_only=match.also_only)


def make(_settings: Settings, needs: Taxonomy) -> MemoryEngine:
    """The engine of an instance (`engines.make_engine`)."""
    return MemoryEngine(needs)
