"""The gazetteer: ZIP codes, towns, counties, states, nearest, suggestions."""

import zoneinfo
from pathlib import Path

import numpy as np
import pytest

from directory.geo import cache
from directory.geo.gazetteer import Gazetteer
from directory.geo.states import CODES
from directory.geo.tabulate import Tables


def test_a_zip_code_has_a_town_a_county_a_point_and_a_zone(gazetteer: Gazetteer) -> None:
    found = gazetteer.zip("19104")
    assert found is not None
    assert (found.city, found.state, found.county) == ("Philadelphia", "PA", "PA/Philadelphia")
    assert found.timezone == "America/New_York"
    assert (found.latitude, found.longitude) == pytest.approx((39.96, -75.20), abs=0.02)


@pytest.mark.parametrize(
    "code", ["00000", "99999", "09001", "1910", "191044", "abcde", "", "1910４", "-1910"]
)
def test_what_is_no_zip_code_with_a_place_is_not_found(gazetteer: Gazetteer, code: str) -> None:
    assert gazetteer.zip(code) is None


@pytest.mark.parametrize(
    "code", ["00501", "00601", "96799", "96910", "96950", "00801", "99519", "77352", "31144"]
)
def test_odd_zip_codes_have_a_place_in_their_state(gazetteer: Gazetteer, code: str) -> None:
    found = gazetteer.zip(code)
    assert found is not None
    assert found.latitude != 0
    assert gazetteer.miles_to_state(found.latitude, found.longitude, found.state) < 1


def test_99519_is_in_anchorage(gazetteer: Gazetteer) -> None:
    found = gazetteer.zip("99519")
    assert found is not None
    assert (found.latitude, found.longitude) == pytest.approx((61.2, -149.9), abs=0.3)


def test_every_zip_code_has_a_known_zone_and_a_point_on_the_globe(gazetteer: Gazetteer) -> None:
    assert set(gazetteer.tables.zones) <= zoneinfo.available_timezones()
    assert (gazetteer.tables.zip_zone >= 0).all()
    assert (np.abs(gazetteer.tables.zip_point[:, 0]) > 10).all()


def test_nearly_every_zip_code_has_a_county(gazetteer: Gazetteer) -> None:
    assert (gazetteer.tables.zip_county < 0).mean() < 0.001


@pytest.mark.parametrize(
    ("name", "state", "zone"),
    [
        ("Pittsburgh", "PA", "America/New_York"),
        ("Brooklyn", "NY", "America/New_York"),
        ("St. Louis", "MO", "America/Chicago"),
        ("Saint Louis", "MO", "America/Chicago"),
        ("Phoenix", "AZ", "America/Phoenix"),
        ("Honolulu", "HI", "Pacific/Honolulu"),
        ("San Juan", "PR", "America/Puerto_Rico"),
        ("Boise", "ID", "America/Boise"),
        ("Surfside Beach", "SC", "America/New_York"),
    ],
)
def test_a_town_is_found_in_its_state_with_its_zone(
    gazetteer: Gazetteer, name: str, state: str, zone: str
) -> None:
    found = gazetteer.city(name, state)
    assert found is not None
    assert (found.state, found.timezone) == (state, zone)


def test_a_town_is_not_found_in_another_state(gazetteer: Gazetteer) -> None:
    assert gazetteer.city("Pittsburgh", "NY") is None
    assert gazetteer.city("", "PA") is None


def test_towns_of_one_name_come_most_populous_first_and_one_a_state(gazetteer: Gazetteer) -> None:
    found = gazetteer.cities("Springfield")
    assert [each.state for each in found[:3]] == ["MO", "MA", "IL"]
    assert len({each.state for each in found}) == len(found)
    assert [each.population for each in found] == sorted((each.population for each in found), reverse=True)


@pytest.mark.parametrize(
    ("name", "state", "code"),
    [
        ("Bridgeport", "IL", "62417"),
        ("Morehead", "KY", "40351"),
        ("Bryn Mawr", "PA", "19010"),
        ("Jackson", "NJ", "08527"),
    ],
)
def test_a_town_of_the_post_office_wins_over_one_of_its_name_far_away(
    gazetteer: Gazetteer, name: str, state: str, code: str
) -> None:
    town, at = gazetteer.city(name, state), gazetteer.zip(code)
    assert town is not None
    assert at is not None
    assert (town.latitude, town.longitude) == pytest.approx((at.latitude, at.longitude), abs=0.2)


@pytest.mark.parametrize(
    ("state", "name", "key"),
    [
        ("PA", "Philadelphia County", "PA/Philadelphia"),
        ("PA", "PHILADELPHIA", "PA/Philadelphia"),
        ("IL", "Dekalb County", "IL/DeKalb"),
        ("IN", "LaPorte", "IN/LaPorte"),
        ("MO", "St Louis County", "MO/St. Louis"),
        ("MO", "Saint Louis city", "MO/St. Louis city"),
        ("VA", "Richmond", "VA/Richmond"),
        ("VA", "Richmond City", "VA/Richmond city"),
        ("VA", "Alexandria", "VA/Alexandria city"),
        ("VA", "James City County", "VA/James City"),
        ("MD", "Baltimore", "MD/Baltimore"),
        ("MD", "BALTIMORE CITY", "MD/Baltimore city"),
        ("LA", "orleans parish", "LA/Orleans"),
        ("AK", "Municipality of Anchorage", "AK/Anchorage"),
        ("PR", "Mayagüez", "PR/Mayagüez"),
        ("NV", "Carson City", "NV/Carson City"),
        ("PA", "No Such County", "PA/No Such"),
        ("PA", "  ", None),
    ],
)
def test_a_county_has_one_key_however_it_is_written(
    gazetteer: Gazetteer, state: str, name: str, key: str | None
) -> None:
    assert gazetteer.county_key(state, name) == key


def test_a_zip_code_knows_its_county(gazetteer: Gazetteer) -> None:
    assert gazetteer.county_of("23219") == "VA/Richmond city"
    assert gazetteer.county_of("70112") == "LA/Orleans"
    assert gazetteer.county_of("99999") is None


def test_every_state_has_a_point_inside_it_and_a_zone(gazetteer: Gazetteer) -> None:
    for code in CODES:
        found = gazetteer.state(code)
        assert gazetteer.miles_to_state(found.latitude, found.longitude, code) < 80
        assert found.timezone


def test_points_of_a_region_are_those_of_its_zip_codes(gazetteer: Gazetteer) -> None:
    county, state = gazetteer.points("PA", "PA/Philadelphia"), gazetteer.points("PA")
    assert 40 <= len(county) < len(state)
    assert set(county) <= set(state)
    assert gazetteer.points("XX") == ()
    assert gazetteer.points("PA", "PA/Cook") == ()


def test_the_nearest_zip_code_says_where_a_point_is(gazetteer: Gazetteer) -> None:
    assert gazetteer.nearest_zip(39.9572, -75.1910).city == "Philadelphia"
    assert gazetteer.nearest_zip(61.2, -149.9).county == "AK/Anchorage"
    assert gazetteer.nearest_zip(51.9, -176.6).city == "Adak"
    assert gazetteer.nearest_zip(52.0, 179.99).state == "AK"


def test_a_state_knows_how_far_a_point_is_from_it(gazetteer: Gazetteer) -> None:
    assert gazetteer.miles_to_state(39.95, -75.17, "PA") < 2
    assert gazetteer.miles_to_state(39.95, -75.14, "NJ") < 3
    assert gazetteer.miles_to_state(39.95, -75.17, "CA") > 2000
    assert gazetteer.miles_to_state(39.95, -75.17, "XX") == float("inf")


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("phil", "Philadelphia, PA"),
        ("st lo", "St. Louis, MO"),
        ("saint lo", "St. Louis, MO"),
        ("ft w", "Fort Worth, TX"),
        ("Washington, I", "Washington, IN"),
        ("washington, in", "Washington, IN"),
        ("cook c", "Cook County, IL"),
        ("penns", "Pennsylvania"),
        ("1910", "Philadelphia, PA 19104"),
        ("cañon", "Cañon City, CO"),
        ("los angeles", "Los Angeles, CA"),
    ],
)
def test_a_prefix_suggests_places(gazetteer: Gazetteer, prefix: str, expected: str) -> None:
    assert expected in gazetteer.suggest(prefix, 8)


def test_suggestions_come_most_populous_first_and_never_too_many(gazetteer: Gazetteer) -> None:
    found = gazetteer.suggest("san", 4)
    assert found == ["San Antonio, TX", "San Diego, CA", "San Jose, CA", "San Francisco, CA"]
    assert gazetteer.suggest("s", 3) == gazetteer.suggest("s", 8)[:3]


@pytest.mark.parametrize("prefix", ["", "   ", "zzzz", "19104567", "x" * 10_000, "12ab", ",", "\0"])
def test_nonsense_suggests_nothing(gazetteer: Gazetteer, prefix: str) -> None:
    assert gazetteer.suggest(prefix, 8) == []


def test_tables_come_back_from_the_cache_as_they_were_made(
    gazetteer: Gazetteer, gazetteer_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> Tables:
        pytest.fail("the tables were made again although they are kept")

    monkeypatch.setattr(cache, "tabulate", refuse)
    again = Gazetteer.load(gazetteer_cache)
    assert again.zip("19104") == gazetteer.zip("19104")
    assert again.suggest("san", 8) == gazetteer.suggest("san", 8)
    assert [path.suffix for path in gazetteer_cache.iterdir()] == [".npz"]


def test_a_damaged_cache_is_made_again_and_old_ones_are_removed(
    gazetteer: Gazetteer, gazetteer_cache: Path, tmp_path: Path
) -> None:
    name = next(gazetteer_cache.iterdir()).name
    (tmp_path / name).write_bytes((gazetteer_cache / name).read_bytes()[:5000])
    (tmp_path / "gazetteer-0123456789abcdef.npz").write_bytes(b"old")
    assert Gazetteer.load(tmp_path).zip("19104") == gazetteer.zip("19104")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).stat().st_size == (gazetteer_cache / name).stat().st_size
