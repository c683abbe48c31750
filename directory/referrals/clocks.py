"""Reminders that are due, expiry and auto-confirmation: pure functions of a referral's moments and `now`.

Whoever runs the clocks passes the dedupe keys already sent; each stage comes exactly once, however often
this runs and however long it did not. Working time is the receiver's (`business_time`). The quiet hours are
the recipient's: what falls into them comes when they end, except to staff when the referral is urgent.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from directory.listings.wall_clock import moment
from directory.referrals.business_time import (
    DEFAULT_ZONE,
    BusinessCalendar,
    add_business_days,
    add_business_hours,
    business_time_between,
)
from directory.referrals.clock_rows import (
    ANSWER_GRACE,
    CAPACITY_STALE_AFTER,
    CLOCKS,
    EXPIRES_AFTER,
    HANDOFF_CLOCKS,
    QUIET_FROM,
    QUIET_UNTIL,
    WITHDRAWAL_CONFIRMED_AFTER,
    Amount,
    ClockRow,
    Recipient,
    answer_within,
)
from directory.referrals.handoffs import FOLLOW_UP_DEFAULT, FOLLOW_UP_LATEST
from directory.referrals.states import Priority, State


@dataclass(frozen=True, slots=True)
class HandoffClock:
    """A completed handoff: when it ended, when its follow-up is due (None: the default), when that was
    done."""

    id: str
    ended_at: dt.datetime
    due_at: dt.datetime | None = None
    followed_up_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """What the clocks of one referral run by. Moments are aware, zones IANA names.

    `questions` are the spans in which a question of the receiver was open and has been answered.
    `no_show_attempts` counts tries to reach the person since the last missed visit. `appointment_set_at` is
    when that visit was set.
    """

    id: str
    state: State
    priority: Priority = "routine"
    answer_hours: int | None = None
    """In how many of its working hours the receiver says it answers; None: it says nothing of its own."""
    sent_at: dt.datetime | None = None
    first_viewed_at: dt.datetime | None = None
    info_requested_at: dt.datetime | None = None
    questions: tuple[tuple[dt.datetime, dt.datetime], ...] = ()
    accepted_at: dt.datetime | None = None
    waitlisted_at: dt.datetime | None = None
    review_on: dt.date | None = None
    appointment_at: dt.datetime | None = None
    appointment_set_at: dt.datetime | None = None
    no_show_at: dt.datetime | None = None
    no_show_attempts: int = 0
    in_service_at: dt.datetime | None = None
    withdrawal_requested_at: dt.datetime | None = None
    consent_ends_at: dt.datetime | None = None
    consent_revoked_at: dt.datetime | None = None
    handoffs: tuple[HandoffClock, ...] = ()
    do_not_contact: bool = False
    client_agreed: bool = False
    """The person said that reminders may reach them."""
    client_zone: str = DEFAULT_ZONE
    sender_zone: str = DEFAULT_ZONE


class Reminder(NamedTuple):
    """One message to one role, to be put into the outbox under `dedupe_key`."""

    stage: str
    recipient: Recipient
    dedupe_key: str
    due_at: dt.datetime


class _Due(NamedTuple):
    row: ClockRow
    at: dt.datetime
    mark: str
    """What this turn of the stage belongs to: its anchor's second, and its number when it repeats."""


def due_reminders(
    facts: ClockFacts, calendar: BusinessCalendar, sent_already: Collection[str], now: dt.datetime
) -> list[Reminder]:
    """What must be sent at `now` and was not yet, by time due. Never to a person who must not be
    contacted."""
    found = []
    for due in _due(facts, calendar, now):
        for recipient in due.row.recipients:
            key = f"{facts.id}:{due.row.stage}:{due.mark}:{recipient}"
            if key not in sent_already and _may_reach(recipient, facts, calendar, now):
                found.append(Reminder(due.row.stage, recipient, key, due.at))
    return sorted(found, key=lambda each: (each.due_at, each.stage, each.recipient))


def _may_reach(recipient: Recipient, facts: ClockFacts, calendar: BusinessCalendar, now: dt.datetime) -> bool:
    if recipient == "client":
        allowed = facts.client_agreed and not facts.do_not_contact
        return allowed and not is_quiet(facts.client_zone, now)
    own = calendar.timezone if recipient.startswith("receiver") else facts.sender_zone
    return facts.priority == "urgent" or not is_quiet(own, now)


def is_quiet(zone: str, now: dt.datetime) -> bool:
    """Whether it is between 21:00 and 08:00 there."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    return hour >= QUIET_FROM or hour < QUIET_UNTIL


def _due(facts: ClockFacts, calendar: BusinessCalendar, now: dt.datetime) -> Iterator[_Due]:
    ahead: dict[str, _Due] = {}
    for row in CLOCKS:
        anchor = _anchor(row, facts, calendar)
        if anchor is None or not _runs(row, facts):
            continue
        for due in _turns(row, anchor, facts, calendar, now):
            if not row.before:
                yield due
            elif due.at <= now < anchor and _set_in_time(row, due.at, facts):
                # the later notice of the same thing stands for those that were missed
                ahead[row.trigger] = due
    yield from ahead.values()
    for handoff in facts.handoffs:
        yield from _follow_ups(handoff, facts, now)


def _set_in_time(row: ClockRow, due: dt.datetime, facts: ClockFacts) -> bool:
    """Nobody is reminded of a visit two days ahead that was set an hour ago."""
    made = facts.appointment_set_at if row.anchor == "appointment_at" else None
    return made is None or due > made


def _runs(row: ClockRow, facts: ClockFacts) -> bool:
    if facts.state not in row.states:
        return False
    if row.condition == "not_viewed":
        return facts.first_viewed_at is None
    return row.condition != "recovery_open" or facts.no_show_attempts < row.attempt


def _anchor(row: ClockRow, facts: ClockFacts, calendar: BusinessCalendar) -> dt.datetime | None:
    if row.anchor == "review_at":
        day = facts.review_on
        return None if day is None else moment(calendar.zone, day.toordinal(), 0)
    found: dt.datetime | None = getattr(facts, row.anchor)
    return found


def _turns(
    row: ClockRow, anchor: dt.datetime, facts: ClockFacts, calendar: BusinessCalendar, now: dt.datetime
) -> Iterator[_Due]:
    amount = row.amount(facts.priority)
    if amount is None:
        return
    mark = str(int(anchor.timestamp()))
    if row.every:
        step = _length(amount)
        for number in range(1, max(0, (now - anchor) // step) + 1):
            yield _Due(row, anchor + number * step, f"{mark}.{number}")
        return
    if row.before:
        at = anchor - _length(amount)
        yield _Due(row, before_quiet(at, facts.client_zone) if "client" in row.recipients else at, mark)
        return
    at = _promised(row, anchor, facts, calendar) or after(anchor, amount, calendar)
    if row.paused:
        at = _unpaused(at, facts, calendar)
    if at <= now:
        yield _Due(row, at, mark)


def _promised(
    row: ClockRow, anchor: dt.datetime, facts: ClockFacts, calendar: BusinessCalendar
) -> dt.datetime | None:
    """When that stage comes by what the receiver itself promises; None where it promises nothing."""
    if not row.promised or facts.answer_hours is None:
        return None
    at = after(anchor, answer_within(facts.priority, facts.answer_hours), calendar)
    return after(at, ANSWER_GRACE[facts.priority], calendar) if row.grace else at


def _length(amount: Amount) -> dt.timedelta:
    return dt.timedelta(hours=amount.number) if amount.unit == "hours" else dt.timedelta(days=amount.number)


def after(anchor: dt.datetime, amount: Amount, calendar: BusinessCalendar) -> dt.datetime:
    """The moment (UTC) that lies `amount` after `anchor`, in the receiver's working time where the unit
    says so."""
    if amount.number and amount.unit == "business_hours":
        return add_business_hours(anchor, amount.number, calendar)
    if amount.number and amount.unit == "business_days":
        return add_business_days(anchor, amount.number, calendar)
    return (anchor + _length(amount)).astimezone(dt.UTC)


def before_quiet(at: dt.datetime, zone: str) -> dt.datetime:
    """`at`, or 20:00 of the evening before when it falls into the quiet hours: late would be too late."""
    local = at.astimezone(ZoneInfo(zone))
    if QUIET_UNTIL <= local.hour < QUIET_FROM:
        return at
    day = local.toordinal() - (local.hour < QUIET_UNTIL)
    return moment(ZoneInfo(zone), day, (QUIET_FROM - 1) * 60)


def _unpaused(at: dt.datetime, facts: ClockFacts, calendar: BusinessCalendar) -> dt.datetime:
    """Moved on by the working time in which a question was open."""
    paused = sum((business_time_between(*each, calendar) for each in facts.questions), dt.timedelta())
    return add_business_hours(at, paused, calendar)


def _follow_ups(handoff: HandoffClock, facts: ClockFacts, now: dt.datetime) -> Iterator[_Due]:
    moments = {
        "follow_up_due": handoff.due_at or handoff.ended_at + FOLLOW_UP_DEFAULT,
        "follow_up_overdue": handoff.ended_at + FOLLOW_UP_LATEST,
    }
    for row in HANDOFF_CLOCKS:
        at = moments[row.anchor]
        if facts.state in row.states and handoff.followed_up_at is None and at <= now:
            yield _Due(row, at, handoff.id)


def answer_due(facts: ClockFacts, calendar: BusinessCalendar) -> dt.datetime | None:
    """By when an answer is promised; None before it is sent."""
    if facts.sent_at is None:
        return None
    amount = answer_within(facts.priority, facts.answer_hours)
    return _unpaused(after(facts.sent_at, amount, calendar), facts, calendar)


def expires_at(facts: ClockFacts, calendar: BusinessCalendar) -> dt.datetime | None:
    """When it expires for want of an answer, in its present state; None where no such clock runs.

    While a question is open the receiver's clock stands still and the sender's runs, from the question on.
    """
    if facts.state == "info_requested" and facts.info_requested_at is not None:
        return after(facts.info_requested_at, EXPIRES_AFTER, calendar)
    if facts.state == "sent" and facts.sent_at is not None:
        return _unpaused(after(facts.sent_at, EXPIRES_AFTER, calendar), facts, calendar)
    return None


def withdrawal_confirms_at(facts: ClockFacts, calendar: BusinessCalendar) -> dt.datetime | None:
    """When a withdrawal that was asked for counts as confirmed; None where none is."""
    if facts.state != "withdrawal_requested" or facts.withdrawal_requested_at is None:
        return None
    return after(facts.withdrawal_requested_at, WITHDRAWAL_CONFIRMED_AFTER, calendar)


def capacity_is_stale(stated_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a statement of capacity is shown as unknown: after seven days."""
    return now - stated_at >= _length(CAPACITY_STALE_AFTER)


def due_capacity_reminder(
    service_id: str, stated_at: dt.datetime, zone: str, now: dt.datetime
) -> Reminder | None:
    """The reminder to state capacity anew, its key one per statement; None when it is not due."""
    key = f"{service_id}:capacity:{int(stated_at.timestamp())}:provider_staff"
    if not capacity_is_stale(stated_at, now) or is_quiet(zone, now):
        return None
    return Reminder("capacity", "provider_staff", key, stated_at + _length(CAPACITY_STALE_AFTER))
