"""What a move is decided from: the referral as it stands, and what the one who acts has given or found."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from directory.referrals.decision import Decision
from directory.referrals.states import Priority, State

Modality = Literal["in_person", "phone", "video"]
AttemptOutcome = Literal["reached", "no_answer", "left_message", "wrong_number", "refused"]
CancelledBy = Literal["client", "receiver", "sender"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralView:
    """A referral as its rules see it. Moments are aware; None: it has not happened.

    `service_id` is the listing asked for, `receiver_id` the agency that would see the referral. `stamps` such
    as `sent_at` are written by `Move.sets` and by nothing else.
    """

    id: str
    state: State
    version: int = 1
    priority: Priority = "routine"
    client_id: str = ""
    sender_id: str = ""
    receiver_id: str = ""
    service_id: str = ""
    needs: tuple[str, ...] = ()
    contact_preference: str = ""
    self_referral: bool = False
    sent_at: dt.datetime | None = None
    first_viewed_at: dt.datetime | None = None
    info_requested_at: dt.datetime | None = None
    responded_at: dt.datetime | None = None
    accepted_at: dt.datetime | None = None
    waitlisted_at: dt.datetime | None = None
    scheduled_at: dt.datetime | None = None
    no_show_at: dt.datetime | None = None
    connected_at: dt.datetime | None = None
    withdrawal_requested_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A visit. `starts_at` is aware; `timezone` the IANA zone people will read it in."""

    id: str = ""
    starts_at: dt.datetime
    timezone: str
    modality: Modality
    place: str
    """Where, which number, or which link: what the person needs to get there."""
    contact: str
    """Whom to ask for."""
    client_told: str = ""
    """How the person was told: `present`, `phone`, `message`, `letter`, `by_sender`."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One logged try to reach the person (`contact_attempt`)."""

    at: dt.datetime
    method: str
    outcome: AttemptOutcome


@dataclass(frozen=True, slots=True)
class AttemptPolicy:
    """How often, on how many different days, someone must have tried before `unable_to_contact` may be said.

    The numbers are this project's (hospital pilots ask for a written number of attempts).
    """

    attempts: int = 3
    days: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFacts:
    """What the one who acts gives, as it is decided on. Moments are aware."""

    reason: str | None = None
    text: str = ""
    """Question, answer, note, or what more there is to say on a reason."""
    counselling_note: bool = False
    named_contact: str = ""
    next_step_due: dt.datetime | None = None
    expected: str = ""
    """When an opening is expected: an ISO date, or `unknown`."""
    position: int | None = None
    review_on: dt.date | None = None
    appointment: Appointment | None = None
    """The visit being set."""
    recovery_due: dt.datetime | None = None
    """By when someone tries to reach a person who missed a visit."""
    cancelled_by: CancelledBy | None = None
    connected_at: dt.datetime | None = None
    modality: Modality | None = None
    service_started: bool = False
    outcome_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFacts(GivenFacts):
    """All that any move may want; a move reads only what its rule names.

    Some are given by the one who acts (`reason`, `text`, `appointment`), some are found by the caller in
    the same transaction (`disclosure`, `live_referral_id`, `attempts`, `expires_at`, `consent_revoked`).
    """

    zone: str
    """The receiver's IANA zone, in whose days things are counted."""
    actor_id: str = ""
    expected_version: int | None = None
    """The version the actor saw; None: not stated. Another one is refused (`changed_meanwhile`)."""
    idempotency_key: str = ""
    disclosure: Decision | None = None
    """The gate's answer for this very recipient (`consent.may_disclose`)."""
    shares_new: bool = False
    """An answer to a question opens categories of information that were not shared before."""
    live_referral_id: str | None = None
    """Another live referral of the same client and service."""
    accepting_worker: str = ""
    live_appointment: Appointment | None = None
    """The visit already set, which is moved, missed or cancelled."""
    attempts: tuple[Attempt, ...] = ()
    attempt_policy: AttemptPolicy = AttemptPolicy()
    expires_at: dt.datetime | None = None
    """`clocks.expires_at`; None: no clock runs."""
    withdrawal_confirms_at: dt.datetime | None = None
    consent_revoked: bool = False
    own_link: bool = False
    """The person holds this referral's own private link, or is signed in as its client."""
    second_person: str = ""
    """Who else agreed that it was a mistake."""
