"""Hours that name no zone are meant in the zone of their place."""

import datetime as dt
from dataclasses import replace

from directory.geo.gazetteer import Gazetteer
from directory.geo.locate import place_record
from directory.listings.record import Address, ListingRecord, Location, Organization, Schedule, Service

NINE_TO_FIVE = Schedule(freq="WEEKLY", byday="MO", opens_at=dt.time(9), closes_at=dt.time(17))


def record_at(city: str, state: str, postal_code: str, **changes: object) -> ListingRecord:
    address = Address(address_1="1 Main St", city=city, state_province=state, postal_code=postal_code)
    record = ListingRecord(
        source_id="1",
        kind="community",
        organization=Organization(key="1", name="One"),
        service=Service(name="One", schedules=(NINE_TO_FIVE,)),
        locations=(Location(key="1", address=address, schedules=(NINE_TO_FIVE,)),),
    )
    return replace(record, **changes)  # type: ignore[arg-type]


def zones(record: ListingRecord) -> list[str | None]:
    schedules = [*record.service.schedules, *(each for place in record.locations for each in place.schedules)]
    return [each.timezone for each in schedules]


def test_hours_are_in_the_zone_of_the_place(gazetteer: Gazetteer) -> None:
    assert zones(place_record(record_at("Phoenix", "AZ", "85004"), gazetteer)) == ["America/Phoenix"] * 2
    assert zones(place_record(record_at("Boise", "ID", "83702"), gazetteer)) == ["America/Boise"] * 2


def test_a_zone_that_the_source_names_stays(gazetteer: Gazetteer) -> None:
    named = replace(NINE_TO_FIVE, timezone="America/Chicago")
    record = record_at(
        "Phoenix", "AZ", "85004", service=Service(name="One", schedules=(named,)), locations=()
    )
    assert zones(place_record(record, gazetteer)) == ["America/Chicago"]


def test_hours_by_video_alone_stay_without_a_zone(gazetteer: Gazetteer) -> None:
    online = Location(key="1", location_type="virtual", url="https://example.org/")
    record = record_at("", "", "", locations=(online,))
    assert zones(place_record(record, gazetteer)) == [None]


def test_a_plain_description_of_hours_needs_no_zone(gazetteer: Gazetteer) -> None:
    told = Service(name="One", schedules=(Schedule(description="By appointment"),))
    record = record_at("Phoenix", "AZ", "85004", service=told)
    assert place_record(record, gazetteer).service.schedules == told.schedules
