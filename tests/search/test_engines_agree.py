"""Every engine gives the answers of the plain one, over seeded worlds and queries."""

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest

from directory.listings.record import KINDS
from directory.listings.shown import ALWAYS, Shown
from directory.search.engine import (
    WHOLE,
    Circle,
    EngineQuery,
    IndexEntry,
    Region,
    SearchEngine,
    SearchPage,
    Selection,
)
from directory.search.memory_engine import MemoryEngine
from directory.search.words import stems
from tests.search.engines import ENGINES, NOW, PHILADELPHIA, PITTSBURGH, SQUARE, weekly

OTHERS = sorted(set(ENGINES) - {"memory"}) or ["memory"]
_WORDS = """
    hope house care detox center river valley clinic sober living new life mission county family horse
"""
WORDS = _WORDS.split()
NEEDS = ("treatment", "detox", "housing", "recovery_housing", "peer_groups", "aa", "telehealth", "legal")
FILTERS = ("medicaid", "medicare", "self_pay", "veterans", "lgbtq", "wheelchair", "spanish", "buprenorphine")
GROUPS = {
    "payment": ("medicaid", "medicare", "self_pay"),
    "population": ("veterans", "lgbtq"),
    "access": ("wheelchair",),
    "language": ("spanish",),
}
CENTERS = (PHILADELPHIA, PITTSBURGH, (52.0, 179.95), (52.0, -179.95), (89.95, 10.0), (18.2, -66.4))
AREAS = ("US", "US-PA", "US-NJ", "US-PA/Philadelphia", "US-PA/19104", "US-PA/Allegheny")
DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")


def some(chance: random.Random, values: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(sorted(chance.sample(values, chance.randint(0, most))))


def point(chance: random.Random) -> tuple[float, float]:
    latitude, longitude = chance.choice(CENTERS)
    latitude = min(90.0, latitude + chance.gauss(0, 0.3))
    return latitude, (longitude + chance.gauss(0, 0.3) + 180) % 360 - 180


def random_shown(chance: random.Random) -> Shown:
    first, second = sorted(NOW + dt.timedelta(hours=chance.randrange(-400, 400)) for _ in range(2))
    return Shown(chance.choice((first, first, None)), chance.choice((second, second, None)))


def random_entry(chance: random.Random, name: str) -> IndexEntry:
    latitude, longitude = point(chance) if chance.random() < 0.85 else (None, None)
    needs = some(chance, NEEDS, 3)
    kind = chance.choice(KINDS)
    days = ",".join(some(chance, DAYS, 4))
    start, length = chance.randrange(0, 24 * 4) * 15, chance.choice((60, 90, 480, 720))
    times = [f"{minute // 60 % 24:02}:{minute % 60:02}" for minute in (start, start + length)]
    return IndexEntry(
        id=name,
        kind=kind,
        name=" ".join(chance.choices(WORDS, k=chance.randint(1, 3))),
        text=" ".join(chance.choices(WORDS, k=chance.randint(0, 12))),
        latitude=latitude,
        longitude=longitude,
        state=chance.choice(("PA", "PA", "NJ", None)),
        county=chance.choice(("PA/Philadelphia", "PA/Allegheny", None)),
        needs=needs,
        also=tuple(each for each in some(chance, NEEDS, 2) if each not in needs),
        filters=some(chance, FILTERS, 5),
        areas=some(chance, AREAS, 2) if chance.random() < 0.2 else (),
        polygons=(SQUARE,) if chance.random() < 0.03 else (),
        video_areas=some(chance, AREAS, 2) if chance.random() < 0.2 else (),
        schedules=(weekly(days, *times),) if days and chance.random() < 0.7 else (),
        attendance=chance.choice(("in_person", "online", "hybrid", None)) if kind == "peer_group" else None,
        quality=chance.randrange(256),
        verified_on=dt.date(2026, 1, 1) + dt.timedelta(days=chance.randrange(99))
        if chance.random() < 0.2
        else None,
        as_of=dt.date(2025, 1, 1) + dt.timedelta(days=chance.randrange(9)) if chance.random() < 0.7 else None,
        around_the_clock=chance.random() < 0.2,
        shown=random_shown(chance) if chance.random() < 0.15 else ALWAYS,
    )


def random_where(chance: random.Random) -> Circle | Region | None:
    if chance.random() < 0.25:
        return None
    if chance.random() < 0.25:
        return Region(
            state=chance.choice(("PA", "NJ")),
            county=chance.choice((None, None, "PA/Philadelphia")),
            margin_miles=chance.choice((0.0, 0.0, 15.0)),
            points=(PHILADELPHIA, PITTSBURGH),
        )
    latitude, longitude = point(chance)
    home = chance.choice(({}, {"state": "PA", "county": "PA/Philadelphia", "postal_code": "19104"}))
    return Circle(
        latitude=latitude, longitude=longitude, radius_miles=chance.choice((1.0, 5.0, 25.0, 300.0)), **home
    )


def random_selection(chance: random.Random) -> Selection:
    if chance.random() < 0.7:
        return WHOLE
    return Selection(
        needs=some(chance, NEEDS, 2),
        states=some(chance, ("NJ", "PA"), 2),
        first=frozenset(f"{chance.randrange(300):04}" for _ in range(chance.choice((0, 1, 60)))),
    )


def random_query(chance: random.Random, *, with_words: bool) -> EngineQuery:
    groups = chance.sample(sorted(GROUPS), chance.choice((0, 0, 1, 2)))
    query: dict[str, Any] = {
        "now": NOW + dt.timedelta(hours=chance.choice((0, 0, -300, -20, 5, 90, 399))),
        "needs": some(chance, NEEDS, 2),
        "filters": {group: tuple(chance.sample(GROUPS[group], 1)) for group in groups},
        "kinds": some(chance, KINDS, 3) if chance.random() < 0.2 else (),
        "where": random_where(chance),
        "remote_ok": chance.random() < 0.5,
        "urgent": chance.random() < 0.3,
        "sort": chance.choice(("best", "best", "nearest", "soonest", "verified")),
        "offset": chance.choice((0, 0, 7)),
        "selection": random_selection(chance),
    }
    if chance.random() < 0.15:
        query["open_at"] = NOW + dt.timedelta(hours=chance.randrange(100))
    if chance.random() < 0.15:
        query |= {
            "weekday": chance.choice((None, 1, 6)),
            "time_from": dt.time(18),
            "time_to": chance.choice((None, dt.time(2))),
        }
    if chance.random() < 0.1:
        query["attendance"] = (chance.choice(("in_person", "online", "hybrid")),)
    if with_words:
        one, two, three = chance.sample(stems("hope house care detox river horse mission"), 3)
        query["words"] = chance.choice((((one,),), ((one,), (two,)), ((one, two),)))
        query["phrases"] = ((two, three),) if chance.random() < 0.1 else ()
    return EngineQuery(**query)


def assert_same(one: SearchPage, two: SearchPage, query: EngineQuery) -> None:
    assert one.total == two.total, query
    assert [each.id for each in one.hits] == [each.id for each in two.hits], query
    for mine, other in zip(one.hits, two.hits, strict=True):
        assert (mine.reach, mine.also_only) == (other.reach, other.also_only), query
        assert mine.distance_miles == pytest.approx(other.distance_miles, abs=1e-6), query
    counts = [{code: count for code, count in each.facets.items() if count} for each in (one, two)]
    assert counts[0] == counts[1], query


def assert_agree(engine: SearchEngine, oracle: SearchEngine, chance: random.Random, queries: int) -> None:
    for number in range(queries):
        query = random_query(chance, with_words=number % 3 == 0)
        assert_same(engine.search(query), oracle.search(query), query)
        assert engine.count(query) == oracle.count(query)
        prefix = chance.choice(WORDS)[: chance.choice((1, 2, 9))]
        assert engine.complete(prefix, 9, query.now) == oracle.complete(prefix, 9, query.now)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("seed", range(3))
def test_an_engine_gives_the_answers_of_the_plain_one(name: str, seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    entries = [random_entry(chance, f"{number:04}") for number in range(300)]
    engine, oracle = ENGINES[name](tmp_path), MemoryEngine()
    for each in (engine, oracle):
        each.rebuild(entries, last_change=1)
    assert_agree(engine, oracle, chance, queries=60)


@pytest.mark.parametrize("name", OTHERS)
def test_an_engine_gives_the_answers_of_the_plain_one_after_changes(name: str, tmp_path: Path) -> None:
    chance = random.Random(99)
    engine, oracle = ENGINES[name](tmp_path), MemoryEngine()
    for each in (engine, oracle):
        chance_of_each = random.Random(7)
        each.rebuild((random_entry(chance_of_each, f"{number:04}") for number in range(150)), last_change=1)
    for change in range(2, 6):
        changed = [random_entry(chance, f"{chance.randrange(200):04}") for _ in range(20)]
        newest = list({each.id: each for each in changed}.values())
        removed = [
            each
            for each in (f"{chance.randrange(200):04}" for _ in range(8))
            if each not in {e.id for e in newest}
        ]
        for each in (engine, oracle):
            each.update(newest, removed, last_change=change)
        assert_agree(engine, oracle, chance, queries=15)
