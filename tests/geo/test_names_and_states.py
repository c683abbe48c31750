"""Spellings: names, states, counties."""

import pytest

from directory.geo.counties import bare_name, is_city_apart, key_name, says_county
from directory.geo.names import squash
from directory.geo.states import CODES, STATES, state, state_code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Louis", "Saint Louis"),
        ("Ft Worth", "Fort  Worth"),
        ("Mt. Vernon", "mount vernon"),
        ("Cañon City", "CANON CITY"),
        ("O'Fallon", "OFallon"),
        ("O’Fallon", "O'Fallon"),
        ("Coeur d'Alene", "Coeur D Alene"),
        ("Mc Keesport", "McKeesport"),
        ("Winston-Salem", "Winston Salem"),
        ("N Hollywood", "North Hollywood"),
        ("Colorado Spgs", "Colorado Springs"),
        ("Ste. Genevieve", "Sainte Genevieve"),
        ("Haʻikū", "Haiku"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert squash(one) == squash(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Salem", "Selma"), ("North Bend", "Bend"), ("St. Louis", "Louis")]
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert squash(one) != squash(other)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PA", "PA"),
        ("pa", "PA"),
        ("P.A.", "PA"),
        ("Penn.", "PA"),
        ("Pennsylvania", "PA"),
        ("  west   virginia ", "WV"),
        ("W. Va.", "WV"),
        ("N. Carolina", "NC"),
        ("Carolina del Norte", "NC"),
        ("Nuevo México", "NM"),
        ("Nueva Jersey", "NJ"),
        ("Tejas", "TX"),
        ("D.C.", "DC"),
        ("District of Columbia", "DC"),
        ("US-PA", "PA"),
        ("Puerto Rico", "PR"),
        ("Islas Vírgenes", "VI"),
        ("Guam", "GU"),
        ("CNMI", "MP"),
        ("American Samoa", "AS"),
        ("Ontario", None),
        ("", None),
        ("US", None),
        ("AE", None),
    ],
)
def test_a_state_is_known_by_its_names(text: str, code: str | None) -> None:
    assert state_code(text) == code


def test_fifty_states_the_district_and_five_territories_are_there() -> None:
    assert len(STATES) == 56
    assert list(CODES) == sorted(CODES)
    assert state("PA").iso == "US-PA"


def test_every_state_is_found_by_its_own_name_and_code() -> None:
    for each in STATES:
        assert state_code(each.name) == each.code
        assert state_code(each.code.lower()) == each.code


@pytest.mark.parametrize(
    ("name", "state_of_it", "key"),
    [
        ("Philadelphia County", "PA", "Philadelphia"),
        ("Orleans Parish", "LA", "Orleans"),
        ("Fairbanks North Star Borough", "AK", "Fairbanks North Star"),
        ("Nome Census Area", "AK", "Nome"),
        ("Juneau City and Borough", "AK", "Juneau"),
        ("Anchorage Municipality", "AK", "Anchorage"),
        ("Ponce Municipio", "PR", "Ponce"),
        ("Richmond city", "VA", "Richmond city"),
        ("RICHMOND City", "VA", "RICHMOND city"),
        ("James City County", "VA", "James City"),
        ("Charles City", "VA", "Charles City"),
        ("Baltimore City", "MD", "Baltimore city"),
        ("Carson City", "NV", "Carson City"),
    ],
)
def test_a_county_key_drops_the_word_for_what_it_is(name: str, state_of_it: str, key: str) -> None:
    assert key_name(name, state_of_it) == key


def test_only_three_states_have_cities_outside_counties() -> None:
    assert is_city_apart("Richmond city", "VA")
    assert not is_city_apart("Kansas City", "KS")
    assert not is_city_apart("James City", "VA")


@pytest.mark.parametrize(
    "name", ["Cook County", "cook county", "Orleans Parish", "Condado de Cook", "Cook Co."]
)
def test_a_county_says_so(name: str) -> None:
    assert says_county(name)
    assert not says_county(bare_name(name))


@pytest.mark.parametrize("name", ["Cook", "Coney Island", "Kansas City", "County"])
def test_other_names_do_not_say_county(name: str) -> None:
    assert not says_county(name)
