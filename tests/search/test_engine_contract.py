"""What every search engine does, whatever it is made of: matching."""

import datetime as dt
from typing import Any

import pytest

from directory.search.engine import EngineQuery
from directory.search.words import stem, stems
from tests.search.conftest import Filled
from tests.search.engines import (
    CAMDEN,
    NOW,
    PHILADELPHIA,
    PITTSBURGH,
    READING,
    SQUARE,
    ask,
    entry,
    found,
    near,
    pennsylvania,
    said,
    weekly,
)


def test_every_listing_matches_a_query_that_asks_for_nothing(filled: Filled) -> None:
    engine = filled(entry("A"), entry("B", None), entry("C", PITTSBURGH))
    assert sorted(found(engine)) == ["A", "B", "C"]


# Words


def test_every_word_must_stand_in_the_listing(filled: Filled) -> None:
    engine = filled(entry("Hope House"), entry("Hope Center"), entry("Other", text="a house of hope"))
    assert sorted(found(engine, words=said("hope house"))) == ["Hope House", "Other"]


def test_one_of_a_group_of_words_is_enough(filled: Filled) -> None:
    engine = filled(entry("Hope House"), entry("Hope Shelter"), entry("Hope"))
    assert sorted(found(engine, words=((stem("house"), "shelter"),))) == ["Hope House", "Hope Shelter"]


def test_the_word_typed_goes_before_its_alternatives(filled: Filled) -> None:
    engine = filled(entry("A", text="shelter"), entry("B", text="house"))
    assert found(engine, words=((stem("house"), "shelter"),)) == ["B", "A"]


def test_words_meet_whatever_their_accents_case_and_number(filled: Filled) -> None:
    engine = filled(entry("Clínica de Salud"), entry("CLINICAS UNIDAS"))
    assert len(found(engine, words=said("clinica"))) == 2


def test_a_similar_word_is_another_word(filled: Filled) -> None:
    engine = filled(entry("Mental Health"), entry("Dental Health"))
    assert found(engine, words=said("dental")) == ["Dental Health"]


def test_a_word_in_the_name_goes_before_a_word_in_the_text(filled: Filled) -> None:
    engine = filled(entry("A", text="detox"), entry("Z Detox"))
    assert found(engine, words=said("detox")) == ["Z Detox", "A"]


def test_a_word_that_stands_more_often_weighs_more(filled: Filled) -> None:
    engine = filled(entry("A", text="detox care"), entry("B", text="detox, detox and more detox"))
    assert found(engine, words=said("detox")) == ["B", "A"]


def test_a_rare_word_weighs_more_than_a_common_one(filled: Filled) -> None:
    common = [entry(f"common {number}", text="care") for number in range(20)]
    engine = filled(*common, entry("A Care", text="horse"), entry("B Horse", text="care"))
    assert found(engine, words=said("care horse"))[0] == "B Horse"


def test_a_phrase_needs_its_words_side_by_side(filled: Filled) -> None:
    engine = filled(
        entry("House of Hope"),
        entry("B", text="our house: hope for all"),
        entry("Hope House"),
        entry("House", text="hope"),
    )
    assert sorted(found(engine, phrases=(tuple(stems("house hope")),))) == ["B", "House of Hope"]


def test_a_word_that_no_listing_has_is_told_with_its_nearest(filled: Filled) -> None:
    engine = filled(entry("Detox Center"))
    page = ask(engine, words=said("detxo center"))
    assert (page.total, dict(page.unknown_words)) == (0, {"detxo": "detox"})


def test_a_known_word_is_not_told_as_unknown_even_without_results(filled: Filled) -> None:
    engine = filled(entry("Detox"), entry("Housing"))
    page = ask(engine, words=said("detox house"))
    assert (page.total, dict(page.unknown_words)) == (0, {})


# Needs, filters, kinds, attendance


def test_one_of_the_needs_is_enough(filled: Filled) -> None:
    engine = filled(entry("A", needs=("detox",)), entry("B", needs=("housing",)), entry("C", needs=("food",)))
    assert sorted(found(engine, needs=("detox", "housing"))) == ["A", "B"]


def test_help_for_own_clients_only_counts_but_is_said(filled: Filled) -> None:
    engine = filled(entry("A", also=("housing",)), entry("B", needs=("housing",), also=("food",)))
    page = ask(engine, needs=("housing",))
    assert [(each.id, each.also_only) for each in page.hits] == [("B", False), ("A", True)]


@pytest.mark.parametrize("sort", ["best", "nearest", "soonest", "verified"])
def test_help_for_own_clients_only_stands_below_in_every_order(filled: Filled, sort: str) -> None:
    own = entry(
        "A", also=("aa",), quality=255, verified_on=dt.date(2026, 1, 1), schedules=(weekly("MO", "13:00"),)
    )
    engine = filled(own, entry("B", READING, needs=("aa",), quality=0))
    assert found(engine, needs=("aa",), where=near(miles=100), sort=sort) == ["B", "A"]


def test_filters_are_or_within_a_group_and_and_across_groups(filled: Filled) -> None:
    engine = filled(
        entry("A", filters=("medicaid", "veterans")),
        entry("B", filters=("medicare", "veterans")),
        entry("C", filters=("medicaid",)),
        entry("D", filters=("veterans",)),
    )
    chosen = {"payment": ("medicaid", "medicare"), "population": ("veterans",)}
    assert found(engine, filters=chosen) == ["A", "B"]


def test_kinds_are_alternatives(filled: Filled) -> None:
    engine = filled(entry("A", kind="legal"), entry("B", kind="housing"), entry("C", kind="telehealth"))
    assert found(engine, kinds=("legal", "housing")) == ["A", "B"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("in_person",), ["hybrid", "in_person"]),
        (("online",), ["hybrid", "online"]),
        (("hybrid",), ["hybrid"]),
        (("in_person", "online"), ["hybrid", "in_person", "online"]),
    ],
)
def test_a_hybrid_meeting_is_in_person_and_online(
    filled: Filled, asked: tuple[str, ...], expected: list[str]
) -> None:
    entries = [entry(each, attendance=each) for each in ("online", "in_person", "hybrid")]
    assert found(filled(*entries, entry("none")), attendance=asked) == expected


# Place


def test_a_circle_holds_what_lies_within_its_radius(filled: Filled) -> None:
    engine = filled(
        entry("here"), entry("camden", CAMDEN), entry("reading", READING), entry("far", PITTSBURGH)
    )
    assert found(engine, where=near(miles=25)) == ["here", "camden"]
    assert found(engine, where=near(miles=50)) == ["here", "camden", "reading"]
    assert found(engine, where=near(miles=300)) == ["here", "camden", "reading", "far"]


def test_the_distance_is_told_along_the_ground(filled: Filled) -> None:
    engine = filled(entry("here"), entry("far", PITTSBURGH))
    here, far = ask(engine, where=near(miles=500)).hits
    assert here.distance_miles == pytest.approx(0, abs=0.001)
    assert far.distance_miles == pytest.approx(257.1, abs=0.5)


def test_what_lies_on_the_circle_is_inside(filled: Filled) -> None:
    engine = filled(entry("here"), entry("reading", READING))
    away = ask(engine, where=near(miles=500)).hits[1].distance_miles
    assert away is not None
    assert "reading" in found(engine, where=near(miles=away))
    assert "reading" not in found(engine, where=near(miles=away - 0.001))


@pytest.mark.parametrize(
    ("center", "inside", "outside"),
    [
        ((52.0, 179.9), (52.0, -179.9), (52.0, -178.0)),
        ((52.0, -179.9), (52.0, 179.9), (52.0, 178.0)),
        ((-16.8, 180.0), (-16.8, -179.8), (-16.8, 179.0)),
        ((89.9, 0.0), (89.9, 180.0), (89.0, 90.0)),
        ((90.0, 0.0), (89.8, -120.0), (89.2, 10.0)),
        ((-89.9, 30.0), (-89.9, -150.0), (-89.0, 30.0)),
        ((0.0, 0.0), (0.1, -0.1), (1.0, 1.0)),
    ],
)
def test_a_circle_is_round_at_the_date_line_and_the_poles(
    filled: Filled, center: tuple[float, float], inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    engine = filled(entry("inside", inside), entry("outside", outside))
    assert found(engine, where=near(center)) == ["inside"]


def test_a_listing_without_coordinates_and_areas_is_nowhere(filled: Filled) -> None:
    engine = filled(entry("hidden", None), entry("named", None, state="PA"))
    assert found(engine, where=near()) == []
    assert found(engine, where=pennsylvania()) == []
    assert len(found(engine)) == 2


def test_a_state_holds_all_that_stands_in_it(filled: Filled) -> None:
    engine = filled(entry("A"), entry("B", PITTSBURGH), entry("C", CAMDEN, state="NJ"))
    page = ask(engine, where=pennsylvania())
    assert [(each.id, each.distance_miles, each.reach) for each in page.hits] == [
        ("A", None, "place"),
        ("B", None, "place"),
    ]


def test_a_county_holds_all_that_stands_in_it(filled: Filled) -> None:
    engine = filled(entry("A", county="PA/Philadelphia"), entry("B", PITTSBURGH, county="PA/Allegheny"))
    assert found(engine, where=pennsylvania(county="PA/Allegheny")) == ["B"]


def test_a_margin_adds_what_lies_near_the_points_of_a_region(filled: Filled) -> None:
    engine = filled(entry("A"), entry("camden", CAMDEN, state="NJ"), entry("far", (41.5, -74.0), state="NJ"))
    points = (PHILADELPHIA, PITTSBURGH)
    assert found(engine, where=pennsylvania(points=points)) == ["A"]
    assert found(engine, where=pennsylvania(points=points, margin_miles=10)) == ["A", "camden"]


@pytest.mark.parametrize(
    ("extent", "matches"),
    [
        ("US", True),
        ("US-PA", True),
        ("US-PA/Philadelphia", True),
        ("US-PA/19104", True),
        ("US-NJ", False),
        ("US-PA/Allegheny", False),
        ("US-PA/19103", False),
    ],
)
def test_a_service_area_that_covers_the_place_counts(filled: Filled, extent: str, matches: bool) -> None:
    engine = filled(entry("A", None, areas=("US-HI", extent)), entry("B", PITTSBURGH, areas=(extent,)))
    hits = ask(engine, where=near()).hits
    assert [(each.id, each.reach) for each in hits] == ([("A", "area"), ("B", "area")] if matches else [])


def test_a_polygon_counts_for_the_places_in_it(filled: Filled) -> None:
    engine = filled(entry("A", None, polygons=(SQUARE,)), entry("broken", None, polygons=("{",)))
    assert found(engine, where=near()) == ["A"]
    assert found(engine, where=near(PITTSBURGH)) == []
    assert found(engine, where=pennsylvania(points=(PITTSBURGH, PHILADELPHIA))) == ["A"]
    assert found(engine, where=pennsylvania(points=(PITTSBURGH,))) == []


def test_a_region_is_covered_by_its_whole_and_not_by_a_part(filled: Filled) -> None:
    engine = filled(
        entry("country", None, areas=("US",)),
        entry("state", None, areas=("US-PA",)),
        entry("county", None, areas=("US-PA/Philadelphia",)),
    )
    assert found(engine, where=pennsylvania()) == ["country", "state"]
    assert found(engine, where=pennsylvania(county="PA/Philadelphia")) == ["country", "county", "state"]


def test_a_listing_that_is_near_and_serves_the_area_is_near(filled: Filled) -> None:
    engine = filled(entry("A", areas=("US-PA",), video_areas=("US-PA",)))
    assert ask(engine, where=near(), remote_ok=True).hits[0].reach == "place"


def test_a_listing_also_given_by_video_counts_only_where_that_can_help(filled: Filled) -> None:
    engine = filled(
        entry("A", PITTSBURGH, video_areas=("US-PA",)), entry("B", PITTSBURGH, video_areas=("US-OH",))
    )
    assert found(engine, where=near()) == []
    hits = ask(engine, where=near(), remote_ok=True).hits
    assert [(each.id, each.reach) for each in hits] == [("A", "video")]


# Time


def test_open_at_keeps_what_is_open_and_leaves_out_the_unknown(filled: Filled) -> None:
    engine = filled(
        entry("open", schedules=(weekly("MO,TU", "09:00", "17:00"),)),
        entry("shut", schedules=(weekly("MO,TU", "14:00", "17:00"),)),
        entry("lunch", schedules=(weekly("MO", "09:00", "11:30"), weekly("MO", "12:30", "17:00"))),
        entry("always", schedules=(weekly("SU,MO,TU,WE,TH,FR,SA", "00:00", "23:59"),)),
        entry("unknown"),
    )
    assert found(engine, open_at=NOW) == ["always", "open"]


def test_open_at_reads_the_clock_of_the_place(filled: Filled) -> None:
    engine = filled(
        entry("east", schedules=(weekly("MO", "12:00", "13:00"),)),
        entry("west", schedules=(weekly("MO", "12:00", "13:00", "America/Los_Angeles"),)),
    )
    assert found(engine, open_at=NOW) == ["east"]
    assert found(engine, open_at=NOW + dt.timedelta(hours=3)) == ["west"]


def test_open_at_sees_a_night_that_began_the_day_before(filled: Filled) -> None:
    engine = filled(entry("night", schedules=(weekly("SU", "22:00", "06:00"),)))
    assert found(engine, open_at=dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)) == ["night"]
    assert found(engine, open_at=NOW) == []


def test_open_at_knows_dates_and_closed_days(filled: Filled) -> None:
    closed = weekly(
        "MO", "00:00", "23:59", closed=True, valid_from=dt.date(2026, 11, 23), valid_to=dt.date(2026, 11, 23)
    )
    engine = filled(
        entry("closed today", schedules=(weekly("MO", "09:00", "17:00"), closed)),
        entry("over", schedules=(weekly("MO", "09:00", "17:00", valid_to=dt.date(2026, 1, 1)),)),
        entry("open", schedules=(weekly("MO", "09:00", "17:00", valid_from=dt.date(2026, 1, 1)),)),
    )
    assert found(engine, open_at=NOW) == ["open"]


def meeting(name: str, days: str, start: str) -> object:
    return entry(name, kind="peer_group", attendance="in_person", schedules=(weekly(days, start),))


@pytest.mark.parametrize(
    ("weekday", "time_from", "time_to", "expected"),
    [
        (5, None, None, ["fri evening", "fri late", "fri noon"]),
        (5, "17:00", None, ["fri evening", "fri late"]),
        (5, None, "12:00", ["fri noon"]),
        (5, "12:00", "18:30", ["fri evening", "fri noon"]),
        (5, "22:00", "02:00", ["fri late", "sat early"]),
        (6, "22:00", "02:00", ["sun early"]),
        (None, "00:00", "02:00", ["sat early", "sun early"]),
        (None, "23:00", "01:00", ["fri late", "sat early", "sun early"]),
        (0, None, None, ["sun early"]),
        (3, None, None, []),
    ],
)
def test_a_meeting_must_start_on_the_day_and_in_the_window(
    filled: Filled, weekday: int | None, time_from: str | None, time_to: str | None, expected: list[str]
) -> None:
    engine = filled(
        meeting("fri noon", "FR", "12:00"),
        meeting("fri evening", "FR", "18:30"),
        meeting("fri late", "FR", "23:30"),
        meeting("sat early", "SA", "01:00"),
        meeting("sun early", "SU", "00:30"),
        entry("clinic", schedules=(weekly("FR,SA,SU", "12:00", "23:00"),)),
    )
    window = {
        "time_from": dt.time.fromisoformat(time_from) if time_from else None,
        "time_to": dt.time.fromisoformat(time_to) if time_to else None,
    }
    assert found(engine, weekday=weekday, **window) == expected


# All together


def test_all_conditions_hold_on_one_listing(filled: Filled) -> None:
    good: dict[str, Any] = {"needs": ("detox",), "filters": ("medicaid",), "text": "quiet"}
    engine = filled(
        entry("all", **good),
        entry("need", **good | {"needs": ("housing",)}),
        entry("filter", **good | {"filters": ("medicare",)}),
        entry("words", **good | {"text": "loud"}),
        entry("place", PITTSBURGH, **good),
        entry("kind", **good, kind="housing"),
    )
    query: dict[str, Any] = {
        "needs": ("detox",),
        "filters": {"payment": ("medicaid",)},
        "words": (("quiet",),),
        "where": near(),
        "kinds": ("treatment",),
    }
    assert found(engine, **query) == ["all"]
    assert engine.count(EngineQuery(now=NOW, **query)) == 1


def test_an_address_without_known_state_is_still_a_place(filled: Filled) -> None:
    engine = filled(entry("A"), entry("B", None, areas=("US",)), entry("C", None, areas=("US-PA",)))
    assert found(engine, where=near(PHILADELPHIA, state=None, county=None, postal_code=None)) == ["A", "B"]
