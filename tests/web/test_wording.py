"""Listing facts in words."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from directory.listings.freshness import Capacity
from directory.listings.needs import taxonomy
from directory.web import wording


@pytest.fixture(autouse=True)
def _in_english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("miles", "unit", "is_exact", "text"),
    [
        (0.04, "mi", True, "less than 0.1 mi"),
        (1.34, "mi", True, "1.3 mi"),
        (12.4, "mi", True, "12 mi"),
        (1234.0, "mi", True, "1,234 mi"),
        (1.0, "km", True, "1.6 km"),
        (0.0, "mi", False, "about 1 mi"),
        (2.7, "mi", False, "about 3 mi"),
        (2.0, "km", False, "about 3 km"),
    ],
)
def test_a_distance_says_no_more_than_is_known(miles: float, unit: str, is_exact: bool, text: str) -> None:
    assert wording.miles_text(miles, unit, is_exact=is_exact) == text


def test_a_listing_is_told_in_few_needs_with_those_asked_for_first() -> None:
    needs = taxonomy()
    given = [
        "detox",
        "hospital_detox",
        "residential",
        "outpatient",
        "treatment",
        "naloxone",
        "harm_reduction",
    ]
    assert wording.in_short(needs, given) == ["treatment", "hospital_detox", "naloxone"]
    assert wording.in_short(needs, given, {"outpatient"})[0] == "outpatient"
    assert "treatment" not in wording.in_short(needs, given, {"outpatient"})
    assert wording.in_short(needs, []) == []


def test_codes_that_are_no_more_are_passed_over() -> None:
    assert wording.labels(taxonomy(), ["detox", "gone"]) == ["Detox"]
    assert wording.in_short(taxonomy(), ["gone"]) == []


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (None, []),
        ({"city": "Philadelphia", "state_province": "PA"}, ["Philadelphia, PA"]),
        ({"city": None, "state_province": None, "postal_code": "19104"}, ["19104"]),
        (
            {
                "address_1": "1 Main St",
                "address_2": "Suite 2",
                "city": "York",
                "state_province": "PA",
                "postal_code": "17401",
            },
            ["1 Main St", "Suite 2", "York, PA 17401"],
        ),
    ],
)
def test_an_address_is_written_as_far_as_it_is_known(
    address: dict[str, str | None] | None, lines: list[str]
) -> None:
    assert wording.address_lines(address) == lines


def test_service_areas_are_told_by_name() -> None:
    assert wording.area_names(["US", "US-PA", "US-PA/Philadelphia", "US-PA/19104", "MX-SON"]) == [
        "the whole United States",
        "Pennsylvania",
        "Philadelphia (PA)",
        "19104 (PA)",
        "MX-SON",
    ]


SAID = Capacity(
    unit="beds",
    state="capacity",
    available=3,
    maximum=20,
    description=None,
    updated=dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC),
)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (SAID, "Beds: 3 of 20 open (as of Nov 20, 2026)"),
        (replace(SAID, maximum=None), "Beds: 3 open (as of Nov 20, 2026)"),
        (replace(SAID, available=None), "Beds: has room (as of Nov 20, 2026)"),
        (replace(SAID, state="no_capacity", available=0), "Beds: full (as of Nov 20, 2026)"),
        (replace(SAID, state="waitlist", available=0), "Beds: waiting list (as of Nov 20, 2026)"),
        (replace(SAID, state="call"), "Beds: 20 in all, call to ask for one (as of Nov 20, 2026)"),
        (
            replace(SAID, unit="family rooms", state="unknown", available=None),
            "Family rooms: not known now, call to ask (last said Nov 20, 2026)",
        ),
    ],
)
def test_room_is_told_with_the_day_it_was_said(told: Capacity, text: str) -> None:
    room, said = wording.capacity_text(told)
    assert f"{room} ({said})" == text


def test_costs_and_ages_are_told_as_far_as_they_are_known() -> None:
    cost = {"option": "Fee", "amount": 25.0, "currency": "USD", "amount_description": "a visit"}
    assert wording.cost_text(cost) == "Fee · $25.00 · a visit"
    assert wording.ages_text(18, None) == "18 years and older"
    assert wording.ages_text(13, 17) == "13 to 17 years"
    assert wording.ages_text(None, 17) == "Up to 17 years"
    assert wording.ages_text(None, None) == ""
