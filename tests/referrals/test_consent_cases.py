"""The 52 cases of the consent gate, each by its id: what the gate says, or where it is tried.

The committed table is the project's own; a case without a row here fails."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from directory.referrals.accounting import DisclosureRecord, accounting, intermediary_list, record_of
from directory.referrals.bases import Emergency
from directory.referrals.business_time import BusinessCalendar
from directory.referrals.clocks import ClockFacts, due_reminders
from directory.referrals.consent import decide_reading, disclosable_view, may_disclose
from directory.referrals.consent_elements import check_consent
from directory.referrals.consent_record import Agency, Consent, ConsentRecipient, Person
from directory.referrals.decision import NOTICE_2_32
from directory.referrals.disclosing import CHANNELS, DisclosureRequest
from directory.referrals.minors import MENTAL_HEALTH
from directory.referrals.states import LIVE
from directory.referrals.transitions import allowed_moves
from tests.referrals.situations import (
    DAY,
    NOW,
    PERSON,
    A,
    B,
    C,
    complete_consent,
    request,
    sample,
    tpo_consent,
)

TESTS = Path(__file__).resolve().parent.parent
CASES = {each["id"]: each for each in sample("consent_gate_cases.csv")}
REASON = "The person asked us on the phone to send it there."


class Elsewhere(NamedTuple):
    """What of a case no pure decision can show, and the test that does."""

    id: str
    part: str
    test: str


MOVES, LEDGER = "referrals/test_moves.py::", "referrals/test_ledger.py::"
BASES, PRIVACY = "web/test_bases_pages.py::", "web/test_privacy_pages.py::"
PAGES, CASES_IN_PAGES = "web/test_referral_pages.py::", "web/test_consent_cases.py::"
LINK = "web/test_receiver_link.py::"
TRIED_ELSEWHERE = (
    Elsewhere(
        "C01",
        "one disclosure row is written",
        MOVES + "test_a_sent_referral_leaves_history_disclosure_mail_and_audit_together",
    ),
    Elsewhere(
        "C16", "nothing is sent", MOVES + "test_nothing_is_sent_without_a_consent_that_names_the_receiver"
    ),
    Elsewhere("C16", "the page", PAGES + "test_a_consent_that_does_not_fit_is_told_in_plain_words"),
    Elsewhere(
        "C20",
        "the supervisor's confirmation is audited",
        "referrals/test_stored_cases.py::"
        "test_c20_a_consent_that_names_a_class_waits_for_a_supervisor_whose_word_is_audited",
    ),
    Elsewhere(
        "C33",
        "the referral moves, both sides are told, rows are kept",
        LEDGER + "test_a_consent_taken_back_stops_what_rests_on_it_and_tells_both_sides",
    ),
    Elsewhere(
        "C33",
        "by a secure link",
        LINK + "test_a_consent_taken_back_while_it_is_open_shows_nothing_newer",
    ),
    Elsewhere(
        "C34",
        "no note of a live referral reaches the receiver",
        LEDGER + "test_after_accepting_a_receiver_keeps_what_they_relied_on_and_sees_nothing_newer",
    ),
    Elsewhere(
        "C34",
        "by a secure link",
        LINK + "test_who_had_accepted_keeps_what_they_relied_on_and_nothing_newer",
    ),
    Elsewhere(
        "C35",
        "revoke and send at the same second: one wins, 200 times",
        LEDGER + "test_of_a_send_and_a_revocation_at_once_exactly_one_wins_two_hundred_times",
    ),
    Elsewhere(
        "C36",
        "history and disclosure rows stay unchanged",
        LEDGER + "test_the_ledger_and_the_history_refuse_every_change",
    ),
    Elsewhere("C36", "the text stays readable", LEDGER + "test_a_consent_is_the_same_after_everything"),
    Elsewhere(
        "C37",
        "the statement and the scope are in each channel's view",
        "referrals/test_receiver_view.py::"
        "test_on_every_channel_only_what_was_opened_with_the_notice_and_the_scope",
    ),
    Elsewhere("C37", "link", LINK + "test_without_scripts_the_typed_reference_and_the_code_open_it"),
    Elsewhere("C37", "print", LINK + "test_the_printed_sheet_carries_the_notice_and_the_scope"),
    Elsewhere(
        "C37", "web", PAGES + "test_the_receiver_sees_what_was_shared_with_the_notice_and_nothing_else"
    ),
    Elsewhere(
        "C39",
        "no client fact in any mail",
        "web/test_referral_secrets.py::test_logs_and_mail_hold_no_client_fact",
    ),
    Elsewhere(
        "C40",
        "no provider sees a self-referral that was not sent to them",
        "referrals/test_links.py::test_no_agency_reads_what_a_person_sent_by_themself_but_the_one_they_chose",
    ),
    Elsewhere("C41", "the emergency record is kept", BASES + "test_an_emergency_record_is_whole_or_not_kept"),
    Elsewhere(
        "C41",
        "the supervisor is told",
        CASES_IN_PAGES + "test_c41_supervisors_are_told_of_an_emergency",
    ),
    Elsewhere("C44", "HTTP 403", BASES + "test_a_caseworker_may_not_decide"),
    Elsewhere(
        "C45",
        "the log line itself",
        CASES_IN_PAGES + "test_c45_a_supervisors_decision_is_logged_and_audited_without_recipient_or_reason",
    ),
    Elsewhere(
        "C46",
        "the page",
        PRIVACY + "test_the_accounting_tells_who_received_what_and_when_the_list_is_due",
    ),
    Elsewhere("C46", "the CSV", PRIVACY + "test_no_spreadsheet_runs_a_receivers_name"),
    Elsewhere(
        "C47",
        "the page",
        PRIVACY + "test_the_accounting_tells_who_received_what_and_when_the_list_is_due",
    ),
    Elsewhere(
        "C49",
        "the worker's confirmation is audited",
        CASES_IN_PAGES + "test_c49_the_review_of_a_limit_is_audited",
    ),
    Elsewhere(
        "C51",
        "HTTP 503, nothing queued",
        CASES_IN_PAGES + "test_c51_when_the_consent_cannot_be_read_nothing_leaves_and_nothing_is_queued",
    ),
    Elsewhere(
        "C52",
        "no call task for the person either",
        "referrals/test_reminders.py::test_nobody_is_reminded_of_a_person_who_is_not_to_be_contacted",
    ),
)
WHOLLY_ELSEWHERE = frozenset({"C35", "C36", "C39"})


class Saving(NamedTuple):
    """A consent is saved: the codes it must be refused with; none: it may be."""

    consent: Consent
    codes: tuple[str, ...] = ()
    person: Person = PERSON


class Sending(NamedTuple):
    """Something is about to leave: the codes, in order; none: it may."""

    asked: DisclosureRequest
    consent: Consent | None
    codes: tuple[str, ...] = ()
    now: dt.datetime = NOW


def without(**given: object) -> Consent:
    return complete_consent(**given)


def incomplete(element: str) -> tuple[str, ...]:
    return (f"consent_incomplete:{element}",)


EAST = Agency(id="agency-a-east", name="Agency A East")
PLACE_OF_A = Agency(id="place-1", name="Agency A, Main Street", part_of=(A.id,))
NAMES_A = complete_consent(discloser_id=C.id, recipients=(ConsentRecipient(A.id, "Agency A"),))
FROM_C = replace(request(), discloser=C)
CLASS_ONLY = tpo_consent(recipients=(), recipient_class="my treating providers")
LAST_DAY = NOW.date() + DAY
"""19 November 2026; New York is five hours behind."""
YESTERDAY_EVENING = dt.datetime(2026, 11, 20, 4, 30, tzinfo=dt.UTC)
"""23:30 of the last day, local."""
EMERGENCY = Emergency(
    recipient="Dr. Rivera",
    affiliation="County Hospital",
    recipient_is_medical=True,
    discloser="Sam Worker",
    at=NOW,
    nature="Found unconscious",
)
URGENT = request(basis="medical_emergency", emergency=EMERGENCY, justification=REASON)
NOTES_CONSENT = complete_consent(type="part2_counseling_notes", categories=frozenset({"counseling_notes"}))

SAVED: dict[str, Saving] = {
    "C02": Saving(without(patient_name=" "), incomplete("patient_name")),
    "C03": Saving(without(discloser_id="", discloser_name=""), incomplete("discloser")),
    "C04": Saving(without(description=" "), incomplete("information")),
    "C05": Saving(without(recipients=()), incomplete("recipient")),
    "C06": Saving(without(purposes=frozenset()), incomplete("purpose")),
    "C07": Saving(without(revocation_statement=False), incomplete("revocation_statement")),
    "C08": Saving(without(expires_on=None), incomplete("expiry")),
    "C09": Saving(without(signature=None), incomplete("signature")),
    "C10": Saving(without(signer="representative"), incomplete("representative_authority")),
    "C11": Saving(without(signed_at=None), incomplete("signed_at")),
    "C12": Saving(
        tpo_consent(statements_given=frozenset({"refusal"})), incomplete("tpo_redisclosure_statement")
    ),
    "C13": Saving(
        tpo_consent(statements_given=frozenset({"redisclosure"})), incomplete("tpo_refusal_statement")
    ),
    "C14": Saving(without(expires_on=None, expires_none=True), incomplete("expiry")),
    "C15": Saving(tpo_consent(expires_on=None, expires_none=True)),
    "C26": Saving(
        replace(NOTES_CONSENT, categories=frozenset({"counseling_notes", "need"})),
        ("counseling_notes_not_separate",),
    ),
    "C27": Saving(
        without(type="part2_proceedings", purposes=frozenset({"legal_proceedings", "referral"})),
        ("proceedings_not_separate",),
    ),
    "C48": Saving(
        without(),
        ("state_rule_unknown",),
        Person(id=PERSON.id, birth_date=dt.date(2011, 1, 1), state="PA", data_class=MENTAL_HEALTH),
    ),
}
SENT: dict[str, Sending] = {
    "C01": Sending(request(), complete_consent()),
    "C16": Sending(FROM_C, NAMES_A, ("recipient_not_covered",)),
    "C17": Sending(request(), complete_consent(recipients=(ConsentRecipient(None, "agency  -B"),))),
    "C18": Sending(
        replace(FROM_C, recipient=EAST),
        replace(NAMES_A, recipients=(ConsentRecipient(None, "Agency A only"),)),
        ("recipient_not_covered",),
    ),
    "C19": Sending(replace(FROM_C, recipient=PLACE_OF_A), NAMES_A),
    "C20": Sending(request(), CLASS_ONLY, ("class_needs_confirmation",)),
    "C21": Sending(request(intermediary=True), complete_consent(), ("intermediary_designation_missing",)),
    "C22": Sending(request(recipient=C), complete_consent(), ("recipient_not_covered",)),
    "C23": Sending(
        request(fields=frozenset({"name", "needs", "diagnosis"})),
        complete_consent(),
        ("scope_exceeded:diagnosis",),
    ),
    "C24": Sending(request(fields=frozenset({"name"})), complete_consent()),
    "C25": Sending(
        request(attached=frozenset({"counseling_notes"})),
        tpo_consent(),
        ("counseling_notes_need_separate_consent",),
    ),
    "C28": Sending(
        request(), complete_consent(expires_on=LAST_DAY), ("consent_expired",), YESTERDAY_EVENING + DAY / 24
    ),
    "C29": Sending(request(), complete_consent(expires_on=LAST_DAY), (), YESTERDAY_EVENING),
    "C30": Sending(
        request(),
        complete_consent(expires_on=None, expiry_event="the end of treatment", expiry_event_at=NOW - DAY),
        ("consent_expired",),
    ),
    "C31": Sending(request(at=NOW - 2 * DAY), complete_consent(), ("consent_not_yet_signed",)),
    "C32": Sending(request(), complete_consent(revoked_at=NOW - DAY), ("consent_revoked",)),
    "C33": Sending(request(), complete_consent(revoked_at=NOW), ("consent_revoked",)),
    "C34": Sending(
        request(fields=frozenset({"note", "documents"})),
        complete_consent(revoked_at=NOW),
        ("consent_revoked",),
    ),
    "C37": Sending(request(), complete_consent()),
    "C38": Sending(
        request(discloser=replace(A, part2_program="no")), complete_consent(type="general_release")
    ),
    "C40": Sending(
        request(discloser=Agency(id="platform", name="This site"), purpose="referral", actor_role="client"),
        complete_consent(
            type="self_request",
            discloser_id="",
            discloser_name="",
            expires_on=None,
            purposes=frozenset({"own_request"}),
        ),
    ),
    "C41": Sending(URGENT, None),
    "C42": Sending(replace(URGENT, justification="urgent"), None, ("justification_required",)),
    "C43": Sending(request(basis="research"), complete_consent(), ("basis_not_allowed_for_referral",)),
    "C44": Sending(
        request(recipient=C, basis="supervisor_override", justification=REASON),
        complete_consent(),
        ("override_not_allowed",),
    ),
    "C45": Sending(
        request(recipient=C, basis="supervisor_override", justification=REASON, actor_role="supervisor"),
        complete_consent(),
    ),
    "C49": Sending(request(restriction="unreviewed"), complete_consent(), ("restriction_needs_review",)),
    "C50": Sending(
        request(discloser=B, recipient=C, redisclosure=True), complete_consent(), ("recipient_not_covered",)
    ),
}


@pytest.mark.parametrize("case", SAVED)
def test_a_consent_is_saved_or_refused(case: str) -> None:
    given = SAVED[case]
    assert check_consent(given.consent, given.person, NOW) == given.codes
    expected = CASES[case]["expected"]
    assert expected.startswith("REFUSE") == bool(given.codes) or case == "C48"
    assert all(code in expected for code in given.codes)


@pytest.mark.parametrize("channel", sorted(CHANNELS))
@pytest.mark.parametrize("case", SENT)
def test_a_disclosure_is_allowed_or_refused_on_every_channel(case: str, channel: str) -> None:
    given = SENT[case]
    decision = may_disclose(replace(given.asked, channel=channel), given.consent, given.now)
    assert decision.codes == given.codes
    assert decision.allow == (not given.codes)
    assert len(decision.sentences) == len(given.codes)
    expected = CASES[case]["expected"]
    if expected.startswith("ALLOW"):
        assert decision.allow
    elif expected.startswith("REFUSE"):
        assert not decision.allow


def test_c01_the_notice_and_one_record_come_with_it() -> None:
    decision = may_disclose(request(), complete_consent(), NOW)
    assert decision.notice == NOTICE_2_32
    kept = record_of(decision, referral_id="r", client_id=PERSON.id, recipient_name=B.name, by="user-1")
    assert (kept.recipient_id, kept.categories, kept.consent_id) == (B.id, ("contact", "need"), "consent-1")
    assert kept.notice_version == "2.32(a)(2)/2024"


def test_c11_a_signature_of_tomorrow_is_none() -> None:
    assert check_consent(complete_consent(signed_at=NOW + DAY), PERSON, NOW) == incomplete("signed_at")


def test_c16_the_sentence_names_who_the_consent_is_for() -> None:
    decision = may_disclose(FROM_C, NAMES_A, NOW)
    assert decision.kind == "conflict"
    assert str(decision.sentences[0]) == "This consent names Agency A, not this place."


@pytest.mark.parametrize("name", ["agency b", "  AGENCY, B. ", "Agency-B"])
def test_c17_an_old_paper_form_matches_by_its_whole_name(name: str) -> None:
    assert may_disclose(request(), complete_consent(recipients=(ConsentRecipient(None, name),)), NOW).allow


def test_c17_with_an_id_the_name_counts_for_nothing() -> None:
    renamed = complete_consent(recipients=(ConsentRecipient(C.id, "Agency B"),))
    assert may_disclose(request(), renamed, NOW).codes == ("recipient_not_covered",)


def test_c18_another_organization_is_not_a_place_of_the_named_one() -> None:
    assert may_disclose(replace(FROM_C, recipient=EAST), NAMES_A, NOW).codes == ("recipient_not_covered",)


def test_c20_a_supervisor_confirms_with_a_reason() -> None:
    assert may_disclose(request(class_confirmed=True, justification=REASON), CLASS_ONLY, NOW).allow
    assert not may_disclose(request(class_confirmed=True, justification="ok"), CLASS_ONLY, NOW).allow


def test_c21_an_intermediary_that_is_named_with_its_members_may_pass_it_on() -> None:
    named = complete_consent(intermediary_named=True, intermediary_participants=("Agency B",))
    assert may_disclose(request(intermediary=True), named, NOW).allow


def test_c22_a_consent_that_covers_the_new_recipient_gives_a_record_of_its_own() -> None:
    both = complete_consent(recipients=(ConsentRecipient(B.id, B.name), ConsentRecipient(C.id, C.name)))
    decision = may_disclose(request(recipient=C), both, NOW)
    assert (
        record_of(decision, referral_id="r2", client_id="c", recipient_name=C.name, by="u").recipient_id
        == C.id
    )


def test_c24_only_those_fields_are_in_the_recipients_view() -> None:
    decision = may_disclose(request(fields=frozenset({"name", "needs"})), complete_consent(), NOW)
    values = {"name": "Alex", "phone": "215-555-0100", "needs": ["detox"], "diagnosis": "F11.20"}
    assert dict(disclosable_view(values, decision, B.id).information) == {"name": "Alex", "needs": ["detox"]}


def test_c25_even_their_own_consent_opens_no_field_because_none_are_kept() -> None:
    asked = request(fields=frozenset(), attached=frozenset({"counseling_notes"}))
    decision = may_disclose(asked, NOTES_CONSENT, NOW)
    assert decision.allow
    assert decision.fields == frozenset()


def test_c33_every_live_state_is_left_when_consent_is_taken_back() -> None:
    for state in LIVE - {"draft"}:
        assert any(row.event == "consent_revoked" for row in allowed_moves(state, "system"))


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_c37_the_notice_and_the_scope_go_along_on_every_channel(channel: str) -> None:
    decision = may_disclose(request(channel=channel), complete_consent(), NOW)
    payload = disclosable_view({"name": "Alex"}, decision, B.id)
    assert payload.notice == NOTICE_2_32
    assert str(payload.scope) == (
        "Agency A may share name and contact details, what help is needed with Agency B, "
        "for getting this help. It ends on 2027-02-16."
    )


def test_c37_a_channel_that_is_not_known_to_carry_the_notice_carries_nothing() -> None:
    assert may_disclose(request(channel="webhook"), complete_consent(), NOW).codes == ("notice_unavailable",)


def test_c38_without_part_2_there_is_no_notice_of_it() -> None:
    given = SENT["C38"]
    decision = may_disclose(given.asked, given.consent, NOW)
    assert (decision.part2, decision.notice, decision.redisclosure) == (False, None, None)


def test_c38_not_known_counts_as_part_2() -> None:
    decision = may_disclose(request(), complete_consent(type="general_release"), NOW)
    assert decision.codes == ("consent_not_valid_for_part2",)


def test_c41_the_emergency_needs_its_record_and_medical_staff() -> None:
    decision = may_disclose(URGENT, None, NOW)
    assert decision.alerts == ("supervisor",)
    for name in ("recipient", "affiliation", "discloser", "nature"):
        nothing: dict[str, Any] = {name: ""}
        spoiled = replace(URGENT, emergency=replace(EMERGENCY, **nothing))
        assert may_disclose(spoiled, None, NOW).codes == (f"emergency_incomplete:{name}",)
    timeless = replace(URGENT, emergency=replace(EMERGENCY, at=None))
    assert may_disclose(timeless, None, NOW).codes == ("emergency_incomplete:time",)
    landlord = replace(URGENT, emergency=replace(EMERGENCY, recipient_is_medical=False))
    assert may_disclose(landlord, None, NOW).codes == ("medical_personnel_only",)


@pytest.mark.parametrize("basis", ["research", "audit", "qsoa", ""])
def test_c43_a_referral_rests_on_none_of_these(basis: str) -> None:
    assert may_disclose(request(basis=basis), complete_consent(), NOW).codes == (
        "basis_not_allowed_for_referral",
    )


def test_c44_it_is_not_theirs_to_decide() -> None:
    given = SENT["C44"]
    assert may_disclose(given.asked, given.consent, NOW).kind == "forbidden"


def test_c45_an_override_sets_aside_the_recipient_and_nothing_else() -> None:
    asked = SENT["C45"].asked
    assert may_disclose(replace(asked, justification="because"), complete_consent(), NOW).codes == (
        "justification_required",
    )
    assert may_disclose(asked, None, NOW).codes == ("consent_missing",)
    assert may_disclose(asked, complete_consent(revoked_at=NOW), NOW).codes == ("consent_revoked",)
    wider = replace(asked, fields=frozenset({"diagnosis"}))
    assert may_disclose(wider, complete_consent(), NOW).codes == ("scope_exceeded:diagnosis",)


def records() -> list[DisclosureRecord]:
    made = record_of(
        may_disclose(request(), complete_consent(), NOW),
        referral_id="r",
        client_id=PERSON.id,
        recipient_name=B.name,
        by="u",
    )
    old = NOW.replace(year=NOW.year - 3)
    return [
        made,
        replace(made, at=old),
        replace(made, at=old - DAY),
        replace(made, client_id="another"),
        replace(made, basis="medical_emergency"),
        replace(made, at=NOW + DAY),
    ]


def test_c46_the_accounting_goes_back_three_years() -> None:
    found = accounting(records(), PERSON.id, NOW)
    assert [each.at for each in found] == [NOW.replace(year=NOW.year - 3), NOW]
    assert (found[0].recipient_name, found[0].categories, found[0].purpose) == (
        "Agency B",
        ("contact", "need"),
        "referral",
    )
    assert len(accounting(records(), PERSON.id, NOW, only_consent=False)) == 3
    leap = dt.datetime(2028, 2, 29, tzinfo=dt.UTC)
    assert accounting(records(), PERSON.id, leap)


def test_c47_the_intermediarys_list_is_due_in_thirty_days() -> None:
    answer = intermediary_list(records(), PERSON.id, NOW)
    assert answer.due_on == NOW.date() + 30 * DAY
    assert answer.entries[-1] == ("Agency B", NOW.date(), ("contact", "need"))


def test_c49_after_the_review_it_may_go() -> None:
    assert may_disclose(request(restriction="reviewed"), complete_consent(), NOW).allow


def test_c50_a_consent_that_names_the_third_place_lets_it_be_passed_on() -> None:
    both = complete_consent(recipients=(ConsentRecipient(B.id, B.name), ConsentRecipient(C.id, C.name)))
    decision = may_disclose(request(discloser=B, recipient=C, redisclosure=True), both, NOW)
    assert decision.allow
    assert decision.notice == NOTICE_2_32
    assert may_disclose(request(discloser=B, recipient=C), both, NOW).codes == ("discloser_not_covered",)


def failing() -> tuple[DisclosureRequest, Consent | None]:
    raise OSError("the database is away")


@pytest.mark.parametrize(
    "decide",
    [
        lambda: decide_reading(failing, NOW),
        lambda: may_disclose(request(), complete_consent(timezone="Nowhere/Else"), NOW),
        lambda: may_disclose(request(), complete_consent(signed_at="yesterday"), NOW),
    ],
    ids=["reading fails", "a zone that is none", "a date that is none"],
)
def test_c51_any_error_refuses(decide: Callable[[], object]) -> None:
    decision = decide()
    assert decision.codes == ("gate_failed",)  # type: ignore[attr-defined]
    assert decision.kind == "unavailable"  # type: ignore[attr-defined]


def test_c51_without_an_error_the_reading_decides_as_ever() -> None:
    assert decide_reading(lambda: (request(), complete_consent()), NOW).allow


def test_c52_who_must_not_be_contacted_gets_no_reminder() -> None:
    facts = ClockFacts(
        id="r", state="scheduled", appointment_at=NOW + 2 * DAY, client_agreed=True, do_not_contact=True
    )
    assert due_reminders(facts, BusinessCalendar(), (), NOW) == []
    assert due_reminders(replace(facts, do_not_contact=False), BusinessCalendar(), (), NOW) != []


NAMED_TESTS = frozenset({"C46", "C47", "C51", "C52"})


def test_every_case_is_tried_here_or_named_as_tried_elsewhere() -> None:
    elsewhere = {each.id for each in TRIED_ELSEWHERE}
    assert len(CASES) == 52
    assert set(CASES) == set(SAVED) | set(SENT) | NAMED_TESTS | WHOLLY_ELSEWHERE
    assert WHOLLY_ELSEWHERE <= elsewhere <= set(CASES)
    assert not WHOLLY_ELSEWHERE & (set(SAVED) | set(SENT) | NAMED_TESTS)
    for case in NAMED_TESTS:
        assert any(name.startswith(f"test_{case.lower()}_") for name in globals())


@pytest.mark.parametrize("test", sorted({each.test for each in TRIED_ELSEWHERE}))
def test_a_test_that_is_named_is_there(test: str) -> None:
    file, _, name = test.partition("::")
    assert f"def {name}(" in (TESTS / file).read_text("utf-8")
