"""What a person may type as a place, and what it is taken for."""

import contextlib

import pytest

from directory.errors import GeocoderUnavailable, PlaceUnknown
from directory.geo.distance import miles
from directory.geo.gazetteer import Gazetteer
from directory.geo.geocoders import Located
from directory.geo.places import find_place, place_at

ZIP_19104 = "Philadelphia, PA 19104"
TYPED = [
    # ZIP codes
    ("19104", "zip", ZIP_19104),
    ("  19104 ", "zip", ZIP_19104),
    ("19104-1234", "zip", ZIP_19104),
    ("19104 - 1234", "zip", ZIP_19104),
    ("191041234", "zip", ZIP_19104),
    ("zip 19104", "zip", ZIP_19104),
    ("ZIP code: 19104", "zip", ZIP_19104),
    ("código postal 19104", "zip", ZIP_19104),
    ("Philadelphia, PA 19104", "zip", ZIP_19104),
    ("Philadelphia 19104", "zip", ZIP_19104),
    ("PA 19104", "zip", ZIP_19104),
    ("06702", "zip", "Waterbury, CT 06702"),
    ("00601", "zip", "Adjuntas, PR 00601"),
    ("19104\n", "zip", ZIP_19104),
    # towns with their state
    ("Pittsburgh, PA", "city", "Pittsburgh, PA"),
    ("pittsburgh pa", "city", "Pittsburgh, PA"),
    ("PITTSBURGH,PA", "city", "Pittsburgh, PA"),
    ("Pittsburgh Pennsylvania", "city", "Pittsburgh, PA"),
    ("Pittsburgh, Penn.", "city", "Pittsburgh, PA"),
    ("Pittsburgh , Pensilvania", "city", "Pittsburgh, PA"),
    ("Pittsburgh, PA, USA", "city", "Pittsburgh, PA"),
    ("Pittsburgh, PA, United States", "city", "Pittsburgh, PA"),
    ("Pittsburgh, PA, EE. UU.", "city", "Pittsburgh, PA"),
    ("Washington, IN", "city", "Washington, IN"),
    ("washington in", "city", "Washington, IN"),
    ("Washington, Indiana", "city", "Washington, IN"),
    ("Washington, DC", "city", "Washington, DC"),
    ("Washington D.C.", "city", "Washington, DC"),
    ("Washington, D. C.", "city", "Washington, DC"),
    ("Indiana, PA", "city", "Indiana, PA"),
    ("Delaware Ohio", "city", "Delaware, OH"),
    ("California, MD", "city", "California, MD"),
    ("Nevada MO", "city", "Nevada, MO"),
    ("Charleston West Virginia", "city", "Charleston, WV"),
    ("Charleston, W. Va.", "city", "Charleston, WV"),
    ("Portland, Maine", "city", "Portland, ME"),
    ("Salem or", "city", "Salem, OR"),
    ("Boulder CO", "city", "Boulder, CO"),
    ("Kansas City, KS", "city", "Kansas City, KS"),
    ("New York, NY", "city", "New York, NY"),
    ("Brooklyn, New York", "city", "Brooklyn, NY"),
    ("Brooklyn NY", "city", "Brooklyn, NY"),
    ("St Louis MO", "city", "St. Louis, MO"),
    ("Mt. Vernon, NY", "city", "Mount Vernon, NY"),
    ("canon city co", "city", "Cañon City, CO"),
    ("San Juan, PR", "city", "San Juan, PR"),
    ("San Juan, Puerto Rico", "city", "San Juan, PR"),
    ("Ponce, P.R.", "city", "Ponce, PR"),
    ("Hope, AR", "city", "Hope, AR"),
    ("Surfside Bch, SC", "city", "Surfside Beach, SC"),
    ("Hollywood, Los Angeles", "city", "Hollywood, CA"),
    ("29 Palms, CA", "city", "29 Palms, CA"),
    # towns alone
    ("Pittsburgh", "city", "Pittsburgh, PA"),
    ("  chicago ", "city", "Chicago, IL"),
    ("CHICAGO", "city", "Chicago, IL"),
    ("Kansas City", "city", "Kansas City, MO"),
    ("St. Louis", "city", "St. Louis, MO"),
    ("Saint   Louis", "city", "St. Louis, MO"),
    ("East St Louis", "city", "East Saint Louis, IL"),
    ("Ft Worth", "city", "Fort Worth, TX"),
    ("Mt Vernon", "city", "Mount Vernon, NY"),
    ("Cañon City", "city", "Cañon City, CO"),
    ("Winston Salem", "city", "Winston-Salem, NC"),
    ("Coeur d Alene", "city", "Coeur d'Alene, ID"),
    ("O’Fallon", "city", "O'Fallon, MO"),
    ("N Hollywood", "city", "North Hollywood, CA"),
    ("Las Vegas", "city", "Las Vegas, NV"),
    ("West New York", "city", "West New York, NJ"),
    ("Brooklyn", "city", "Brooklyn, NY"),
    ("Queens", "city", "Queens, NY"),
    ("Bronx", "city", "Bronx, NY"),
    ("The Bronx", "city", "Bronx, NY"),
    ("Staten Island", "city", "Staten Island, NY"),
    ("Manhattan", "city", "Manhattan, NY"),
    ("near Boston", "city", "Boston, MA"),
    ("downtown Denver", "city", "Denver, CO"),
    ("City of Chicago", "city", "Chicago, IL"),
    ("San Francisco Bay Area", "city", "San Francisco, CA"),
    # names that are a town and a state
    ("New York", "city", "New York, NY"),
    ("New York City", "city", "New York, NY"),
    ("NYC", "city", "New York, NY"),
    ("Washington", "state", "Washington State"),
    ("Delaware", "state", "Delaware"),
    ("Oklahoma City", "city", "Oklahoma City, OK"),
    # Spanish
    ("Nueva York", "city", "New York, NY"),
    ("ciudad de Nueva York", "city", "New York, NY"),
    ("Filadelfia", "city", "Philadelphia, PA"),
    ("cerca de Filadelfia", "city", "Philadelphia, PA"),
    ("Filadelfia, PA", "city", "Philadelphia, PA"),
    ("Nueva Orleans", "city", "New Orleans, LA"),
    ("Carolina del Norte", "state", "North Carolina"),
    ("Nuevo México", "state", "New Mexico"),
    ("Estado de Nueva York", "state", "New York State"),
    ("Condado de Cook", "county", "Cook County, IL"),
    # states
    ("PA", "state", "Pennsylvania"),
    ("pa", "state", "Pennsylvania"),
    ("Penn.", "state", "Pennsylvania"),
    ("Pennsylvania", "state", "Pennsylvania"),
    ("NY", "state", "New York State"),
    ("New York State", "state", "New York State"),
    ("State of Washington", "state", "Washington State"),
    ("Washington State", "state", "Washington State"),
    ("West Virginia", "state", "West Virginia"),
    ("DC", "state", "District of Columbia"),
    ("Puerto Rico", "state", "Puerto Rico"),
    ("Guam", "state", "Guam"),
    ("US-PA", "state", "Pennsylvania"),
    # counties
    ("Cook County, IL", "county", "Cook County, IL"),
    ("Cook County Illinois", "county", "Cook County, IL"),
    ("cook co, il", "county", "Cook County, IL"),
    ("Cook County", "county", "Cook County, IL"),
    ("Cook County, MN", "county", "Cook County, MN"),
    ("Orleans Parish", "county", "Orleans Parish, LA"),
    ("Jefferson Parish", "county", "Jefferson Parish, LA"),
    ("Miami-Dade", "county", "Miami-Dade County, FL"),
    ("Anne Arundel, MD", "county", "Anne Arundel County, MD"),
    ("St. Louis County, MO", "county", "St. Louis County, MO"),
    ("Baltimore City", "county", "Baltimore city, MD"),
    ("Richmond city, VA", "county", "Richmond city, VA"),
    ("Richmond, VA", "city", "Richmond, VA"),
    ("Nome Census Area", "county", "Nome Census Area, AK"),
    ("Adams County CO", "county", "Adams County, CO"),
    # points
    ("39.95,-75.17", "point", "Philadelphia, PA"),
    ("39.9526 -75.1652", "point", "Philadelphia, PA"),
    ("(39.95, -75.17)", "point", "Philadelphia, PA"),
    ("35.68, 139.69", "point", "35.68, 139.69"),
    ("-33.9,151.2", "point", "-33.90, 151.20"),
]


@pytest.mark.parametrize(("text", "kind", "name"), TYPED)
def test_what_is_typed_is_understood(gazetteer: Gazetteer, text: str, kind: str, name: str) -> None:
    place = find_place(text, gazetteer)
    assert (place.kind, place.name) == (kind, name)
    assert place.note is None


@pytest.mark.parametrize(
    ("text", "first", "among"),
    [
        ("Springfield", "Springfield, MA", "Springfield, IL"),
        ("Washington", "Washington, DC", "Washington, IN"),
        ("Kansas City", "Kansas City, KS", "Kansas City, KS"),
        ("New York", "New York State", "New York State"),
        ("NY", "New York, NY", "New York, NY"),
        ("LA", "Los Angeles, CA", "Los Angeles, CA"),
        ("Portland", "Portland, ME", "Portland, ME"),
        ("Cook County", "Cook County, GA", "Cook County, MN"),
        ("Indiana", "Indiana, PA", "Indiana, PA"),
    ],
)
def test_an_ambiguous_name_offers_the_others(gazetteer: Gazetteer, text: str, first: str, among: str) -> None:
    alternatives = find_place(text, gazetteer).alternatives
    assert alternatives[0] == first
    assert among in alternatives


@pytest.mark.parametrize(
    "text", ["Springfield", "Washington", "Cook County", "New York", "Portland", "Salem", "NY"]
)
def test_typing_an_alternative_finds_it_and_nothing_else(gazetteer: Gazetteer, text: str) -> None:
    for alternative in find_place(text, gazetteer).alternatives:
        found = find_place(alternative, gazetteer)
        assert found.name == alternative
        if found.kind != "state":
            assert found.alternatives == ()


@pytest.mark.parametrize(
    "text", ["Pittsburgh, PA", "19104", "Washington, IN", "Cook County, IL", "Pennsylvania"]
)
def test_a_name_that_only_one_place_has_offers_no_others(gazetteer: Gazetteer, text: str) -> None:
    assert find_place(text, gazetteer).alternatives == ()


@pytest.mark.parametrize("prefix", ["new y", "wash", "san", "cook", "st", "1910", "miami"])
def test_every_suggestion_is_a_place(gazetteer: Gazetteer, prefix: str) -> None:
    for suggestion in gazetteer.suggest(prefix, 8):
        assert find_place(suggestion, gazetteer).name == suggestion


def test_washington_indiana_is_in_indiana(gazetteer: Gazetteer) -> None:
    place = find_place("Washington, IN", gazetteer)
    assert (place.state, place.county, place.timezone) == ("IN", "IN/Daviess", "America/Indiana/Vincennes")
    assert (place.latitude, place.longitude) == pytest.approx((38.66, -87.17), abs=0.05)


def test_a_place_knows_its_state_county_and_zone(gazetteer: Gazetteer) -> None:
    by_zip = find_place("19104", gazetteer)
    assert (by_zip.state, by_zip.county, by_zip.postal_code) == ("PA", "PA/Philadelphia", "19104")
    city = find_place("St. Louis", gazetteer)
    assert (city.state, city.county, city.timezone) == ("MO", "MO/St. Louis city", "America/Chicago")
    county = find_place("Cook County, IL", gazetteer)
    assert (county.state, county.county, county.is_region) == ("IL", "IL/Cook", True)
    state = find_place("Texas", gazetteer)
    assert (state.state, state.county, state.timezone, state.is_region) == (
        "TX",
        None,
        "America/Chicago",
        True,
    )


@pytest.mark.parametrize(
    "text",
    [
        "Foo, PA",
        "99999",
        "09001",
        "1234",
        "abc",
        "Paris, France",
        "US",
        "Pittsburgh, NY",
        "Washington, Washington",
        "100,200",
        "!!!",
        "Ünknöwn",
        "🏠",
        "the moon",
        "<script>alert(1)</script>",
        "'; DROP TABLE listing; --",
        "name:*",
        "%(typed)s",
    ],
)
def test_an_unknown_place_is_refused_and_repeated(gazetteer: Gazetteer, text: str) -> None:
    with pytest.raises(PlaceUnknown) as refused:
        find_place(text, gazetteer)
    assert f"“{text}”" in str(refused.value)
    assert "near" in refused.value.fields


def test_an_empty_place_is_asked_for(gazetteer: Gazetteer) -> None:
    for text in ("", "   ", "\n"):
        with pytest.raises(PlaceUnknown, match="Say where"):
            find_place(text, gazetteer)


@pytest.mark.parametrize("text", ["Pitts\x00burgh", "\x1b[31mBoston", "19104\x7f", "Bos\ud800ton"])
def test_control_characters_are_no_place_and_are_not_repeated(gazetteer: Gazetteer, text: str) -> None:
    with pytest.raises(PlaceUnknown) as refused:
        find_place(text, gazetteer)
    assert all(each.isprintable() for each in str(refused.value))


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "Boston " * 2_000, "19104" * 2_000, "é" * 5_000, "1," * 5_000]
)
def test_ten_kilobytes_are_no_place_and_are_repeated_shortened(gazetteer: Gazetteer, text: str) -> None:
    with pytest.raises(PlaceUnknown) as refused:
        find_place(text, gazetteer)
    assert len(str(refused.value)) < 250
    assert "…" in str(refused.value)


def test_invisible_characters_of_a_copied_text_do_not_matter(gazetteer: Gazetteer) -> None:
    assert find_place("\ufeffBos\u200bton,\u00a0MA", gazetteer).name == "Boston, MA"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Philadelpia", "Philadelphia, PA"),
        ("Pittsburg, PA", "Pittsburgh, PA"),
        ("Pittsburgh, NY", "Pittsburgh, PA"),
        ("Chciago", "Chicago, IL"),
    ],
)
def test_a_typing_error_gets_a_hint(gazetteer: Gazetteer, text: str, meant: str) -> None:
    with pytest.raises(PlaceUnknown) as refused:
        find_place(text, gazetteer)
    assert [str(each) for each in refused.value.fields["near"]] == [f"Did you mean {meant}?"]


# --- points ---------------------------------------------------------------------------------------


def test_a_point_is_rounded_to_two_decimals(gazetteer: Gazetteer) -> None:
    place = place_at(39.957212, -75.191034, gazetteer)
    assert (place.latitude, place.longitude) == (39.96, -75.19)
    assert (place.state, place.county, place.timezone) == ("PA", "PA/Philadelphia", "America/New_York")


@pytest.mark.parametrize(
    ("lat", "lng"), [(48.85, 2.35), (0, 0), (-90, 0), (43.65, -79.38 + 360 - 360), (19.43, -99.13)]
)
def test_a_point_abroad_is_a_point_without_a_state_unless_a_border_is_near(
    gazetteer: Gazetteer, lat: float, lng: float
) -> None:
    place = place_at(lat, lng, gazetteer)
    nearest = gazetteer.nearest_zip(lat, lng)
    far = miles(lat, lng, nearest.latitude, nearest.longitude) > 100
    assert (place.kind, place.state is None) == ("point", far)


@pytest.mark.parametrize(("lat", "lng"), [(91, 0), (0, 181), (float("nan"), 0), (float("inf"), 0)])
def test_a_point_off_the_globe_is_refused(gazetteer: Gazetteer, lat: float, lng: float) -> None:
    with pytest.raises(PlaceUnknown):
        place_at(lat, lng, gazetteer)


# --- street addresses -----------------------------------------------------------------------------


class Map:
    """A geocoder that knows what it was given, or fails."""

    def __init__(self, answer: Located | GeocoderUnavailable | None):
        self.answer = answer
        self.asked: list[str] = []

    def locate(self, address: str) -> Located | None:
        self.asked.append(address)
        if isinstance(self.answer, GeocoderUnavailable):
            raise self.answer
        return self.answer


ADDRESSES = [
    ("3400 Spruce St, Philadelphia, PA 19104", "zip", ZIP_19104),
    ("3400 Spruce St Philadelphia PA 19104-4283", "zip", ZIP_19104),
    ("3400 Spruce St, Philadelphia, PA", "city", "Philadelphia, PA"),
    ("3400 Spruce St Philadelphia PA", "city", "Philadelphia, PA"),
    ("3400 Spruce Street, Philadelphia", "city", "Philadelphia, PA"),
    ("100 Main St Paul MN", "city", "Saint Paul, MN"),
    ("1 Water St, Apt 3, New York, New York", "city", "New York, NY"),
    ("PO Box 5, Salem, OR", "city", "Salem, OR"),
    ("12-14 Elm Ave, Reading, PA, USA", "city", "Reading, PA"),
]


@pytest.mark.parametrize(("text", "kind", "name"), ADDRESSES)
def test_an_address_falls_back_to_its_zip_or_town_and_says_so(
    gazetteer: Gazetteer, text: str, kind: str, name: str
) -> None:
    place = find_place(text, gazetteer)
    assert (place.kind, place.name) == (kind, name)
    assert str(place.note) == f"Street addresses are not looked up here. Showing places around {name}."


def test_an_address_is_found_by_the_geocoder(gazetteer: Gazetteer) -> None:
    known = Map(Located(39.9512, -75.1934, "3400 Spruce Street, Philadelphia"))
    place = find_place("3400 Spruce St, Philadelphia, PA 19104", gazetteer, known)
    assert (place.kind, place.name, place.note) == ("address", "3400 Spruce Street, Philadelphia", None)
    assert (place.latitude, place.longitude, place.state) == (39.9512, -75.1934, "PA")
    assert known.asked == ["3400 Spruce St, Philadelphia, PA 19104"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "We could not find that street address."),
        (GeocoderUnavailable("down"), "The address service did not answer."),
        (Located(999.0, 0.0, "nowhere"), "We could not find that street address."),
    ],
)
def test_a_failing_geocoder_falls_back_and_says_so(
    gazetteer: Gazetteer, answer: Located | GeocoderUnavailable | None, said: str
) -> None:
    place = find_place("3400 Spruce St, Philadelphia, PA 19104", gazetteer, Map(answer))
    assert (place.kind, place.postal_code) == ("zip", "19104")
    assert str(place.note).startswith(said)


@pytest.mark.parametrize(
    "text", ["19104", "Pittsburgh, PA", "Cook County", "PA", "39.95,-75.17", "abc", "Foo, PA"]
)
def test_only_street_addresses_are_sent_to_the_geocoder(gazetteer: Gazetteer, text: str) -> None:
    service = Map(None)
    with contextlib.suppress(PlaceUnknown):
        find_place(text, gazetteer, service)
    assert service.asked == []


def test_an_address_in_no_known_town_is_unknown(gazetteer: Gazetteer) -> None:
    with pytest.raises(PlaceUnknown):
        find_place("12 Nowhere Street", gazetteer)


def test_what_is_only_partly_understood_says_so(gazetteer: Gazetteer) -> None:
    place = find_place("Temple University, Philadelphia, PA", gazetteer)
    assert place.name == "Philadelphia, PA"
    assert "Temple University" in str(place.note)
