"""Where little is found: corrections, names, other searches to try; and what is offered while one types."""

from collections.abc import Mapping
from typing import Any

import pytest

from directory.geo.gazetteer import Gazetteer
from directory.listings.needs import taxonomy
from directory.phrases import Phrase
from directory.search.answer import Answer
from directory.search.spelling import allowed_errors, typing_errors
from directory.search.suggest import Suggestions, suggest
from tests.search.world import NOW, World, ids, listing, weekly


@pytest.fixture
def world(gazetteer: Gazetteer) -> World:
    return World(
        gazetteer,
        [
            listing(
                "Detox One", needs=["detox"], filters=["medicaid"], schedules=[weekly("MO", "09:00", "17:00")]
            ),
            listing("Detox Two", city="Reading", needs=["detox"], filters=["medicare"]),
            listing("Freedom House Recovery Center", needs=["outpatient"]),
            listing("Line", city=None, needs=["telehealth"], kind="telehealth", areas=["US-PA"]),
            listing("New Roof", needs=["recovery_housing"], filters=["women"]),
        ],
    )


def offered(answer: Answer) -> dict[str, int]:
    return {str(each.text): each.total for each in answer.suggestions}


# Corrections


@pytest.mark.parametrize(
    ("typed", "corrected", "found"),
    [
        ("detxo", "detox", ["Detox One", "Detox Two"]),
        ("fredom house", "freedom house", ["Freedom House Recovery Center"]),
        ("detox medicad", "detox medicaid", ["Detox One"]),
        ("recovary housing", "recovery housing", ["New Roof"]),
    ],
)
def test_a_misspelt_word_is_put_right_and_said(
    world: World, typed: str, corrected: str, found: list[str]
) -> None:
    answer = world.ask(q=typed)
    assert (answer.corrected, ids(answer)) == (corrected, found)


def test_a_place_survives_a_correction(world: World) -> None:
    answer = world.ask(q="detxo near 19104", radius=10)
    assert (answer.corrected, ids(answer)) == ("detox near 19104", ["Detox One"])


def test_a_word_that_somebody_has_is_not_put_right(gazetteer: Gazetteer) -> None:
    world = World(gazetteer, [listing("Dental Care"), listing("Mental Care", city="Pittsburgh")])
    answer = world.ask(q="dental", near="Pittsburgh", radius=25, literal=1)
    assert (answer.total, answer.corrected) == (0, None)


def test_nothing_is_put_right_where_it_would_find_nothing(world: World) -> None:
    answer = world.ask(q="qwertyuiop")
    assert (answer.total, answer.corrected) == (0, None)


def test_a_name_is_found_though_its_words_mean_something(world: World) -> None:
    answer = world.ask(q="Freedom House Recovery Center")
    assert (ids(answer), answer.understood) == (["Freedom House Recovery Center"], ())


# Other searches


def test_a_wider_radius_is_offered_with_what_it_finds(world: World) -> None:
    answer = world.ask(need="detox", near="19104", radius=10)
    wider = answer.suggestions[0]
    assert wider.as_json(str, answer.query) == {
        "text": "Search within 50 miles",
        "query": {"radius": 50},
        "total": 2,
    }


def test_dropping_one_filter_is_offered_with_the_count_it_gives(world: World) -> None:
    answer = world.ask(q="detox", filter=["medicaid", "women"], near="19104", radius=10)
    assert answer.total == 0
    dropped = next(each for each in answer.suggestions if "Women" in str(each.text))
    assert (str(dropped.text), dropped.total) == ("Search without “Women”", 1)
    assert dropped.changes_from(answer.query) == {"filter": ["medicaid"]}


def test_a_typed_filter_can_be_dropped_too(world: World) -> None:
    answer = world.ask(q="detox for women near 19104", radius=10)
    dropped = next(each for each in answer.suggestions if "Women" in str(each.text))
    assert dropped.query.q == "detox near 19104"
    assert dropped.total == 1


def test_dropping_the_words_left_over_is_offered(world: World) -> None:
    answer = world.ask(q="detox unicorns near 19104", radius=10)
    assert offered(answer)["Search without the words “unicorns”"] == 1


def test_dropping_open_now_is_offered(world: World) -> None:
    answer = world.ask(q="detox", open="now", near="19104", radius=10)
    assert offered(answer)["Show places that are closed now or ask you to call for hours"] == 1


def test_help_by_phone_or_video_in_the_state_is_offered(world: World) -> None:
    answer = world.ask(q="qwertyuiop", near="Erie, PA", radius=10)
    assert offered(answer)["See help by phone or video in Pennsylvania"] == 1


def test_the_place_in_the_words_is_offered_where_another_was_chosen(world: World) -> None:
    answer = world.ask(q="detox in Reading, PA", near="Pittsburgh", radius=10)
    instead = next(each for each in answer.suggestions if "instead" in str(each.text))
    assert (instead.query.near, instead.query.q, instead.total) == ("Reading, PA", "detox", 1)


def test_nothing_is_offered_where_enough_is_found(gazetteer: Gazetteer) -> None:
    world = World(gazetteer, [listing(f"{each}", needs=["detox"]) for each in range(5)])
    assert world.ask(q="detox", near="19104").suggestions == ()


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "detox", "near": "19104", "radius": 10},
        {"q": "detox for women near 19104"},
        {"q": "detox unicorns", "near": "Reading, PA"},
        {"q": "detox open now near 19104"},
        {"q": "detox", "near": "Philadelphia County, PA", "filter": ["medicare"]},
        {"q": "freedom detox", "near": "Pittsburgh"},
        {"need": "housing", "near": "Pittsburgh", "filter": ["women"]},
        {"q": "aa meeting tonight", "near": "19104"},
        {"q": "desintoxicación para mujeres", "near": "19104", "unit": "km"},
        {"q": "telesalud", "near": "Ohio"},
    ],
)
def test_every_suggestion_finds_what_it_promises(world: World, parameters: Mapping[str, Any]) -> None:
    answer = world.ask(**parameters)
    for each in answer.suggestions:
        followed = world.find(each.query)
        assert followed.total == each.total, each
        assert each.total > answer.total


# JSON


def test_the_answer_in_json_has_the_shape_of_the_interface(world: World) -> None:
    shown = world.ask(q="suboxone women near 19104", filter=["women"]).as_json(str)
    assert set(shown) >= {
        "query",
        "place",
        "understood",
        "total",
        "radius_miles",
        "widened",
        "corrected",
        "results",
        "facets",
        "suggestions",
    }
    shown = world.ask(q="detox near 19104", radius=10).as_json(str)
    assert shown["place"] == {
        "name": "Philadelphia, PA 19104",
        "kind": "zip",
        "latitude": 39.96,
        "longitude": -75.2,
        "state": "PA",
        "alternatives": [],
        "note": None,
    }
    assert shown["understood"] == [
        {"text": "detox", "as": "need", "code": "detox"},
        {"text": "near 19104", "as": "place", "code": "19104"},
    ]
    assert (shown["total"], shown["radius_miles"], shown["widened"], shown["corrected"]) == (
        1,
        10,
        False,
        None,
    )
    assert shown["facets"] == {"payment": [{"code": "medicaid", "label": "Medicaid", "count": 1}]}
    result = shown["results"][0]
    assert result["url"] == "/listings/Detox One"
    assert result["open"] == {"state": "closed", "text": "Closed until Monday 9:00 AM"}
    assert (result["next_meeting"], result["capacity"], result["serves"]) == (None, None, None)
    assert set(result["source"]) == {"name", "as_of", "verified"}
    expected = """
        id name organization kind needs filters distance_miles address latitude longitude location_precision
        phone website
    """
    assert set(result) >= set(expected.split())


def test_sentences_of_the_json_are_translated(world: World) -> None:
    def shout(phrase: Phrase) -> str:
        return str(phrase).upper()

    shown = world.ask(need="detox", near="19104", radius=10).as_json(shout)
    assert shown["results"][0]["open"]["text"] == "CLOSED UNTIL MONDAY 9:00 AM"
    assert shown["suggestions"][0]["text"] == "SEARCH WITHIN 50 MILES"


# While one types


def suggested(world: World, typed: str, near: str = "", lang: str = "en") -> Suggestions:
    return suggest(
        typed,
        near,
        engine=world.engine,
        taxonomy=taxonomy(),
        gazetteer=world.gazetteer,
        now=NOW,
        lang=lang,
    )


def test_needs_organizations_and_places_are_suggested(world: World) -> None:
    found = suggested(world, "det", "readi")
    assert [each.label for each in found.needs] == ["Detox"]
    assert found.organizations == ("Detox One", "Detox Two")
    assert "Reading, PA" in found.places


def test_a_need_is_suggested_by_any_of_its_words(world: World) -> None:
    first = suggested(world, "sober liv").needs[0]
    assert (first.code, first.typed) == ("recovery_housing", "sober living")
    assert suggested(world, "desintox", lang="es").needs[0].code == "detox"


def test_every_suggestion_finds_something(world: World) -> None:
    for start in ("d", "fre", "hous", "re", "sub", "job", "phil", "tele", "vivi", "19", "pen"):
        found = suggested(world, start, start)
        assert all(world.ask(need=each.code).total for each in found.needs)
        assert all(world.ask(q=each).total for each in found.organizations)
        assert all(world.ask(near=each).total for each in found.places)


def test_what_would_find_nothing_is_not_suggested(world: World) -> None:
    found = suggested(world, "expung", "honolul")
    assert (found.needs, found.places) == ((), ())


@pytest.mark.parametrize("odd", ["", " ", "(((", "*", "🏠", "x" * 500])
def test_odd_beginnings_suggest_nothing(world: World, odd: str) -> None:
    assert suggested(world, odd, odd) == Suggestions()


def test_suggestions_in_json(world: World) -> None:
    assert suggested(world, "detox o").as_json() == {
        "needs": [],
        "organizations": ["Detox One"],
        "places": [],
    }


# Spelling


@pytest.mark.parametrize(
    ("one", "two", "errors"),
    [
        ("detox", "detox", 0),
        ("detox", "detxo", 1),
        ("detox", "detx", 1),
        ("detox", "deetox", 1),
        ("detox", "debox", 1),
        ("detox", "dexot", 2),
        ("methadone", "metadon", 2),
        ("detox", "house", 3),
        ("ab", "abcdef", 3),
        ("ca", "abc", 3),
    ],
)
def test_typing_errors_are_counted(one: str, two: str, errors: int) -> None:
    assert typing_errors(one, two) == errors
    assert typing_errors(two, one) == errors


def test_short_words_may_have_fewer_errors() -> None:
    assert [allowed_errors(each) for each in ("aa", "smart", "housing", "12345")] == [0, 1, 2, 0]
