"""What differs between two records, in plain words."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from directory.intake.difference import Difference, differences
from directory.listings.record import (
    Accessibility,
    Address,
    Code,
    CostOption,
    Language,
    ListingRecord,
    Location,
    Phone,
    Schedule,
    ServiceArea,
    ServiceCapacity,
)
from tests.builders import make_location, make_record, make_service

MORNING = Schedule(
    freq="WEEKLY", byday="SA", opens_at=dt.time(9), closes_at=dt.time(12), timezone="America/New_York"
)


def of_service(**changes: Any) -> ListingRecord:
    return make_record(service=make_service(**changes))


def of_place(**changes: Any) -> ListingRecord:
    return make_record(locations=(make_location(**changes),))


def test_a_record_does_not_differ_from_itself() -> None:
    assert differences(make_record(), make_record()) == ()


@pytest.mark.parametrize(
    ("new", "field", "old", "said"),
    [
        (of_service(name="Evening"), "service name", "Outpatient recovery programme", "Evening"),
        (of_service(fees_description="Free"), "fees", None, "Free"),
        (
            of_service(description=None),
            "service description",
            "Counseling and medication, without waiting.",
            None,
        ),
        (
            of_service(phones=(Phone(number="215-555-0199", extension=7),)),
            "phone",
            "215-555-0100, voice, Main",
            "215-555-0199 ext. 7",
        ),
        (
            of_service(schedules=(*make_service().schedules, MORNING)),
            "hours",
            None,
            "SA, 09:00–12:00, America/New_York",
        ),
        (
            of_service(cost_options=(CostOption(option="Medicaid"), CostOption(option="Fee", amount=5.0))),
            "costs",
            None,
            "Fee, 5.0",
        ),
        (of_service(languages=()), "languages", "Spanish, spa", None),
        (of_service(minimum_age=18), "service minimum age", None, "18"),
        (
            of_service(service_areas=(ServiceArea(name="PA", extent="US-PA"),)),
            "area served",
            None,
            "PA, US-PA",
        ),
        (
            of_service(capacities=(ServiceCapacity(unit="bed", available=2, maximum=9, status="capacity"),)),
            "capacity",
            None,
            "bed, capacity, 2 of 9",
        ),
        (
            of_place(address=Address(address_1="1 Oak St", city="Erie", state_province="PA")),
            "location address",
            "4040 Market Street, Philadelphia, PA 19104",
            "1 Oak St, Erie, PA",
        ),
        (
            of_place(longitude=-75.3),
            "location coordinates",
            "39.95700, -75.20400",
            "39.95700, -75.30000",
        ),
        (
            of_place(accessibility=(Accessibility(description="Ramp"),)),
            "location accessibility",
            None,
            "Ramp",
        ),
        (make_record(codes=(Code("need", "outpatient"),)), "codes", "need, buprenorphine", None),
        (make_record(attendance="online"), "in person or online", None, "online"),
        (make_record(visible_to=dt.date(2027, 1, 1)), "visible to", None, "2027-01-01"),
    ],
)
def test_a_change_is_told_in_plain_words(
    new: ListingRecord, field: str, old: str | None, said: str | None
) -> None:
    assert differences(make_record(), new) == (Difference(field, old, said),)


def test_a_difference_reads_as_a_sentence_would() -> None:
    assert str(Difference("fees", None, "Free")) == "fees: nothing → “Free”"
    assert str(Difference("fees", "Free", None)) == "fees: “Free” → nothing"


def test_a_way_to_join_is_told_apart_from_the_place() -> None:
    online = Location(key="zoom", location_type="virtual", url="https://zoom.example/j/1")
    with_link = replace(make_record(), locations=(make_location(), online))
    assert [each.field for each in differences(make_record(), with_link)] == [
        "link to join",
    ]
    other = replace(with_link, locations=(make_location(), replace(online, url="https://zoom.example/j/2")))
    assert differences(with_link, other) == (
        Difference("link to join", "https://zoom.example/j/1", "https://zoom.example/j/2"),
    )


def test_another_order_is_told_as_what_it_is() -> None:
    one, two = Phone(number="1"), Phone(number="2")
    found = differences(of_service(phones=(one, two)), of_service(phones=(two, one)))
    assert found == (Difference("phone", "1; 2", "2; 1"),)


def test_what_is_not_a_change_for_a_reader_is_left_out() -> None:
    other = make_record(
        source_id="another",
        service=make_service(last_modified=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        locations=(make_location(key="another", precision="postal_code"),),
    )
    assert differences(make_record(), other) == ()


def test_long_texts_are_shown_where_they_part() -> None:
    same = "All the same words. " * 100
    (found,) = differences(of_service(description=same + "Old."), of_service(description=same + "New."))
    assert found.old is not None
    assert found.new is not None
    assert found.old.endswith("words. Old.")
    assert found.new.endswith("words. New.")
    assert len(found.old) < 320


def test_the_languages_of_a_listing_are_compared_one_by_one() -> None:
    more = (Language(name="Spanish", code="spa"), Language(name="French", code="fra"))
    assert differences(of_service(), of_service(languages=more)) == (
        Difference("languages", None, "French, fra"),
    )
