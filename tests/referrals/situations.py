"""Referrals, facts and consents that are in order; a test spoils one thing at a time."""

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from directory.referrals.consent import may_disclose
from directory.referrals.consent_record import Agency, Consent, ConsentRecipient, Person, Signature
from directory.referrals.decision import Decision
from directory.referrals.disclosing import DisclosureRequest
from directory.referrals.event_rows import event_row
from directory.referrals.move_facts import Appointment, Attempt, MoveFacts, ReferralView
from directory.referrals.move_rows import Actor, Event
from directory.referrals.states import State

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "referrals"
NOW = dt.datetime(2026, 11, 18, 15, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
A = Agency(id="agency-a", name="Agency A")
B = Agency(id="agency-b", name="Agency B")
C = Agency(id="agency-c", name="Agency C")
PERSON = Person(id="client-1", adult_confirmed=True, state="PA")
FIELDS = frozenset({"name", "phone", "needs"})


def sample(name: str) -> list[dict[str, str]]:
    """The rows of one fact file."""
    with (SAMPLES / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def complete_consent(**given: Any) -> Consent:
    """A consent that names Agency B, with every element of 2.31(a)."""
    whole: dict[str, Any] = {
        "id": "consent-1",
        "client_id": PERSON.id,
        "patient_name": "Alex Example",
        "discloser_id": A.id,
        "discloser_name": A.name,
        "recipients": (ConsentRecipient(B.id, B.name),),
        "categories": frozenset({"contact", "need"}),
        "description": "Name, contact details and what help is needed",
        "revocation_statement": True,
        "expires_on": NOW.date() + 90 * DAY,
        "timezone": "America/New_York",
        "signature": Signature("drawn", "sha256:1"),
        "signed_at": NOW - DAY,
    }
    return Consent(**{**whole, **given})


def tpo_consent(**given: Any) -> Consent:
    """A complete consent for treatment, payment and operations."""
    tpo: dict[str, Any] = {
        "type": "part2_tpo",
        "purposes": frozenset({"treatment", "payment", "operations"}),
        "statements_given": frozenset({"redisclosure", "refusal"}),
    }
    return complete_consent(**{**tpo, **given})


def request(**given: Any) -> DisclosureRequest:
    """Agency A sends contact and need to Agency B."""
    whole: dict[str, Any] = {"person": PERSON, "discloser": A, "recipient": B, "fields": FIELDS}
    return DisclosureRequest(**{**whole, **given})


def allowed() -> Decision:
    """The gate's yes, for Agency B."""
    return may_disclose(request(), complete_consent(), NOW)


def referral(state: State = "sent", **given: Any) -> ReferralView:
    """A referral to Agency B in that state."""
    whole: dict[str, Any] = {
        "id": "referral-1",
        "state": state,
        "client_id": PERSON.id,
        "sender_id": A.id,
        "receiver_id": B.id,
        "service_id": "service-1",
        "needs": ("detox",),
        "contact_preference": "phone",
        "sent_at": None if state == "draft" else NOW - 10 * DAY,
    }
    return ReferralView(**{**whole, **given})


def visit(starts_at: dt.datetime, **given: Any) -> Appointment:
    """A visit with everything said."""
    return Appointment(
        **{
            "id": "visit-1",
            "starts_at": starts_at,
            "timezone": "America/New_York",
            "modality": "in_person",
            "place": "12 Example Street",
            "contact": "Sam",
            "client_told": "phone",
            **given,
        }
    )


THREE_TRIES = tuple(Attempt(NOW - days * DAY, "phone", "no_answer") for days in (1, 2, 3))
EVERYTHING = MoveFacts(
    zone="America/New_York",
    actor_id="user-1",
    idempotency_key="key-1",
    text="A few words",
    accepting_worker="user-2",
    named_contact="Sam",
    next_step_due=NOW + DAY,
    expected="unknown",
    review_on=NOW.date() + 7 * DAY,
    appointment=visit(NOW + 2 * DAY, id="visit-2"),
    live_appointment=visit(NOW - DAY),
    recovery_due=NOW + DAY,
    cancelled_by="client",
    connected_at=NOW - dt.timedelta(hours=1),
    modality="in_person",
    service_started=True,
    outcome_on=NOW.date(),
    attempts=THREE_TRIES,
    expires_at=NOW - DAY,
    withdrawal_confirms_at=NOW - DAY,
    consent_revoked=True,
    own_link=True,
    second_person="user-3",
)


def facts_for(event: Event, actor: Actor, **given: Any) -> MoveFacts:
    """All that the event asks for; the first of its reasons."""
    reasons = event_row(event, actor).reasons
    whole = replace(EVERYTHING, disclosure=allowed(), reason=next(iter(reasons), None) if reasons else None)
    return replace(whole, **given)
