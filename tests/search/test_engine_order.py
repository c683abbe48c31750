"""What every search engine does, whatever it is made of: order, pages, counts, and change."""

import datetime as dt

import pytest

from directory.listings.shown import Shown
from directory.search import ranking
from directory.search.engine import EngineQuery, SearchEngine
from tests.search.conftest import Filled
from tests.search.engines import (
    CAMDEN,
    NOW,
    PITTSBURGH,
    READING,
    ask,
    entry,
    found,
    near,
    pennsylvania,
    said,
    weekly,
)

# Order


def test_the_nearer_of_two_equal_listings_goes_first(filled: Filled) -> None:
    assert found(filled(entry("A", CAMDEN), entry("B")), where=near()) == ["B", "A"]


def test_the_better_kept_of_two_equal_listings_goes_first(filled: Filled) -> None:
    assert found(filled(entry("A", quality=10), entry("B", quality=200)), where=near()) == ["B", "A"]


def test_equal_listings_stand_in_the_order_of_their_ids(filled: Filled) -> None:
    engine = filled(*(entry(each) for each in "DBCA"))
    assert found(engine) == ["A", "B", "C", "D"]


def test_a_listing_that_serves_the_area_stands_as_if_halfway_out(filled: Filled) -> None:
    eleven, fourteen = (39.9526 + 11 / 69.1, -75.1652), (39.9526 + 14 / 69.1, -75.1652)
    engine = filled(
        entry("14 miles", fourteen), entry("area", None, areas=("US-PA",)), entry("11 miles", eleven)
    )
    assert found(engine, where=near(miles=25)) == ["11 miles", "area", "14 miles"]


def test_what_is_only_also_given_by_video_comes_after_what_is_near_or_serves_the_area(filled: Filled) -> None:
    engine = filled(
        entry("A", PITTSBURGH, video_areas=("US-PA",), quality=255),
        entry("B", None, areas=("US-PA",), quality=0),
        entry("C", CAMDEN, quality=0),
    )
    assert found(engine, where=near(), remote_ok=True) == ["C", "B", "A"]


def test_an_urgent_search_puts_24_hour_care_first(filled: Filled) -> None:
    engine = filled(entry("A"), entry("B", CAMDEN, around_the_clock=True))
    assert found(engine, where=near()) == ["A", "B"]
    assert found(engine, where=near(), urgent=True) == ["B", "A"]


def test_nearest_goes_by_distance_and_then_come_those_without_one(filled: Filled) -> None:
    engine = filled(
        entry("area", None, areas=("US-PA",), quality=255),
        entry("far area", PITTSBURGH, areas=("US-PA",), quality=0),
        entry("video", READING, video_areas=("US-PA",), quality=255),
        entry("camden", CAMDEN, quality=0),
        entry("here", quality=0),
    )
    assert found(engine, where=near(), sort="nearest", remote_ok=True) == [
        "here",
        "camden",
        "far area",
        "area",
        "video",
    ]


def test_soonest_goes_by_the_next_start(filled: Filled) -> None:
    def meeting(name: str, days: str, start: str) -> object:
        return entry(name, kind="peer_group", schedules=(weekly(days, start),))

    engine = filled(
        meeting("tomorrow", "TU", "07:00"),
        meeting("tonight", "MO", "19:00"),
        meeting("just begun", "MO", "11:55"),
        meeting("this morning", "MO", "07:00"),
        meeting("both", "MO,WE", "18:00"),
        entry("clinic", schedules=(weekly("MO", "13:00", "17:00"),)),
        entry("none", kind="peer_group"),
    )
    assert found(engine, sort="soonest") == [
        "just begun",
        "both",
        "tonight",
        "tomorrow",
        "this morning",
        "clinic",
        "none",
    ]


def test_verified_goes_by_the_day_of_verification_then_of_the_source(filled: Filled) -> None:
    engine = filled(
        entry("old source", as_of=dt.date(2024, 1, 1)),
        entry("no date", quality=255),
        entry("new source", as_of=dt.date(2026, 1, 1)),
        entry("verified long ago", verified_on=dt.date(2020, 1, 1)),
        entry("verified", verified_on=dt.date(2026, 1, 1)),
    )
    assert found(engine, sort="verified") == [
        "verified",
        "verified long ago",
        "new source",
        "old source",
        "no date",
    ]


def test_one_point_has_the_same_bits_alone_and_among_many() -> None:
    latitudes = [each / 7 - 90 for each in range(1261)]
    longitudes = [each * 1.37 % 360 - 180 for each in range(1261)]
    together = ranking.unit_vectors(latitudes, longitudes)
    for place, point in enumerate(zip(latitudes, longitudes, strict=True)):
        assert ranking.unit_vector(*point) == tuple(together[:, place].tolist())


# Pages


def test_pages_hold_every_listing_once_in_one_order(filled: Filled) -> None:
    engine = filled(*(entry(f"{number:03}", quality=number % 3) for number in range(57)))
    whole = found(engine, limit=100)
    pages = [found(engine, offset=start, limit=10) for start in range(0, 60, 10)]
    assert [each for page in pages for each in page] == whole
    assert sorted(whole) == [f"{number:03}" for number in range(57)]


def test_a_page_beyond_the_last_is_empty_and_tells_the_total(filled: Filled) -> None:
    page = ask(filled(entry("A"), entry("B")), offset=200)
    assert (page.hits, page.total) == ((), 2)


def test_a_page_of_nothing_still_counts(filled: Filled) -> None:
    page = ask(filled(entry("A"), entry("B")), limit=0)
    assert (page.hits, page.total) == ((), 2)


# Facet counts


def test_facets_count_over_all_matches_and_not_over_the_page(filled: Filled) -> None:
    engine = filled(
        *(entry(f"{number}", filters=("medicaid",)) for number in range(30)),
        entry("far", PITTSBURGH, filters=("medicare",)),
    )
    page = ask(engine, where=near(), limit=5)
    assert {code: count for code, count in page.facets.items() if count} == {"medicaid": 30}


def test_a_group_with_a_choice_is_counted_without_that_choice(filled: Filled) -> None:
    engine = filled(
        entry("A", filters=("medicaid", "veterans")),
        entry("B", filters=("medicare", "veterans")),
        entry("C", filters=("medicaid", "lgbtq")),
        entry("D", filters=("self_pay",)),
    )
    page = ask(engine, filters={"payment": ("medicaid",), "population": ("veterans",)})
    assert page.total == 1
    assert {code: count for code, count in page.facets.items() if count} == {
        "medicaid": 1,
        "medicare": 1,
        "veterans": 1,
        "lgbtq": 1,
    }


# Odd queries


@pytest.mark.parametrize(
    "odd",
    [
        "name:*",
        "*",
        "(((",
        '"',
        "a OR b",
        "NOT x",
        "🏠",
        "x" * 5000,
        "' --",
        "\\",
        "ñandú",
        "٣",
        "[a TO z]",
        "^2",
        "~",
    ],
)
def test_odd_words_are_words_like_others(filled: Filled, odd: str) -> None:
    engine = filled(entry("A", text="name"), entry("B"))
    assert ask(engine, words=((odd,),)).total == 0
    assert ask(engine, phrases=((odd, odd),)).total == 0
    assert engine.complete(odd, 5, NOW) == []
    assert engine.correct(odd, NOW) is None or odd.isalpha()


def test_unknown_codes_match_nothing(filled: Filled) -> None:
    engine = filled(entry("A", needs=("detox",), filters=("medicaid",)))
    assert found(engine, needs=("no such need",)) == []
    assert found(engine, filters={"no such group": ("no such code",)}) == []


def test_codes_of_a_listing_that_no_taxonomy_knows_do_no_harm(filled: Filled) -> None:
    engine = filled(entry("A", needs=("invented",), filters=("medicaid",)))
    assert found(engine, needs=("invented",)) == ["A"]


# Correction and completion


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("detxo", "detox"),
        ("metadone", "methadone"),
        ("buprenorfine", None),
        ("housng", "housing"),
        ("detox", None),
        ("houses", None),
        ("xyzzyx", None),
        ("aq", None),
        ("", None),
    ],
)
def test_a_misspelt_word_is_corrected_to_the_nearest_one(
    filled: Filled, typed: str, nearest: str | None
) -> None:
    engine = filled(entry("Detox", text="methadone housing aa"), entry("Box", text="details"))
    assert engine.correct(typed, NOW) == nearest


def test_of_two_equally_near_words_the_more_frequent_is_taken(filled: Filled) -> None:
    engine = filled(entry("A", text="mental"), entry("B", text="dental"), entry("C", text="mental"))
    assert engine.correct("cental", NOW) == "mental"


def test_names_are_completed_from_any_of_their_words(filled: Filled) -> None:
    engine = filled(
        entry("1", name="Hope House\nCity Mission"),
        entry("2", name="New Hope"),
        entry("3", name="Shop\nCity Mission"),
    )
    assert engine.complete("hop", 5, NOW) == ["Hope House", "New Hope"]
    assert engine.complete("City  mi", 5, NOW) == ["City Mission"]
    assert engine.complete("HOPE", 1, NOW) == ["Hope House"]
    assert engine.complete("hope", 0, NOW) == []
    assert engine.complete("", 5, NOW) == []


# Time


SEASON = Shown(NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("shown", "is_found"),
    [
        (SEASON, True),
        (Shown(begins=NOW), True),
        (Shown(begins=NOW + dt.timedelta(seconds=1)), False),
        (Shown(ends=NOW), False),
        (Shown(ends=NOW + dt.timedelta(seconds=1)), True),
    ],
)
def test_a_listing_is_found_from_its_begin_until_before_its_end(
    filled: Filled, shown: Shown, is_found: bool
) -> None:
    engine = filled(entry("A", shown=shown), entry("B"))
    assert found(engine) == (["A", "B"] if is_found else ["B"])


def test_a_listing_out_of_season_is_not_counted_named_or_known_by_its_words(filled: Filled) -> None:
    engine = filled(entry("A", name="Winter unicorn", filters=("medicaid",), shown=SEASON), entry("B"))
    in_season = engine.search(EngineQuery(now=NOW, words=said("unicorn")))
    assert (in_season.total, dict(in_season.facets)) == (1, {"medicaid": 1})
    later = NOW + dt.timedelta(days=2)
    page = engine.search(EngineQuery(now=later, words=said("unicorn")))
    assert (page.total, dict(page.facets), dict(page.unknown_words)) == (0, {}, {"unicorn": None})
    assert engine.count(EngineQuery(now=later)) == 1
    assert (engine.complete("win", 5, NOW), engine.complete("win", 5, later)) == (["Winter unicorn"], [])
    assert (engine.correct("unicrn", NOW), engine.correct("unicrn", later)) == ("unicorn", None)


def test_the_day_comes_without_a_change_of_the_index(filled: Filled) -> None:
    engine = filled(entry("A", shown=SEASON), entry("B"))
    days = [NOW + dt.timedelta(days=day) for day in (-2, 0, 2, 0)]
    assert [engine.count(EngineQuery(now=day)) for day in days] == [1, 2, 1, 2]


def test_a_change_out_of_season_keeps_the_listing_for_its_season(filled: Filled) -> None:
    next_year = Shown(begins=NOW + dt.timedelta(days=40))
    engine = filled(entry("A", shown=next_year), entry("B"))
    engine.update([entry("C", shown=next_year)], [], last_change=2)
    engine.update([entry("D")], [], last_change=3)
    assert found(engine) == ["B", "D"]
    assert engine.count(EngineQuery(now=NOW + dt.timedelta(days=40))) == 4
    assert engine.status().documents == 4


# Change


def test_without_an_index_there_is_nothing(engine: SearchEngine) -> None:
    status = engine.status()
    assert (status.documents, status.last_change) == (0, 0)


def test_an_empty_index_answers_nothing(filled: Filled) -> None:
    engine = filled()
    page = ask(engine, words=said("detox"), needs=("detox",), where=near())
    assert (page.total, page.hits, dict(page.unknown_words)) == (0, (), {"detox": None})
    assert (engine.correct("detox", NOW), engine.complete("d", 5, NOW)) == (None, [])
    assert engine.status().documents == 0


def test_a_change_is_seen_at_once(filled: Filled) -> None:
    engine = filled(entry("A", needs=("detox",)), entry("B", needs=("detox",)), entry("C", needs=("detox",)))
    changed = [entry("A", needs=("housing",), text="roof"), entry("D", READING, needs=("detox",))]
    engine.update(changed, ["B", "no such listing"], last_change=7)
    assert found(engine, needs=("detox",)) == ["C", "D"]
    assert found(engine, words=said("roof")) == ["A"]
    assert found(engine, where=near(READING)) == ["D"]
    assert (engine.status().documents, engine.status().last_change) == (3, 7)


def test_a_listing_may_change_often(filled: Filled) -> None:
    engine = filled(entry("A", text="zero"), entry("B"))
    for number, word in enumerate(("one", "two", "three", "four", "five")):
        engine.update([entry("A", text=word)], [], last_change=number + 2)
    assert found(engine, words=said("five")) == ["A"]
    assert found(engine, words=said("four")) == []
    assert engine.status().documents == 2


def test_a_removed_listing_takes_its_words_and_counts_along(filled: Filled) -> None:
    engine = filled(entry("A", text="unicorn", filters=("medicaid",)), entry("B"))
    engine.update([], ["A"], last_change=2)
    page = ask(engine, words=said("unicorn"))
    assert (page.total, list(page.unknown_words)) == (0, ["unicorn"])
    assert not any(ask(engine).facets.values())
    assert engine.complete("A", 5, NOW) == []


def test_a_removed_listing_may_come_back(filled: Filled) -> None:
    engine = filled(entry("A"), entry("B"))
    engine.update([], ["A"], last_change=2)
    engine.update([entry("A")], [], last_change=3)
    assert found(engine) == ["A", "B"]


def test_every_change_makes_a_new_generation(filled: Filled) -> None:
    engine = filled(entry("A"))
    generations = [engine.status().generation]
    engine.update([entry("B")], [], last_change=2)
    generations.append(engine.status().generation)
    engine.rebuild([entry("C")], last_change=3)
    generations.append(engine.status().generation)
    assert generations == sorted(set(generations))


def test_a_rebuild_replaces_everything(filled: Filled) -> None:
    engine = filled(entry("A"), entry("B"))
    engine.update([entry("C")], [], last_change=5)
    engine.rebuild(iter([entry("B", text="new"), entry("D")]), last_change=9)
    assert found(engine) == ["B", "D"]
    assert found(engine, words=said("new")) == ["B"]
    assert (engine.status().documents, engine.status().last_change) == (2, 9)


def test_count_is_the_total_whatever_the_page(filled: Filled) -> None:
    engine = filled(*(entry(f"{number}") for number in range(30)))
    assert engine.count(EngineQuery(now=NOW, where=pennsylvania(), limit=3, offset=10)) == 30
