"""The table of moves is the project's fact file, legal for Gravity and BSeR; all else is refused."""

import datetime as dt
from typing import get_args

import pytest

from directory.errors import DisclosureRefused, TransitionRefused
from directory.referrals.actors import EVENTS_BY_LINK, actors_of, may_use, roles_for
from directory.referrals.consent import may_disclose
from directory.referrals.event_rows import BY_ACTOR, EVENTS, event_row
from directory.referrals.guards import GUARDS
from directory.referrals.move_rows import MOVES, Actor, Event, MoveRow
from directory.referrals.reasons import CLOSURE_REASONS, DECLINE_REASONS, business_status
from directory.referrals.states import (
    AFTER_ACCEPTANCE,
    LIVE,
    STATES,
    TERMINAL,
    State,
    state_label,
)
from directory.referrals.transitions import (
    allowed_moves,
    buttons,
    decide_deletion,
    decide_move,
    read_priority,
)
from tests.referrals.situations import DAY, NOW, facts_for, referral, request, sample

ACTOR_NAMES: dict[str, tuple[Actor, ...]] = {
    "system (on Consent.revoke)": ("system",),
    "receiver_worker|system(after SLA)": ("receiver_worker", "system"),
}
FACTS = sample("proposed_transitions.csv")
MOVES_MADE = [(row, actor) for row in MOVES for actor in row.actors]


def test_the_table_is_the_fact_file_row_by_row() -> None:
    assert [
        (
            each["id"],
            each["from"],
            each["to"],
            each["event"],
            ACTOR_NAMES.get(each["actor"], (each["actor"],)),
        )
        for each in FACTS
    ] == list(MOVES)
    assert len(MOVES) == 77


def test_there_are_sixteen_states_and_six_of_them_are_ends() -> None:
    assert set(STATES) == set(get_args(State))
    assert len(STATES) == 16
    assert len(TERMINAL) == 6
    assert set(EVENTS) == set(get_args(Event)) == {row.event for row in MOVES}


def test_every_move_is_a_legal_gravity_task_move() -> None:
    legal = {(each["from"], each["to"]) for each in sample("gravity_task_transitions.csv")}
    for row, fact in zip(MOVES, FACTS, strict=True):
        before, after = STATES[row.from_state].task_status, STATES[row.to_state].task_status
        assert (before, after) == (fact["fhir_task_from"], fact["fhir_task_to"])
        assert before == after or (before, after) in legal, row.id


def test_the_mapped_moves_end_in_the_business_status_of_bser() -> None:
    wanted = {each["tid"]: each for each in sample("bser_360x_transitions.csv")}
    mapped = [
        (row, wanted[fact["bser_360x_tid"]])
        for row, fact in zip(MOVES, FACTS, strict=True)
        if fact["bser_360x_tid"]
    ]
    assert len({other["tid"] for _, other in mapped}) == 25
    for row, other in mapped:
        assert business_status(row.to_state) == other["to_business_status"], row.id


@pytest.mark.parametrize(("row", "actor"), MOVES_MADE, ids=[f"{row.id}-{actor}" for row, actor in MOVES_MADE])
def test_every_move_of_the_table_is_allowed(row: MoveRow, actor: Actor) -> None:
    move = decide_move(referral(row.from_state), row.event, actor, facts_for(row.event, actor), NOW)
    assert (move.row, move.to_state) == (row, row.to_state)
    assert (move.version_before, move.version_after) == (1, 2)
    assert move.task_status == STATES[row.to_state].task_status
    assert row in allowed_moves(row.from_state, actor)


def test_everything_else_is_refused() -> None:
    legal = {(row.from_state, row.event, actor) for row, actor in MOVES_MADE}
    tried = 0
    for state in STATES:
        for event in EVENTS:
            for actor in get_args(Actor):
                if (state, event, actor) not in legal:
                    with pytest.raises(TransitionRefused) as refused:
                        decide_move(referral(state), event, actor, facts_for(event, actor), NOW)
                    assert refused.value.code in {"move_unknown", "not_your_move", "referral_closed"}
                    tried += 1
    assert tried == 16 * 22 * 5 - len(legal)


def test_an_event_leads_to_one_state_from_each() -> None:
    for state in STATES:
        for event in EVENTS:
            assert len({row.to_state for row in MOVES if (row.from_state, row.event) == (state, event)}) <= 1


def test_only_void_leaves_a_terminal_state() -> None:
    assert {row.event for row in MOVES if row.from_state in TERMINAL} == {"void"}
    assert not [row for row in MOVES if row.from_state == "entered_in_error"]


def test_a_referral_can_be_withdrawn_at_once_only_before_acceptance() -> None:
    assert {row.from_state for row in MOVES if row.event == "withdraw"} == {"sent", "info_requested"}
    asked = {row.from_state for row in MOVES if row.event == "request_withdrawal"}
    assert asked == AFTER_ACCEPTANCE - TERMINAL - {"withdrawal_requested"}


def test_a_revoked_consent_stops_every_referral_that_was_sent() -> None:
    assert {row.from_state for row in MOVES if row.event == "consent_revoked"} == LIVE - {"draft"}


def test_every_guard_that_a_rule_names_exists_and_is_used() -> None:
    named = {name for rule in (*EVENTS.values(), *BY_ACTOR.values()) for name in rule.guards}
    assert named == set(GUARDS)


def test_what_leaves_is_gated() -> None:
    assert [event for event, rule in EVENTS.items() if rule.gate != "never"] == ["send", "supply_info"]


def test_the_reasons_are_those_of_the_specification() -> None:
    assert list(DECLINE_REASONS) == [
        "no_capacity", "not_eligible", "out_of_area", "wrong_service", "missing_information",
        "client_conflict", "client_already_served", "safety", "other",
    ]  # fmt: skip
    assert list(CLOSURE_REASONS) == [
        "client_declined", "unable_to_contact", "not_eligible_after_intake", "no_capacity", "no_show_final",
        "referred_elsewhere", "moved", "incarcerated", "hospitalised", "deceased", "consent_revoked",
        "duplicate", "other",
    ]  # fmt: skip


def test_a_draft_may_be_deleted_and_nothing_else() -> None:
    decide_deletion(referral("draft"), "sender_worker")
    for state in set(STATES) - {"draft"}:
        with pytest.raises(TransitionRefused) as refused:
            decide_deletion(referral(state), "sender_worker")
        assert refused.value.code == "only_drafts_are_deleted"
    with pytest.raises(TransitionRefused):
        decide_deletion(referral("draft"), "receiver_worker")


def test_a_crisis_is_not_a_referral() -> None:
    with pytest.raises(TransitionRefused) as refused:
        read_priority(" Crisis ")
    assert refused.value.code == "crisis_is_not_a_referral"
    assert "988" in str(refused.value)
    assert "911" in str(refused.value)
    assert (read_priority("urgent"), read_priority("Routine ")) == ("urgent", "routine")
    with pytest.raises(TransitionRefused):
        read_priority("soon")


def test_a_referral_that_the_provider_closed_is_declined_in_bsers_terms() -> None:
    assert business_status("unsuccessful", "no_capacity") == "4.0"
    assert business_status("unsuccessful", "client_declined") is None
    assert business_status("completed", "services_received") == "7.0"


def test_every_state_has_a_label_and_a_sentence() -> None:
    assert str(state_label("no_show")) == "Visit missed"
    assert all(row.label and row.meaning.endswith(".") for row in STATES.values())


def test_the_gates_no_stops_a_send_with_its_own_codes() -> None:
    refused_by_gate = may_disclose(request(), None, NOW)
    given = facts_for("send", "sender_worker", disclosure=refused_by_gate)
    with pytest.raises(DisclosureRefused) as refused:
        decide_move(referral("draft"), "send", "sender_worker", given, NOW)
    assert refused.value.codes == ("consent_missing",)
    assert str(refused.value) == "There is no consent for this."


def test_sending_without_the_gates_yes_is_refused() -> None:
    with pytest.raises(DisclosureRefused) as refused:
        decide_move(
            referral("draft"),
            "send",
            "sender_worker",
            facts_for("send", "sender_worker", disclosure=None),
            NOW,
        )
    assert refused.value.codes == ("gate_not_asked",)


def test_the_gates_yes_counts_only_for_this_recipient() -> None:
    with pytest.raises(DisclosureRefused) as refused:
        decide_move(
            referral("draft", receiver_id="agency-c"),
            "send",
            "sender_worker",
            facts_for("send", "sender_worker"),
            NOW,
        )
    assert refused.value.codes == ("recipient_not_covered",)


def test_an_answer_is_gated_only_when_it_shares_something_new() -> None:
    given = facts_for("supply_info", "sender_worker", disclosure=None)
    assert (
        decide_move(referral("info_requested"), "supply_info", "sender_worker", given, NOW).to_state == "sent"
    )
    new = facts_for("supply_info", "sender_worker", disclosure=None, shares_new=True)
    with pytest.raises(DisclosureRefused):
        decide_move(referral("info_requested"), "supply_info", "sender_worker", new, NOW)


def test_a_second_live_referral_for_the_same_service_names_the_first() -> None:
    given = facts_for("send", "sender_worker", live_referral_id="referral-0")
    with pytest.raises(TransitionRefused) as refused:
        decide_move(referral("draft"), "send", "sender_worker", given, NOW)
    assert refused.value.code == "live_referral_exists"
    assert refused.value.details == {"live_referral_id": "referral-0"}


def test_who_saw_an_older_version_is_told_so() -> None:
    given = facts_for("accept", "receiver_worker", expected_version=3)
    with pytest.raises(TransitionRefused) as refused:
        decide_move(referral("sent", version=4), "accept", "receiver_worker", given, NOW)
    assert refused.value.code == "changed_meanwhile"


def test_the_first_answer_and_the_first_connection_stay() -> None:
    earlier = NOW - 5 * DAY
    asked = decide_move(
        referral("sent"), "request_info", "receiver_worker", facts_for("request_info", "receiver_worker"), NOW
    )
    assert asked.sets == {"responded_at": NOW, "info_requested_at": NOW}
    accepted = decide_move(
        referral("sent", responded_at=earlier),
        "accept",
        "receiver_worker",
        facts_for("accept", "receiver_worker"),
        NOW,
    )
    assert accepted.sets == {"accepted_at": NOW}
    met = facts_for("record_connected", "receiver_worker")
    first = decide_move(referral("no_show"), "record_connected", "receiver_worker", met, NOW)
    assert first.sets == {"connected_at": met.connected_at}
    again = decide_move(
        referral("no_show", connected_at=earlier), "record_connected", "receiver_worker", met, NOW
    )
    assert again.sets == {}
    closed = decide_move(
        referral("in_service", connected_at=earlier), "close_successful", "receiver_worker",
        facts_for("close_successful", "receiver_worker", connected_at=None), NOW,
    )  # fmt: skip
    assert closed.sets == {"closed_at": NOW}


def test_a_mistake_keeps_the_day_it_was_closed() -> None:
    closed = referral("completed", closed_at=NOW - DAY)
    move = decide_move(closed, "void", "sender_supervisor", facts_for("void", "sender_supervisor"), NOW)
    assert move.sets == {}


def test_a_link_offers_only_an_answer() -> None:
    for state in STATES:
        assert {each.event for each in buttons(state, "receiver_link", "receiver")} <= EVENTS_BY_LINK
    assert [each.event for each in buttons("sent", "receiver_link", "receiver")] == [
        "request_info",
        "accept",
        "decline",
    ]


def test_a_person_is_offered_to_stop_and_need_give_no_reason() -> None:
    offered = buttons("sent", "client", "sender")
    assert [each.event for each in offered] == ["withdraw"]
    given = facts_for("withdraw", "client", reason=None)
    assert decide_move(referral("sent"), "withdraw", "client", given, NOW).to_state == "withdrawn"


def test_who_somebody_is_follows_from_role_and_side() -> None:
    assert actors_of("supervisor", "sender") == {"sender_worker", "sender_supervisor"}
    assert actors_of("caseworker", "receiver") == frozenset()
    assert roles_for([("supervisor", "sender"), ("supervisor", "receiver")]) == {
        "sender_worker", "sender_supervisor", "receiver_worker",
    }  # fmt: skip
    assert may_use("platform", "send")
    assert not may_use("platform", "void")
    assert may_use("receiver_link", "close_successful")
    assert not may_use("receiver_link", "waitlist")


def test_a_caseworker_is_offered_no_move_of_the_receiver() -> None:
    for state in STATES:
        for button in buttons(state, "caseworker", "sender"):
            assert "sender_worker" in next(
                row.actors for row in MOVES if (row.from_state, row.event) == (state, button.event)
                and "sender_worker" in row.actors
            )  # fmt: skip
    assert event_row("withdraw", "sender_worker").reasons


def test_every_sentence_of_the_table_is_short() -> None:
    for guard in GUARDS.values():
        assert guard.message.endswith(".")
        assert len(guard.message.split()) <= 16


def test_nothing_of_the_future_counts_as_connected() -> None:
    given = facts_for("record_connected", "receiver_worker", connected_at=NOW + dt.timedelta(minutes=1))
    with pytest.raises(TransitionRefused) as refused:
        decide_move(referral("accepted"), "record_connected", "receiver_worker", given, NOW)
    assert refused.value.code == "connection_missing"
