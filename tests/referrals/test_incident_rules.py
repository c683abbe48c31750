"""Was it a breach, who is told, by when: 45 CFR 164.402-408, case by case."""

import datetime as dt
from typing import Any

import pytest

from directory.referrals.incident_rules import (
    FACTORS,
    Clock,
    Deed,
    IncidentFacts,
    Judged,
    asks_for_media,
    clocks,
    is_low_risk,
    may_close,
)

WORDS = "They never opened the letter and sent it back."
LOW = {each.code: Judged(is_low=True, words=WORDS) for each in FACTORS}
FOUND = dt.date(2026, 3, 10)
LAST_DAY = dt.date(2026, 5, 9)
"""The sixtieth day after."""
LAST_DAY_OF_FEWER = dt.date(2027, 3, 1)


def facts(**given: Any) -> IncidentFacts:
    whole: dict[str, Any] = {"discovered_on": FOUND, "people_count": 12, "assessed_on": FOUND}
    return IncidentFacts(**{**whole, **given})


def clock(incident: IncidentFacts, deed: Deed, today: dt.date = FOUND) -> Clock:
    return {each.deed: each for each in clocks(incident, today)}[deed]


# --- the four factors -------------------------------------------------------------------------------


def test_the_factors_are_the_four_of_the_rule() -> None:
    assert [each.code for each in FACTORS] == ["nature", "recipient", "acquired", "mitigated"]


def test_four_low_factors_with_a_sentence_each_are_a_low_risk() -> None:
    assert is_low_risk(LOW)


@pytest.mark.parametrize("factor", [each.code for each in FACTORS])
@pytest.mark.parametrize(
    "judged",
    [
        Judged(is_low=False, words=WORDS),
        Judged(is_low=None, words=WORDS),
        Judged(is_low=True, words=""),
        Judged(is_low=True, words="Nobody   saw   it.   "),
    ],
    ids=["not low", "not answered", "without words", "too few words"],
)
def test_one_factor_that_is_not_low_or_not_written_makes_it_a_breach(factor: str, judged: Judged) -> None:
    assert not is_low_risk({**LOW, factor: judged})


@pytest.mark.parametrize("factor", [each.code for each in FACTORS])
def test_a_factor_left_out_makes_it_a_breach(factor: str) -> None:
    assert not is_low_risk({code: each for code, each in LOW.items() if code != factor})


# --- clocks -----------------------------------------------------------------------------------------


def test_people_are_told_on_the_sixtieth_day_at_the_latest() -> None:
    found = clock(facts(), "people", LAST_DAY)
    assert (found.due_on, found.is_late) == (LAST_DAY, False)
    assert clock(facts(), "people", LAST_DAY + dt.timedelta(days=1)).is_late


@pytest.mark.parametrize(("day", "is_late"), [(LAST_DAY, False), (LAST_DAY + dt.timedelta(days=1), True)])
def test_a_notice_that_was_late_stays_late(day: dt.date, is_late: bool) -> None:
    found = clock(facts(notices={"people": day}), "people", dt.date(2027, 1, 1))
    assert (found.done_on, found.is_late) == (day, is_late)


@pytest.mark.parametrize(
    ("people", "due_on"),
    [(1, LAST_DAY_OF_FEWER), (499, LAST_DAY_OF_FEWER), (500, LAST_DAY), (501, LAST_DAY), (None, LAST_DAY)],
)
def test_hhs_is_told_of_500_people_with_them_and_of_fewer_after_the_year(
    people: int | None, due_on: dt.date
) -> None:
    assert clock(facts(people_count=people), "hhs").due_on == due_on


@pytest.mark.parametrize(
    ("discovered_on", "due_on"),
    [
        (dt.date(2026, 1, 1), dt.date(2027, 3, 1)),
        (dt.date(2026, 12, 31), dt.date(2027, 3, 1)),
        (dt.date(2027, 1, 1), dt.date(2028, 2, 29)),
    ],
)
def test_fewer_than_500_are_due_60_days_after_the_end_of_the_year_of_discovery(
    discovered_on: dt.date, due_on: dt.date
) -> None:
    incident = facts(discovered_on=discovered_on, people_count=499)
    assert clock(incident, "hhs").due_on == due_on
    assert not clock(incident, "hhs", due_on).is_late
    assert clock(incident, "hhs", due_on + dt.timedelta(days=1)).is_late


def test_hhs_is_told_of_many_on_the_day_that_the_people_are() -> None:
    told = dt.date(2026, 4, 1)
    incident = facts(people_count=500, notices={"people": told})
    assert clock(incident, "hhs", told).due_on == told
    assert not clock(incident, "hhs", told).is_late
    assert clock(incident, "hhs", told + dt.timedelta(days=1)).is_late


def test_people_who_are_told_late_give_hhs_no_more_time() -> None:
    late = LAST_DAY + dt.timedelta(days=5)
    assert clock(facts(people_count=500, notices={"people": late}), "hhs", late).due_on == LAST_DAY


def test_until_it_is_judged_it_counts_as_a_breach() -> None:
    found = clocks(facts(assessed_on=None), LAST_DAY + dt.timedelta(days=1))
    assert [(each.deed, each.is_late) for each in found] == [
        ("assess", True),
        ("people", True),
        ("hhs", False),
    ]


def test_a_low_risk_asks_for_no_notice() -> None:
    found = clocks(facts(is_low=True), dt.date(2027, 1, 1))
    assert [(each.deed, each.done_on, each.is_late) for each in found] == [("assess", FOUND, False)]


# --- media, and the end -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "is_low", "asks"),
    [(500, False, False), (501, False, True), (None, False, True), (501, True, False)],
)
def test_media_are_told_of_more_than_500_people_of_a_state(
    people: int | None, is_low: bool, asks: bool
) -> None:
    assert asks_for_media(facts(people_count=people, is_low=is_low)) is asks


@pytest.mark.parametrize(
    ("given", "closes"),
    [
        ({"assessed_on": None}, False),
        ({"is_low": True}, True),
        ({"is_low": True, "people_count": None}, True),
        ({}, False),
        ({"notices": {"people": LAST_DAY}}, False),
        ({"notices": {"hhs": LAST_DAY}}, False),
        ({"notices": {"people": LAST_DAY, "hhs": LAST_DAY}}, True),
        ({"notices": {"people": LAST_DAY, "hhs": LAST_DAY}, "people_count": None}, False),
        ({"notices": {"people": LAST_DAY, "hhs": LAST_DAY}, "assessed_on": None}, False),
    ],
)
def test_it_closes_when_it_is_judged_and_nothing_is_open(given: dict[str, Any], closes: bool) -> None:
    incident = facts(**given)
    assert may_close(incident, clocks(incident, FOUND)) is closes
