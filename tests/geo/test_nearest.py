"""The nearest of many points, against looking at all of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.geo.gazetteer import Gazetteer
from directory.geo.nearest import NearestPoint, unit_vectors

DEGREES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
AT_HOME = st.tuples(st.floats(17, 72), st.floats(-180, -64))
"""Where ZIP codes are, and the sea around."""


def distance(points: NearestPoint, row: int, latitude: float, longitude: float) -> float:
    """The squared chord from a point."""
    there = unit_vectors(points.latitudes[row], points.longitudes[row])
    return float(np.sum((there - unit_vectors(latitude, longitude)) ** 2))


def nearest_of_all(points: NearestPoint, latitude: float, longitude: float) -> float:
    there = unit_vectors(points.latitudes, points.longitudes)
    return float(np.min(np.sum((there - unit_vectors(latitude, longitude)[:, None]) ** 2, axis=0)))


@settings(max_examples=200, deadline=None)
@given(where=DEGREES | AT_HOME)
def test_no_zip_code_is_nearer_than_the_one_found(gazetteer: Gazetteer, where: tuple[float, float]) -> None:
    points = gazetteer._nearest
    found = distance(points, points.find(*where), *where)
    assert found <= nearest_of_all(points, *where) + 1e-15


@settings(max_examples=300, deadline=None)
@given(there=st.lists(DEGREES, min_size=1, max_size=40), where=DEGREES)
def test_few_points_anywhere_on_the_globe(
    there: list[tuple[float, float]], where: tuple[float, float]
) -> None:
    points = NearestPoint(*np.array(there).T)
    assert distance(points, points.find(*where), *where) <= nearest_of_all(points, *where) + 1e-15


@pytest.mark.parametrize("longitude", [-180.0, 180.0, 179.9])
def test_the_date_line_is_no_border(longitude: float) -> None:
    points = NearestPoint(np.array([52.0, 52.0]), np.array([-179.7, 170.0]))
    assert points.find(52.0, longitude) == 0


def test_of_equally_near_points_the_first_is_taken() -> None:
    points = NearestPoint(np.array([40.5, 40.2, 40.2, 40.5]), np.array([-75.5, -75.1, -75.1, -75.5]))
    assert (points.find(40.2, -75.1), points.find(40.5, -75.5)) == (1, 0)
