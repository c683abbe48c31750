"""The conditions of a move, each by name: a small pure function, the field it is about, and one sentence.

A refusal says the guard's code; a form shows its sentence beside its field.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from directory.phrases import N_
from directory.referrals.business_time import date_in
from directory.referrals.move_facts import Appointment, Attempt, AttemptPolicy, MoveFacts, ReferralView


def enough_attempts(attempts: Iterable[Attempt], zone: str, now: dt.datetime, wanted: AttemptPolicy) -> bool:
    """Whether the logged attempts meet the policy; days are counted in `zone`, future ones do not count."""
    made = [date_in(zone, each.at) for each in attempts if each.at <= now]
    return len(made) >= wanted.attempts and len(set(made)) >= wanted.days


class Situation(NamedTuple):
    """What a condition looks at: the referral as it stands, what was given and found, and when."""

    referral: ReferralView
    facts: MoveFacts
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The day it is at the receiver's."""
        return date_in(self.facts.zone, self.now)


@dataclass(frozen=True, slots=True)
class Guard:
    """One condition. `code` is what a refusal is called, `field` the input to mend ("" if none)."""

    code: str
    field: str
    message: str
    holds: Callable[[Situation], bool]


def _appointment_complete(given: Appointment | None, now: dt.datetime) -> bool:
    return (
        given is not None
        and given.starts_at > now
        and all((given.timezone, given.modality, given.place, given.contact, given.client_told))
    )


def _another_time(facts: MoveFacts) -> bool:
    old, new = facts.live_appointment, facts.appointment
    return old is None or new is None or old.starts_at != new.starts_at


def _expected_said(expected: str, today: dt.date) -> bool:
    if expected == "unknown":
        return True
    try:
        return dt.date.fromisoformat(expected) >= today
    except ValueError:
        return False


def _connection_fits(situation: Situation) -> bool:
    """Known already, or given now: not ahead of time, and not before the referral was sent."""
    referral, facts, now = situation
    if referral.connected_at is not None:
        return True
    given = facts.connected_at
    return given is not None and given <= now and (referral.sent_at is None or given >= referral.sent_at)


def _passed(moment: dt.datetime | None, now: dt.datetime) -> bool:
    return moment is not None and moment <= now


def _reachable(facts: MoveFacts, now: dt.datetime) -> bool:
    return facts.reason != "unable_to_contact" or enough_attempts(
        facts.attempts, facts.zone, now, facts.attempt_policy
    )


_ALL = (
    Guard("need_missing", "needs", N_("Please say what the person needs."), lambda s: bool(s.referral.needs)),
    Guard(
        "service_missing",
        "service",
        N_("Please choose a service."),
        lambda s: bool(s.referral.service_id and s.referral.receiver_id),
    ),
    Guard(
        "contact_preference_missing",
        "contact_preference",
        N_("Please say how the person wants to be reached."),
        lambda s: bool(s.referral.contact_preference),
    ),
    Guard(
        "idempotency_key_missing",
        "idempotency_key",
        N_("This form has no key. Please open it again."),
        lambda s: bool(s.facts.idempotency_key),
    ),
    Guard(
        "live_referral_exists",
        "",
        N_("This person already has an open referral for this service."),
        lambda s: s.facts.live_referral_id in {None, s.referral.id},
    ),
    Guard("text_missing", "text", N_("Please write a few words."), lambda s: bool(s.facts.text.strip())),
    Guard(
        "worker_missing",
        "accepting_worker",
        N_("Please say who takes this on."),
        lambda s: bool(s.facts.accepting_worker),
    ),
    Guard(
        "contact_missing",
        "named_contact",
        N_("Please name someone the person can ask for."),
        lambda s: bool(s.facts.named_contact.strip()),
    ),
    Guard(
        "next_step_missing",
        "next_step_due",
        N_("Please say by when the next step is due."),
        lambda s: s.facts.next_step_due is not None and s.facts.next_step_due > s.now,
    ),
    Guard(
        "not_expired",
        "",
        N_("There is still time to answer."),
        lambda s: _passed(s.facts.expires_at, s.now),
    ),
    Guard(
        "expected_missing",
        "expected",
        N_("Please give a date, or say that it is not known."),
        lambda s: _expected_said(s.facts.expected, s.today),
    ),
    Guard(
        "review_date_missing",
        "review_on",
        N_("Please set a day to look at this again."),
        lambda s: s.facts.review_on is not None and s.facts.review_on >= s.today,
    ),
    Guard(
        "appointment_incomplete",
        "appointment",
        N_("Please give time, place, contact, and how the person was told."),
        lambda s: _appointment_complete(s.facts.appointment, s.now),
    ),
    Guard("same_time", "appointment", N_("Please choose another time."), lambda s: _another_time(s.facts)),
    Guard(
        "appointment_unknown",
        "appointment_id",
        N_("Please say which visit this is about."),
        lambda s: s.facts.live_appointment is not None and bool(s.facts.live_appointment.id),
    ),
    Guard(
        "appointment_not_begun",
        "appointment_id",
        N_("This visit is still ahead."),
        lambda s: s.facts.live_appointment is not None and s.facts.live_appointment.starts_at <= s.now,
    ),
    Guard(
        "recovery_missing",
        "recovery_due",
        N_("Please say by when someone will reach out."),
        lambda s: s.facts.recovery_due is not None and s.facts.recovery_due > s.now,
    ),
    Guard(
        "cancelled_by_missing",
        "cancelled_by",
        N_("Please say who cancelled."),
        lambda s: s.facts.cancelled_by is not None,
    ),
    Guard(
        "connection_missing",
        "connected_at",
        N_("Please say when the person was first met or served."),
        _connection_fits,
    ),
    Guard(
        "modality_missing", "modality", N_("Please say how you met."), lambda s: s.facts.modality is not None
    ),
    Guard(
        "service_not_started",
        "service_started",
        N_("Please confirm that service has started."),
        lambda s: s.facts.service_started,
    ),
    Guard(
        "counselling_note",
        "text",
        N_("Notes from counseling are never kept here."),
        lambda s: not s.facts.counselling_note,
    ),
    Guard(
        "outcome_date_missing",
        "outcome_on",
        N_("Please give the day it ended, not one ahead."),
        lambda s: s.facts.outcome_on is not None and s.facts.outcome_on <= s.today,
    ),
    Guard(
        "too_few_attempts",
        "reason",
        N_("Please try more often first, on different days, and log each try."),
        lambda s: _reachable(s.facts, s.now),
    ),
    Guard(
        "confirmation_not_due",
        "",
        N_("They still have time to confirm."),
        lambda s: _passed(s.facts.withdrawal_confirms_at, s.now),
    ),
    Guard("consent_not_revoked", "", N_("The consent still stands."), lambda s: s.facts.consent_revoked),
    Guard(
        "not_own_referral",
        "",
        N_("Please use the private link of this referral."),
        lambda s: s.facts.own_link or s.referral.self_referral,
    ),
    Guard(
        "own_link_missing",
        "",
        N_("Please use the private link of this referral."),
        lambda s: s.facts.own_link,
    ),
    Guard(
        "second_person_missing",
        "second_person",
        N_("A second person must agree. Please name them."),
        lambda s: bool(s.facts.second_person) and s.facts.second_person != s.facts.actor_id,
    ),
)
GUARDS: dict[str, Guard] = {each.code: each for each in _ALL}
"""Every condition by the code of its refusal."""
