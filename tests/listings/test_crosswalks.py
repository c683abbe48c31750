"""What the codes of the sources mean, for a search."""

import tomllib
from importlib.resources import files

import pytest

from directory.listings.needs import Derived, taxonomy
from directory.listings.record import Code


def meaning(scheme: str, *values: str) -> Derived:
    return taxonomy().derive(Code(scheme, value) for value in values)


def substance(*values: str) -> Derived:
    return meaning("samhsa_substance", *values)


def test_a_need_offered_to_its_own_clients_is_found_by_its_filter_too() -> None:
    assert "childcare" in substance("SA", "CCC").also
    assert "childcare" in substance("SA", "CCC").filters


# --- SAMHSA ---


def test_a_clinics_housing_help_is_offered_to_its_own_clients_only() -> None:
    clinic = substance("SA", "OP", "HS", "EMP", "TA", "CCC", "PEER", "RC", "CM")
    assert {"housing", "job_training", "rides", "childcare", "peer_support", "coaching"} <= set(clinic.also)
    assert not {"housing", "work", "transport", "community"} & set(clinic.needs)


def test_a_clinics_legal_advocacy_is_offered_to_its_own_clients_only() -> None:
    clinic = meaning("samhsa_mental", "MH", "LAD")
    assert "legal_aid" in clinic.also
    assert "legal" not in clinic.needs


def test_a_sober_home_is_recovery_housing() -> None:
    assert {"recovery_housing", "housing"} <= set(substance("HH").needs)


def test_needs_come_with_all_above_them_and_also_leaves_out_what_the_listing_is() -> None:
    clinic = substance("SA", "DT", "RD", "SHG", "MHS")
    assert {"residential_detox", "detox", "addiction_treatment", "treatment"} <= set(clinic.needs)
    assert {"peer_groups", "mental_health"} <= set(clinic.also)
    assert not set(clinic.needs) & set(clinic.also)


def test_nothing_derived_depends_on_the_order_of_codes() -> None:
    assert substance("SA", "NAUT", "FEM", "MALE", "DUO") == substance("DUO", "MALE", "FEM", "NAUT", "SA")


def test_a_program_for_dui_clients_alone_is_no_treatment_for_those_who_walk_in() -> None:
    only_dui = substance("SA", "OP", "ORT", "DU", "DUO", "SF")
    assert "dui_program" in only_dui.needs
    assert "treatment" not in only_dui.needs
    assert "treatment" in only_dui.also
    assert "treatment" in substance("SA", "OP", "DU").needs


def test_whoever_does_not_treat_alcohol_is_not_listed_under_alcohol() -> None:
    assert "alcohol_treatment" in substance("SA").needs
    for code in ("NAUT", "OUDO"):
        assert "alcohol_treatment" not in substance("SA", code).needs
    for code in ("NOOP", "AUDO"):
        assert "opioid_treatment" not in substance("SA", code).needs


def test_coming_off_opioids_with_a_medication_is_detox_and_not_treatment_with_it() -> None:
    assert substance("DM", "DB").needs == ("detox", "opioid_detox")


def test_an_opioid_treatment_program_is_a_methadone_clinic_only_where_it_says_so() -> None:
    assert "methadone" not in substance("OTP").needs
    assert {"methadone", "medication"} <= set(substance("OTP", "MM").needs)


def test_payment_codes_say_what_they_say_and_no_more() -> None:
    assert substance("PA").filters == ("payment_help",)
    assert substance("SS").filters == ("sliding_fee",)
    assert substance("SF").filters == ("self_pay",)
    assert substance("NP").filters == ("no_payment",)
    assert substance("MD").filters == ("medicaid",)


def test_women_only_holds_where_no_men_are_taken_in() -> None:
    assert substance("FEM").filters == ("women", "women_only")
    assert substance("MALE").filters == ("men", "men_only")
    assert substance("FEM", "MALE").filters == ("men", "women")


def test_care_around_the_clock_follows_from_the_setting() -> None:
    for code in ("HI", "RES", "RD", "HID"):
        assert substance(code).around_the_clock
        assert "around_the_clock" in substance(code).filters
    for code in ("PEON", "PEOFF", "WI", "PSY"):
        assert meaning("samhsa_mental", code).around_the_clock
    assert not substance("SA", "OP", "DT", "HH").around_the_clock
    assert not meaning("samhsa_mental", "CIT").around_the_clock


def test_telehealth_beside_visits_ranks_after_telehealth_alone() -> None:
    assert "telehealth" in substance("SA", "TELE").also
    assert "telehealth" in substance("SA", "TELE").filters
    assert "telehealth" in meaning("need", "video_counseling").needs


def test_a_code_that_nobody_knows_adds_nothing() -> None:
    assert substance("Intensive", "outpatient", "treatment") == Derived()
    assert meaning("no_such_scheme", "SA") == Derived()
    assert not taxonomy().knows(Code("samhsa_substance", "Intensive"))


# --- other sources ---


@pytest.mark.parametrize(
    ("scheme", "value", "need"),
    [
        ("fellowship", "aa", "aa"),
        ("fellowship", "al_anon", "family_groups"),
        ("fellowship", "celebrate_recovery", "faith_based"),
        ("meeting_guide", "DD", "dual_recovery"),
        ("hud_counseling", "DFC", "foreclosure_help"),
        ("hud_counseling", "RHC", "housing_counseling"),
        ("careeronestop", "Comprehensive Center", "job_center"),
        ("careeronestop", "Getting Skills and Education", "job_training"),
        ("careeronestop", "Reentry Program", "reentry"),
        ("open_eligibility", "1154", "recovery_housing"),
        ("open_eligibility", "1130", "food_pantry"),
        ("samhsa_locator", "BUPREN", "buprenorphine"),
    ],
)
def test_other_sources_lead_to_the_same_needs(scheme: str, value: str, need: str) -> None:
    assert need in meaning(scheme, value).needs


@pytest.mark.parametrize(
    ("scheme", "value", "facet"),
    [
        ("meeting_guide", "X", "wheelchair"),
        ("meeting_guide", "S", "spanish"),
        ("meeting_guide", "A", "secular"),
        ("bmlt", "WCHR", "wheelchair"),
        ("bmlt", "OPEN", "open_meeting"),
        ("attendance", "hybrid", "online"),
        ("language", "ase", "sign_language"),
        ("open_eligibility", "20010", "veterans"),
        ("filter", "medicaid", "medicaid"),
    ],
)
def test_other_sources_lead_to_the_same_filters(scheme: str, value: str, facet: str) -> None:
    assert facet in meaning(scheme, value).filters


def test_open_eligibility_stands_in_its_own_file_with_its_licence() -> None:
    folder = files("directory.listings")
    text = (folder / "open_eligibility.toml").read_text(encoding="utf-8")
    assert "Attribution-ShareAlike 3.0" in text
    assert "open_eligibility" not in tomllib.loads((folder / "crosswalks.toml").read_text(encoding="utf-8"))
    assert "Attribution-ShareAlike 3.0" in (folder / "LICENCES.md").read_text(encoding="utf-8")
