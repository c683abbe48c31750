"""What the tree of needs and the filters must keep to."""

import pytest

from directory.listings.needs import LANGUAGES, MOST_FACETS, Facet, Need, fold_word, taxonomy
from directory.listings.record import Code

TOP = """
    treatment detox medication mental_health crisis telehealth harm_reduction peer_groups housing work legal
    money transport food family health skills community
"""
NAMED_LEAVES = """
    residential hospital_inpatient partial_hospitalization intensive_outpatient outpatient co_occurring
    buprenorphine methadone naltrexone naloxone syringe_services recovery_housing shelter housing_counseling
    job_center job_training reentry expungement legal_aid insurance_help rides childcare aa na smart
    recovery_dharma dual_recovery al_anon faith_based peer_support coaching mentoring online_community
    digital_tools workplace_support life_skills mindfulness movement volunteering family_education
"""
NAMED_FILTERS = """
    medicaid medicare private_insurance sliding_fee self_pay no_payment veterans lgbtq pregnant
    justice_involved adolescents spanish sign_language wheelchair no_id no_referral no_abstinence walk_in
    trauma_informed culture_specific tribal hiv domestic_violence
"""
NAMED_GROUPS = """
    care medication payment population age gender language access requirements setting attendance faith
"""


def test_the_top_needs_are_those_of_the_interface() -> None:
    assert [each.code for each in taxonomy().top] == TOP.split()


@pytest.mark.parametrize("code", NAMED_LEAVES.split())
def test_every_leaf_that_the_interface_names_is_there(code: str) -> None:
    assert taxonomy().ancestors(code)[-1] in TOP.split()


@pytest.mark.parametrize("code", NAMED_FILTERS.split())
def test_every_filter_that_the_interface_names_is_there(code: str) -> None:
    assert code in taxonomy().facets


def test_filter_groups_are_those_of_the_interface_and_none_is_empty() -> None:
    assert [each.code for each in taxonomy().groups] == NAMED_GROUPS.split()
    assert all(each.facets for each in taxonomy().groups)


def test_there_are_about_120_leaves_and_not_more_filters_than_the_engine_has_bits() -> None:
    assert 110 <= len(taxonomy().needs) - len(TOP.split()) <= 150
    assert len(taxonomy().facets) <= MOST_FACETS


def test_a_top_need_includes_its_leaves() -> None:
    known = taxonomy()
    assert {"family_groups", "al_anon", "alateen", "aa"} <= known.with_descendants(["peer_groups"])
    assert known.with_descendants(["aa"]) == {"aa"}
    assert known.ancestors("al_anon") == ("family_groups", "peer_groups")


def test_each_need_and_filter_has_spanish() -> None:
    known = taxonomy()
    entries: list[Need | Facet] = [*known.needs.values(), *known.facets.values()]
    for entry in entries:
        assert all(entry.labels[lang] and entry.synonyms[lang] for lang in LANGUAGES), entry.code
    assert all(each.labels["es"] for each in known.groups)
    assert all(each.labels["es"] for each in known.presets)
    assert all(each.descriptions["es"] for each in known.needs.values())


def test_a_language_that_we_do_not_have_falls_back_to_english() -> None:
    assert taxonomy().label("rides", "fr") == "Rides"
    assert taxonomy().label("medicaid", "es") == "Medicaid"


def test_words_for_people_put_people_first() -> None:
    known = taxonomy()
    shown = [
        text for each in known.needs.values() for text in (*each.labels.values(), *each.descriptions.values())
    ]
    shown += [text for each in known.facets.values() for text in each.labels.values()]
    for text in shown:
        folded = f" {fold_word(text)} "
        assert not any(
            f" {word} " in folded for word in ("addict", "addicts", "abuser", "abuse", "clean", "adicto")
        )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("suboxone", "buprenorphine"),
        ("halfway house", "recovery_housing"),
        ("sober living", "recovery_housing"),
        ("casa de transición", "recovery_housing"),
        ("ride to court", "rides"),
        ("na meeting", "na"),
        ("rehab", "addiction_treatment"),
        ("dry out", "detox"),
        ("vivitrol", "naltrexone"),
        ("narcan", "naloxone"),
        ("food stamps", "food_benefits"),
        ("dejar de beber", "alcohol_treatment"),
    ],
)
def test_plain_words_lead_to_their_need(typed: str, code: str) -> None:
    need = taxonomy().needs[code]
    words = {fold_word(word) for lang in LANGUAGES for word in (need.labels[lang], *need.synonyms[lang])}
    assert fold_word(typed) in words


def test_all_of_crisis_and_detox_is_urgent_and_nothing_else() -> None:
    known = taxonomy()
    assert known.with_descendants(["crisis", "detox"]) == {
        each.code for each in known.needs.values() if each.urgent
    }


def test_a_bed_or_a_ride_is_not_met_by_video_but_therapy_and_a_prescription_are() -> None:
    needs = taxonomy().needs
    assert not any(
        needs[code].remote for code in ("residential", "detox", "shelter", "rides", "peer_support")
    )
    assert all(needs[code].remote for code in ("telehealth", "therapy", "buprenorphine", "outpatient"))


def test_home_offers_four_stages() -> None:
    assert [each.code for each in taxonomy().presets] == ["today", "first_weeks", "steady", "family"]


def test_code_means_the_same_as_need_and_filter() -> None:
    known = taxonomy()
    shared = [code for code in known.facets if code in known.needs]
    assert {"residential", "buprenorphine", "detox", "telehealth", "childcare"} <= set(shared)
    for code in shared:
        assert known.facets[code].labels == known.needs[code].labels
        as_need, as_filter = known.derive([Code("need", code)]), known.derive([Code("filter", code)])
        assert as_need == as_filter
        assert code in as_need.needs
        assert code in as_need.filters
