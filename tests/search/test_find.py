"""From a search to its answer: place, radius, results, counts."""

import datetime as dt
from typing import Any

import pytest

from directory.errors import PlaceUnknown
from directory.geo.gazetteer import Gazetteer
from tests.search.world import NOW, World, ids, listing, weekly


@pytest.fixture
def world(gazetteer: Gazetteer) -> World:
    return World(
        gazetteer,
        [
            listing("city detox", needs=["detox"], filters=["medicaid", "women"], around_the_clock=True),
            listing(
                "city detox 2",
                needs=["detox"],
                filters=["medicare"],
                schedules=[weekly("FR", "09:00", "17:00")],
            ),
            listing(
                "city outpatient",
                needs=["outpatient"],
                filters=["medicaid"],
                schedules=[weekly("FR", "11:00", "17:00")],
            ),
            listing("city housing", needs=["recovery_housing"], also=["work"]),
            listing("Reading detox", city="Reading", needs=["detox"]),
            listing("Harrisburg detox", city="Harrisburg", needs=["detox"]),
            listing("Pittsburgh detox", city="Pittsburgh", needs=["detox"], filters=["medicaid"]),
            listing(
                "Pittsburgh outpatient",
                city="Pittsburgh",
                needs=["outpatient"],
                virtual={"areas": ["US-PA"], "url": None},
            ),
            listing("state line", city=None, needs=["crisis_line"], areas=["US-PA"]),
            listing("national line", city=None, needs=["crisis_line"], areas=["US"]),
        ],
    )


def test_a_search_in_plain_words_finds_what_is_meant_where_it_is_meant(world: World) -> None:
    answer = world.ask(q="detox near 19104", radius=25)
    assert ids(answer) == ["city detox", "city detox 2"]
    assert answer.place is not None
    assert (answer.place.name, answer.total, answer.widened) == ("Philadelphia, PA 19104", 2, False)


def test_a_top_need_includes_its_leaves(world: World) -> None:
    assert "city outpatient" in ids(world.ask(need="treatment", near="19104", radius=25))


def test_a_chosen_need_and_a_typed_one_below_it_mean_the_one_below(world: World) -> None:
    assert ids(world.ask(need="treatment", q="outpatient", near="19104", radius=25)) == [
        "city outpatient",
        "Pittsburgh outpatient",
    ]


def test_a_typed_need_narrows_a_chosen_one_where_it_is_a_filter_too(gazetteer: Gazetteer) -> None:
    world = World(
        gazetteer,
        [
            listing("both", needs=["outpatient", "buprenorphine"], filters=["outpatient", "buprenorphine"]),
            listing("one", needs=["outpatient"], filters=["outpatient"]),
        ],
    )
    assert ids(world.ask(need="outpatient", q="suboxone")) == ["both"]


def test_point_wins_over_place_and_place_over_words(world: World) -> None:
    assert world.ask(ll="40.44,-80.0", near="19104", q="detox").place.name.startswith("Pittsburgh")  # type: ignore[union-attr]
    answer = world.ask(near="Pittsburgh", q="detox in Philadelphia", radius=25)
    assert answer.place is not None
    assert answer.place.name == "Pittsburgh, PA"


def test_an_unknown_place_is_told_with_what_was_typed(world: World) -> None:
    with pytest.raises(PlaceUnknown, match="Gondolin") as caught:
        world.ask(near="Gondolin")
    assert list(caught.value.fields) == ["near"]
    with pytest.raises(PlaceUnknown, match="00000") as caught:
        world.ask(q="detox near 00000")
    assert list(caught.value.fields) == ["q"]


def test_a_state_means_everything_in_it_and_has_no_radius(world: World) -> None:
    answer = world.ask(need="detox", near="Pennsylvania")
    assert (answer.total, answer.radius_miles) == (5, None)
    assert {each.distance_miles for each in answer.results} == {None}


def test_an_ambiguous_place_offers_the_others(world: World) -> None:
    answer = world.ask(need="detox", near="Washington, IN", radius=500)
    assert answer.place is not None
    assert answer.place.state == "IN"
    assert world.ask(need="detox", near="Springfield").place.alternatives  # type: ignore[union-attr]


# Radius


def test_too_few_results_widen_the_radius_and_say_so(world: World) -> None:
    answer = world.ask(need="detox", near="19104")
    assert ids(answer) == ["city detox", "city detox 2", "Reading detox", "Harrisburg detox"]
    assert (answer.radius_miles, answer.widened) == (100, True)


def test_a_radius_that_was_chosen_is_kept_and_a_wider_one_offered(world: World) -> None:
    answer = world.ask(need="detox", near="19104", radius=5)
    assert (answer.total, answer.radius_miles, answer.widened) == (2, 5, False)
    wider = next(each for each in answer.suggestions if "within" in str(each.text))
    assert (str(wider.text), wider.total) == ("Search within 50 miles", 3)


def test_the_radius_stays_where_a_wider_one_finds_no_more(gazetteer: Gazetteer) -> None:
    world = World(gazetteer, [listing("only one", needs=["detox"])])
    answer = world.ask(need="detox", near="19104")
    assert (answer.total, answer.radius_miles, answer.widened) == (1, 25, False)


def test_what_is_also_given_by_video_does_not_keep_the_radius_small(gazetteer: Gazetteer) -> None:
    afar = [
        listing(
            f"video {each}",
            city="Pittsburgh",
            needs=["outpatient"],
            virtual={"areas": ["US-PA"], "url": None},
        )
        for each in range(8)
    ]
    world = World(gazetteer, [*afar, listing("Reading", city="Reading", needs=["outpatient"])])
    answer = world.ask(need="outpatient", near="19104")
    assert answer.widened
    assert ids(answer)[0] == "Reading"


def test_all_pages_of_a_widened_search_are_of_one_radius(world: World) -> None:
    pages = [world.ask(need="detox", near="19104", per_page=1, page=page) for page in (1, 2, 3, 4)]
    assert [ids(each)[0] for each in pages] == [
        "city detox",
        "city detox 2",
        "Reading detox",
        "Harrisburg detox",
    ]
    assert {each.total for each in pages} == {4}


def test_a_distance_in_the_words_is_a_chosen_radius(world: World) -> None:
    answer = world.ask(q="detox within 60 miles of 19104")
    assert (answer.total, answer.radius_miles, answer.widened, answer.query.radius) == (3, 60, False, None)


def test_kilometers_are_kilometers(world: World) -> None:
    answer = world.ask(need="detox", near="19104", unit="km", radius=100)
    assert answer.radius_miles == pytest.approx(62.1, abs=0.1)
    assert answer.total == 3


# Results


def test_a_result_tells_how_far_it_is(world: World) -> None:
    answer = world.ask(need="detox", near="19104", radius=100)
    assert [each.distance_miles for each in answer.results] == [
        pytest.approx(2.1, abs=0.5),
        pytest.approx(2.1, abs=0.5),
        pytest.approx(47, abs=2),
        pytest.approx(92, abs=3),
    ]
    assert all(each.serves is None for each in answer.results)


def test_a_listing_that_is_not_near_tells_whom_it_serves(world: World) -> None:
    crisis = world.ask(need="crisis_line", near="19104")
    assert {each.id: str(each.serves) for each in crisis.results} == {
        "national line": "Serves the whole country",
        "state line": "Serves Pennsylvania",
    }
    video = world.ask(need="outpatient", near="19104", radius=25).results[-1]
    assert (str(video.serves), video.distance_miles) == ("Also by video in PA", None)


def test_open_now_is_by_the_clock_of_the_listing(world: World) -> None:
    answer = world.ask(q="open now", near="19104", radius=25)
    assert ids(answer) == ["city detox 2"]
    assert [str(each.open_text) for each in answer.results] == ["Open now · until 5:00 PM"]


def test_a_local_time_is_meant_in_the_zone_of_the_place(world: World) -> None:
    answer = world.ask(open="2026-11-20T11:30", near="19104", radius=25)
    assert sorted(ids(answer)) == ["city detox 2", "city outpatient"]
    assert ids(world.ask(open="2026-11-20T11:30", near="Seattle", radius=500)) == []


def test_24_hour_care_without_known_hours_is_never_open_now(world: World) -> None:
    first, second = world.ask(need="detox", near="19104", radius=25).results
    assert (first.open_state, str(first.open_text)) == ("unknown", "24-hour care · call for admission hours")
    assert (second.open_state, str(second.open_text)) == ("open", "Open now · until 5:00 PM")


def test_room_is_told_until_a_week_after_it_was_said(gazetteer: Gazetteer) -> None:
    said = {"unit": "beds", "available": 3, "maximum": 20, "status": "capacity", "description": None}
    world = World(gazetteer, [listing("Beds", capacity=[{**said, "updated": NOW.isoformat()}])])
    shown = [
        world.ask(near="19104", now=NOW + dt.timedelta(days=days)).as_json(str)["results"][0]["capacity"]
        for days in (7, 8)
    ]
    assert [(each["state"], each["available"]) for each in shown] == [("capacity", 3), ("unknown", None)]
    assert {each["updated"] for each in shown} == {NOW.isoformat()}


def test_a_place_that_is_closed_for_a_time_says_so(gazetteer: Gazetteer) -> None:
    world = World(
        gazetteer, [listing("shut", schedules=[weekly("FR", "09:00", "17:00")], status="temporarily closed")]
    )
    result = world.ask().results[0]
    assert (result.open_state, str(result.open_text)) == ("closed", "Closed for now")


def test_urgent_needs_put_24_hour_care_first(gazetteer: Gazetteer) -> None:
    world = World(
        gazetteer,
        [
            listing("a day programme", needs=["detox"], quality=255),
            listing("day and night", needs=["detox"], around_the_clock=True),
        ],
    )
    answer = world.ask(q="detox", near="19104")
    assert (ids(answer), answer.urgent) == (["day and night", "a day programme"], True)


def test_help_for_own_clients_is_marked(world: World) -> None:
    result = world.ask(need="work", near="19104").results[0]
    assert (result.id, result.also_only) == ("city housing", True)


def test_a_listing_whose_document_is_gone_is_passed_over(world: World) -> None:
    del world.documents["city detox"]
    assert ids(world.ask(need="detox", near="19104", radius=25)) == ["city detox 2"]


# Meetings


@pytest.fixture
def meetings(gazetteer: Gazetteer) -> World:
    def meeting(id_: str, days: str, start: str, attendance: str = "in_person") -> dict[str, Any]:
        schedules = [weekly(days, start)]
        return listing(id_, kind="peer_group", needs=["aa"], attendance=attendance, schedules=schedules)

    return World(
        gazetteer,
        [
            meeting("friday noon", "FR", "12:00"),
            meeting("friday evening", "FR", "19:00"),
            meeting("saturday", "SA", "08:00"),
            meeting("friday online", "FR", "20:00", "online"),
        ],
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("AA meeting tonight", ["friday evening", "friday online"]),
        ("AA meeting tonight online", ["friday online"]),
        ("AA meeting tomorrow", ["saturday"]),
        ("AA meeting in the next 2 hours", ["friday noon"]),
        ("reunión de AA hoy en la noche", ["friday evening", "friday online"]),
        ("aa friday", ["friday evening", "friday noon", "friday online"]),
    ],
)
def test_meetings_are_found_by_their_time(meetings: World, typed: str, expected: list[str]) -> None:
    assert sorted(ids(meetings.ask(q=typed, near="19104"))) == expected


def test_tonight_is_the_evening_of_the_place(meetings: World) -> None:
    after_midnight_in_london = dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)
    answer = meetings.ask(q="aa tonight", near="19104", now=after_midnight_in_london)
    assert sorted(ids(answer)) == ["friday evening", "friday online"]


def test_a_day_that_was_chosen_wins_over_one_that_was_typed(meetings: World) -> None:
    assert ids(meetings.ask(q="aa tonight", day=6)) == ["saturday"]


def test_a_meeting_tells_its_next_start(meetings: World) -> None:
    soonest = meetings.ask(need="aa", sort="soonest").results
    assert [str(each.next_meeting_text) for each in soonest] == [
        "Today 12:00 PM",
        "Today 7:00 PM",
        "Today 8:00 PM",
        "Tomorrow 8:00 AM",
    ]
    assert soonest[0].next_meeting is not None
    assert soonest[0].next_meeting.starts == NOW + dt.timedelta(hours=2)


# Facets


def test_facets_come_in_groups_with_labels_and_counts(world: World) -> None:
    answer = world.ask(need="detox", near="Pennsylvania", filter=["medicaid"])
    groups = {
        each.code: [(facet.label, facet.count, facet.chosen) for facet in each.facets]
        for each in answer.facets
    }
    assert groups["payment"] == [("Medicaid", 2, True), ("Medicare", 1, False)]
    assert groups["gender"] == [("Women", 1, False)]


def test_labels_are_in_the_language_asked_for(world: World) -> None:
    answer = world.ask(need="detox", filter=["women"], lang="es")
    assert [each.label for group in answer.facets for each in group.facets if each.code == "women"] == [
        "Mujeres"
    ]


# Odd searches


def test_a_page_beyond_the_last_is_empty_with_total_and_note(world: World) -> None:
    answer = world.ask(need="detox", near="Pennsylvania", page=400)
    assert (answer.results, answer.total, answer.last_page) == ((), 5, 1)
    assert str(answer.note) == "There is no page 400. The last page is 1."


@pytest.mark.parametrize("odd", ["(((", "*", "🏠", "the of and", ":-)"])
def test_text_without_a_word_finds_nothing_and_says_why(world: World, odd: str) -> None:
    answer = world.ask(q=odd)
    assert answer.total == 0
    assert odd in str(answer.note)


def test_text_without_a_word_does_not_spoil_the_rest(world: World) -> None:
    assert world.ask(q="(((", need="detox", near="19104", radius=25).total == 2


def test_an_empty_search_shows_everything(world: World) -> None:
    assert world.ask().total == 10


def test_a_quoted_phrase_is_found_side_by_side(gazetteer: Gazetteer) -> None:
    world = World(
        gazetteer, [listing("House of Hope"), listing("Hope House"), listing("Hope for every House")]
    )
    assert ids(world.ask(q='"hope house"')) == ["Hope House"]


def test_literal_words_are_only_words(world: World) -> None:
    assert ids(world.ask(q="detox", literal=1, near="19104", radius=25)) == ["city detox", "city detox 2"]
    assert world.ask(q="desintoxicar", literal=1).total == 0
