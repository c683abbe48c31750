"""Rows as the pure rules of this room see them, with what is sealed opened."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts import tables as accounts
from directory.accounts.keys import KeyRing
from directory.referrals import consent_record as pure
from directory.referrals.acting import Acting
from directory.referrals.business_time import OFFICE_WEEK, BusinessCalendar
from directory.referrals.move_facts import Appointment as Visit
from directory.referrals.move_facts import Attempt, AttemptOutcome, Modality, ReferralView
from directory.referrals.tables import Appointment, ContactAttempt, Referral
from directory.referrals.tables_clients import Client
from directory.referrals.tables_consents import Consent

Statement = Literal["redisclosure", "refusal"]
STAMPS = (
    "sent_at",
    "first_viewed_at",
    "info_requested_at",
    "responded_at",
    "accepted_at",
    "waitlisted_at",
    "scheduled_at",
    "no_show_at",
    "connected_at",
    "withdrawal_requested_at",
    "closed_at",
)


class OpenedVisit(NamedTuple):
    """A visit, where it is, and whom to ask for."""

    row: Appointment
    place: str
    contact: str

    def as_values(self) -> dict[str, Any]:
        """For a page or a payload; moments as they are."""
        whole = {name: getattr(self.row, name) for name in ("starts_at", "timezone", "modality", "status")}
        return {**whole, "place": self.place, "contact": self.contact}


def texts_of(ring: KeyRing, row: Any, column: str) -> dict[str, Any]:
    """A sealed column that holds JSON; empty when there is nothing."""
    text = ring.get(row, column)
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def as_text(values: Mapping[str, Any]) -> str | None:
    """JSON to be sealed; None for nothing."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True) if values else None


def receiver_id(row: Referral) -> str:
    """Who would see it: the agency, or the listed organization that has no account."""
    return row.to_agency_id or row.to_organization_id or ""


def as_view(row: Referral) -> ReferralView:
    """The referral as `transitions.decide_move` wants it."""
    return ReferralView(
        id=row.id,
        state=row.status,
        version=row.version,
        priority="urgent" if row.priority == "urgent" else "routine",
        client_id=row.client_id,
        sender_id=row.from_agency_id,
        receiver_id=receiver_id(row),
        service_id=row.service_id or "",
        needs=tuple(row.needs),
        contact_preference=row.contact_preference,
        self_referral=row.self_referral,
        **{name: getattr(row, name) for name in STAMPS},
    )


def as_consent(ring: KeyRing, row: Consent) -> pure.Consent:
    """The consent with what ended it. Raises `SealBroken`."""
    ended, ending = row.revocation, row.ending
    return pure.Consent(
        id=row.id,
        client_id=row.client_id,
        type=_one_of(pure.ConsentType, row.type),
        rule_version=row.rule_version,
        patient_name=ring.get(row, "patient_name") or "",
        discloser_id=row.agency_id,
        discloser_name=row.discloser_name,
        recipients=tuple(pure.ConsentRecipient(each.recipient_id, each.name) for each in row.recipients),
        recipient_class=ring.get(row, "recipient_class") or "",
        intermediary_named=row.intermediary_named,
        intermediary_participants=tuple(row.intermediary_participants),
        categories=frozenset(row.categories),
        description=ring.get(row, "description") or "",
        purposes=frozenset(_one_of(pure.Purpose, each) for each in row.purposes),
        revocation_statement=row.revocation_statement,
        expires_on=row.expires_on,
        expiry_event=ring.get(row, "expiry_event") or "",
        expiry_event_at=ending.occurred_at if ending else None,
        expires_none=row.expires_none,
        timezone=row.timezone,
        signer=_one_of(pure.Signer, row.signer),
        representative_name=ring.get(row, "representative_name") or "",
        representative_authority=ring.get(row, "representative_authority") or "",
        signature=pure.Signature(
            _one_of(pure.SignatureKind, row.signature_kind), ring.get(row, "signature_evidence") or ""
        ),
        signed_at=row.signed_at,
        statements_given=frozenset(_one_of(Statement, each) for each in row.statements_given),
        language=row.language,
        form_version=row.form_version,
        revoked_at=ended.revoked_at if ended else None,
        revoked_by=ended.by if ended else "",
        revoked_how=ended.how if ended else "",
        revoked_reason=(ring.get(ended, "reason") or "") if ended else "",
        document_hash=row.document_hash,
    )


def _one_of(words: Any, word: str) -> Any:
    """The word, which must be one of a Literal's. Raises `ValueError`: the gate takes that for a refusal."""
    if word not in get_args(words):
        raise ValueError(f"{word!r} is not known here")
    return word


def as_person(ring: KeyRing, row: Client, data_class: str = "other") -> pure.Person:
    """The client as far as signing depends on them."""
    born = ring.get(row, "birth_date")
    return pure.Person(
        id=row.id,
        birth_date=dt.date.fromisoformat(born) if born else None,
        adult_confirmed=row.is_adult is True,
        state=row.state or "",
        data_class=data_class,
    )


def as_party(row: accounts.Agency) -> pure.Agency:
    """An agency as the gate sees it. A consent may name it by the listed organization that it is."""
    return pure.Agency(
        id=row.id,
        name=row.name,
        part_of=(row.organization_id,) if row.organization_id else (),
        part2_program=_one_of(pure.KnownOrNot, row.part2_program),
        hipaa_covered=_one_of(pure.KnownOrNot, row.hipaa_covered),
    )


def as_calendar(row: accounts.Agency | None) -> BusinessCalendar:
    """When an agency answers; office hours where it states none, and for one that is not on the network."""
    if row is None:
        return BusinessCalendar()
    week = tuple((int(day), _minutes(begin), _minutes(end)) for day, begin, end in row.response_hours)
    return BusinessCalendar(
        timezone=row.timezone,
        week=tuple(sorted(week)) or OFFICE_WEEK,
        closed_days=frozenset(dt.date.fromisoformat(each) for each in row.closed_dates),
        federal_holidays=row.keeps_us_holidays,
    )


def receiver_calendar(session: Session, row: Referral) -> BusinessCalendar:
    """When the receiver of a referral works."""
    return as_calendar(session.get(accounts.Agency, row.to_agency_id) if row.to_agency_id else None)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def as_visit(ring: KeyRing, row: Appointment) -> Visit:
    """A visit as the rules see it."""
    return Visit(
        id=row.id,
        starts_at=row.starts_at,
        timezone=row.timezone,
        modality=_one_of(Modality, row.modality),
        place=ring.get(row, "place") or "",
        contact=ring.get(row, "contact") or "",
        client_told=row.client_told,
    )


def as_attempts(rows: Iterable[ContactAttempt]) -> tuple[Attempt, ...]:
    """Tries to reach the client."""
    return tuple(Attempt(each.at, each.method, _one_of(AttemptOutcome, each.outcome)) for each in rows)


def visits_of(acting: Acting, row: Referral) -> tuple[OpenedVisit, ...]:
    """A referral's visits, opened, the earliest first. Rights and audit are the caller's."""
    query = select(Appointment).where(Appointment.referral_id == row.id).order_by(Appointment.starts_at)
    return tuple(
        OpenedVisit(each, acting.ring.get(each, "place") or "", acting.ring.get(each, "contact") or "")
        for each in acting.session.scalars(query)
    )


def live_visit(session: Session, row: Referral) -> Appointment | None:
    """The visit that is set; while the referral stands at a missed visit, that one."""
    statuses = ("set", "missed") if row.status == "no_show" else ("set",)
    query = select(Appointment).where(Appointment.referral_id == row.id, Appointment.status.in_(statuses))
    return session.scalars(query.order_by(Appointment.made_at.desc()).limit(1)).one_or_none()
