"""The clocks are those of the specification (reference/referrals.md, section 5), row by row."""

import datetime as dt
from dataclasses import replace
from typing import NamedTuple

import pytest
from sqlalchemy import select

from directory.listings.record import ServiceCapacity
from directory.mail.tables import Outbox
from directory.referrals.clock_rows import (
    CAPACITY_STALE_AFTER,
    CLOCKS,
    EXPIRES_AFTER,
    HANDOFF_CLOCKS,
    Amount,
    ClockRow,
    Recipient,
)
from directory.referrals.handoffs import FOLLOW_UP_DEFAULT, FOLLOW_UP_LATEST
from directory.referrals.reminders import run_reminders
from tests.builders import make_record, make_service
from tests.listings.storing import store_records
from tests.referrals.world import DAY, ORGANIZATION, World

HOURS, DAYS, BUSINESS_HOURS, BUSINESS_DAYS = "hours", "days", "business_hours", "business_days"
AT_ONCE = (0, HOURS)


class Stage(NamedTuple):
    """What a row of the table says of one stage: who, and after (or before) how long; None: not then."""

    who: tuple[Recipient, ...]
    routine: tuple[int, str] | None
    urgent: tuple[int, str] | None


def both(amount: tuple[int, str], *who: Recipient) -> Stage:
    return Stage(who, amount, amount)


TABLE: dict[str, dict[str, Stage]] = {
    "sent": {
        "sent": both(AT_ONCE, "receiver_intake"),
        "sent_call": Stage(("receiver_intake",), None, AT_ONCE),
    },
    "not viewed": {
        "not_viewed_1": Stage(("receiver_intake",), (1, BUSINESS_DAYS), (2, BUSINESS_HOURS)),
        "not_viewed_2": Stage(("receiver_supervisor",), (2, BUSINESS_DAYS), (4, BUSINESS_HOURS)),
    },
    "no response": {
        "no_response_1": Stage(("receiver_intake",), (2, BUSINESS_DAYS), (1, BUSINESS_DAYS)),
        "no_response_2": Stage(("sender_worker",), (4, BUSINESS_DAYS), (1, BUSINESS_DAYS)),
    },
    "info_requested unanswered": {
        "question_1": both((1, BUSINESS_DAYS), "sender_worker"),
        "question_2": both((2, BUSINESS_DAYS), "sender_worker"),
    },
    "accepted, nothing scheduled": {
        "accepted_1": both((2, BUSINESS_DAYS), "receiver_worker"),
        "accepted_2": both((5, BUSINESS_DAYS), "receiver_supervisor"),
    },
    "waitlist review date": {
        "waitlist_review": both(AT_ONCE, "receiver_worker"),
        "waitlist_month": both((30, DAYS), "sender_worker"),
    },
    "appointment": {
        "appointment_1": both((48, HOURS), "client"),
        "appointment_2": both((3, HOURS), "client"),
    },
    "no_show": {
        "no_show_1": both(AT_ONCE, "receiver_worker"),
        "no_show_told": both(AT_ONCE, "sender_worker"),
        "no_show_2": both((1, BUSINESS_DAYS), "receiver_worker"),
        "no_show_3": both((2, BUSINESS_DAYS), "receiver_worker"),
    },
    "in_service, no outcome": {
        "outcome_1": both((14, DAYS), "receiver_worker"),
        "outcome_2": both((30, DAYS), "receiver_worker"),
        "outcome_3": both((60, DAYS), "receiver_worker"),
    },
    "consent expiring": {
        "consent_ending_1": both((14, DAYS), "sender_worker"),
        "consent_ending_2": both((3, DAYS), "sender_worker"),
    },
    "consent revoked": {"consent_revoked": both(AT_ONCE, "receiver_worker", "sender_worker")},
}
"""Trigger to its stages. The handoffs' and the capacity's clocks are below."""
OURS = {"stop_asked"}
"""A stage that the table does not have: a withdrawal that was asked for."""


def told(row: ClockRow) -> Stage:
    return Stage(row.recipients, _plain(row.amount("routine")), _plain(row.amount("urgent")))


def _plain(amount: Amount | None) -> tuple[int, str] | None:
    return (amount.number, amount.unit) if amount else None


@pytest.mark.parametrize("trigger", TABLE)
def test_every_row_of_the_table_is_a_clock(trigger: str) -> None:
    rows = {row.stage: row for row in CLOCKS}
    assert {name: told(rows[name]) for name in TABLE[trigger]} == TABLE[trigger]


def test_no_clock_runs_that_the_table_does_not_have() -> None:
    known = {stage for stages in TABLE.values() for stage in stages}
    assert {row.stage for row in CLOCKS} == known | OURS


def test_no_answer_expires_after_ten_business_days() -> None:
    assert Amount(10, "business_days") == EXPIRES_AFTER


def test_who_handed_over_checks_after_a_day_and_is_late_after_three() -> None:
    assert [(row.anchor, row.recipients) for row in HANDOFF_CLOCKS] == [
        ("follow_up_due", ("handoff_owner",)),
        ("follow_up_overdue", ("handoff_owner",)),
    ]
    assert (dt.timedelta(hours=24), dt.timedelta(hours=72)) == (FOLLOW_UP_DEFAULT, FOLLOW_UP_LATEST)


# --- capacity ---------------------------------------------------------------------------------------


def asked(world: World) -> int:
    return run_reminders(world.sessions, world.ring, world.now).capacity


def state_room(world: World, at: dt.datetime, name: str = "house") -> None:
    """A listing of the receiver's says how much room there is."""
    room = ServiceCapacity(unit="beds", available=2, maximum=9, status="capacity", updated=at)
    record = make_record(service=make_service(capacities=(room,)))
    body = replace(record.organization, key="organization-0")
    store_records(world.sessions, replace(record, source_id=name, organization=body))


def test_room_that_was_stated_a_week_ago_is_asked_for_once(world: World) -> None:
    assert Amount(7, "days") == CAPACITY_STALE_AFTER
    stated = world.now - 6 * DAY
    state_room(world, stated)
    assert asked(world) == 0
    world.now += 2 * DAY
    assert (asked(world), asked(world)) == (1, 0)
    with world.sessions() as session:
        mail = session.scalars(select(Outbox)).one()
    assert mail.to_address == "intake@receiver.example"
    assert "1 item is waiting for you." in mail.body
    assert ORGANIZATION not in mail.body
    state_room(world, world.now, "annex")
    world.now += 8 * DAY
    assert asked(world) == 1


def test_nobody_is_asked_for_room_at_night(world: World) -> None:
    state_room(world, world.now - 10 * DAY)
    world.now = world.now.replace(hour=6)
    assert asked(world) == 0
