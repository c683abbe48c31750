"""The gate beyond its listed cases: fields, signers, bases, scope; what no combination may let through."""

import datetime as dt
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import DisclosureRefused
from directory.referrals.accounting import record_of
from directory.referrals.bases import CourtOrder
from directory.referrals.consent import disclosable_view, may_disclose
from directory.referrals.consent_elements import check_consent
from directory.referrals.consent_record import PURPOSES, Agency, Consent, ConsentRecipient, Person
from directory.referrals.decision import DETAILS, REFUSALS, refusal_phrase
from directory.referrals.disclosing import part2_applies
from directory.referrals.information import (
    CATEGORIES,
    CATEGORY_OF_FIELD,
    categories_phrase,
    fields_of,
    listed,
)
from directory.referrals.minors import (
    KNOWN_RULES,
    MENTAL_HEALTH,
    SUBSTANCE_USE,
    MinorRule,
    age_on,
    signer_codes,
)
from directory.referrals.scope import redisclosure_rule
from tests.referrals.situations import DAY, NOW, PERSON, A, B, C, complete_consent, request, tpo_consent

BIRTH = dt.date(2012, 6, 1)
"""Fourteen years old now."""
CALIFORNIA = Person(id=PERSON.id, birth_date=BIRTH, state="CA", data_class=SUBSTANCE_USE)


def test_a_field_belongs_to_one_category() -> None:
    every = [field for each in CATEGORIES.values() for field in each.fields]
    assert len(every) == len(set(every)) == len(CATEGORY_OF_FIELD)


def test_counseling_notes_open_nothing() -> None:
    assert fields_of(["counseling_notes", "no such category"]) == frozenset()


@settings(deadline=None)
@given(
    consented=st.frozensets(st.sampled_from(sorted(set(CATEGORIES) - {"counseling_notes"})), min_size=1),
    asked=st.frozensets(st.sampled_from(sorted(CATEGORY_OF_FIELD)), min_size=1),
)
def test_no_field_leaves_that_its_consent_does_not_open(
    consented: frozenset[str], asked: frozenset[str]
) -> None:
    decision = may_disclose(request(fields=asked), complete_consent(categories=consented), NOW)
    assert decision.fields <= fields_of(consented)
    assert decision.allow == (asked <= fields_of(consented))
    if decision.allow:
        values = dict.fromkeys(CATEGORY_OF_FIELD, "canary")
        assert set(disclosable_view(values, decision, B.id).information) == asked
    else:
        assert all(code.startswith("scope_exceeded:") for code in decision.codes)


SPOILERS: dict[str, object] = {
    "patient_name": "",
    "discloser_id": "",
    "recipients": (),
    "categories": frozenset(),
    "description": "",
    "purposes": frozenset(),
    "revocation_statement": False,
    "expires_on": None,
    "signature": None,
    "signed_at": None,
    "revoked_at": NOW - DAY,
    "client_id": "somebody else",
}


@settings(deadline=None)
@given(spoiled=st.sets(st.sampled_from(sorted(SPOILERS)), min_size=1))
def test_whatever_is_missing_nothing_leaves(spoiled: set[str]) -> None:
    consent = complete_consent(**{name: SPOILERS[name] for name in spoiled})
    decision = may_disclose(request(), consent, NOW)
    assert not decision.allow
    assert decision.fields == frozenset()
    with pytest.raises(DisclosureRefused):
        disclosable_view({"name": "canary"}, decision, B.id)


def test_a_yes_for_one_place_builds_no_payload_for_another() -> None:
    decision = may_disclose(request(), complete_consent(), NOW)
    with pytest.raises(DisclosureRefused):
        disclosable_view({"name": "canary"}, decision, C.id)


def test_a_no_is_never_recorded_as_a_disclosure() -> None:
    refused = may_disclose(request(), None, NOW)
    assert refused.codes == ("consent_missing",)
    with pytest.raises(DisclosureRefused):
        record_of(refused, referral_id="r", client_id="c", recipient_name="B", by="u")


def test_a_field_of_no_category_can_never_leave() -> None:
    everything = complete_consent(categories=frozenset(CATEGORIES) - {"counseling_notes"})
    decision = may_disclose(request(fields=frozenset({"password"})), everything, NOW)
    assert decision.codes == ("field_unknown:password",)


def test_a_consent_of_another_person_is_none() -> None:
    another = complete_consent(client_id="client-2")
    assert may_disclose(request(), another, NOW).codes == ("consent_of_another_person",)
    assert check_consent(another, PERSON, NOW) == ("consent_of_another_person",)


def test_another_purpose_is_refused_and_treatment_holds_a_referral() -> None:
    assert may_disclose(request(purpose="payment"), complete_consent(), NOW).codes == ("purpose_not_covered",)
    assert may_disclose(request(), tpo_consent(), NOW).allow
    assert may_disclose(request(purpose="legal_proceedings"), tpo_consent(), NOW).codes == (
        "purpose_not_covered",
    )


def test_all_that_is_wrong_is_said_at_once_in_the_gates_order() -> None:
    consent = complete_consent(purposes=frozenset({"payment"}), expires_on=NOW.date() - 2 * DAY)
    asked = request(recipient=C, fields=frozenset({"diagnosis"}), restriction="unreviewed", channel="fax")
    assert may_disclose(asked, consent, NOW).codes == (
        "recipient_not_covered",
        "scope_exceeded:diagnosis",
        "purpose_not_covered",
        "consent_expired",
        "restriction_needs_review",
        "notice_unavailable",
    )


def test_a_disclosure_dated_ahead_may_not_outlive_the_consent() -> None:
    consent = complete_consent(expires_on=NOW.date())
    assert may_disclose(request(at=NOW + 3 * DAY), consent, NOW).codes == ("consent_expired",)
    assert may_disclose(request(at=NOW - DAY / 2), consent, NOW + 3 * DAY).codes == ("consent_expired",)


ORDER = CourtOrder(
    court="County Court",
    reference="2026-117",
    issued_on=NOW.date() - DAY,
    recipient_id=B.id,
    categories=frozenset({"contact"}),
)


def test_an_emergency_without_its_record_is_none() -> None:
    asked = request(basis="medical_emergency", justification="Found unconscious at home.")
    assert may_disclose(asked, None, NOW).codes == ("emergency_incomplete:nature",)


def test_a_yes_that_does_not_say_when_cannot_be_recorded() -> None:
    timeless = replace(may_disclose(request(), complete_consent(), NOW), at=None)
    with pytest.raises(ValueError, match="says when"):
        record_of(timeless, referral_id="r", client_id="c", recipient_name="B", by="u")


def test_a_court_order_opens_what_it_names_to_whom_it_names() -> None:
    asked = request(basis="court_order", court_order=ORDER, fields=frozenset({"name"}))
    decision = may_disclose(asked, None, NOW)
    assert decision.allow
    assert decision.consent_id is None
    assert str(decision.scope) == "Shared under a court order: name and contact details, with Agency B only."
    assert may_disclose(replace(asked, court_order=None), None, NOW).codes == (
        "court_order_incomplete:reference",
    )
    assert may_disclose(replace(asked, recipient=C), None, NOW).codes == ("recipient_not_covered",)
    assert may_disclose(replace(asked, fields=frozenset({"needs"})), None, NOW).codes == (
        "scope_exceeded:order",
    )
    over = replace(ORDER, ends_on=NOW.date() - DAY)
    assert may_disclose(replace(asked, court_order=over), None, NOW).codes == ("consent_expired",)
    nameless = replace(ORDER, court="")
    assert may_disclose(replace(asked, court_order=nameless), None, NOW).codes == (
        "court_order_incomplete:court",
    )


@pytest.mark.parametrize(("program", "covered"), [("yes", True), ("unknown", True), ("no", False)])
def test_part_2_covers_what_is_not_known_to_be_outside(program: str, *, covered: bool) -> None:
    asked = request(discloser=Agency(id=A.id, name=A.name, part2_program=program))  # type: ignore[arg-type]
    assert part2_applies(asked, None) is covered
    assert part2_applies(replace(asked, redisclosure=True), None)
    assert part2_applies(replace(asked, redisclosure=True, received_under_part2=False), None) is covered


def signed_by(signer: str) -> Consent:
    return complete_consent(
        signer=signer, representative_name="Pat Example", representative_authority="parent"
    )


@pytest.mark.parametrize(
    ("person", "signer", "codes"),
    [
        (CALIFORNIA, "client", ()),
        (CALIFORNIA, "representative", ("minor_must_sign",)),
        (replace(CALIFORNIA, data_class=MENTAL_HEALTH), "client", ()),
        (replace(CALIFORNIA, data_class="other"), "client", ("state_rule_unknown",)),
        (replace(CALIFORNIA, birth_date=dt.date(2015, 6, 1)), "client", ("state_rule_unknown",)),
        (replace(CALIFORNIA, birth_date=dt.date(2015, 6, 1)), "representative", ("state_rule_unknown",)),
        (replace(CALIFORNIA, state="NY"), "client", ("state_rule_unknown",)),
        (replace(CALIFORNIA, state="NY"), "representative", ("state_rule_unknown",)),
        (replace(CALIFORNIA, birth_date=dt.date(1990, 1, 1), state="NY"), "client", ()),
        (replace(CALIFORNIA, birth_date=dt.date(1990, 1, 1), state="NY"), "representative", ()),
        (replace(CALIFORNIA, birth_date=None), "client", ("age_unknown",)),
        (replace(CALIFORNIA, birth_date=None, adult_confirmed=True), "client", ()),
    ],
)
def test_who_signs_for_a_young_person_is_known_only_in_california(
    person: Person, signer: str, codes: tuple[str, ...]
) -> None:
    assert check_consent(signed_by(signer), person, NOW) == codes
    asked = request(person=person)
    assert may_disclose(asked, signed_by(signer), NOW).codes == codes


def test_a_supervisors_rule_with_its_citation_is_used() -> None:
    person = replace(CALIFORNIA, state="NY")
    rule = MinorRule(
        state="NY",
        data_class=SUBSTANCE_USE,
        from_age=0,
        who_signs="both",
        citation="As counsel wrote",
        entered_by="u",
    )
    assert signer_codes(signed_by("both"), person, NOW.date(), [rule]) == ()
    assert signer_codes(signed_by("client"), person, NOW.date(), [rule]) == ("representative_must_sign",)
    assert signer_codes(signed_by("representative"), person, NOW.date(), [rule]) == ("minor_must_sign",)
    unnamed = replace(rule, citation=" ")
    assert signer_codes(signed_by("both"), person, NOW.date(), [unnamed]) == ("state_rule_unknown",)
    parent = replace(rule, who_signs="representative")
    assert signer_codes(signed_by("representative"), person, NOW.date(), [parent]) == ()


def test_once_grown_up_a_parents_signature_no_longer_counts() -> None:
    rule = MinorRule(
        state="CA", data_class=SUBSTANCE_USE, from_age=0, who_signs="representative", citation="x"
    )
    signed = replace(signed_by("representative"), signed_at=dt.datetime(2029, 6, 1, tzinfo=dt.UTC))
    assert signer_codes(signed, CALIFORNIA, dt.date(2030, 5, 31), [rule]) == ()
    assert signer_codes(signed, CALIFORNIA, dt.date(2030, 6, 1), [rule]) == ("minor_must_sign",)


def test_every_rule_that_came_with_the_program_names_its_law() -> None:
    assert {each.state for each in KNOWN_RULES} == {"CA"}
    assert all(each.citation and each.from_age == 12 for each in KNOWN_RULES)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ((2008, 2, 29), (2026, 2, 28), 17),
        ((2008, 2, 29), (2026, 3, 1), 18),
        ((2012, 6, 1), (2026, 5, 31), 13),
        ((2012, 6, 1), (2026, 6, 1), 14),
    ],
)
def test_age_is_counted_in_whole_years(
    born: tuple[int, int, int], day: tuple[int, int, int], age: int
) -> None:
    assert age_on(dt.date(*born), dt.date(*day)) == age


def test_every_refusal_has_a_whole_sentence() -> None:
    for name in REFUSALS:
        said = str(refusal_phrase(name, "this"))
        assert said.endswith(".")
        assert "%(" not in said
    for detail in DETAILS:
        assert "%(" not in str(refusal_phrase(f"consent_incomplete:{detail}"))


def test_the_scope_is_said_in_plain_words() -> None:
    assert str(categories_phrase({"need", "contact"})) == "name and contact details, what help is needed"
    assert str(listed([])) == ""
    assert str(may_disclose(request(), tpo_consent(expires_on=None, expires_none=True), NOW).scope).endswith(
        "It has no set end. The person can take it back."
    )
    by_event = complete_consent(expires_on=None, expiry_event="treatment ends")
    assert str(may_disclose(request(), by_event, NOW).scope).endswith("It ends when: treatment ends.")
    assert set(PURPOSES) >= {"referral", "treatment"}


def test_a_recipient_under_hipaa_and_tpo_is_told_what_hipaa_allows() -> None:
    covered = Agency(id=B.id, name=B.name, hipaa_covered="yes")
    assert "HIPAA" in str(redisclosure_rule(tpo_consent(), covered, part2=True))
    assert "HIPAA" not in str(redisclosure_rule(tpo_consent(), B, part2=True))
    assert "Do not share" in str(redisclosure_rule(complete_consent(), covered, part2=True))


def test_what_is_decided_holds_no_value_of_a_field() -> None:
    consent = complete_consent(patient_name="Canary Person", recipients=(ConsentRecipient(B.id, B.name),))
    decision = may_disclose(request(justification="canary reason"), consent, NOW)
    assert "canary" not in str([getattr(decision, each.name) for each in fields(decision)]).casefold()
