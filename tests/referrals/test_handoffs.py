"""A handoff goes its way, names who was there, and is as warm as what happened."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import TransitionRefused
from directory.referrals.handoffs import (
    FAILURES,
    HANDOFF_LABELS,
    HANDOFF_MOVES,
    METHODS,
    SYNCHRONOUS,
    WARMTHS,
    Handoff,
    HandoffEvent,
    Method,
    Worker,
    decide_handoff,
    record_follow_up,
    shared_outside_consent,
    warmth,
)
from tests.referrals.situations import DAY, NOW

HOUR = dt.timedelta(hours=1)
CONSENTED = ("contact", "need")
CALL = Handoff(
    id="h",
    referral_id="r",
    state="attempted",
    method="phone_three_way",
    introduced_by=Worker("Sam", "caseworker", "user-1"),
    received_by=Worker("Dana", "intake"),
    started_at=NOW - HOUR,
    client_present=True,
    shared=frozenset({"need"}),
)


def code(handoff: Handoff, event: HandoffEvent) -> str:
    with pytest.raises(TransitionRefused) as refused:
        decide_handoff(handoff, event, NOW, consented=CONSENTED)
    return refused.value.code


def test_a_handoff_is_tried_and_done() -> None:
    planned = replace(CALL, state="planned", started_at=None)
    tried = decide_handoff(planned, "attempt", NOW, consented=CONSENTED)
    assert (tried.state, tried.started_at) == ("attempted", NOW)
    done = decide_handoff(CALL, "complete", NOW, consented=CONSENTED)
    assert (done.state, done.ended_at, done.follow_up_due) == ("completed", NOW, NOW + DAY)


@pytest.mark.parametrize("state", sorted(HANDOFF_LABELS))
@pytest.mark.parametrize("event", ["attempt", "complete", "fail", "cancel"])
def test_only_the_tables_moves_are_made(state: Any, event: HandoffEvent) -> None:
    why: Any = "client_asked" if event == "cancel" else "no_answer"
    handoff = replace(CALL, state=state, failure_reason=why)
    if (state, event) in HANDOFF_MOVES:
        moved = decide_handoff(handoff, event, NOW, consented=CONSENTED)
        assert moved.state == HANDOFF_MOVES[state, event]
    else:
        assert code(handoff, event) == "handoff_move_unknown"


@pytest.mark.parametrize(
    ("wanted", "spoiled"),
    [
        ("introduced_by_missing", {"introduced_by": None}),
        ("received_by_missing", {"received_by": None}),
        ("received_by_missing", {"received_by": Worker(" ")}),
        ("presence_missing", {"client_present": None}),
        ("presence_contradicted", {"client_present": False, "client_spoke": True}),
        ("follow_up_too_late", {"follow_up_due": NOW + 3 * DAY + HOUR}),
        ("follow_up_too_late", {"follow_up_due": NOW - HOUR}),
        ("times_wrong", {"ended_at": NOW + HOUR}),
        ("times_wrong", {"started_at": NOW - HOUR, "ended_at": NOW - 2 * HOUR}),
        ("scope_exceeded:diagnosis", {"shared": frozenset({"diagnosis"})}),
    ],
)
def test_it_is_not_done_without(wanted: str, spoiled: dict[str, Any]) -> None:
    assert code(replace(CALL, **spoiled), "complete") == wanted


def test_in_writing_nobody_has_to_be_there() -> None:
    letter = replace(CALL, method="written_only", received_by=None, client_present=None)
    assert warmth(decide_handoff(letter, "complete", NOW, consented=CONSENTED)) == "cold"


def test_a_failed_one_says_why_and_counts_as_cold() -> None:
    assert code(CALL, "fail") == "failure_reason_missing"
    assert code(replace(CALL, failure_reason="client_asked"), "fail") == "failure_reason_missing"
    assert code(CALL, "cancel") == "cancel_reason_missing"
    failed = decide_handoff(replace(CALL, failure_reason="no_answer"), "fail", NOW, consented=CONSENTED)
    assert (failed.state, failed.follow_up_due, warmth(failed)) == ("failed", None, "cold")
    assert "no_answer" in FAILURES


def test_what_is_shared_is_checked_while_it_is_entered() -> None:
    assert shared_outside_consent(["need", "legal", "diagnosis"], CONSENTED) == ("diagnosis", "legal")
    assert (
        code(replace(CALL, state="planned", shared=frozenset({"legal"})), "attempt") == "scope_exceeded:legal"
    )


@pytest.mark.parametrize(
    ("changes", "warm"),
    [
        ({}, "warm"),
        ({"method": "in_person"}, "warm"),
        ({"method": "accompanied_visit"}, "warm"),
        ({"client_present": False}, "assisted"),
        ({"client_present": None}, "assisted"),
        ({"received_by": None}, "assisted"),
        ({"method": "written_only"}, "cold"),
        ({"state": "attempted"}, "cold"),
        ({"state": "cancelled"}, "cold"),
    ],
)
def test_warmth_follows_from_what_happened(changes: dict[str, Any], warm: str) -> None:
    assert warmth(replace(CALL, **{"state": "completed", **changes})) == warm


@settings(deadline=None)
@given(
    method=st.sampled_from(sorted(METHODS)),
    present=st.sampled_from([True, False, None]),
    named=st.booleans(),
    state=st.sampled_from(sorted(HANDOFF_LABELS)),
)
def test_nothing_less_than_all_of_it_is_warm(
    method: Method, present: bool | None, named: bool, state: Any
) -> None:
    found = warmth(
        replace(
            CALL,
            method=method,
            client_present=present,
            received_by=Worker("D") if named else None,
            state=state,
        )
    )
    assert (found == "warm") == (method in SYNCHRONOUS and present is True and named and state == "completed")
    assert found in WARMTHS


def test_the_follow_up_is_recorded_once() -> None:
    done = replace(CALL, state="completed")
    followed = record_follow_up(done, "They are in touch.", NOW)
    assert (followed.follow_up_at, followed.follow_up_result) == (NOW, "They are in touch.")
    for wrong, result in ((followed, "again"), (CALL, "too early"), (done, "  ")):
        with pytest.raises(TransitionRefused):
            record_follow_up(wrong, result, NOW)
