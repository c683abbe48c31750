"""Distances."""

import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from directory.geo.distance import miles, to_km, to_miles, valid_point

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_agrees_with_geopy_within_a_metre_per_hundred_kilometres(
    lat1: float, lng1: float, lat2: float, lng2: float
) -> None:
    theirs = great_circle((lat1, lng1), (lat2, lng2)).km
    assert to_km(miles(lat1, lng1, lat2, lng2)) == pytest.approx(theirs, rel=1e-5, abs=1e-6)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_is_the_same_both_ways(lat1: float, lng1: float, lat2: float, lng2: float) -> None:
    assert miles(lat1, lng1, lat2, lng2) == pytest.approx(miles(lat2, lng2, lat1, lng1), rel=1e-9, abs=1e-9)


def test_philadelphia_is_81_miles_from_new_york() -> None:
    assert miles(39.9526, -75.1652, 40.7128, -74.0060) == pytest.approx(80.6, abs=0.3)


def test_the_date_line_is_no_gap() -> None:
    assert miles(51.9, 179.9, 51.9, -179.9) == pytest.approx(8.5, abs=0.2)


def test_miles_and_kilometres_turn_into_each_other() -> None:
    assert to_miles(to_km(25.0)) == pytest.approx(25.0)


@pytest.mark.parametrize(
    ("lat", "lng", "valid"),
    [(90, 180, True), (-90.0, -180.0, True), (90.1, 0, False), (0, 181, False), (float("nan"), 0, False)],
)
def test_a_point_lies_on_the_globe(lat: float, lng: float, valid: bool) -> None:
    assert valid_point(lat, lng) is valid
