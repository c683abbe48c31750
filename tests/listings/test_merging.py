"""Several listings that are one: which of them leads, and what it takes from the others. Pure rules."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.listings.merging import RESTRICTION, Merge, leader, restricted, trees, unite
from directory.listings.record import (
    Accessibility,
    AddressVisibility,
    Code,
    Contact,
    Language,
    ListingRecord,
    Organization,
    Phone,
    Schedule,
    ServiceCapacity,
)
from tests.builders import NOW, make_document, make_location, make_record, make_service
from tests.listings.strategies import records

BARE: dict[str, Any] = {
    "description": None,
    "url": None,
    "phones": (),
    "schedules": (),
    "cost_options": (),
    "languages": (),
}


def bare(**changes: Any) -> ListingRecord:
    """A listing of another source that says little."""
    service = make_service(**(BARE | {"name": "Outpatient"}))
    body = Organization(key="river recovery inc", name="River Recovery Inc")
    return replace(
        make_record(source_id="bare", service=service, organization=body, codes=(Code("need", "detox"),)),
        **changes,
    )


# --- trees ------------------------------------------------------------------------------------------


def test_a_tree_is_its_root_and_then_older_merges_first() -> None:
    found = trees([Merge("a", "b"), Merge("a", "c"), Merge("x", "y"), Merge("b", "d")])
    assert sorted(found) == [("a", "b", "c", "d"), ("x", "y")]


def test_the_first_that_is_offered_leads() -> None:
    assert leader(("a", "b", "c"), {"c", "b"}) == "b"
    assert leader(("a", "b"), set()) is None


# --- filling ----------------------------------------------------------------------------------------


def test_nothing_is_taken_where_the_kept_one_has_its_own() -> None:
    other = make_record(
        source_id="other",
        service=make_service(
            name="Outpatient recovery programme",
            description="Another text",
            phones=(Phone(number="911"),),
            url="https://other.example/",
        ),
    )
    assert unite(make_record(service=make_service(alternate_name="RR")), [other]) == make_record(
        service=make_service(alternate_name="RR")
    )


def test_what_the_kept_one_lacks_comes_from_the_others_wherever_they_keep_it() -> None:
    place = make_location(
        phones=(Phone(number="215-555-0142"),),
        schedules=(Schedule(description="Mornings"),),
        languages=(Language(name="Khmer"),),
        transportation="Bus 40",
        accessibility=(Accessibility(description="Ramp"),),
    )
    body = Organization(
        key="o", name="O", website="https://o.example/", email="o@o.example", description="We help"
    )
    giver = make_record(
        source_id="giver",
        organization=body,
        service=make_service(**(BARE | {"name": "Help desk", "minimum_age": 18})),
        locations=(place,),
    )
    document = make_document(unite(bare(), [giver]))
    assert document["phone"] == "215-555-0142"
    assert document["website"] == "https://o.example/"
    assert document["email"] == "o@o.example"
    assert document["description"] == "We help"
    assert document["schedules"][0]["description"] == "Mornings"
    assert [each["name"] for each in document["languages"]] == ["Khmer"]
    assert document["transportation"] == "Bus 40"
    assert document["accessibility"] == [{"description": "Ramp"}]
    assert (document["minimum_age"], document["maximum_age"]) == (18, None)
    assert document["alternate_name"] == "Help desk"
    assert document["name"] == "Outpatient"


def test_what_the_body_of_the_kept_one_gives_is_not_lacking() -> None:
    body = Organization(
        key="o",
        name="O",
        website="https://own.example/",
        phones=(Phone(number="215-555-0001"),),
        description="Own",
    )
    document = make_document(unite(bare(organization=body), [make_record()]))
    assert (document["phone"], document["website"], document["description"]) == (
        "215-555-0001",
        "https://own.example/",
        "Own",
    )


def test_codes_of_all_are_united_each_once() -> None:
    kept = bare(codes=(Code("need", "detox"), Code("filter", "medicaid"), Code("need", "outpatient")))
    assert unite(kept, [make_record()]).codes == (
        Code("need", "detox"),
        Code("need", "outpatient"),
        Code("need", "buprenorphine"),
        Code("filter", "medicaid"),
    )


def test_the_first_of_several_fills_and_the_next_fills_the_rest() -> None:
    first = bare(service=make_service(**(BARE | {"phones": (Phone(number="1"),)})))
    second = bare(service=make_service(**(BARE | {"phones": (Phone(number="2"),), "description": "Second"})))
    service = unite(bare(), [first, second]).service
    assert (service.phones[0].number, service.description) == ("1", "Second")


def test_what_a_person_set_on_the_kept_one_is_neither_filled_nor_united() -> None:
    decided = ["service.description", "phones", "codes", "service.url", "languages", "schedules"]
    united = unite(bare(), [make_record()], decided)
    assert united.service.description is None
    assert united.service.phones == ()
    assert united.service.url is None
    assert united.codes == bare().codes


def test_exact_coordinates_replace_the_middle_of_a_zip_code() -> None:
    kept = bare(locations=(make_location(latitude=39.9, longitude=-75.2, precision="postal_code"),))
    place = unite(kept, [make_record()]).place
    assert place is not None
    assert (place.latitude, place.longitude, place.precision) == (39.957, -75.204, "exact")
    place = unite(kept, [make_record()], ["location.address.city"]).place
    assert place is not None
    assert place.latitude == 39.9


def test_room_without_a_date_of_its_own_is_not_taken() -> None:
    rooms = (ServiceCapacity(unit="beds", available=2), ServiceCapacity(unit="chairs", updated=NOW))
    united = unite(bare(), [make_record(service=make_service(capacities=rooms))])
    assert [each.unit for each in united.service.capacities] == ["chairs"]


@given(records, st.lists(records, max_size=3))
def test_uniting_loses_nothing_that_the_kept_one_said(
    kept: ListingRecord, others: list[ListingRecord]
) -> None:
    united = unite(kept, others)
    assert (united.source_id, united.kind, united.organization) == (
        kept.source_id,
        kept.kind,
        kept.organization,
    )
    assert united.service.name == kept.service.name
    assert set(kept.codes) <= set(united.codes)
    assert united.service.phones[: len(kept.service.phones)] == kept.service.phones


# --- what is hidden stays hidden (PRODUCT L3) ---------------------------------------------------------


@given(records, st.lists(records, max_size=3))
def test_no_place_is_shown_more_than_the_most_restrictive_source_shows_it(
    kept: ListingRecord, others: list[ListingRecord]
) -> None:
    united = unite(kept, others)
    if united.place:
        shown = [each.place.visibility for each in (kept, *others) if each.place]
        assert RESTRICTION[united.place.visibility] == max(RESTRICTION[each] for each in shown)


@pytest.mark.parametrize("visibility", ["partial", "hidden"])
@pytest.mark.parametrize("kept_hides", [True, False])
def test_no_merge_tells_where_a_confidential_place_is(
    visibility: AddressVisibility, kept_hides: bool
) -> None:
    words = {
        "description": "You find us at 4040 Market Street.",
        "application_process": "Ring at 4040 market st.",
        "alert": "4040 MARKET STREET is being painted.",
        "contacts": (Contact(title="Desk at 4040 Market Street"),),
        "schedules": (Schedule(description="4040 Market Street, side door"),),
    }
    open_place = make_location(
        name="4040 Market Street Building",
        transportation="Get off at 4040 Market Street",
        accessibility=(Accessibility(description="4040 Market Street ramp"),),
        schedules=(Schedule(description="4040 Market Street, side door"),),
    )
    shows = make_record(source_id="shows", service=make_service(**words), locations=(open_place,))
    if kept_hides:
        shows = replace(
            shows,
            service=replace(shows.service, name="4040 Market Street", alternate_name="4040 Market Street"),
        )
    hides = bare(locations=(make_location(visibility=visibility),))
    kept, other = (hides, shows) if kept_hides else (shows, hides)
    document = make_document(unite(kept, [other]))
    if not kept_hides:  # its own desk was public before
        document["contacts"] = []
    text = str(document).casefold()
    assert "market st" not in text
    assert "39.957" not in text
    assert "19104" not in text
    assert document["location_precision"] in ("city", "hidden")


def test_a_body_that_names_the_street_is_not_described_instead() -> None:
    body = Organization(key="o", name="O", description="At 4040 Market Street since 1990.")
    hides = bare(locations=(make_location(visibility="hidden"),))
    shown = make_document(
        unite(make_record(organization=body, service=make_service(description=None)), [hides])
    )
    assert "4040" not in str(shown)


def test_a_place_that_is_shown_as_wanted_stays_the_sources_own() -> None:
    record = make_record(locations=(make_location(visibility="hidden"),))
    assert restricted(record, "partial") is record


def test_a_place_that_a_merge_hides_is_shared_with_no_other_listing() -> None:
    place = restricted(make_record(), "hidden").place
    assert place is not None
    assert place.key != make_location().key
    again = restricted(replace(make_record(), locations=(replace(place, visibility="full"),)), "hidden")
    assert again.place == place
