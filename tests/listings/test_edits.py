"""Edits of fields, laid over what a source says: pure rules."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import QueryInvalid
from directory.listings.edit_text import find_field, read_text, what_to_write
from directory.listings.edits import (
    FIELDS,
    VISIBILITY,
    Edit,
    apply_edits,
    judge,
    said,
    texts_that_name_the_street,
)
from directory.listings.needs import taxonomy
from directory.listings.record import ListingRecord
from tests.builders import NOW, make_location, make_record, make_service
from tests.listings.strategies import records

EXAMPLES = {
    "kind": "housing",
    "attendance": "hybrid",
    "visible_from": "2026-12-01",
    "visible_to": "2027-03-31",
    "codes": '[["need", "detox"]]',
    "service.status": "temporarily closed",
    "service.url": "https://new.example/",
    "service.email": "desk@new.example",
    "service.minimum_age": "21",
    "service.maximum_age": "65",
    "organization.website": "https://new.example/",
    "organization.email": "desk@new.example",
    "virtual.url": "https://meet.example/1",
    "location.visibility": "hidden",
    "location.coordinates": "39.95,-75.16",
    "location.address.state_province": "NJ",
    "location.address.postal_code": "08102",
    "phones": '[{"number": "215-555-0199"}]',
    "location.phones": '[{"number": "215-555-0199"}]',
    "organization.phones": '[{"number": "215-555-0199"}]',
    "virtual.phones": '[{"number": "215-555-0199"}]',
    "schedules": '[{"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00"}]',
    "location.schedules": '[{"description": "By appointment"}]',
    "virtual.schedules": '[{"description": "By appointment"}]',
    "languages": '[{"name": "French", "code": "fra"}]',
    "location.languages": '[{"name": "Spanish"}]',
    "cost_options": '[{"option": "Visit", "amount": 20, "currency": "USD"}]',
    "required_documents": '[{"document": "A photo ID"}]',
    "service_areas": '[{"name": "Pennsylvania", "extent": "US-PA"}]',
    "contacts": '[{"name": "Front desk", "phones": [{"number": "215-555-0101"}]}]',
    "capacity": '[{"unit": "beds", "available": 3, "status": "capacity"}]',
    "funding": '["County"]',
    "additional_urls": '["https://new.example/es"]',
    "location.accessibility": '[{"description": "Ramp"}]',
}
"""A value for every field that does not take any text."""


def rich() -> ListingRecord:
    online = make_location(key="online", location_type="virtual", address=None, latitude=None, longitude=None)
    return make_record(locations=(make_location(), online))


def typed(name: str, text: str) -> Any:
    return read_text(find_field(name), text, now=NOW, taxonomy=taxonomy())


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_can_be_set_from_text_and_says_what_it_was_set_to(name: str) -> None:
    value = typed(name, EXAMPLES.get(name, "Something else"))
    edited = apply_edits(rich(), [Edit(name, value)])
    assert edited != rich()
    assert said(edited, FIELDS[name]) == value
    assert str(what_to_write(FIELDS[name]))


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if not field.needed])
def test_every_field_that_may_be_empty_can_be_emptied(name: str) -> None:
    edited = apply_edits(rich(), [Edit(name, typed(name, EXAMPLES.get(name, "Something")))])
    emptied = apply_edits(edited, [Edit(name, typed(name, ""))])
    assert said(emptied, FIELDS[name]) in (None, "", [])


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.needed])
def test_what_every_listing_has_cannot_be_emptied(name: str) -> None:
    with pytest.raises(QueryInvalid, match=f"{name} cannot be empty"):
        typed(name, "  ")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("service.status", "closed", "temporarily closed"),
        ("service.minimum_age", "five", "a whole number"),
        ("visible_from", "1 December", "a date such as"),
        ("phones", "215-555-0100", "numbers that can be dialled"),
        ("phones", '[{"number": "call us"}]', "numbers that can be dialled"),
        ("phones", '[{"telephone": "911"}]', "number, extension"),
        ("codes", '[["need", "detoxx"]]', "detox"),
        ("service.url", "river.example", "https://"),
        ("location.address.postal_code", "1910", "five digits"),
        ("location.address.state_province", "Penn", "PA"),
        ("location.coordinates", "north", "latitude and longitude"),
        ("location.coordinates", "139,-75", "latitude and longitude"),
        ("location.visibility", "secret", "full, partial, hidden"),
        ("location.coordinates", f"[{'9' * 401}, -75.2]", "a number"),
        ("service.minimum_age", "9" * 5_000, "a whole number"),
        ("capacity", '[{"unit": "beds", "updated": "0001-01-01T00:00:00+14:00"}]', "a date and time"),
        ("schedules", "[" * 100_000, "JSON"),
    ],
)
def test_a_bad_value_is_refused_with_what_to_write(name: str, text: str, words: str) -> None:
    with pytest.raises(QueryInvalid) as problem:
        typed(name, text)
    assert words in str(problem.value)
    assert name in str(problem.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("service.descripton", "service.description"),
        ("alert", "service.alert"),
        ("postal_code", "location.address.postal_code"),
        ("zebra", None),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest_names(name: str, meant: str | None) -> None:
    with pytest.raises(QueryInvalid) as problem:
        find_field(name)
    assert (meant or "--list") in str(problem.value)


def test_room_that_is_not_dated_is_said_now() -> None:
    (value,) = typed("capacity", '[{"unit": "beds", "available": 2}]')
    assert value["updated"] == NOW.isoformat()


# --- where a listing is -----------------------------------------------------------------------------


def test_another_address_has_neither_the_coordinates_nor_the_county_of_the_old_one() -> None:
    edits = [Edit("location.address.city", "Camden"), Edit("location.address.state_province", "NJ")]
    place = apply_edits(make_record(), edits).place
    assert place is not None
    assert place.address is not None
    assert (place.latitude, place.longitude, place.precision) == (None, None, None)
    assert (place.address.city, place.address.region) == ("Camden", None)


def test_edited_coordinates_stand_beside_an_edited_address() -> None:
    edits = [Edit("location.coordinates", [39.9, -75.1]), Edit("location.address.address_1", "5 New Street")]
    place = apply_edits(make_record(), edits).place
    assert place is not None
    assert (place.latitude, place.longitude, place.precision) == (39.9, -75.1, "exact")


def test_an_edit_that_says_what_the_source_says_moves_nothing() -> None:
    edits = [Edit("location.address.city", "Philadelphia"), Edit("location.address.address_2", "Floor 2")]
    place = apply_edits(make_record(), edits).place
    assert place is not None
    assert place.latitude == 39.957


def test_an_edit_of_a_part_that_the_source_no_longer_has_changes_nothing() -> None:
    record = make_record(locations=())
    assert (
        apply_edits(record, [Edit("location.address.city", "Camden"), Edit(VISIBILITY, "hidden")]) == record
    )


# --- imported again ---------------------------------------------------------------------------------


@given(records, st.dictionaries(st.sampled_from(sorted(FIELDS)), st.none(), max_size=5))
def test_edits_laid_on_twice_are_laid_on_once(record: ListingRecord, names: dict[str, None]) -> None:
    edits = [Edit(name, typed(name, EXAMPLES.get(name, "Something"))) for name in names]
    once = apply_edits(record, edits)
    assert apply_edits(once, edits) == once


@given(records, records)
def test_an_edited_field_is_kept_whatever_the_source_says_later(
    before: ListingRecord, later: ListingRecord
) -> None:
    edit = Edit("service.description", "Ours", said(before, FIELDS["service.description"]))
    edited = apply_edits(later, [edit])
    assert edited.service.description == "Ours"
    assert replace(edited, service=replace(edited.service, description=later.service.description)) == later


@pytest.mark.parametrize(
    ("edit", "incoming", "seen", "verdict"),
    [
        (Edit("service.alert", "ours", "theirs"), "ours", [], "settled"),
        (Edit("service.alert", "ours", "theirs"), "theirs", [], "kept"),
        (Edit("service.alert", "ours", "theirs"), "a third thing", [], "conflict"),
        (Edit("service.alert", "ours", "theirs"), "a third thing", ["a third thing"], "kept"),
        (Edit("funding", ["ours"], []), ["theirs"], [["theirs"]], "kept"),
        (Edit(VISIBILITY, "hidden", "full"), "hidden", [], "kept"),
        (Edit(VISIBILITY, "hidden", "full"), "partial", [], "conflict"),
    ],
)
def test_what_becomes_of_an_edit(edit: Edit, incoming: Any, seen: list[Any], verdict: str) -> None:
    assert judge(edit, incoming, seen) == verdict


def test_texts_that_name_the_street_are_found_however_it_is_written() -> None:
    record = make_record(
        service=make_service(
            description="Come to 4040 market St, side door.", alert="Closed on Market Street"
        )
    )
    assert texts_that_name_the_street(record) == ["service.description"]
    assert texts_that_name_the_street(make_record(locations=())) == []
