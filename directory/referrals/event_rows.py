"""What each event of a referral asks for: its button, the reasons it takes, its conditions, what it stamps.

One row per event and actor where they differ (a person gives no reason for stopping; a worker does).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from directory.phrases import N_
from directory.referrals.move_rows import Actor, Event
from directory.referrals.reasons import (
    CANCEL_REASONS,
    CLOSURE_REASONS,
    DECLINE_REASONS,
    PAUSE_REASONS,
    SUCCESS_REASONS,
    VOID_REASONS,
    WITHDRAW_REASONS,
    Reason,
)

Stamp = tuple[str, Literal["first", "always"]]
"""A moment of the referral, set only the first time or every time."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """`label` is for a button, `done` for the history (message ids). `gate`: when the consent gate must say
    yes."""

    label: str
    done: str
    guards: tuple[str, ...] = ()
    reasons: Mapping[str, Reason] | None = None
    reason_optional: bool = False
    gate: Literal["always", "if_new", "never"] = "never"
    stamps: tuple[Stamp, ...] = ()
    leads_on: bool = False
    """Does it bring the person nearer to help? Its button is strong."""


_VISIT = ("appointment_incomplete",)
_ANSWERED: Stamp = ("responded_at", "first")
_STOP, _STOPPED = N_("Stop this referral"), N_("Stopped")

EVENTS: dict[Event, EventRow] = {
    "send": EventRow(
        N_("Send"),
        N_("Sent"),
        (
            "need_missing",
            "service_missing",
            "contact_preference_missing",
            "idempotency_key_missing",
            "live_referral_exists",
        ),
        gate="always",
        stamps=(("sent_at", "first"),),
    ),
    "request_info": EventRow(
        N_("Ask a question"),
        N_("Question asked"),
        ("text_missing",),
        stamps=(_ANSWERED, ("info_requested_at", "always")),
    ),
    "supply_info": EventRow(
        N_("Answer"), N_("Question answered"), ("text_missing",), gate="if_new", leads_on=True
    ),
    "accept": EventRow(
        N_("Accept"),
        N_("Accepted"),
        ("worker_missing", "contact_missing", "next_step_missing"),
        stamps=(_ANSWERED, ("accepted_at", "first")),
        leads_on=True,
    ),
    "decline": EventRow(N_("Decline"), N_("Declined"), reasons=DECLINE_REASONS, stamps=(_ANSWERED,)),
    "withdraw": EventRow(_STOP, _STOPPED, reasons=WITHDRAW_REASONS),
    "expire": EventRow(N_("Expire"), N_("No answer in time"), ("not_expired",)),
    "waitlist": EventRow(
        N_("Put on the waitlist"),
        N_("Put on the waitlist"),
        ("expected_missing", "review_date_missing"),
        stamps=(("waitlisted_at", "always"),),
    ),
    "schedule": EventRow(
        N_("Set a visit"), N_("Visit set"), _VISIT, stamps=(("scheduled_at", "always"),), leads_on=True
    ),
    "reschedule": EventRow(
        N_("Move the visit"),
        N_("Visit moved"),
        ("appointment_unknown", *_VISIT, "same_time"),
        stamps=(("scheduled_at", "always"),),
    ),
    "schedule_next": EventRow(
        N_("Set the next visit"),
        N_("Next visit set"),
        _VISIT,
        stamps=(("scheduled_at", "always"),),
        leads_on=True,
    ),
    "record_no_show": EventRow(
        N_("The person did not come"),
        N_("Visit missed"),
        ("appointment_unknown", "appointment_not_begun", "recovery_missing"),
        stamps=(("no_show_at", "always"),),
    ),
    "cancel_appointment": EventRow(
        N_("Cancel the visit"),
        N_("Visit cancelled"),
        ("appointment_unknown", "cancelled_by_missing"),
        CANCEL_REASONS,
    ),
    "record_connected": EventRow(
        N_("The person was met"),
        N_("Connected"),
        ("connection_missing", "modality_missing", "service_not_started"),
        stamps=(("connected_at", "first"),),
        leads_on=True,
    ),
    "progress_note": EventRow(N_("Add a note"), N_("Note added"), ("text_missing", "counselling_note")),
    "pause": EventRow(
        N_("Pause"),
        N_("Paused"),
        ("review_date_missing",),
        PAUSE_REASONS,
        stamps=(("waitlisted_at", "always"),),
    ),
    "close_successful": EventRow(
        N_("Close: got the service"),
        N_("Closed with service"),
        ("outcome_date_missing", "connection_missing"),
        SUCCESS_REASONS,
        stamps=(("connected_at", "first"),),
    ),
    "close_unsuccessful": EventRow(
        N_("Close: no service"), N_("Closed without service"), ("too_few_attempts",), CLOSURE_REASONS
    ),
    "request_withdrawal": EventRow(
        N_("Ask to stop"),
        N_("Asked to stop"),
        reasons=WITHDRAW_REASONS,
        stamps=(("withdrawal_requested_at", "first"),),
    ),
    "confirm_withdrawal": EventRow(N_("Confirm the stop"), N_("Stop confirmed"), leads_on=True),
    "consent_revoked": EventRow(N_("Consent taken back"), N_("Consent taken back"), ("consent_not_revoked",)),
    "void": EventRow(
        N_("Mark as a mistake"), N_("Marked as a mistake"), ("second_person_missing",), VOID_REASONS
    ),
}
BY_ACTOR: dict[tuple[Event, Actor], EventRow] = {
    ("withdraw", "client"): EventRow(
        _STOP, _STOPPED, ("not_own_referral",), WITHDRAW_REASONS, reason_optional=True
    ),
    ("request_withdrawal", "client"): EventRow(
        N_("Ask to stop"),
        N_("Asked to stop"),
        ("own_link_missing",),
        WITHDRAW_REASONS,
        reason_optional=True,
        stamps=(("withdrawal_requested_at", "first"),),
    ),
    ("confirm_withdrawal", "system"): EventRow(
        N_("Confirm the stop"), N_("Stop confirmed"), ("confirmation_not_due",)
    ),
}
"""Where an actor's row differs from the event's."""


def event_row(event: Event, actor: Actor) -> EventRow:
    """The rule of an event for one actor."""
    return BY_ACTOR.get((event, actor), EVENTS[event])
