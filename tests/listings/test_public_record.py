"""A record that leaves as rows shows what its document shows, and nothing that the document keeps back."""

from dataclasses import replace
from typing import Any

import pytest

from directory.listings.public_record import public_record
from directory.listings.record import Address, ListingRecord, Phone
from tests.builders import make_document, make_location, make_record, make_service


def shown(record: ListingRecord) -> dict[str, Any]:
    """The document, without coordinates that only stand for a ZIP code or town: they leave in no package."""
    left_out = ("latitude", "longitude", "location_precision")
    return {name: value for name, value in make_document(record).items() if name not in left_out}


ONLINE = make_location(
    key="online",
    location_type="virtual",
    address=None,
    url="https://meet.example/j/1?pwd=abc",
    schedules=make_service().schedules,
    phones=(Phone(number="+12155550100,,123456#,,,,*777#"),),
)
KINDS_OF_PLACE = {
    "shown": (make_location(),),
    "in part": (make_location(visibility="partial", schedules=make_service().schedules),),
    "online": (ONLINE,),
    "both": (make_location(), ONLINE),
    "in part and online": (make_location(visibility="partial"), ONLINE),
    "an office": (make_location(location_type="postal"),),
    "none": (),
}


@pytest.mark.parametrize("locations", KINDS_OF_PLACE.values(), ids=KINDS_OF_PLACE.keys())
@pytest.mark.parametrize("schedules", [(), make_service().schedules])
def test_the_document_of_what_leaves_is_the_document(locations: Any, schedules: Any) -> None:
    record = make_record(locations=locations, service=make_service(schedules=schedules))
    public = public_record(record)
    assert shown(public) == shown(record)
    assert public_record(public) == public


@pytest.mark.parametrize("precision", ["postal_code", "city"])
def test_coordinates_that_are_not_the_places_own_stay(precision: Any) -> None:
    record = make_record(locations=(make_location(precision=precision),))
    place = public_record(record).place
    assert place
    assert (place.latitude, place.longitude) == (None, None)
    assert place.address == make_location().address


def test_the_state_of_a_hidden_place_is_where_it_serves() -> None:
    record = make_record(locations=(make_location(visibility="hidden"),))
    public = public_record(record)
    assert public.place
    assert public.place.address is None
    assert make_document(public)["areas"] == make_document(record)["areas"] == ["US-PA"]


def test_an_office_that_is_only_written_to_leaves_as_its_town() -> None:
    office = make_location(location_type="postal", phones=(Phone(number="(215) 555-0111"),))
    (left,) = public_record(make_record(locations=(office,))).locations
    assert left.address == Address(city="Philadelphia", state_province="PA")
    assert (left.phones, left.latitude, left.name) == ((), None, None)


def test_a_meetings_link_leaves_without_its_password() -> None:
    online = make_location(
        location_type="virtual",
        url="https://meet.example/j/1?pwd=abc",
        phones=(Phone(number="+12155550100,,123456#,,,,*777#"),),
    )
    (left,) = public_record(make_record(locations=(online,))).locations
    assert left.url == "https://meet.example/j/1"
    assert [each.number for each in left.phones] == ["+12155550100,,123456#"]


def test_words_about_meeting_online_leave_only_where_the_document_shows_them() -> None:
    hours = replace(make_service().schedules[0], notes="Wait in the lobby")
    online = make_location(location_type="virtual", schedules=(hours,))
    alone = make_record(service=make_service(schedules=()), locations=(online,))
    beside = replace(alone, service=make_service())
    assert [each.notes for each in public_record(alone).locations[0].schedules] == ["Wait in the lobby"]
    assert [each.notes for each in public_record(beside).locations[0].schedules] == [None]
