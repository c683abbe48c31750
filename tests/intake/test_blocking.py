"""Which listings are compared: never those that may not be, and of the others those that share a block."""

import dataclasses
import random
from typing import Any

import pytest

from directory.intake.blocking import LARGEST_BLOCK, candidates, may_be_one
from directory.intake.duplicates import find_duplicates
from directory.intake.sites import site_of
from directory.listings.record import Code, Location, Schedule
from tests.builders import SOURCE, make_document, make_location, make_record, make_service
from tests.intake.sites import make_other, make_site

# --- what is never compared -----------------------------------------------------------------------


def test_listings_of_one_source_are_never_compared() -> None:
    assert find_duplicates([make_site(), make_site(id="2")]) == []


def test_two_feeds_of_one_importer_are_two_sources() -> None:
    found = find_duplicates([make_site(source="meeting_guide/east"), make_other(source="meeting_guide/west")])
    assert len(found) == 1


@pytest.mark.parametrize("visibility", ["partial", "hidden"])
def test_a_place_whose_address_is_withheld_is_never_compared(visibility: str) -> None:
    assert find_duplicates([make_site(visibility=visibility), make_other()]) == []
    assert find_duplicates([make_site(), make_other(visibility=visibility)], least="unlikely") == []


@pytest.mark.parametrize("visibility", ["partial", "hidden"])
def test_the_site_of_a_withheld_place_has_nothing_that_tells_where_it_is(visibility: str) -> None:
    location = make_location(visibility=visibility, location_type="physical")
    site = site_of(make_document(make_record(locations=(location,))))
    assert not site.is_comparable
    assert (site.street, site.unit, site.postal_code, site.point) == ("", "", "", None)


def test_invented_examples_are_never_compared() -> None:
    assert find_duplicates([make_site(is_example=True), make_other()]) == []


def test_the_substance_and_the_mental_health_service_of_one_place_are_not_duplicates() -> None:
    one = make_site(schemes=frozenset({"samhsa_substance"}))
    assert not may_be_one(one, make_other(schemes=frozenset({"samhsa_mental"})))
    assert may_be_one(one, make_other(schemes=frozenset({"samhsa_substance"})))
    assert may_be_one(one, make_other())


def test_meetings_at_other_times_are_other_meetings() -> None:
    one = make_site(kind="peer_group", times=frozenset({"MO 19:00"}))
    assert len(find_duplicates([one, make_other(kind="peer_group", times=frozenset({"MO 19:00"}))])) == 1
    assert find_duplicates([one, make_other(kind="peer_group", times=frozenset({"TU 19:00"}))]) == []


def test_a_meeting_is_not_the_place_it_meets_in() -> None:
    assert not may_be_one(make_site(kind="peer_group"), make_other())


# --- blocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"postal_code": "", "street": ""}, "same telephone"),
        ({"phones": frozenset(), "street": "99 Elm Street"}, "same ZIP and a telling word"),
        ({"phones": frozenset(), "organization": "Oak", "service": "Oak"}, "same street number and ZIP"),
    ],
)
def test_sites_that_share_a_block_are_compared(changes: dict[str, Any], why: str) -> None:
    assert candidates([make_site(), make_other(**changes)]).pairs == [(0, 1)], why


def test_sites_within_150_metres_are_compared_and_none_beyond() -> None:
    chance = random.Random(3)
    for _ in range(300):
        latitude, longitude = chance.uniform(-60, 70), chance.uniform(-179, 179)
        here = make_site(
            phones=frozenset(), postal_code="", latitude=latitude, longitude=longitude, is_exact=True
        )
        near = dataclasses.replace(
            here, id="2", source="b", latitude=latitude + chance.choice((-1, 1)) * 0.00134
        )
        far = dataclasses.replace(near, latitude=latitude + 0.0014)
        assert candidates([here, near]).pairs == [(0, 1)]
        assert candidates([here, far]).pairs == []


def test_a_call_centres_number_pairs_nobody_by_itself() -> None:
    sites = [
        make_site(
            id=str(number),
            source=f"list {number % 2}",
            organization=f"Body{number}",
            service=f"Body{number}",
            street=f"{number} Elm Street",
            postal_code=f"{number:05d}",
        )
        for number in range(1, LARGEST_BLOCK + 2)
    ]
    found = candidates(sites)
    assert found.pairs == []
    assert found.cut == {("phone", "3305550100", ""): LARGEST_BLOCK + 1}
    assert len(candidates(sites[:-1]).pairs) > 0


def test_sixty_meetings_in_one_house_still_meet_their_like() -> None:
    sites = [
        make_site(
            id=f"{source}{number}",
            source=source,
            kind="peer_group",
            times=frozenset({f"{day} {number % 12 + 8:02d}:00"}),
        )
        for source in ("east", "west")
        for number, day in enumerate(("SU", "MO", "TU", "WE", "TH") * 12)
    ]
    assert len(find_duplicates(sites)) == 60


# --- the site of a document -----------------------------------------------------------------------


def test_a_site_has_what_its_document_says() -> None:
    record = make_record(codes=(Code("samhsa_substance", "DT"),))
    site = site_of(make_document(record))
    assert site.source == f"{SOURCE.importer}/{SOURCE.feed}"
    assert (site.street, site.postal_code, site.city, site.state) == (
        "4040 Market Street", "19104", "Philadelphia", "PA",
    )  # fmt: skip
    assert site.phones == {"2155550100"}
    assert site.website == "river.example"
    assert site.point == (39.957, -75.204)
    assert site.schemes == {"samhsa_substance"}
    assert (site.visibility, site.is_comparable, site.times) == ("full", True, frozenset())


def test_a_meetings_site_has_its_starts_and_a_provider_by_video_has_no_place() -> None:
    weekly = Schedule(freq="WEEKLY", byday="MO,WE", opens_at=make_service().schedules[0].opens_at)
    meeting = make_record(kind="peer_group", service=make_service(schedules=(weekly,)))
    assert site_of(make_document(meeting)).times == {"MO 09:00", "WE 09:00"}
    by_video = make_record(kind="telehealth", locations=(Location(key="v", location_type="virtual"),))
    assert site_of(make_document(by_video)).visibility is None
    assert site_of(make_document(by_video)).is_comparable
