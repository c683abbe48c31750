"""Filters from a source's free words: what is certain is taken, everything else is left alone."""

import pytest

from importers.told_facts import facts_told


def found(**told: list[str]) -> list[str]:
    return [each.value for each in facts_told(**told)]


@pytest.mark.parametrize(
    "text",
    [
        "wheelchair",
        "Wheelchair accessible",
        "wheel chair accessible",
        "Wheelchair-accessible entrance; elevator",
        "Fully wheelchair accessible",
        "Accessible to people who use wheelchairs",
        "Facility is handicap accessible.",
        "ADA compliant",
        "Wheelchair ramp",
        "Elevator\nWheelchair access",
    ],
)
def test_a_way_in_for_a_wheelchair_is_taken_where_it_is_said(text: str) -> None:
    assert found(access=[text]) == ["wheelchair"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ramp",
        "elevator",
        "Yes",
        "disabled parking",
        "Not wheelchair accessible",
        "Non-wheelchair accessible",
        "No wheelchair access",
        "Limited wheelchair access",
        "Partially wheelchair accessible",
        "First floor only is wheelchair accessible",
        "Wheelchair accessible except the restroom",
        "Some sites are wheelchair accessible",
        "Wheelchair accessible by request",
        "wheelchair van",
        "Wheelchair accessible transportation",
        "ADA",
    ],
)
def test_doubtful_words_of_access_say_nothing(text: str) -> None:
    assert found(access=[text]) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("No ID required", ["no_id"]),
        ("No photo identification is needed.", ["no_id"]),
        ("Photo ID not required; call first", ["no_id"]),
        ("No documents required", ["no_id"]),
        ("No referral needed", ["no_referral"]),
        ("No doctor referral required. Call.", ["no_referral"]),
        ("Referral is not necessary", ["no_referral"]),
        ("Self-referrals are accepted", ["no_referral"]),
        ("Self-referral, physician referral, or agency", ["no_referral"]),
        ("You can self-refer by phone", ["no_referral"]),
        ("Sobriety is not required", ["no_abstinence"]),
        ("No sobriety requirement", ["no_abstinence"]),
        ("You do not have to be sober to come", ["no_abstinence"]),
        ("Walk in.", ["walk_in"]),
        ("Walk in or apply by phone", ["walk_in"]),
        ("Walk-ins welcome; no referral required", ["no_referral", "walk_in"]),
        ("No appointment necessary", ["walk_in"]),
    ],
)
def test_what_is_not_asked_for_is_taken_where_it_is_said(text: str, codes: list[str]) -> None:
    assert found(admission=[text]) == codes


@pytest.mark.parametrize(
    "text",
    [
        "ID required",
        "No ID required for the first visit",
        "No ID needed if you are under 18",
        "No proof of immigration status required",
        "No identification of the child's father required",
        "Documentation of income not required for shelter",
        "No referral needed for walk-in hours",
        "Referral required",
        "A referral from a doctor is required. Self-referrals are not accepted.",
        "No self-referrals",
        "By referral only",
        "Self-referral only with a caseworker",
        "30 days of sobriety required",
        "Sobriety is the goal of treatment",
        "Must be sober",
        "No walk-ins",
        "Walk in clinic on Tuesday for adults",
        "Call for appointment",
        "No walk-ins accepted",
        "No walk-ins welcome",
        "no longer walk-ins welcome",
        "Walk-ins accepted by appointment",
        "self referral not accepted",
        "Self-referrals cannot be accepted",
        "Self-referrals no longer accepted",
        "self-referral or agency referral required",
        "Self referrals accepted after court approval",
    ],
)
def test_conditions_and_demands_give_no_filter(text: str) -> None:
    assert found(admission=[text]) == []


def test_a_list_of_papers_that_asks_for_an_id_wins() -> None:
    assert found(documents=["No ID required"]) == ["no_id"]
    assert found(documents=["No documents required", "Photo ID"]) == []
    assert found(documents=["Photo ID"], admission=["No ID required"]) == []


def test_a_demand_elsewhere_wins_over_a_self_referral() -> None:
    assert found(admission=["Self-referrals are accepted", "Doctor referral required"]) == []


def test_nothing_told_is_nothing_found() -> None:
    assert facts_told() == ()
    assert facts_told(admission=[None, ""]) == ()
