"""Each condition of a move: with one thing missing, the move is refused by that condition's name."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from directory.errors import TransitionRefused
from directory.referrals.guards import enough_attempts
from directory.referrals.move_facts import Attempt, AttemptPolicy
from directory.referrals.move_rows import Actor, Event
from directory.referrals.states import State
from directory.referrals.transitions import decide_move
from tests.referrals.situations import DAY, NOW, THREE_TRIES, facts_for, referral, visit

HOUR = dt.timedelta(hours=1)


def refusal(state: State, event: Event, actor: Actor, **given: Any) -> TransitionRefused:
    with pytest.raises(TransitionRefused) as refused:
        decide_move(referral(state), event, actor, facts_for(event, actor, **given), NOW)
    return refused.value


@pytest.mark.parametrize(
    ("code", "state", "event", "actor", "given"),
    [
        ("idempotency_key_missing", "draft", "send", "sender_worker", {"idempotency_key": ""}),
        ("live_referral_exists", "draft", "send", "sender_worker", {"live_referral_id": "another"}),
        ("text_missing", "sent", "request_info", "receiver_worker", {"text": "  "}),
        ("text_missing", "info_requested", "supply_info", "sender_worker", {"text": ""}),
        ("worker_missing", "sent", "accept", "receiver_worker", {"accepting_worker": ""}),
        ("contact_missing", "sent", "accept", "receiver_worker", {"named_contact": " "}),
        ("next_step_missing", "sent", "accept", "receiver_worker", {"next_step_due": None}),
        ("next_step_missing", "sent", "accept", "receiver_worker", {"next_step_due": NOW - HOUR}),
        ("reason_missing", "sent", "decline", "receiver_worker", {"reason": None}),
        ("reason_unknown", "sent", "decline", "receiver_worker", {"reason": "services_received"}),
        ("reason_text_missing", "sent", "decline", "receiver_worker", {"reason": "other", "text": ""}),
        ("reason_missing", "sent", "withdraw", "sender_worker", {"reason": None}),
        ("not_expired", "sent", "expire", "system", {"expires_at": None}),
        ("not_expired", "sent", "expire", "system", {"expires_at": NOW + HOUR}),
        ("expected_missing", "accepted", "waitlist", "receiver_worker", {"expected": ""}),
        ("expected_missing", "accepted", "waitlist", "receiver_worker", {"expected": "soon"}),
        ("expected_missing", "accepted", "waitlist", "receiver_worker", {"expected": "2020-01-01"}),
        ("review_date_missing", "accepted", "waitlist", "receiver_worker", {"review_on": None}),
        ("review_date_missing", "scheduled", "pause", "receiver_worker", {"review_on": dt.date(2026, 1, 1)}),
        ("appointment_incomplete", "accepted", "schedule", "receiver_worker", {"appointment": None}),
        (
            "appointment_incomplete", "accepted", "schedule", "receiver_worker",
            {"appointment": visit(NOW + DAY, client_told="")},
        ),
        (
            "appointment_incomplete", "no_show", "schedule", "receiver_worker",
            {"appointment": visit(NOW - HOUR)},
        ),
        ("appointment_unknown", "scheduled", "reschedule", "receiver_worker", {"live_appointment": None}),
        (
            "same_time", "scheduled", "reschedule", "receiver_worker",
            {"live_appointment": visit(NOW + 2 * DAY)},
        ),
        (
            "appointment_not_begun", "scheduled", "record_no_show", "receiver_worker",
            {"live_appointment": visit(NOW + HOUR)},
        ),
        ("recovery_missing", "scheduled", "record_no_show", "receiver_worker", {"recovery_due": None}),
        (
            "cancelled_by_missing", "scheduled", "cancel_appointment", "receiver_worker",
            {"cancelled_by": None},
        ),
        ("reason_missing", "scheduled", "cancel_appointment", "receiver_worker", {"reason": None}),
        ("connection_missing", "accepted", "record_connected", "receiver_worker", {"connected_at": None}),
        (
            "connection_missing", "accepted", "record_connected", "receiver_worker",
            {"connected_at": NOW - 30 * DAY},
        ),
        ("modality_missing", "accepted", "record_connected", "receiver_worker", {"modality": None}),
        (
            "service_not_started", "accepted", "record_connected", "receiver_worker",
            {"service_started": False},
        ),
        ("counselling_note", "in_service", "progress_note", "receiver_worker", {"counselling_note": True}),
        ("outcome_date_missing", "in_service", "close_successful", "receiver_worker", {"outcome_on": None}),
        ("connection_missing", "accepted", "close_successful", "receiver_worker", {"connected_at": None}),
        (
            "too_few_attempts", "accepted", "close_unsuccessful", "receiver_worker",
            {"reason": "unable_to_contact", "attempts": THREE_TRIES[:2]},
        ),
        (
            "reason_unknown", "accepted", "close_unsuccessful", "receiver_worker",
            {"reason": "services_received"},
        ),
        (
            "confirmation_not_due", "withdrawal_requested", "confirm_withdrawal", "system",
            {"withdrawal_confirms_at": NOW + HOUR},
        ),
        ("consent_not_revoked", "sent", "consent_revoked", "system", {"consent_revoked": False}),
        ("not_own_referral", "sent", "withdraw", "client", {"own_link": False}),
        ("own_link_missing", "accepted", "request_withdrawal", "client", {"own_link": False}),
        ("second_person_missing", "sent", "void", "sender_supervisor", {"second_person": ""}),
        ("second_person_missing", "sent", "void", "sender_supervisor", {"second_person": "user-1"}),
        ("reason_missing", "sent", "void", "sender_supervisor", {"reason": None}),
    ],
)  # fmt: skip
def test_a_move_without_what_it_needs_is_refused_by_name(
    code: str, state: State, event: Event, actor: Actor, given: dict[str, Any]
) -> None:
    assert refusal(state, event, actor, **given).code == code


@pytest.mark.parametrize(
    ("code", "spoiled"),
    [
        ("need_missing", {"needs": ()}),
        ("service_missing", {"service_id": ""}),
        ("service_missing", {"receiver_id": ""}),
        ("contact_preference_missing", {"contact_preference": ""}),
    ],
)
def test_a_draft_without_what_it_needs_is_not_sent(code: str, spoiled: dict[str, Any]) -> None:
    with pytest.raises(TransitionRefused) as refused:
        decide_move(
            replace(referral("draft"), **spoiled),
            "send",
            "sender_worker",
            facts_for("send", "sender_worker"),
            NOW,
        )
    assert refused.value.code == code


def test_a_refusal_names_every_field_to_mend() -> None:
    refused = refusal(
        "sent", "accept", "receiver_worker", accepting_worker="", named_contact="", next_step_due=None
    )
    assert set(refused.fields) == {"accepting_worker", "named_contact", "next_step_due"}


def test_a_person_stops_their_own_self_referral_without_a_link() -> None:
    own = referral("sent", self_referral=True)
    move = decide_move(
        own, "withdraw", "client", facts_for("withdraw", "client", own_link=False, reason=None), NOW
    )
    assert move.to_state == "withdrawn"


@pytest.mark.parametrize(
    ("hours_ago", "enough"),
    [((1, 2, 3), False), ((1, 2, 30), True), ((1, 30), False), ((-5, 1, 30), False), ((1, 2, 13), True)],
)
def test_three_tries_on_two_days_are_enough(hours_ago: tuple[int, ...], *, enough: bool) -> None:
    tries = [Attempt(NOW - each * HOUR, "phone", "no_answer") for each in hours_ago]
    assert enough_attempts(tries, "America/New_York", NOW, AttemptPolicy()) is enough


def test_days_of_tries_are_those_of_the_place() -> None:
    late = dt.datetime(2026, 11, 18, 4, 30, tzinfo=dt.UTC)
    tries = [Attempt(late + each * HOUR, "phone", "no_answer") for each in (0, 1, 2)]
    after = late + DAY
    assert enough_attempts(tries, "America/New_York", after, AttemptPolicy())
    assert not enough_attempts(tries, "UTC", after, AttemptPolicy())


def test_an_agency_may_ask_for_more_tries() -> None:
    policy = AttemptPolicy(attempts=5, days=3)
    refused = refusal(
        "accepted", "close_unsuccessful", "receiver_worker", reason="unable_to_contact", attempt_policy=policy
    )
    assert refused.code == "too_few_attempts"
