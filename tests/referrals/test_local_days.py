"""Days are those of the agency that counts: late in its evening too, when it is tomorrow in London."""

import datetime as dt
from dataclasses import replace

import pytest

from directory.errors import RecordNotFound, TransitionRefused
from directory.referrals import check_ins
from directory.referrals.conversation import log_attempt
from directory.referrals.payloads import MovePayload
from directory.referrals.tables import CheckIn
from tests.referrals.world import ALEX, DAY, HOUR, World

EVENING = dt.datetime(2026, 12, 2, 3, 0, tzinfo=dt.UTC)
"""Ten on the evening of the first of December in New York."""


def test_three_tries_of_one_local_day_are_of_one_day(world: World) -> None:
    world.now = EVENING - 2 * DAY
    referral_id = world.accepted()
    world.now = EVENING
    for hours in (9, 2, 1):
        with world.as_("pat") as acting:
            at = EVENING - hours * HOUR
            log_attempt(acting, referral_id, method="phone", outcome="no_answer", at=at)
    gone = MovePayload(reason="unable_to_contact")
    with pytest.raises(TransitionRefused) as refused:
        world.move(referral_id, "close_unsuccessful", gone, who="pat")
    assert refused.value.code == "too_few_attempts"


def test_today_is_no_past_day_to_look_at_it_again(world: World) -> None:
    world.now = EVENING
    referral_id = world.accepted()
    today = MovePayload(expected="2026-12-01", review_on=dt.date(2026, 12, 1))
    assert world.move(referral_id, "waitlist", today, who="pat").status == "waitlisted"


def test_it_cannot_have_ended_tomorrow(world: World) -> None:
    world.now = EVENING
    referral_id = world.accepted()
    ahead = replace(world.payload("close_successful"), outcome_on=dt.date(2026, 12, 2))
    with pytest.raises(TransitionRefused) as refused:
        world.move(referral_id, "close_successful", ahead, who="pat")
    assert refused.value.code == "outcome_date_missing"
    tonight = replace(ahead, outcome_on=dt.date(2026, 12, 1))
    assert world.move(referral_id, "close_successful", tonight, who="pat").status == "completed"


def connected(world: World) -> str:
    client_id = world.client(replace(ALEX, wants_check_ins=True))
    world.consent(client_id)
    referral_id = world.draft(client_id)
    world.move(referral_id, "send")
    world.move(referral_id, "accept", who="pat")
    world.move(referral_id, "record_connected", who="pat")
    return referral_id


def test_a_check_in_is_due_on_its_day_where_the_agency_is(world: World) -> None:
    world.now = EVENING - 12 * HOUR
    referral_id = connected(world)
    with world.sessions() as session:
        due = {each.days: each.due_on for each in session.query(CheckIn)}
    assert due == {30: dt.date(2026, 12, 31), 90: dt.date(2027, 3, 1)}
    for hours, wanted in ((0, []), (2, [referral_id])):
        world.now = EVENING + 29 * DAY + hours * HOUR
        with world.as_() as acting:
            assert [each.referral_id for each in check_ins.due_here(acting)] == wanted


def test_there_is_no_check_in_of_other_days(world: World) -> None:
    referral_id = connected(world)
    for days in (0, 31, 10**30):
        with world.as_() as acting, pytest.raises(RecordNotFound):
            check_ins.answer(acting, referral_id, days, {})


def test_what_was_entered_in_error_plans_no_check_ins(world: World) -> None:
    client_id = world.client()
    world.consent(client_id)
    referral_id = world.draft(client_id)
    world.move(referral_id, "send")
    world.move(referral_id, "accept", who="pat")
    world.move(referral_id, "record_connected", who="pat")
    with world.sessions.begin() as session:
        session.connection().exec_driver_sql("UPDATE client SET wants_check_ins = true")
    world.move(referral_id, "void", who="sam")
    with world.sessions() as session:
        assert session.query(CheckIn).count() == 0
