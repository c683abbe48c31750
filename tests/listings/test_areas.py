"""Which places a stated service area covers."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.listings.areas import STATES, covers, covers_point, states

PHILADELPHIA = {"state": "PA", "county": "PA/Philadelphia", "postal_code": "19104"}


@pytest.mark.parametrize(
    ("extent", "covered"),
    [
        ("US", True),
        ("US-PA", True),
        ("us-pa", True),
        ("US-NJ", False),
        ("US-PA/Philadelphia", True),
        ("US-PA/philadelphia county", True),
        ("US-NJ/Philadelphia", False),
        ("US-PA/Bucks", False),
        ("US-PA/19104", True),
        ("US-PA/19103", False),
        # not a place of ours
        ("PA", False),
        ("US-", False),
        ("US-XX", False),
        ("US-PA/", False),
        ("CA-ON", False),
        ("USA", False),
        ("", False),
        ("-", False),
    ],
)
def test_an_extent_covers_its_country_state_county_or_zip(extent: str, covered: bool) -> None:
    assert covers([extent], **PHILADELPHIA) is covered


def test_one_of_several_extents_is_enough() -> None:
    assert covers(["US-NJ", "nonsense", "US-PA/Philadelphia"], **PHILADELPHIA)
    assert not covers([], **PHILADELPHIA)


@pytest.mark.parametrize(
    "county", ["Philadelphia", "PA/Philadelphia", "Philadelphia County", " PHILADELPHIA  county "]
)
def test_a_county_may_be_a_name_or_a_key(county: str) -> None:
    assert covers(["US-PA/Philadelphia"], state="PA", county=county, postal_code=None)


@pytest.mark.parametrize(
    ("extent", "state", "county"),
    [
        ("US-LA/Orleans", "LA", "Orleans Parish"),
        ("US-MO/St. Louis", "MO", "MO/St Louis"),
        ("US-AK/Kodiak Island Borough", "AK", "AK/Kodiak Island"),
    ],
)
def test_counties_of_other_names_are_counties_too(extent: str, state: str, county: str) -> None:
    assert covers([extent], state=state, county=county, postal_code=None)


def test_a_larger_place_is_not_covered_by_a_part_of_it() -> None:
    assert not covers(["US-PA/Philadelphia", "US-PA/19104"], state="PA", county=None, postal_code=None)
    assert covers(["US-PA"], state="PA", county=None, postal_code=None)
    assert covers(["US"], state=None, county=None, postal_code=None)


def test_a_zip_is_compared_by_its_five_digits_in_any_state() -> None:
    assert covers(["US-PA/19104"], state="NJ", county=None, postal_code="19104-2640")


def test_the_states_of_extents() -> None:
    assert states(["US-PA/Philadelphia", "US-NJ/08102", "US-DE", "US-XX", "Mars"]) == {"PA", "NJ", "DE"}
    assert states(["US-PA", "US"]) == STATES
    assert len(STATES) == 56
    assert states([]) == frozenset()


SQUARE = [[-76, 39], [-74, 39], [-74, 41], [-76, 41], [-76, 39]]
HOLE = [[-75.5, 39.5], [-75.5, 40.5], [-74.5, 40.5], [-74.5, 39.5], [-75.5, 39.5]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    ("latitude", "longitude", "inside"),
    [
        (40, -75.9, True),
        (40, -75, False),
        (40, -77, False),
        (42, -75.9, False),
        (39, -75, True),
        (41, -76, True),
        (40, -75.5, True),
        (float("nan"), -75, False),
        (40, float("inf"), False),
    ],
)
def test_a_polygon_covers_its_inside_and_outline_but_not_its_holes(
    latitude: float, longitude: float, inside: bool
) -> None:
    assert covers_point(json.dumps(polygon(SQUARE, HOLE)), latitude, longitude) is inside


def test_a_multipolygon_a_feature_and_a_collection_are_read() -> None:
    far = [[[x + 20, y] for x, y in SQUARE]]
    multi = {"type": "MultiPolygon", "coordinates": [[SQUARE], far]}
    feature = {"type": "Feature", "properties": {}, "geometry": multi}
    for shape in (
        multi,
        feature,
        {"type": "FeatureCollection", "features": [feature]},
        {"type": "GeometryCollection", "geometries": [multi]},
    ):
        text = json.dumps(shape)
        assert covers_point(text, 40, -75)
        assert covers_point(text, 40, -55)
        assert not covers_point(text, 40, -65)


ACROSS = [[170, 50], [-170, 50], [-170, 55], [170, 55], [170, 50]]
BEYOND = [[170, 50], [190, 50], [190, 55], [170, 55], [170, 50]]
WEST_FIRST = [[-170, 50], [-170, 55], [170, 55], [170, 50], [-170, 50]]


@pytest.mark.parametrize("ring", [ACROSS, BEYOND, WEST_FIRST])
def test_a_ring_across_the_antimeridian_covers_both_sides_of_it_only(ring: Any) -> None:
    text = json.dumps(polygon(ring))
    for longitude in (175, 180, -180, -175, 170, -170):
        assert covers_point(text, 52, longitude)
    for longitude in (0, 165, -165, -75):
        assert not covers_point(text, 52, longitude)


def test_a_hole_across_the_antimeridian_is_one() -> None:
    hole = [[178, 51], [-178, 51], [-178, 54], [178, 54], [178, 51]]
    text = json.dumps(polygon(ACROSS, hole))
    assert not covers_point(text, 52, 179.5)
    assert not covers_point(text, 52, -179.5)
    assert covers_point(text, 52, -175)


def test_a_map_of_the_world_covers_everything() -> None:
    world = [[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]
    assert covers_point(json.dumps(polygon(world)), 40, -75)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "null",
        "[]",
        "{}",
        "[" * 100_000,
        '{"type": "Point", "coordinates": [-75, 40]}',
        '{"type": "Polygon"}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[]]}',
        '{"type": "Polygon", "coordinates": "everywhere"}',
        '{"type": "Polygon", "coordinates": [[[-76, 39], [-74, 39], [-76, 39]]]}',
        '{"type": "Polygon", "coordinates": [[["-76", "39"], ["-74", "39"], ["-74", "41"]]]}',
        '{"type": "Polygon", "coordinates": [[[NaN, 39], [-74, 39], [-74, 41], [-76, 41]]]}',
        '{"type": "Polygon", "coordinates": [[[-76, 1e999], [-74, 39], [-74, 41], [-76, 41]]]}',
        '{"type": "Polygon", "coordinates": [[[-76], [-74], [-74]]]}',
        '{"type": "Polygon", "coordinates": [[[39, -760], [39, -74], [41, -74]]]}',
        '{"type": "Feature", "geometry": null}',
        '{"type": "FeatureCollection", "features": 7}',
        '{"type": "MultiPolygon", "coordinates": [[[[-76, 39], [-74, 39], [-74, 41], [-76, 39]]], null]}',
        # once around the pole: it has no inside on a flat map
        '{"type": "Polygon", "coordinates": [[[0, 80], [120, 30], [-120, 30], [0, 80]]]}',
    ],
)
def test_malformed_geojson_covers_nothing(text: str) -> None:
    assert covers_point(text, 40, -75) is False


def test_a_ring_left_open_is_closed() -> None:
    assert covers_point(json.dumps(polygon(SQUARE[:-1])), 40, -75)


numbers = st.floats(-400, 400) | st.integers(-400, 400)


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | numbers | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=5)
            | st.dictionaries(
                st.sampled_from(["type", "coordinates", "geometry", "features", "geometries"]), inner
            )
        ),
    ),
    st.sampled_from(["Polygon", "MultiPolygon", "Feature", "FeatureCollection"]),
    numbers,
    numbers,
)
def test_no_shape_breaks_the_search(inner: Any, kind: str, latitude: float, longitude: float) -> None:
    shape = {"type": kind, "coordinates": inner, "geometry": inner, "features": inner}
    assert covers_point(json.dumps(shape), latitude, longitude) in (True, False)


@settings(max_examples=150, deadline=None)
@given(
    st.tuples(st.floats(-179, 179), st.floats(-85, 85)),
    st.tuples(st.floats(0.1, 60), st.floats(0.1, 4)),
    st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
)
def test_a_box_covers_what_lies_between_its_sides(
    corner: tuple[float, float], size: tuple[float, float], point: tuple[float, float]
) -> None:
    (west, south), (width, height), (longitude, latitude) = corner, size, point
    north = south + height
    east = west + width - (360 if west + width > 180 else 0)
    box = [[west, south], [east, south], [east, north], [west, north]]
    beyond = (longitude - west) % 360
    edges = (beyond, 360 - beyond, beyond - width, latitude - south, latitude - north)
    if all(abs(each) > 1e-6 for each in edges):
        inside = beyond < width and south < latitude < north
        assert covers_point(json.dumps(polygon(box)), latitude, longitude) is inside
