"""What one site shows of the directory, and whose listings come first there: the same in every engine."""

import pytest

from directory.geo.gazetteer import Gazetteer
from directory.search.engine import Selection
from tests.search.conftest import Filled
from tests.search.engines import CAMDEN, PITTSBURGH, READING, SQUARE, ask, entry, found, near
from tests.search.world import World, ids, listing

OWN = Selection(first=frozenset({"own", "far own"}))


@pytest.mark.parametrize("sort", ["best", "nearest", "soonest", "verified"])
def test_own_listings_come_first_in_every_order(filled: Filled, sort: str) -> None:
    engine = filled(entry("better", quality=255), entry("own", CAMDEN, quality=0))
    assert found(engine, where=near(), sort=sort) == ["better", "own"]
    assert found(engine, where=near(), sort=sort, selection=OWN) == ["own", "better"]


def test_own_listings_come_first_even_where_they_help_their_own_clients_only(filled: Filled) -> None:
    engine = filled(entry("other", needs=("housing",)), entry("own", also=("housing",)))
    assert found(engine, needs=("housing",), selection=OWN) == ["own", "other"]


def test_an_own_listing_that_does_not_match_is_not_found(filled: Filled) -> None:
    engine = filled(entry("other"), entry("far own", PITTSBURGH))
    page = ask(engine, where=near(), selection=OWN)
    assert ([each.id for each in page.hits], page.total) == (["other"], 1)


def test_own_listings_stay_first_over_pages_and_after_changes(filled: Filled) -> None:
    engine = filled(*(entry(f"{number:02}", quality=200) for number in range(9)), entry("own", quality=0))
    engine.update([entry("far own", CAMDEN, quality=0)], ["00"], last_change=2)
    pages = [found(engine, where=near(), selection=OWN, offset=start, limit=5) for start in (0, 5)]
    assert pages == [["own", "far own", "01", "02", "03"], ["04", "05", "06", "07", "08"]]


def test_a_site_of_some_needs_shows_no_others(filled: Filled) -> None:
    engine = filled(
        entry("A", needs=("housing",), filters=("veterans",)),
        entry("B", needs=("legal",), filters=("medicaid",)),
        entry("C", needs=("treatment",), also=("housing",)),
    )
    housing = Selection(needs=("housing", "food"))
    page = ask(engine, selection=housing)
    assert sorted(each.id for each in page.hits) == ["A", "C"]
    assert {code for code, count in page.facets.items() if count} == {"veterans"}
    assert found(engine, needs=("legal",), selection=housing) == []


def test_a_site_of_one_state_shows_what_is_in_it_or_serves_it(filled: Filled) -> None:
    engine = filled(
        entry("in it"),
        entry("over the river", CAMDEN, state="NJ"),
        entry("serves a county of it", CAMDEN, state="NJ", areas=("US-PA/Philadelphia",)),
        entry("serves the country", None, areas=("US",)),
        entry("serves another", None, areas=("US-NJ",)),
        entry("drawn", None, polygons=(SQUARE,)),
        entry("video too", CAMDEN, state="NJ", video_areas=("US-PA",)),
    )
    states = Selection(states=("PA",))
    by_place = ["drawn", "in it", "serves a county of it", "serves the country"]
    assert sorted(found(engine, where=near(), selection=states)) == by_place
    assert sorted(found(engine, where=near(), remote_ok=True, selection=states)) == [*by_place, "video too"]
    assert sorted(found(engine, selection=states)) == by_place


def test_a_search_widens_within_the_selection_and_suggests_what_it_holds(gazetteer: Gazetteer) -> None:
    town = World(
        gazetteer,
        [
            *(listing(f"treatment {number}", needs=("treatment",)) for number in range(9)),
            listing("shelter", city="Reading", needs=("shelter",)),
            *(listing(f"house {number}", city="Harrisburg", needs=("housing",)) for number in range(3)),
        ],
    )
    housing = Selection(needs=("housing",))
    answer = town.ask(near="19104", selection=housing)
    assert (answer.widened, ids(answer)) == (True, ["shelter", *(f"house {number}" for number in range(3))])
    assert all(each.total <= 4 for each in answer.suggestions)


def test_own_listings_by_video_do_not_make_a_search_widen(gazetteer: Gazetteer) -> None:
    video = {"virtual": {"areas": ["US-PA"], "url": None}}
    documents = [
        *(listing(f"near {number}", needs=("outpatient",)) for number in range(9)),
        listing("own", city="Pittsburgh", needs=("outpatient",), **video),
    ]
    town = World(gazetteer, documents)
    answer = town.ask(near="19104", need="outpatient", per_page=1, selection=OWN)
    assert (answer.widened, ids(answer)) == (False, ["own"])


def test_entries_of_a_part_without_any_first_keep_their_order(filled: Filled) -> None:
    engine = filled(entry("B", READING), entry("A", READING))
    assert found(engine, selection=OWN) == ["A", "B"]
