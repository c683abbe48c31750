"""Invented referrals by the hundred thousand, the same for one seed but for ids and nonces.

Of forty agencies two are big: one sends four in ten of all referrals, another receives four in ten. A person
has three referrals, and a consent that names those who receive them; what people wrote is sealed with a real
key. Rows go in by the thousand, without the audit lines that real deeds leave.
"""

import datetime as dt
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, insert

from directory.accounts.keys import KeyRing
from directory.accounts.sealed import Place, Sealed
from directory.accounts.tables import Agency, Membership, User, new_id
from directory.database import Base
from directory.listings.store_load import in_chunks
from directory.referrals import check_in_rows
from directory.referrals.business_time import OFFICE_WEEK
from directory.referrals.decision import NOTICE_VERSION
from directory.referrals.information import categories_of
from directory.referrals.states import STATES, TERMINAL, State
from directory.referrals.tables import Appointment, CheckIn, Message, Referral, ReferralEvent
from directory.referrals.tables_clients import Client
from directory.referrals.tables_consents import Consent, ConsentRecipient, Disclosure

SEED = 20261121
AGENCIES, WORKERS, BIG = 40, 5, 0.4
EACH = 3
"""Referrals of one person."""
DAYS = 180
"""Over which they were sent."""
ANSWERED = 0.9
"""Of the check-ins that are due."""
PEOPLE_AT_A_TIME = 400
SHARED = ("name", "need_text", "needs", "note", "phone", "priority", "messages")
SHARES: dict[State, int] = {
    "draft": 3,
    "sent": 8,
    "info_requested": 2,
    "accepted": 5,
    "waitlisted": 3,
    "scheduled": 5,
    "no_show": 1,
    "in_service": 6,
    "withdrawal_requested": 1,
    "completed": 38,
    "unsuccessful": 11,
    "declined": 9,
    "withdrawn": 4,
    "expired": 4,
}
"""In a hundred."""
HISTORY: dict[State, tuple[State, ...]] = {
    "sent": ("sent",),
    "info_requested": ("sent", "info_requested"),
    "accepted": ("sent", "accepted"),
    "waitlisted": ("sent", "accepted", "waitlisted"),
    "scheduled": ("sent", "accepted", "scheduled"),
    "no_show": ("sent", "accepted", "scheduled", "no_show"),
    "in_service": ("sent", "accepted", "scheduled", "in_service"),
    "withdrawal_requested": ("sent", "accepted", "withdrawal_requested"),
    "completed": ("sent", "accepted", "scheduled", "in_service", "completed"),
    "unsuccessful": ("sent", "accepted", "unsuccessful"),
    "declined": ("sent", "declined"),
    "withdrawn": ("sent", "withdrawn"),
    "expired": ("sent", "expired"),
}
EVENTS: dict[State, str] = {
    "sent": "send",
    "info_requested": "request_info",
    "accepted": "accept",
    "waitlisted": "waitlist",
    "scheduled": "schedule",
    "no_show": "record_no_show",
    "in_service": "record_connected",
    "withdrawal_requested": "request_withdrawal",
    "completed": "close_successful",
    "unsuccessful": "close_unsuccessful",
    "declined": "decline",
    "withdrawn": "withdraw",
    "expired": "expire",
}

Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class _Known:
    """A person, as their referrals are made."""

    client: str
    consent: str
    sender: str
    began: dt.datetime


@dataclass(slots=True)
class Maker:
    """Makes the rows of one person at a time."""

    ring: KeyRing
    now: dt.datetime
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    agencies: list[str] = field(default_factory=lambda: [new_id() for _ in range(AGENCIES)])
    workers: dict[str, list[str]] = field(default_factory=dict)
    services: list[str] = field(default_factory=lambda: [new_id() for _ in range(1000)])

    def seal(self, kind: type[Base], column: str, key: str, text: str) -> Sealed:
        """As `KeyRing.put` would, without making the row first."""
        return self.ring.seal(text, Place(kind.__tablename__, column, key))

    def network(self) -> Rows:
        """Agencies, each with a few who send and a few who receive."""
        rows: Rows = {Agency: [], User: [], Membership: []}
        week = [[day, f"{begin // 60:02}:00", f"{end // 60:02}:00"] for day, begin, end in OFFICE_WEEK]
        for number, key in enumerate(self.agencies):
            rows[Agency].append(
                {
                    "id": key,
                    "name": f"Agency {number}",
                    "timezone": "America/New_York",
                    "response_hours": week,
                    "closed_dates": [],
                    "created_at": self.now,
                }
            )
            self.workers[key] = [new_id() for _ in range(WORKERS)]
            for place, worker in enumerate(self.workers[key]):
                email = f"worker{place}@agency{number}.example"
                name = f"Worker {number}.{place}"
                rows[User].append({"id": worker, "email": email, "name": name, "created_at": self.now})
                role = "provider_staff" if place % 2 else "caseworker"
                whole = {"user_id": worker, "agency_id": key, "role": role, "created_at": self.now}
                rows[Membership].append({"id": new_id(), **whole})
        return rows

    def _agency(self, big: int, *, but: str = "") -> str:
        found = self.agencies[big if self.chance.random() < BIG else self.chance.randrange(AGENCIES)]
        return found if found != but else self.agencies[(self.agencies.index(but) + 2) % AGENCIES]

    def person(self, rows: Rows, number: int, count: int) -> None:
        """A person with so many referrals, their consent, and all that happened."""
        sender = self._agency(0)
        receivers = [self._agency(1, but=sender) for _ in range(count)]
        key, consent = new_id(), new_id()
        began = self.now - dt.timedelta(days=self.chance.uniform(1, DAYS))
        texts = {"name": f"Person {number}", "phone": f"215555{number:06}", "birth_date": "1984-03-02"}
        rows[Client].append(
            {
                "id": key,
                "agency_id": sender,
                **{name: self.seal(Client, name, key, text) for name, text in texts.items()},
                "is_adult": True,
                "state": "PA",
                "contact_preference": "phone",
                "wants_check_ins": True,
                "created_by": self.workers[sender][0],
                "created_at": began,
                "changed_at": began,
            }
        )
        known = _Known(key, consent, sender, began)
        self._consent(rows, known, receivers)
        for receiver in receivers:
            self._referral(rows, known, receiver)

    def _consent(self, rows: Rows, known: _Known, receivers: list[str]) -> None:
        key, sender, at = known.consent, known.sender, known.began
        rows[Consent].append(
            {
                "id": key,
                "client_id": known.client,
                "agency_id": sender,
                "type": "part2_named",
                "rule_version": "2024",
                "data_class": "other",
                "patient_name": self.seal(Consent, "patient_name", key, "Person"),
                "discloser_name": f"Agency {self.agencies.index(sender)}",
                "intermediary_named": False,
                "intermediary_participants": [],
                "categories": ["contact", "need", "note", "visits"],
                "description": self.seal(Consent, "description", key, "Name, contact, need, notes"),
                "purposes": ["referral"],
                "revocation_statement": True,
                "expires_on": self.now.date() + dt.timedelta(days=200),
                "expires_none": False,
                "timezone": "America/New_York",
                "signer": "client",
                "signature_kind": "typed",
                "signature_evidence": self.seal(Consent, "signature_evidence", key, "Person"),
                "signed_at": at,
                "statements_given": [],
                "language": "en",
                "form_version": "1",
                "document_hash": "0" * 64,
                "recorded_at": at,
            }
        )
        for position, receiver in enumerate(dict.fromkeys(receivers)):
            named = {"recipient_id": receiver, "name": f"Agency {self.agencies.index(receiver)}"}
            rows[ConsentRecipient].append({"id": new_id(), "consent_id": key, "position": position, **named})

    def _referral(self, rows: Rows, known: _Known, receiver: str) -> None:
        key, sender, began = new_id(), known.sender, known.began
        state: State = self.chance.choices(list(SHARES), list(SHARES.values()))[0]
        steps = HISTORY.get(state, ())
        gap = min(dt.timedelta(days=2), (self.now - began) / (len(steps) + 1))
        at = {step: began + gap * (place + 1) for place, step in enumerate(steps)}
        worker = self.workers[receiver][1]
        told = {"need_text": "Looks for a place close to work", "note": "Mornings are best. Has a dog."}
        left = {"name": "Person", "needs": ["outpatient"], **told, "priority": "routine"}
        rows[Referral].append(
            {
                "id": key,
                "client_id": known.client,
                "from_agency_id": sender,
                "from_user_id": self.chance.choice(self.workers[sender][::2]),
                "to_agency_id": receiver,
                "listing_id": new_id(),
                "service_id": self.services[len(rows[Referral]) % len(self.services)],
                "snapshot": {
                    "name": "Outpatient program",
                    "organization": f"Agency {self.agencies.index(receiver)}",
                    "phone": "215-555-0100",
                    "address": {"address_1": "40 Market Street", "city": "Philadelphia"},
                },
                "needs": ["outpatient"],
                "area": "PA/Philadelphia",
                "priority": "urgent" if self.chance.random() < 0.1 else "routine",
                "shared_fields": sorted(SHARED),
                "purpose": "referral",
                "details": self.seal(Referral, "details", key, json.dumps(told)),
                "handed_over": self.seal(Referral, "handed_over", key, json.dumps(left)) if steps else None,
                "contact_preference": "phone",
                "consent_id": known.consent if steps else None,
                "status": state,
                "turn": STATES[state].owner,
                "version": len(steps) + 1,
                "sent_at": at.get("sent"),
                "answer_due_at": at["sent"] + dt.timedelta(days=3) if steps else None,
                "first_viewed_at": at.get(steps[1]) if len(steps) > 1 and state != "expired" else None,
                "responded_at": at.get(steps[1]) if len(steps) > 1 else None,
                "accepted_at": at.get("accepted"),
                "scheduled_at": at.get("scheduled"),
                "connected_at": at.get("in_service"),
                "accepted_by": worker if "accepted" in at else None,
                "closed_at": at[state] if state in TERMINAL else None,
                "created_at": began,
                "changed_at": at.get(state, began),
            }
        )
        if steps:
            self._happened(rows, rows[Referral][-1], at)

    def _happened(self, rows: Rows, row: dict[str, Any], at: dict[State, dt.datetime]) -> None:
        """The history, two messages, a visit, what was disclosed."""
        key, before = row["id"], "draft"
        for position, (step, moment) in enumerate(at.items(), 1):
            ours = step in ("sent", "withdrawn", "withdrawal_requested")
            side = "from" if ours else "to"
            who = row["from_user_id"] if ours else self.workers[row["to_agency_id"]][1]
            rows[ReferralEvent].append(
                {
                    "id": new_id(),
                    "referral_id": key,
                    "position": position,
                    "event": EVENTS[step],
                    "from_status": before,
                    "to_status": step,
                    "actor": "sender_worker" if ours else "receiver_worker",
                    "user_id": who,
                    "agency_id": row[f"{side}_agency_id"],
                    "role": "caseworker" if ours else "provider_staff",
                    "at": moment,
                    "version_before": position,
                    "version_after": position + 1,
                    "channel": "web",
                    "consent_id": row["consent_id"] if step == "sent" else None,
                }
            )
            before = step
        for position, side in enumerate(("sender", "receiver"), 1):
            message = new_id()
            body = self.seal(Message, "body", message, "Please call in the morning.")
            whole = {"position": position, "side": side, "kind": "message", "body": body, "at": at["sent"]}
            rows[Message].append({"id": message, "referral_id": key, **whole})
        if "scheduled" in at:
            self._visit(rows, key, at["scheduled"])
        if "in_service" in at:
            self._check_ins(rows, row, at["in_service"])
        for moment in list(at.values())[:2]:
            rows[Disclosure].append(
                {
                    "id": new_id(),
                    "client_id": row["client_id"],
                    "referral_id": key,
                    "consent_id": row["consent_id"],
                    "agency_id": row["from_agency_id"],
                    "basis": "consent",
                    "recipient_id": row["to_agency_id"],
                    "recipient_name": row["snapshot"]["organization"],
                    "fields": sorted(SHARED),
                    "categories": sorted(categories_of(SHARED)),
                    "purpose": "referral",
                    "channel": "web",
                    "part2": True,
                    "notice_version": NOTICE_VERSION,
                    "at": moment,
                }
            )

    def _visit(self, rows: Rows, referral: str, at: dt.datetime) -> None:
        key = new_id()
        rows[Appointment].append(
            {
                "id": key,
                "referral_id": referral,
                "starts_at": at + dt.timedelta(days=1),
                "timezone": "America/New_York",
                "modality": "in_person",
                "place": self.seal(Appointment, "place", key, "40 Market Street"),
                "contact": self.seal(Appointment, "contact", key, "Pat"),
                "client_told": "phone",
                "status": "set",
                "made_at": at,
            }
        )

    def _check_ins(self, rows: Rows, row: dict[str, Any], met: dt.datetime) -> None:
        """Of what is due, most is answered."""
        for days in check_in_rows.DAYS:
            due = met + dt.timedelta(days=days)
            answered = due < self.now and self.chance.random() < ANSWERED
            told = {str(each): "yes" if answered else None for each in check_in_rows.QUESTIONS}
            rows[CheckIn].append(
                {
                    "id": new_id(),
                    "referral_id": row["id"],
                    "from_agency_id": row["from_agency_id"],
                    "days": days,
                    "due_on": due.date(),
                    "answered_at": due if answered else None,
                    "answered_through": "worker" if answered else None,
                    **told,
                }
            )


ORDER = (
    Client,
    Consent,
    ConsentRecipient,
    Referral,
    ReferralEvent,
    Message,
    Appointment,
    CheckIn,
    Disclosure,
)
"""So that every row finds what it refers to."""


def _counts(size: int) -> Iterator[tuple[int, int]]:
    """(number of the person, how many referrals they have)."""
    for number in range(-(-size // EACH)):
        yield number, min(EACH, size - number * EACH)


def seed(engine: Engine, ring: KeyRing, size: int, now: dt.datetime) -> Maker:
    """Fills an empty database of the newest schema with `size` referrals; answers who is there."""
    maker = Maker(ring, now)
    with engine.begin() as connection:
        for kind, found in maker.network().items():
            connection.execute(insert(kind), found)
    for people in in_chunks(_counts(size), PEOPLE_AT_A_TIME):
        rows: Rows = {kind: [] for kind in ORDER}
        for number, count in people:
            maker.person(rows, number, count)
        with engine.begin() as connection:
            for kind, found in rows.items():
                if found:
                    connection.execute(insert(kind), found)
    return maker
