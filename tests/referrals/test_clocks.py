"""Who is reminded when: once per stage, in working time, never at night, never who must not be reached."""

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.referrals.business_time import BusinessCalendar
from directory.referrals.clock_rows import CLOCKS, HANDOFF_CLOCKS
from directory.referrals.clocks import (
    ClockFacts,
    HandoffClock,
    Reminder,
    answer_due,
    before_quiet,
    capacity_is_stale,
    due_capacity_reminder,
    due_reminders,
    expires_at,
    is_quiet,
    withdrawal_confirms_at,
)
from directory.referrals.states import STATES

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = BusinessCalendar()
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def local(text: str) -> dt.datetime:
    """`2026-11-18 15:00` in New York."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


SENT_AT = local("2026-11-16 10:00")
"""A Monday."""
SENT = ClockFacts(id="r", state="sent", sent_at=SENT_AT)


def stages(facts: ClockFacts, now: str, sent: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(each.stage, each.recipient) for each in due_reminders(facts, OFFICE, sent, local(now))]


@pytest.mark.parametrize(
    ("priority", "now", "expected"),
    [
        ("routine", "2026-11-16 10:01", {"sent"}),
        ("routine", "2026-11-17 09:59", {"sent"}),
        ("routine", "2026-11-17 10:00", {"sent", "not_viewed_1"}),
        ("routine", "2026-11-18 10:00", {"sent", "not_viewed_1", "not_viewed_2", "no_response_1"}),
        (
            "routine",
            "2026-11-20 10:00",
            {"sent", "not_viewed_1", "not_viewed_2", "no_response_1", "no_response_2"},
        ),
        ("urgent", "2026-11-16 10:01", {"sent", "sent_call"}),
        ("urgent", "2026-11-16 12:00", {"sent", "sent_call", "not_viewed_1"}),
        ("urgent", "2026-11-16 14:00", {"sent", "sent_call", "not_viewed_1", "not_viewed_2"}),
        (
            "urgent",
            "2026-11-17 10:00",
            {"sent", "sent_call", "not_viewed_1", "not_viewed_2", "no_response_1", "no_response_2"},
        ),
    ],
)
def test_an_unanswered_referral_is_brought_up_step_by_step(
    priority: Any, now: str, expected: set[str]
) -> None:
    assert {stage for stage, _ in stages(replace(SENT, priority=priority), now)} == expected


def test_the_sender_hears_of_no_answer_and_the_receivers_supervisor_of_no_look() -> None:
    found = stages(SENT, "2026-11-20 10:00")
    assert ("no_response_2", "sender_worker") in found
    assert ("not_viewed_2", "receiver_supervisor") in found
    assert [who for stage, who in found if stage == "sent"] == ["receiver_intake"]


def test_who_has_looked_is_not_told_that_they_have_not() -> None:
    looked = replace(SENT, first_viewed_at=SENT_AT + HOUR)
    assert {stage for stage, _ in stages(looked, "2026-11-20 10:00")} == {
        "sent",
        "no_response_1",
        "no_response_2",
    }


def test_an_open_question_stops_the_receivers_clock_and_starts_the_senders() -> None:
    asked = replace(SENT, state="info_requested", info_requested_at=local("2026-11-16 12:00"))
    assert stages(asked, "2026-11-17 12:00") == [("question_1", "sender_worker")]
    assert [stage for stage, _ in stages(asked, "2026-11-18 12:00")] == ["question_1", "question_2"]
    assert expires_at(asked, OFFICE) == local("2026-12-01 12:00")


def test_the_time_of_a_question_does_not_count() -> None:
    # open from Monday 12:00 to Tuesday 12:00: eight working hours
    answered = replace(SENT, questions=((local("2026-11-16 12:00"), local("2026-11-17 12:00")),))
    assert answer_due(SENT, OFFICE) == local("2026-11-18 10:00")
    assert answer_due(answered, OFFICE) == local("2026-11-19 10:00")
    assert "no_response_1" not in {stage for stage, _ in stages(answered, "2026-11-19 09:59")}
    assert "no_response_1" in {stage for stage, _ in stages(answered, "2026-11-19 10:00")}
    assert expires_at(answered, OFFICE) == local("2026-12-02 10:00")


@pytest.mark.parametrize(
    ("priority", "hours", "due", "sender_told"),
    [
        ("routine", 4, "2026-11-16 14:00", "2026-11-18 14:00"),
        ("routine", 12, "2026-11-17 14:00", "2026-11-19 14:00"),
        ("urgent", 2, "2026-11-16 12:00", "2026-11-16 12:00"),
        ("urgent", 40, "2026-11-23 10:00", "2026-11-23 10:00"),
        ("routine", None, "2026-11-18 10:00", "2026-11-20 10:00"),
    ],
)
def test_a_receiver_that_says_in_how_many_hours_it_answers_is_held_to_that(
    priority: Any, hours: int | None, due: str, sender_told: str
) -> None:
    facts = replace(SENT, priority=priority, answer_hours=hours, first_viewed_at=SENT_AT)
    assert answer_due(facts, OFFICE) == local(due)
    for stage, at in (("no_response_1", due), ("no_response_2", sender_told)):
        before = (local(at) - dt.timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M")
        assert stage not in {each for each, _ in stages(facts, before)}
        assert stage in {each for each, _ in stages(facts, at)}
    assert expires_at(facts, OFFICE) == local("2026-12-01 10:00")


def test_it_expires_after_ten_business_days_over_a_holiday() -> None:
    assert expires_at(SENT, OFFICE) == local("2026-12-01 10:00")
    assert expires_at(replace(SENT, state="accepted"), OFFICE) is None
    assert answer_due(replace(SENT, sent_at=None), OFFICE) is None


def test_a_withdrawal_counts_as_confirmed_after_two_business_days() -> None:
    asked = replace(SENT, state="withdrawal_requested", withdrawal_requested_at=local("2026-11-20 10:00"))
    assert withdrawal_confirms_at(asked, OFFICE) == local("2026-11-24 10:00")
    assert stages(asked, "2026-11-20 10:01") == [("stop_asked", "receiver_worker")]
    assert withdrawal_confirms_at(SENT, OFFICE) is None


def test_an_accepted_referral_without_a_visit_is_brought_up() -> None:
    accepted = replace(SENT, state="accepted", accepted_at=local("2026-11-16 10:00"))
    assert stages(accepted, "2026-11-18 09:59") == []
    assert stages(accepted, "2026-11-18 10:00") == [("accepted_1", "receiver_worker")]
    assert stages(accepted, "2026-11-23 10:00")[-1] == ("accepted_2", "receiver_supervisor")


def test_a_waitlist_place_is_looked_at_on_its_day_and_its_sender_hears_monthly() -> None:
    waiting = replace(
        SENT, state="waitlisted", waitlisted_at=local("2026-09-14 10:00"), review_on=dt.date(2026, 11, 18)
    )
    assert [stage for stage, _ in stages(waiting, "2026-11-17 12:00")] == ["waitlist_month"] * 2
    assert ("waitlist_review", "receiver_worker") in stages(waiting, "2026-11-18 08:00")
    keys = {each.dedupe_key for each in due_reminders(waiting, OFFICE, (), local("2026-11-17 12:00"))}
    assert len(keys) == 2


VISIT = ClockFacts(
    id="r",
    state="scheduled",
    appointment_at=local("2026-11-20 14:00"),
    appointment_set_at=local("2026-11-16 10:00"),
    client_agreed=True,
)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-18 13:59", []),
        ("2026-11-18 14:00", ["appointment_1"]),
        ("2026-11-20 10:59", ["appointment_1"]),
        ("2026-11-20 11:00", ["appointment_2"]),  # the later notice stands for the one that was missed
        ("2026-11-20 14:00", []),
    ],
)
def test_the_person_is_reminded_of_a_visit_two_days_and_three_hours_before(
    now: str, expected: list[str]
) -> None:
    assert stages(VISIT, now) == [(stage, "client") for stage in expected]


def test_a_visit_that_is_moved_is_reminded_of_anew() -> None:
    first = due_reminders(VISIT, OFFICE, (), local("2026-11-18 14:00"))
    moved = replace(VISIT, appointment_at=local("2026-11-20 15:00"))
    assert due_reminders(moved, OFFICE, {first[0].dedupe_key}, local("2026-11-18 15:00")) != []


def test_a_visit_set_at_short_notice_is_not_told_twice() -> None:
    short = replace(VISIT, appointment_set_at=local("2026-11-19 10:00"))
    assert stages(short, "2026-11-19 10:01") == []
    assert stages(short, "2026-11-20 11:00") == [("appointment_2", "client")]


def test_an_early_visit_is_reminded_of_the_evening_before() -> None:
    early = replace(VISIT, appointment_at=local("2026-11-20 09:00"))
    assert stages(early, "2026-11-19 19:59") == [("appointment_1", "client")]
    assert stages(early, "2026-11-19 20:00") == [("appointment_2", "client")]


@pytest.mark.parametrize("changes", [{"do_not_contact": True}, {"client_agreed": False}])
def test_a_person_who_is_not_to_be_reached_is_not_reached(changes: dict[str, bool]) -> None:
    for hours in range(24 * 4):
        now = local("2026-11-17 00:00") + hours * HOUR
        assert due_reminders(replace(VISIT, **changes), OFFICE, (), now) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("time", "quiet"), [("07:59", True), ("08:00", False), ("20:59", False), ("21:00", True), ("00:00", True)]
)
def test_nobody_is_disturbed_from_nine_to_eight(time: str, *, quiet: bool) -> None:
    now = local(f"2026-11-18 {time}")
    assert is_quiet("America/New_York", now) is quiet
    accepted = replace(SENT, state="accepted", accepted_at=local("2026-11-09 10:00"))
    assert (due_reminders(accepted, OFFICE, (), now) == []) is quiet
    assert due_reminders(replace(accepted, priority="urgent"), OFFICE, (), now) != []
    visit = replace(VISIT, appointment_at=local("2026-11-19 14:00"), priority="urgent")
    assert (due_reminders(visit, OFFICE, (), now) == []) is quiet


def test_the_quiet_hours_are_the_recipients_own() -> None:
    revoked = replace(SENT, state="withdrawn", consent_revoked_at=SENT_AT, sender_zone="Pacific/Honolulu")
    assert stages(revoked, "2026-11-16 10:01") == [("consent_revoked", "receiver_worker")]
    assert stages(revoked, "2026-11-16 22:00") == [("consent_revoked", "sender_worker")]


def test_before_quiet_moves_only_what_would_come_too_late() -> None:
    assert before_quiet(local("2026-11-20 11:00"), "America/New_York") == local("2026-11-20 11:00")
    assert before_quiet(local("2026-11-20 05:00"), "America/New_York") == local("2026-11-19 20:00")
    assert before_quiet(local("2026-11-20 22:00"), "America/New_York") == local("2026-11-20 20:00")


def test_a_missed_visit_is_followed_by_three_tries_and_told_to_the_sender() -> None:
    missed = ClockFacts(id="r", state="no_show", no_show_at=local("2026-11-16 11:00"))
    assert stages(missed, "2026-11-16 11:01") == [
        ("no_show_1", "receiver_worker"),
        ("no_show_told", "sender_worker"),
    ]
    assert {stage for stage, _ in stages(missed, "2026-11-18 11:00")} >= {"no_show_2", "no_show_3"}
    tried = replace(missed, no_show_attempts=2)
    assert "no_show_2" not in {stage for stage, _ in stages(tried, "2026-11-18 11:00")}
    assert "no_show_3" in {stage for stage, _ in stages(tried, "2026-11-18 11:00")}


def test_a_connected_referral_is_asked_for_its_outcome() -> None:
    served = ClockFacts(id="r", state="in_service", in_service_at=local("2026-09-01 10:00"))
    assert [stage for stage, _ in stages(served, "2026-09-15 10:00")] == ["outcome_1"]
    assert [stage for stage, _ in stages(served, "2026-11-02 12:00")] == [
        "outcome_1",
        "outcome_2",
        "outcome_3",
    ]


def test_a_consent_that_ends_soon_is_brought_up_before() -> None:
    ending = replace(SENT, state="in_service", consent_ends_at=local("2026-12-16 00:00"))
    assert stages(ending, "2026-12-01 12:00") == []
    assert stages(ending, "2026-12-02 12:00") == [("consent_ending_1", "sender_worker")]
    assert stages(ending, "2026-12-13 12:00") == [("consent_ending_2", "sender_worker")]


def test_a_handoff_is_followed_up_after_a_day_and_overdue_after_three() -> None:
    call = HandoffClock("h", local("2026-11-16 12:00"))
    done = replace(SENT, state="in_service", handoffs=(call,))
    assert stages(done, "2026-11-17 11:59") == []
    assert stages(done, "2026-11-17 12:00") == [("follow_up_1", "handoff_owner")]
    assert stages(done, "2026-11-19 12:00")[-1] == ("follow_up_2", "handoff_owner")
    followed = replace(done, handoffs=(replace(call, followed_up_at=local("2026-11-17 13:00")),))
    assert stages(followed, "2026-11-19 12:00") == []
    sooner = replace(done, handoffs=(replace(call, due_at=local("2026-11-16 18:00")),))
    assert stages(sooner, "2026-11-16 18:00") == [("follow_up_1", "handoff_owner")]


def test_a_statement_of_capacity_goes_stale_after_a_week_and_is_asked_for_by_day() -> None:
    stated = local("2026-11-09 10:00")
    assert not capacity_is_stale(stated, local("2026-11-16 09:59"))
    assert capacity_is_stale(stated, local("2026-11-16 10:00"))
    now = local("2026-11-16 10:00")
    found = due_capacity_reminder("s", stated, "America/New_York", now)
    assert found is not None
    assert found.recipient == "provider_staff"
    assert due_capacity_reminder("s", stated, "America/New_York", local("2026-11-16 22:00")) is None


def test_no_reminder_carries_more_than_ids() -> None:
    found = due_reminders(SENT, OFFICE, (), local("2026-11-20 10:00"))
    assert all(
        each.dedupe_key.startswith("r:") and each.dedupe_key.endswith(each.recipient) for each in found
    )


def test_every_stage_has_its_own_name_and_a_sentence() -> None:
    names = [row.stage for row in (*CLOCKS, *HANDOFF_CLOCKS)]
    assert len(names) == len(set(names))
    for row in (*CLOCKS, *HANDOFF_CLOCKS):
        assert row.sentence.endswith(".")
        assert row.states <= set(STATES)


def busy(state: Any) -> ClockFacts:
    """A referral to which everything happened on one Monday."""
    return ClockFacts(
        id="r",
        state=state,
        sent_at=SENT_AT,
        info_requested_at=SENT_AT,
        accepted_at=SENT_AT,
        waitlisted_at=SENT_AT,
        review_on=SENT_AT.date() + 3 * DAY,
        no_show_at=SENT_AT,
        in_service_at=SENT_AT,
        withdrawal_requested_at=SENT_AT,
        handoffs=(HandoffClock("h", SENT_AT),),
    )


@settings(deadline=None)
@given(
    state=st.sampled_from(sorted(STATES)),
    priority=st.sampled_from(["routine", "urgent"]),
    gaps=st.lists(st.integers(1, 60 * 24 * 12), min_size=1, max_size=25),
)
def test_each_stage_comes_exactly_once_however_often_the_clocks_run(
    state: Any, priority: Any, gaps: list[int]
) -> None:
    facts = replace(busy(state), priority=priority)
    now, sent, all_of_them = SENT_AT, set[str](), list[Reminder]()
    for minutes in [*gaps, 60 * 24 * 90]:
        now += dt.timedelta(minutes=minutes)
        found = due_reminders(facts, OFFICE, sent, now)
        assert all(each.due_at <= now for each in found)
        all_of_them += found
        sent |= {each.dedupe_key for each in found}
    # the last run may have fallen into the night
    noon = now.replace(hour=12) + DAY
    all_of_them += due_reminders(facts, OFFICE, sent, noon)
    keys = [each.dedupe_key for each in all_of_them]
    assert len(keys) == len(set(keys))
    assert set(keys) == {each.dedupe_key for each in due_reminders(facts, OFFICE, (), noon)}
    assert due_reminders(facts, OFFICE, set(keys), noon) == []
