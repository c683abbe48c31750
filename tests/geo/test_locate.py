"""Where a listing is put on the map."""

from dataclasses import replace

import pytest

from directory.errors import GeocoderUnavailable
from directory.geo.distance import miles
from directory.geo.gazetteer import Gazetteer
from directory.geo.geocoders import Located
from directory.geo.locate import county_of_location, place_location, place_record, restored_zip
from directory.listings.record import Address, ListingRecord, Location, Organization, Service

DOOR = (39.9512, -75.1934)


def address(
    city: str = "Philadelphia", state: str = "PA", code: str = "19104", street: str = "3400 Spruce St"
) -> Address:
    return Address(address_1=street, city=city, state_province=state, postal_code=code)


def location(
    at: tuple[float, float] | None = None, where: Address | None = None, **given: object
) -> Location:
    base = Location(key="1", address=where or address())
    lat, lng = at or (None, None)
    return replace(base, latitude=lat, longitude=lng, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("19104", "19104"),
        ("6702", "06702"),
        ("602", "00602"),
        ("19104-1234", "19104"),
        ("191041234", "19104"),
        (" 06702 ", "06702"),
        ("", None),
        ("TBD", None),
        ("00000", None),
        ("0", None),
        ("12", None),
        ("K1A 0B6", None),
    ],
)
def test_a_zip_code_gets_its_zeros_back(written: str, code: str | None) -> None:
    assert restored_zip(written) == code


def test_without_coordinates_a_listing_is_at_its_zip_code_and_says_so(gazetteer: Gazetteer) -> None:
    placed = place_location(location(), gazetteer)
    assert placed.precision == "postal_code"
    assert (placed.latitude, placed.longitude) == pytest.approx((39.96, -75.20), abs=0.02)


def test_a_zip_code_that_lost_its_zero_is_still_found(gazetteer: Gazetteer) -> None:
    placed = place_location(location(where=address("Waterbury", "CT", "6702")), gazetteer)
    assert placed.precision == "postal_code"
    assert placed.address is not None
    assert placed.address.postal_code == "6702"


@pytest.mark.parametrize("code", ["", "99999", "TBD"])
def test_without_a_zip_code_a_listing_is_in_its_town(gazetteer: Gazetteer, code: str) -> None:
    placed = place_location(location(where=address(code=code)), gazetteer)
    assert placed.precision == "city"
    assert placed.latitude == pytest.approx(39.95, abs=0.02)


def test_a_zip_code_of_another_state_far_from_the_town_is_a_typing_error(gazetteer: Gazetteer) -> None:
    placed = place_location(location(where=address("Pittsburgh", "PA", "90210")), gazetteer)
    assert placed.precision == "city"
    assert placed.longitude == pytest.approx(-80.0, abs=0.1)


def test_a_zip_code_across_the_border_near_the_town_is_believed(gazetteer: Gazetteer) -> None:
    placed = place_location(location(where=address("Kansas City", "MO", "66101")), gazetteer)
    assert placed.precision == "postal_code"


def test_a_listing_with_neither_is_nowhere(gazetteer: Gazetteer) -> None:
    placed = place_location(location(where=address("Nowhere", "PA", "")), gazetteer)
    assert (placed.latitude, placed.longitude, placed.precision) == (None, None, None)


def test_coordinates_of_the_source_are_kept_as_exact(gazetteer: Gazetteer) -> None:
    placed = place_location(location(DOOR), gazetteer)
    assert (placed.latitude, placed.longitude, placed.precision) == (*DOOR, "exact")


def test_what_the_source_says_about_exactness_is_kept(gazetteer: Gazetteer) -> None:
    assert place_location(location(DOOR, precision="postal_code"), gazetteer).precision == "postal_code"


@pytest.mark.parametrize(
    "at",
    [
        (0.0, 0.0),
        (0.0, -75.2),
        (39.95, 0.0),
        (34.05, -118.24),
        (95.0, -75.2),
        (float("nan"), -75.2),
        (48.85, 2.35),
    ],
)
def test_coordinates_that_cannot_be_right_give_way_to_the_zip_code(
    gazetteer: Gazetteer, at: tuple[float, float]
) -> None:
    placed = place_location(location(at), gazetteer)
    assert placed.precision == "postal_code"
    assert placed.latitude == pytest.approx(39.96, abs=0.02)


@pytest.mark.parametrize("at", [(-75.1934, 39.9512), (39.9512, 75.1934), (75.1934, 39.9512)])
def test_swapped_or_unsigned_coordinates_are_mended(gazetteer: Gazetteer, at: tuple[float, float]) -> None:
    placed = place_location(location(at), gazetteer)
    assert (placed.latitude, placed.longitude, placed.precision) == (*DOOR, "exact")


def test_a_point_just_over_the_border_is_kept(gazetteer: Gazetteer) -> None:
    camden = (39.9259, -75.1196)
    assert place_location(location(camden), gazetteer).precision == "exact"


def test_a_lonely_point_in_a_large_state_is_kept(gazetteer: Gazetteer) -> None:
    tundra = (68.5, -152.0)
    placed = place_location(location(tundra, address("Anaktuvuk Pass", "AK", "99721")), gazetteer)
    assert (placed.latitude, placed.longitude) == tundra


def test_an_address_abroad_keeps_its_coordinates_and_gets_none(gazetteer: Gazetteer) -> None:
    toronto = Address(city="Toronto", state_province="ON", postal_code="", country="CA")
    assert place_location(location((43.65, -79.38), toronto), gazetteer).precision == "exact"
    assert place_location(location(None, toronto), gazetteer).latitude is None


@pytest.mark.parametrize("at", [DOOR, None])
def test_a_partly_hidden_address_is_only_in_its_town(
    gazetteer: Gazetteer, at: tuple[float, float] | None
) -> None:
    placed = place_location(location(at, visibility="partial"), gazetteer)
    town = gazetteer.city("Philadelphia", "PA")
    assert town is not None
    assert (placed.latitude, placed.longitude, placed.precision) == (town.latitude, town.longitude, "city")


@pytest.mark.parametrize("at", [DOOR, None])
def test_a_hidden_address_has_no_point(gazetteer: Gazetteer, at: tuple[float, float] | None) -> None:
    placed = place_location(location(at, visibility="hidden"), gazetteer)
    assert (placed.latitude, placed.longitude, placed.precision) == (None, None, "hidden")


def test_a_partly_hidden_address_in_no_known_town_has_no_point(gazetteer: Gazetteer) -> None:
    placed = place_location(location(DOOR, address("Nowhere"), visibility="partial"), gazetteer)
    assert (placed.latitude, placed.longitude, placed.precision) == (None, None, "hidden")


def test_a_virtual_location_stays_as_it_is(gazetteer: Gazetteer) -> None:
    virtual = Location(key="v", location_type="virtual")
    assert place_location(virtual, gazetteer) is virtual


def record(*locations: Location) -> ListingRecord:
    return ListingRecord(
        source_id="1",
        kind="treatment",
        organization=Organization(key="o", name="Org"),
        service=Service(name="Care"),
        locations=locations,
    )


def test_every_physical_location_of_a_record_is_placed(gazetteer: Gazetteer) -> None:
    placed = place_record(record(location(), location(where=address("Pittsburgh", "PA", "15213"))), gazetteer)
    assert [each.precision for each in placed.locations] == ["postal_code", "postal_code"]
    assert all(each.latitude is not None for each in placed.locations)


def test_a_placed_record_is_left_alone(gazetteer: Gazetteer) -> None:
    placed = place_record(record(location()), gazetteer)
    assert place_record(placed, gazetteer) is placed
    remote = record(Location(key="v", location_type="virtual"))
    assert place_record(remote, gazetteer) is remote


class Map:
    """A geocoder that knows one point, or is down."""

    def __init__(self, answer: Located | GeocoderUnavailable | None):
        self.answer = answer
        self.asked: list[str] = []

    def locate(self, address: str) -> Located | None:
        self.asked.append(address)
        if isinstance(self.answer, GeocoderUnavailable):
            raise self.answer
        return self.answer


def test_a_geocoder_gives_the_door(gazetteer: Gazetteer) -> None:
    known = Map(Located(*DOOR, "x"))
    placed = place_location(location(), gazetteer, known)
    assert (placed.latitude, placed.longitude, placed.precision) == (*DOOR, "exact")
    assert known.asked == ["3400 Spruce St, Philadelphia, PA 19104"]


@pytest.mark.parametrize(
    "answer", [None, GeocoderUnavailable("down"), Located(34.05, -118.24, "another Spruce St")]
)
def test_a_geocoder_that_fails_or_errs_costs_only_exactness(
    gazetteer: Gazetteer, answer: Located | GeocoderUnavailable | None
) -> None:
    assert place_location(location(), gazetteer, Map(answer)).precision == "postal_code"


@pytest.mark.parametrize(
    "each",
    [
        location(DOOR),
        location(visibility="partial"),
        location(visibility="hidden"),
        location(where=address(street="")),
    ],
)
def test_what_has_a_point_or_is_not_public_is_never_sent_to_a_geocoder(
    gazetteer: Gazetteer, each: Location
) -> None:
    service = Map(None)
    place_location(each, gazetteer, service)
    assert service.asked == []


@pytest.mark.parametrize(
    ("each", "county"),
    [
        (location(), "PA/Philadelphia"),
        (location(where=replace(address(), region="Delaware County")), "PA/Delaware"),
        (location(where=replace(address(), region="Richmond City", state_province="VA")), "VA/Richmond city"),
        (location(DOOR, address(code="")), "PA/Philadelphia"),
        (location(where=address(code="")), None),
        (Location(key="1", latitude=DOOR[0], longitude=DOOR[1]), "PA/Philadelphia"),
        (Location(key="1"), None),
    ],
)
def test_a_location_has_a_county(gazetteer: Gazetteer, each: Location, county: str | None) -> None:
    assert county_of_location(each, gazetteer) == county


def test_placing_is_near_the_real_door(gazetteer: Gazetteer) -> None:
    placed = place_location(location(), gazetteer)
    assert placed.latitude is not None
    assert placed.longitude is not None
    assert miles(placed.latitude, placed.longitude, *DOOR) < 2
