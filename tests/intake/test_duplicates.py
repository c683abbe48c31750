"""Two listings side by side: what speaks for their being one place, what against, and what is found."""

import random
from typing import Any

import pytest

from benchmarks.duplicates import figures, generated_sites, labelled_pairs
from directory.intake.blocking import may_be_one
from directory.intake.duplicates import (
    BANDS,
    SHARED_BY,
    Duplicate,
    Surroundings,
    compare,
    find_duplicates,
    surroundings,
)
from directory.intake.sites import Site, host_of
from tests.intake.sites import make_other, make_site

PAIRS = labelled_pairs()


def told(one: Site, other: Site, around: Surroundings | None = None) -> list[str]:
    verdict = compare(one, other, around) if around else compare(one, other)
    return [str(each.phrase) for each in verdict.reasons]


# --- names and streets folded ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Above and Beyond Fam Recov Ctr", "Above and Beyond Family Recovery Center"),
        ("Maple Recovery, L.L.C.", "Maple Recovery"),
        ("St. Mary's Hospital", "Saint Marys Hosp"),
        ("Maple & Oak Counseling Services Inc.", "Maple and Oak Csl Servs"),
        ("Ogeechee Methadone Clinic", "Ogeechee Opioid Treatment Program"),
        ("Ogeechee OTP", "Ogeechee Medication Assisted Treatment"),
        ("Clínica Años Nuevos", "Clinica Anos Nuevos"),
        ("BHG Clyde", "Behavioral Health Group Clyde"),
        ("Seabrook Behavorial Health", "Seabrook Behavioral Health"),
    ],
)
def test_names_that_differ_in_writing_only_are_alike(one: str, other: str) -> None:
    reasons = told(make_site(service=one, organization=one), make_other(service=other, organization=other))
    percent = next(
        int(each.split("(")[1].split("%")[0]) for each in reasons if each.startswith("The names are alike")
    )
    assert percent >= 75


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Behavioral Health Services", "Recovery Treatment Center"),
        ("Akron Counseling Center", "Akron Behavioral Health"),
        ("Maple Recovery Center", "Cedar Recovery Center"),
    ],
)
def test_names_that_share_only_words_of_the_trade_or_of_the_town_are_not_alike(one: str, other: str) -> None:
    verdict = compare(make_site(organization=one, service=one), make_other(organization=other, service=other))
    assert any(str(each.phrase).startswith("The names are not alike") for each in verdict.reasons) or (
        next(each.points for each in verdict.reasons if "names are alike" in str(each.phrase)) < 0.2
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 North Oak Street", "12 N. Oak St"),
        ("12 Oak Avenue", "12 Oak Boulevard"),
        ("12 North Oak Street", "12 Oak St."),
        ("865 Second Street", "865 2nd St"),
        ("415 Highway 95-A", "415 U.S. Highway 95-A"),
        ("1 St. Germain Street", "1 Saint Germain St"),
        ("2369 2nd Avenue", "2367-2369 2nd Avenue"),
        ("10089 Folsom Blvd, Suites A - C", "10089 Folsom Boulevard"),
        ("41W400 Silver Glen Road", "41W400 Silver Glen Rd"),
        ("Calle 4 Final Barriada Jerusalen", "Calle 4 Final, Barriada Jerusalen"),
    ],
)
def test_one_street_address_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert any(
        each.startswith("Same street address")
        for each in told(make_site(street=one), make_other(street=other))
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 North Oak Street", "12 South Oak Street"),
        ("12 Oak Street", "14 Oak Street"),
        ("12 Oak Street", "12 Maple Street"),
        ("62-07 Woodside Avenue", "62 Woodside Avenue"),
    ],
)
def test_another_number_name_or_side_of_town_is_another_street_address(one: str, other: str) -> None:
    reasons = told(make_site(street=one), make_other(street=other))
    assert not any(each.startswith("Same street address") for each in reasons)


# --- what speaks for and against ------------------------------------------------------------------


def test_same_name_door_and_telephone_is_the_same_place_and_says_why() -> None:
    verdict = compare(make_site(), make_other(street="12 N Oak St", organization="Maple Recovery"))
    assert (verdict.band, verdict.score) == ("same", 1.0)
    assert [str(each.phrase) for each in verdict.reasons] == [
        "The names are alike (100%).",
        "Same street address and ZIP: 12 North Oak Street, 44305.",
        "Same telephone number: (330) 555-0100.",
    ]


def test_the_score_is_the_same_whichever_site_comes_first() -> None:
    for pair in PAIRS:
        around = Surroundings(lone=pair.lone)
        one, other = compare(pair.one, pair.other, around), compare(pair.other, pair.one, around)
        assert (one.score, one.band) == (other.score, other.band)


def test_one_body_at_two_doors_of_a_town_is_two_places_though_it_has_one_telephone() -> None:
    assert compare(make_site(), make_other(street="77 Elm Street")).band == "unlikely"


def test_one_body_in_two_towns_is_two_places() -> None:
    verdict = compare(make_site(), make_other(city="Canton", postal_code="44702"))
    assert verdict.band == "unlikely"
    assert any(str(each.phrase) == "Different towns: Akron, OH; Canton, OH." for each in verdict.reasons)


def test_neighbours_in_one_house_are_two_places() -> None:
    other = make_other(
        organization="Cedar Dental", service="Cedar Dental", phones=frozenset(), unit="Suite 3"
    )
    verdict = compare(make_site(unit="Ste. 2"), other)
    assert verdict.band == "unlikely"
    assert any(str(each.phrase) == "Different suites: Ste. 2; Suite 3." for each in verdict.reasons)


def test_two_names_at_one_door_are_likely_one_place_when_each_source_lists_nothing_else_there() -> None:
    one = make_site(phones=frozenset())
    other = make_other(organization="New Owner LLC", service="New Owner LLC", phones=frozenset())
    assert compare(one, other).band == "unlikely"
    assert compare(one, other, surroundings([one, other])).band == "likely"


def test_two_programmes_of_one_body_under_one_roof_are_two_places() -> None:
    one = make_site(service="Maple Recovery – Detox")
    other = make_other(service="Maple Recovery – Outpatient")
    verdict = compare(one, other)
    assert verdict.band == "unlikely"
    assert any(str(each.phrase).startswith("Different programmes") for each in verdict.reasons)


def test_a_body_without_a_programme_name_may_be_any_of_its_programmes() -> None:
    assert compare(make_site(), make_other(service="Maple Recovery – Detox")).band == "same"


def test_a_programme_for_young_people_is_not_the_one_for_women() -> None:
    one = make_site(service="Maple Recovery – Adolescent Program")
    other = make_other(service="Maple Recovery – Womens Program")
    assert "For different people: young people; women." in told(one, other)
    assert compare(one, other).band == "unlikely"


def test_unit_one_is_not_unit_two_wherever_it_is_written() -> None:
    one = make_site(service="Maple Recovery – Unit 1")
    assert any(each.startswith("Different suites") for each in told(one, make_other(unit="Unit 2")))


def test_a_number_that_a_head_office_gives_for_all_its_sites_tells_little() -> None:
    sites = [make_site(id=str(number), street=f"{number} Elm Street") for number in range(SHARED_BY)]
    around = surroundings(sites)
    assert around.shared_phones == {"3305550100"}
    verdict = compare(make_site(), make_other(), around)
    assert any("which many listings share" in str(each.phrase) for each in verdict.reasons)
    assert verdict.score < compare(make_site(), make_other(service="Maple Recovery")).score + 0.01


def test_a_number_that_one_site_gives_for_all_its_programmes_tells_much() -> None:
    assert surroundings([make_site(id=str(each)) for each in range(SHARED_BY)]).shared_phones == frozenset()


def test_sites_without_a_street_are_likely_one_when_names_agree_and_doors_are_near() -> None:
    one = make_site(street="", phones=frozenset(), latitude=41.08, longitude=-81.5, is_exact=True)
    other = make_other(street="", phones=frozenset(), latitude=41.0805, longitude=-81.5, is_exact=True)
    assert "56 m apart." in told(one, other)
    assert compare(one, other).band == "likely"


def test_the_middle_of_a_zip_code_is_no_door() -> None:
    one = make_site(street="", latitude=41.08, longitude=-81.5, is_exact=False)
    assert not any(
        "m apart" in each for each in told(one, make_other(latitude=41.08, longitude=-81.5, is_exact=True))
    )


def test_the_same_website_speaks_for_a_pair_but_not_a_page_on_a_site_that_all_use() -> None:
    assert host_of("https://www.maple.example/akron") == "maple.example"
    assert host_of("https://facebook.com/maple") is None
    assert host_of("http://[broken") is None
    site = make_site(website="maple.example")
    assert "Same website: maple.example." in told(site, make_other(website="maple.example"))


def test_another_kind_of_listing_speaks_against_a_pair() -> None:
    assert "The kinds of listing differ." in told(make_site(), make_other(kind="housing"))


# --- what is found --------------------------------------------------------------------------------


def test_pairs_come_best_first_and_name_the_smaller_id_first() -> None:
    sites = [
        make_other(id="a"),
        make_site(id="b"),
        make_other(id="d", street="5 Elm Street", phones=frozenset({"3305550177"}), service="Elm House"),
        make_site(id="c", street="5 Elm Street", phones=frozenset(), service="Elm House"),
    ]
    found = find_duplicates(sites)
    assert [(each.first, each.second) for each in found] == [("a", "b"), ("c", "d")]
    assert [each.verdict.score for each in found] == sorted(
        (each.verdict.score for each in found), reverse=True
    )


def test_the_order_of_the_listings_does_not_matter() -> None:
    sites = list(generated_sites(1000))
    shuffled = sites.copy()
    random.Random(1).shuffle(shuffled)
    assert find_duplicates(sites) == find_duplicates(shuffled)


def test_a_lesser_match_is_left_out_where_one_half_has_a_clearly_better_one_in_that_source() -> None:
    one = make_site(service="Maple Recovery – Unit 1")
    first = make_other(id="2", service="Maple Recovery – Unit 1")
    second = make_other(id="3", service="Maple Recovery", phones=frozenset())
    found = find_duplicates([one, first, second])
    assert [(each.first, each.second) for each in found] == [("1", "2")]


def test_matches_in_two_sources_are_both_shown() -> None:
    found = find_duplicates([make_site(), make_other(), make_other(id="3", source="otp/default")])
    assert [(each.first, each.second) for each in found] == [("1", "2"), ("1", "3"), ("2", "3")]


def test_every_planted_copy_is_found() -> None:
    sites = list(generated_sites(3000))
    planted = {each.id for each in sites if each.id.endswith("-copy")}
    found: list[Duplicate] = find_duplicates(sites)
    assert {each.second for each in found} >= planted
    assert len(planted) == 300


# --- the labelled sample --------------------------------------------------------------------------


def test_bands_go_down_to_nought() -> None:
    lowest = [each for _, each in BANDS]
    assert lowest == sorted(lowest, reverse=True)
    assert lowest[-1] == 0.0


def test_withheld_places_and_rows_of_one_list_in_the_sample_are_never_offered() -> None:
    withheld = [each for each in PAIRS if each.label == "withheld"]
    assert len(withheld) == 6
    assert not any(may_be_one(each.one, each.other) for each in withheld)
    within = [each for each in PAIRS if each.is_within_one_list]
    assert {each.label for each in within} <= {"different", "unsure"}


@pytest.mark.parametrize(
    ("least", "precision", "recall"),
    [("same", 0.97, 0.84), ("likely", 0.90, 0.97)],
)
def test_precision_and_recall_on_the_labelled_sample_keep_their_floors(
    least: Any, precision: float, recall: float
) -> None:
    found = figures(PAIRS, least)
    assert found["pairs"] >= 350
    assert found["precision"] >= precision
    assert found["recall"] >= recall
