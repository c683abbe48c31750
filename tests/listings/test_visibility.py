"""What of a listing is public."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from directory.listings.record import (
    Accessibility,
    Address,
    AddressVisibility,
    Code,
    Contact,
    CostOption,
    Language,
    ListingRecord,
    Location,
    Organization,
    OrganizationIdentifier,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    ServiceCapacity,
)
from tests.builders import SOURCE, TODAY, make_document, make_location, make_record, make_service

SECRET = "zzsecretzz"

DOCUMENT_KEYS = {
    "id", "kind", "name", "organization", "organization_id", "service_id", "description", "alternate_name",
    "program", "needs", "also", "filters", "around_the_clock", "address", "latitude", "longitude",
    "location_precision", "state", "county", "location_name", "location_notes", "transportation",
    "accessibility", "phones", "phone", "website", "email", "schedules", "timezone", "attendance", "join_url",
    "join_phone", "virtual", "areas", "polygons", "area_names", "languages", "costs", "fees", "eligibility",
    "minimum_age", "maximum_age", "documents", "application_process", "wait_time", "alert", "status",
    "licenses", "accreditations", "interpretation", "contacts", "capacity", "codes", "is_example",
    "visible_from", "visible_to", "quality", "source", "also_from",
}  # fmt: skip


def secret_place(visibility: AddressVisibility) -> Location:
    """A place whose every text would give it away."""
    return Location(
        key=f"{SECRET} key",
        name=f"{SECRET} house",
        alternate_name=f"{SECRET} home",
        description=f"Behind {SECRET} church",
        transportation=f"{SECRET} bus",
        url=f"https://{SECRET}.example/",
        latitude=39.957123,
        longitude=-75.204123,
        precision="exact",
        visibility=visibility,
        address=Address(
            address_1=f"12 {SECRET} Street",
            address_2=f"{SECRET} floor",
            city="Philadelphia",
            region="Philadelphia",
            state_province="PA",
            postal_code="19104",
        ),
        accessibility=(
            Accessibility(
                description=f"Ramp at {SECRET} Street", details=SECRET, url=f"https://{SECRET}.example"
            ),
        ),
        schedules=(
            Schedule(freq="WEEKLY", byday="MO", opens_at=dt.time(9), description=SECRET, notes=SECRET),
        ),
    )


def secret_record(visibility: AddressVisibility) -> ListingRecord:
    """A record with the secret in every field that is never public, and in its place."""
    return make_record(
        source_id=SECRET,
        organization=Organization(
            key=SECRET,
            name="River Recovery",
            tax_id=SECRET,
            tax_status=SECRET,
            legal_status=SECRET,
            identifiers=(OrganizationIdentifier(identifier_type="NPI", identifier=SECRET),),
        ),
        service=make_service(assurer_email=f"{SECRET}@river.example", funding=(SECRET,), schedules=()),
        locations=(
            secret_place(visibility),
            Location(
                key=SECRET,
                location_type="virtual",
                name=SECRET,
                description=f"Password: {SECRET}",
                url=f"https://{SECRET}:{SECRET}@zoom.example/j/1?pwd={SECRET}#{SECRET}",
                phones=(Phone(number="+16465588656,,92345678#,,,,*123456#", description=SECRET),),
            ),
        ),
        extra=(("service", "internal_note", SECRET),),
    )


@pytest.mark.parametrize("visibility", ["partial", "hidden"])
def test_nothing_gives_a_confidential_place_away(visibility: AddressVisibility) -> None:
    document = make_document(secret_record(visibility))
    text = json.dumps(document)
    assert SECRET not in text
    assert "123456" not in text
    assert "19104" not in text
    assert (document["latitude"], document["longitude"]) == (None, None)
    assert (document["location_name"], document["location_notes"], document["transportation"]) == (
        None,
        None,
        None,
    )
    assert document["accessibility"] == []


def test_what_is_private_stays_private_even_at_a_public_place() -> None:
    record = secret_record("full")
    document = make_document(replace(record, locations=(make_location(), record.locations[1])))
    assert SECRET not in json.dumps(document)


def test_a_hidden_address_leaves_only_the_state() -> None:
    document = make_document(secret_record("hidden"))
    assert document["address"] is None
    assert document["location_precision"] == "hidden"
    assert document["county"] is None
    assert document["state"] == "PA"


def test_a_partly_hidden_address_leaves_city_and_state() -> None:
    document = make_document(secret_record("partial"))
    shown = {key: value for key, value in document["address"].items() if value}
    assert shown == {"city": "Philadelphia", "state_province": "PA", "country": "US"}
    assert document["location_precision"] == "city"
    assert document["county"] == "PA/Philadelphia"


def test_a_partly_hidden_place_may_show_the_point_of_its_town() -> None:
    place = make_location(visibility="partial", latitude=39.95, longitude=-75.16, precision="city")
    document = make_document(make_record(locations=(place,)))
    assert (document["latitude"], document["longitude"]) == (39.95, -75.16)


def test_a_place_that_cannot_be_shown_serves_its_state() -> None:
    for visibility in ("partial", "hidden"):
        record = make_record(locations=(make_location(visibility=visibility),))
        assert make_document(record)["areas"] == ["US-PA"]


def test_every_key_is_always_there() -> None:
    bare = ListingRecord(
        source_id="1",
        kind="community",
        organization=Organization(key="o", name="O"),
        service=make_service(
            description=None, url=None, phones=(), schedules=(), cost_options=(), languages=()
        ),
    )
    for document in (make_document(), make_document(bare), make_document(secret_record("hidden"))):
        assert document.keys() == DOCUMENT_KEYS
        assert json.loads(json.dumps(document)) == document


def test_a_public_place_is_shown_whole() -> None:
    place = make_location(
        description="Second door", transportation="Bus 21", accessibility=(Accessibility(description="Ramp"),)
    )
    document = make_document(make_record(locations=(place,)))
    assert document["address"]["address_1"] == "4040 Market Street"
    assert (document["latitude"], document["longitude"], document["location_precision"]) == (
        39.957,
        -75.204,
        "exact",
    )
    assert (document["state"], document["county"]) == ("PA", "PA/Philadelphia")
    assert document["location_name"] == "Market Street building"
    assert document["location_notes"] == "Second door"
    assert document["transportation"] == "Bus 21"
    assert document["accessibility"] == [{"description": "Ramp"}]
    assert document["areas"] == []
    assert document["virtual"] is None


# --- telehealth and service areas -----------------------------------------------------------------

VIRTUAL = Location(key="virtual", location_type="virtual", url="https://river.example/video")
PENNSYLVANIA = ServiceArea(name="Pennsylvania", extent="US-PA")


def test_a_place_that_also_works_by_video_says_so_beside_its_place() -> None:
    record = make_record(
        locations=(make_location(), VIRTUAL), service=make_service(service_areas=(PENNSYLVANIA,))
    )
    document = make_document(record)
    assert document["virtual"] == {"areas": ["US-PA"], "url": "https://river.example/video"}
    assert document["areas"] == []
    assert document["latitude"] == 39.957


def test_video_without_a_stated_area_serves_the_own_state() -> None:
    document = make_document(make_record(locations=(make_location(), VIRTUAL)))
    assert document["virtual"]["areas"] == ["US-PA"]


def test_a_telehealth_service_has_its_stated_areas() -> None:
    areas = (PENNSYLVANIA, ServiceArea(name="Delaware", extent="US-DE"))
    document = make_document(make_record(locations=(VIRTUAL,), service=make_service(service_areas=areas)))
    assert document["areas"] == ["US-PA", "US-DE"]
    assert document["area_names"] == ["Pennsylvania", "Delaware"]
    assert document["virtual"] is None
    assert document["address"] is None
    assert document["location_precision"] is None


def test_a_telehealth_service_without_areas_serves_the_state_of_its_office() -> None:
    office = replace(make_location(), location_type="postal")
    document = make_document(make_record(locations=(VIRTUAL, office)))
    assert document["areas"] == ["US-PA"]
    assert document["address"] is None


def test_an_area_drawn_on_a_map_is_kept_apart() -> None:
    square = '{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]}'
    area = ServiceArea(name="Our streets", extent=square, extent_type="geojson")
    document = make_document(make_record(locations=(VIRTUAL,), service=make_service(service_areas=(area,))))
    assert document["polygons"] == [square]
    assert document["areas"] == []


# --- reaching it ----------------------------------------------------------------------------------


def test_the_services_numbers_come_first_and_each_once() -> None:
    record = make_record(
        service=make_service(
            phones=(Phone(number="1"), Phone(number="2"), Phone(number="1", description="again"))
        ),
        locations=(make_location(phones=(Phone(number="2"), Phone(number="3"))),),
        organization=Organization(key="o", name="O", phones=(Phone(number="4"),)),
    )
    document = make_document(record)
    assert [each["number"] for each in document["phones"]] == ["1", "2", "3"]
    assert document["phone"] == "1"


def test_the_organizations_number_helps_out() -> None:
    record = make_record(
        service=make_service(phones=()),
        organization=Organization(key="o", name="O", phones=(Phone(number="988"),)),
    )
    document = make_document(record)
    assert document["phones"] == [
        {"number": "988", "extension": None, "type": None, "description": None, "tel": "tel:988"}
    ]


def test_hours_are_the_services_or_else_the_places() -> None:
    monday = Schedule(freq="WEEKLY", byday="MO", opens_at=dt.time(9), timezone="America/Chicago")
    place = make_location(schedules=(monday,))
    own = make_document(make_record(locations=(place,)))
    places = make_document(make_record(locations=(place,), service=make_service(schedules=())))
    assert own["timezone"] == "America/New_York"
    assert places["schedules"] == [
        {
            "freq": "WEEKLY",
            "byday": "MO",
            "interval": 1,
            "opens_at": "09:00:00",
            "timezone": "America/Chicago",
        }
    ]
    assert places["timezone"] == "America/Chicago"


def test_links_that_are_no_web_addresses_are_dropped() -> None:
    virtual = replace(VIRTUAL, url="javascript:alert(1)")
    record = make_record(
        service=make_service(url="javascript:alert(1)"), locations=(make_location(), virtual)
    )
    document = make_document(record)
    assert document["website"] == "https://river.example/"
    assert document["join_url"] is None
    assert document["virtual"]["url"] is None


def test_everything_that_is_offered_is_told() -> None:
    updated = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
    service = make_service(
        cost_options=(CostOption(option="Visit", amount=20.0, currency="USD", amount_description="or less"),),
        required_documents=(RequiredDocument(document="A letter"),),
        contacts=(
            Contact(
                name="Front desk", title="Intake", email="hi@river.example", phones=(Phone(number="911"),)
            ),
        ),
        capacities=(
            ServiceCapacity(unit="beds", available=2, maximum=10, status="capacity", updated=updated),
        ),
        languages=(Language(name="Spanish", code="spa"), Language(name="Spanish again", code="spa")),
        fees_description="Sliding",
        interpretation_services="By phone",
        program="Evening group",
    )
    document = make_document(
        make_record(service=service, codes=(Code("a", "1"), Code("b", "2"), Code("a", "3")))
    )
    assert document["costs"] == [
        {"option": "Visit", "amount": 20.0, "currency": "USD", "amount_description": "or less"}
    ]
    assert document["documents"] == ["A letter"]
    assert document["contacts"][0]["phones"][0]["tel"] == "tel:911"
    assert document["capacity"][0]["updated"] == "2026-11-01T12:00:00+00:00"
    assert document["languages"] == [{"name": "Spanish", "code": "spa"}]
    assert (document["fees"], document["interpretation"], document["program"]) == (
        "Sliding",
        "By phone",
        "Evening group",
    )
    assert document["codes"] == {"a": ["1", "3"], "b": ["2"]}


def test_a_listing_tells_where_it_comes_from() -> None:
    verified = make_document(make_record(service=make_service(assured_date=dt.date(2026, 11, 1))))
    assert verified["source"] == {
        "importer": "county_list",
        "feed": "default",
        "name": "County list of recovery services",
        "publisher": "Maple County",
        "licence": "Public domain",
        "url": "https://maple.example/list.csv",
        "as_of": "2026-10-01",
        "fetched": TODAY.isoformat(),
        "verified": "2026-11-01",
        "edited": [],
    }
    assert make_document()["source"]["verified"] is None


def test_a_complete_fresh_listing_ranks_above_a_bare_old_one() -> None:
    bare: dict[str, Any] = {"phones": (), "schedules": (), "url": None, "description": None}
    old = replace(SOURCE, as_of=dt.date(2019, 1, 1))
    assert (
        make_document()["quality"]
        > make_document(make_record(service=make_service(**bare)), source=old)["quality"]
    )
