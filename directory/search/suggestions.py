"""Other searches to offer where one finds little (PRODUCT S13), each with what it would find.

A candidate is kept only when it finds something, and more than the search itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from directory.errors import PlaceUnknown
from directory.geo.states import state
from directory.phrases import N_, Phrase
from directory.search.answer import Suggestion
from directory.search.asking import Asked, Desk, ask
from directory.search.parameters import shown_number
from directory.search.query import SearchQuery
from directory.search.understand import Item, understand

FEW = 5
"""Fewer results than this are few: the radius widens by itself, and other searches are offered."""
WIDER = {"mi": (50.0, 100.0), "km": (80.0, 160.0)}
"""Radii to which a search widens by itself."""
OFFERED = {
    "mi": (5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0),
    "km": (8.0, 16.0, 40.0, 80.0, 160.0, 400.0, 800.0),
}
MARGIN = {"mi": 25.0, "km": 40.0}
"""Offered around a state or county."""
MOST = 6
_UNITS = {"mi": N_("miles"), "km": N_("kilometers")}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A search that might be offered."""

    text: Phrase
    query: SearchQuery
    total: int | None = None
    """What it finds, where that was counted on the way."""


def suggest_changes(asked: Asked, total: int, desk: Desk) -> tuple[Suggestion, ...]:
    """Up to six other searches that find more than `total`, best first."""
    found: list[Suggestion] = []
    for candidate in _candidates(asked, total, desk):
        count = _count(candidate.query, asked, desk) if candidate.total is None else candidate.total
        if count > total and all(each.query != candidate.query for each in found):
            found.append(Suggestion(text=candidate.text, query=candidate.query, total=count))
            if len(found) == MOST:
                break
    return tuple(found)


def _count(query: SearchQuery, asked: Asked, desk: Desk) -> int:
    same_place = (query.near, query.ll) == (asked.query.near, asked.query.ll)
    try:
        understood = ask(query, desk, place=asked.chosen_place if same_place else None)
    except PlaceUnknown:
        return 0
    return 0 if understood.wordless else desk.engine.count(understood.engine_query)


def _candidates(asked: Asked, total: int, desk: Desk) -> Iterator[Candidate]:
    # With the radius that was searched: what is counted here must be what is found there.
    base = _fixed(asked)
    yield from _elsewhere(base, desk)
    yield from _wider(asked, base, total, desk)
    yield from _any_time(asked, base)
    yield from _without_filters(asked, base, desk)
    yield from _without_words(asked, base)
    if asked.understood.items and not base.literal:
        text = Phrase(N_("Search for the words “%(words)s” only"), {"words": base.q})
        yield Candidate(text, base.changed(literal=True))
    yield from _by_video(asked, base, desk)


def _fixed(asked: Asked) -> SearchQuery:
    """The query with the radius that was searched."""
    query, circle = asked.query, asked.circle
    if circle is None or query.radius is not None:
        return query
    return query.changed(radius=round(query.from_miles(circle.radius_miles), 1))


def _elsewhere(base: SearchQuery, desk: Desk) -> Iterator[Candidate]:
    """Near the place in the text, where `near` says another one."""
    if not (base.near or base.ll) or base.literal:
        return
    place = understand(base.q, desk.taxonomy, desk.gazetteer)
    if place.place:
        named = next(each.text for each in place.items if each.meant == "place")
        text = Phrase(N_("Search near %(place)s instead"), {"place": place.place})
        yield Candidate(text, base.changed(near=place.place, ll=None, q=_without(base.q, named)))


def _wider(asked: Asked, base: SearchQuery, total: int, desk: Desk) -> Iterator[Candidate]:
    """The next radius that finds more."""
    if asked.place is None:
        return
    if asked.circle is None:
        if not base.radius:
            wider = base.changed(radius=MARGIN[base.unit])
            text = Phrase(
                N_("Also search %(radius)s %(unit)s around %(place)s"),
                {**_length(MARGIN[base.unit], base), "place": asked.place.name},
            )
            yield Candidate(text, wider)
        return
    for radius in OFFERED[base.unit]:
        if base.to_miles(radius) > asked.circle.radius_miles + 0.1:
            wider_asked = asked.within(base.to_miles(radius))
            count = desk.engine.count(wider_asked.engine_query)
            if count > total:
                text = Phrase(N_("Search within %(radius)s %(unit)s"), _length(radius, base))
                yield Candidate(text, base.changed(radius=radius), count)
                return


def _length(radius: float, query: SearchQuery) -> dict[str, object]:
    return {"radius": shown_number(radius), "unit": Phrase(_UNITS[query.unit])}


def _any_time(asked: Asked, base: SearchQuery) -> Iterator[Candidate]:
    engine_query = asked.engine_query
    typed = _typed(asked, "open", "time", "attend")
    if engine_query.open_at is not None:
        query = base.changed(open=None, q=_without_all(base.q, typed))
        yield Candidate(Phrase(N_("Show places that are closed now or ask you to call for hours")), query)
    if engine_query.weekday is not None or engine_query.time_from or engine_query.time_to:
        query = base.changed(day=None, time_from=None, time_to=None, q=_without_all(base.q, typed))
        yield Candidate(Phrase(N_("Search on any day and at any time")), query)
    if engine_query.attendance:
        query = base.changed(attend=None, q=_without_all(base.q, _typed(asked, "attend")))
        yield Candidate(Phrase(N_("Search both in person and online")), query)


def _without_filters(asked: Asked, base: SearchQuery, desk: Desk) -> Iterator[Candidate]:
    """Without one filter each; those that find most first."""
    candidates = [
        Candidate(
            _dropping(code, desk), base.changed(filter=tuple(each for each in base.filter if each != code))
        )
        for code in base.filter
    ]
    candidates += [
        Candidate(_dropping(each.code, desk), base.changed(q=_without(base.q, each.text)))
        for each in asked.understood.items
        if each.meant == "filter" and each.code not in base.filter
    ]
    counted = [replace(each, total=_count(each.query, asked, desk)) for each in candidates]
    yield from sorted(counted, key=lambda each: -(each.total or 0))


def _dropping(code: str, desk: Desk) -> Phrase:
    return Phrase(N_("Search without “%(filter)s”"), {"filter": desk.taxonomy.label(code, desk.lang)})


def _without_words(asked: Asked, base: SearchQuery) -> Iterator[Candidate]:
    """Without the words that no need or filter stands for."""
    understood = asked.understood
    if not understood.words or base.literal or not understood.items:
        return
    kept = [each.text for each in understood.items if each.meant != "left_out"]
    text = Phrase(N_("Search without the words “%(words)s”"), {"words": " ".join(understood.words)})
    yield Candidate(text, base.changed(q=" ".join(kept)))


def _by_video(asked: Asked, base: SearchQuery, desk: Desk) -> Iterator[Candidate]:
    """Help by phone or video in the searcher's state."""
    place = asked.place
    if place is None or place.state is None or "telehealth" not in desk.taxonomy.needs:
        return
    query = SearchQuery(need=("telehealth",), near=base.near, ll=base.ll, unit=base.unit, lang=base.lang)
    if not (base.near or base.ll):
        query = query.changed(near=asked.understood.place or "")
    text = Phrase(N_("See help by phone or video in %(state)s"), {"state": state(place.state).name})
    if base.need != query.need:
        yield Candidate(text, query)


def _typed(asked: Asked, *meant: str) -> list[Item]:
    return [each for each in asked.understood.items if each.meant in meant]


def _without_all(q: str, items: Iterable[Item]) -> str:
    for each in items:
        q = _without(q, each.text)
    return q


def _without(q: str, text: str) -> str:
    return " ".join(q.replace(text, " ", 1).split())
