"""The parts of the fast engine, each against a plain way to do the same."""

import datetime as dt
import random

import numpy as np
import pytest

from directory.listings import hours
from directory.listings.record import Schedule
from directory.search import ranking
from directory.search.execute import smallest
from directory.search.geometry import key_spans, order_key, row_bounds
from directory.search.name_list import NameList, NameReader
from directory.search.postings import pack, unpack
from directory.search.spelling import allowed_errors, typing_errors
from directory.search.spelling_list import SpellingList, compile_spellings
from directory.search.timetable import Timetable
from tests.search.engines import weekly


def test_posting_lists_come_back_as_they_were_packed() -> None:
    packed = pack(
        [b"a", b"b", b"c"], np.array([0, 1, 1, 1, 2]), np.array([7, 0, 3, 9, 2]), np.array([1, 2, 300, 4, 5])
    )
    lists = [
        unpack(packed.block, int(start), int(count))
        for start, count in zip(packed.starts, packed.counts, strict=True)
    ]
    assert [each.rows.tolist() for each in lists] == [[7], [0, 3, 9], [2]]
    assert [each.values.tolist() for each in lists] == [[1], [2, 255, 4], [5]]
    assert [each.ordinal for each in lists] == [0, 1, 2]


CENTERS = (
    (40.0, -75.0),
    (52.0, 179.99),
    (52.0, -180.0),
    (89.99, 12.0),
    (90.0, 0.0),
    (-89.95, -100.0),
    (0.0, 0.0),
    (71.0, 180.0),
)


@pytest.mark.parametrize("radius", [0.0, 1.0, 25.0, 500.0, 4_000.0, 9_000.0, 13_000.0])
@pytest.mark.parametrize("center", CENTERS)
def test_spans_hold_every_point_of_a_circle_once(center: tuple[float, float], radius: float) -> None:
    chance = np.random.default_rng(int(radius))
    latitudes = np.degrees(np.arcsin(chance.uniform(-1, 1, 4_000)))
    longitudes = chance.uniform(-180, 180, 4_000)
    latitudes[:1500] = np.clip(center[0] + chance.normal(0, 0.4, 1500), -90, 90)
    longitudes[:1500] = (center[1] + chance.normal(0, 0.4, 1500) + 180) % 360 - 180
    longitudes[:20] = 180.0
    latitudes[20], longitudes[20] = center
    keys = order_key(latitudes, longitudes)
    order = np.argsort(keys)
    vectors = ranking.unit_vectors(latitudes[order], longitudes[order])
    middle = np.array(ranking.unit_vector(*center))[:, None]
    inside = np.flatnonzero(((vectors - middle) ** 2).sum(axis=0) <= ranking.chord2_of(radius))
    bounds = row_bounds(keys[order], key_spans(*center, radius)).tolist()
    rows = [row for start, end in zip(bounds[0::2], bounds[1::2], strict=True) for row in range(start, end)]
    assert len(set(rows)) == len(rows)
    assert set(inside.tolist()) <= set(rows)


def test_rows_without_a_point_come_last() -> None:
    assert order_key(np.array([np.nan]), np.array([3.0])).tolist() == [np.inf]


ZONES = ("America/New_York", "America/Phoenix", "America/Los_Angeles", None, "Nowhere/Land")
SOME: tuple[tuple[Schedule, ...], ...] = (
    (),
    (weekly("MO,TU,WE,TH,FR", "09:00", "17:00"),),
    (weekly("SU,SA", "22:00", "02:30"), weekly("SA", "23:00", "01:00", "America/Los_Angeles")),
    (weekly("SU", "01:30", "03:15"),),
    (weekly("SU,MO,TU,WE,TH,FR,SA", "00:00", "23:59", "America/Phoenix"),),
    (weekly("TU", "19:00"),),
    (weekly("WE", "19:05", "19:10", "Nowhere/Land"),),
    (weekly("MO", "12:00", "13:00", interval=2, dtstart=dt.date(2026, 11, 2)),),
    (
        weekly("MO", "12:00", "13:00"),
        Schedule(closed=True, valid_from=dt.date(2026, 11, 23), valid_to=dt.date(2026, 11, 23)),
    ),
    (
        Schedule(
            freq="MONTHLY",
            byday="-1SU",
            opens_at=dt.time(2, 15),
            closes_at=dt.time(3),
            timezone="America/New_York",
        ),
    ),
    (Schedule(description="Call for hours"),),
)


def moments() -> list[dt.datetime]:
    """Ordinary ones, and around both clock changes of 2026."""
    chance = random.Random(8)
    starts = (
        dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 7, 20, tzinfo=dt.UTC),
        dt.datetime(2026, 10, 31, 20, tzinfo=dt.UTC),
    )
    return [start + dt.timedelta(seconds=chance.randrange(4 * 86_400)) for start in starts for _ in range(25)]


@pytest.mark.parametrize("when", moments())
def test_a_timetable_answers_as_hours_do(when: dt.datetime) -> None:
    timetable = Timetable(SOME)
    patterns = np.arange(len(SOME))
    assert timetable.open_at(patterns, when).tolist() == [hours.is_open(each, when) is True for each in SOME]
    starts = [hours.next_meeting(each, when) for each in SOME]
    assert timetable.next_starts(patterns, when).tolist() == [
        each.starts.timestamp() if each else np.inf for each in starts
    ]


def test_a_timetable_knows_meetings_in_a_window() -> None:
    found = Timetable(SOME).starts_within(np.arange(len(SOME)), 1, dt.time(9), dt.time(13))
    assert np.flatnonzero(found).tolist() == [1, 7, 8]


@pytest.mark.parametrize("forms", [True, False])
def test_spelling_finds_every_word_near_enough(forms: bool) -> None:
    chance = random.Random(4)
    words = sorted({"".join(chance.choices("aeioustñ", k=chance.randint(3, 9))) for _ in range(800)})
    listed = SpellingList(compile_spellings(words, np.arange(len(words)), forms=forms))
    for _ in range(60):
        word = "".join(chance.choices("aeioustñ", k=chance.randint(4, 9)))
        limit = allowed_errors(word)
        wanted = [
            (errors, -number, each)
            for number, each in enumerate(words)
            if (errors := typing_errors(word, each, limit)) <= limit
        ]
        assert sorted(listed.near(word)) == sorted(wanted)


def test_names_are_found_by_the_start_of_any_word() -> None:
    reader = NameReader()
    for each in (["Hope House"], ["House of Hope", "Hope House"], ["Horizon"], []):
        reader.add(each)
    names = NameList(reader.finish(np.array([3, 0, 1, 2])))
    at_start, inside = names.starting_with("ho")
    assert [names.text(number) for number in at_start.tolist()] == ["Hope House", "Horizon", "House of Hope"]
    assert inside.size == 0
    at_start, inside = names.starting_with("house of ho")
    assert [names.text(number) for number in at_start.tolist()] == ["House of Hope"]
    assert [names.text(number) for number in names.starting_with("of")[1].tolist()] == ["House of Hope"]
    assert names.live_counts(np.array([3])).tolist() == [1, 1, 1]


def test_the_smallest_are_those_that_sorting_gives() -> None:
    chance = np.random.default_rng(2)
    for size in (0, 1, 50, 500, 5_000):
        keys = [
            chance.integers(0, 3, size).astype(np.uint8),
            chance.choice([0.5, np.inf, 0.25, 0.125], size),
            chance.permutation(size),
        ]
        wanted = np.lexsort(keys[::-1])
        for need in (1, 20, 220):
            assert smallest(list(keys), need).tolist() == wanted[:need].tolist()
