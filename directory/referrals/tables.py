"""Referrals and what happens on them. Names of listings are kept as they were: editing the directory rewrites
no history. `status` and the moments beside it are written by `moves.py` alone.
"""

import datetime as dt
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.accounts.sealed import Sealed
from directory.accounts.tables import own_key
from directory.database import KEY, Base, JsonText, UtcDateTime
from directory.referrals.states import LIVE, State
from directory.referrals.tables_clients import code, refers, sealed

LIVE_WITH_RECEIVER = tuple(sorted(LIVE - {"draft"}))
"""States of a referral that counts as the one live referral of its client and service."""
IS_LIVE = f"status IN {LIVE_WITH_RECEIVER}"


def some(name: str, *columns: str, which: str) -> Index:
    """An index of some rows alone: used by queries that say `which` in these very words."""
    return Index(name, *columns, sqlite_where=text(which), postgresql_where=text(which))


class Referral(Base):
    """One request to one receiver about one client and one service."""

    __tablename__ = "referral"
    __table_args__ = (
        Index(
            "uq_referral_live",
            "client_id",
            "service_id",
            unique=True,
            sqlite_where=text(IS_LIVE),
            postgresql_where=text(IS_LIVE),
        ),
        Index(None, "from_agency_id", "turn", "changed_at", "id"),
        Index(None, "from_user_id", "turn", "changed_at", "id"),
        Index(None, "from_agency_id", "changed_at", "id"),
        Index(None, "from_agency_id", "status", "sent_at"),
        Index(None, "to_agency_id", "turn", "changed_at", "id"),
        Index(None, "to_agency_id", "changed_at", "id"),
        Index(None, "to_agency_id", "status", "sent_at"),
        some("ix_referral_sender_due", "from_agency_id", "answer_due_at", which="status = 'sent'"),
        some("ix_referral_receiver_due", "to_agency_id", "answer_due_at", which="status = 'sent'"),
        some("ix_referral_next_step", "to_agency_id", "next_step_due", which="status = 'accepted'"),
        some("ix_referral_review", "to_agency_id", "review_on", which="status = 'waitlisted'"),
        some(
            "ix_referral_sender_load", "from_agency_id", "from_user_id", "changed_at", "status", which=IS_LIVE
        ),
        some(
            "ix_referral_receiver_load", "to_agency_id", "accepted_by", "changed_at", "status", which=IS_LIVE
        ),
        Index(None, "client_id"),
        Index(None, "consent_id"),
        Index(None, "continues_id"),
        some("ix_referral_to_listed", "to_organization_id", "created_at", which="to_agency_id IS NULL"),
        Index(None, "status", "id"),
        Index(None, "changed_at"),
        Index(None, "sent_at"),
    )

    id: Mapped[str] = own_key()
    client_id: Mapped[str] = refers("client")
    from_agency_id: Mapped[str] = refers("agency")
    from_user_id: Mapped[str | None] = mapped_column(KEY)
    """Who keeps an eye on it; none where the person referred themself."""
    to_agency_id: Mapped[str | None] = refers("agency")
    """The receiver on the network; None: one without an account, who answers by a secure link."""
    to_organization_id: Mapped[str | None] = mapped_column(KEY)
    """The listed organization that the receiver is."""
    listing_id: Mapped[str | None] = mapped_column(KEY)
    service_id: Mapped[str | None] = mapped_column(KEY)
    """HSDS service of the listing; one live referral per client and service."""
    snapshot: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    """The listing as it was when chosen: `name`, `organization`, `address`, `phone` …"""
    needs: Mapped[list[str]] = mapped_column(JsonText, default=list)
    area: Mapped[str | None] = mapped_column(String(80))
    """County key of the place asked (`PA/Philadelphia`), for reports."""
    priority: Mapped[str] = code(default="routine")
    shared_fields: Mapped[list[str]] = mapped_column(JsonText, default=list)
    """Fields of `information.CATEGORIES` that the sender wants the receiver to see."""
    purpose: Mapped[str] = code(64, default="")
    details: Mapped[Sealed | None] = sealed()
    """JSON `{field: text}` of what is written about the person here: `need_text`, `note`, `diagnosis` …"""
    contact_preference: Mapped[str] = code(default="")
    self_referral: Mapped[bool] = mapped_column(server_default=false(), default=False)
    basis: Mapped[str] = code(default="consent")
    basis_facts: Mapped[Sealed | None] = sealed()
    """JSON of an emergency record, court order or override with its written reason."""
    handed_over: Mapped[Sealed | None] = sealed()
    """JSON of the information that last left: what a receiver keeps who relied on it (2.31(a)(6))."""
    restriction_reviewed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    consent_id: Mapped[str | None] = refers("consent")
    continues_id: Mapped[str | None] = refers("referral")
    """The referral that this one follows (FHIR `ServiceRequest.basedOn`)."""

    status: Mapped[State] = mapped_column(String(32), default="draft")
    turn: Mapped[str] = code(16, default="sender")
    """Who has to act next (`states.Owner`); `nobody` too once one that failed is followed by another."""
    version: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answer_due_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    first_viewed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    info_requested_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    responded_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    waitlisted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    scheduled_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    no_show_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    connected_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    withdrawal_requested_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[str | None] = mapped_column(KEY)
    accepting_worker: Mapped[Sealed | None] = sealed()
    named_contact: Mapped[Sealed | None] = sealed()
    next_step_due: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    expected: Mapped[str | None] = mapped_column(String(10))
    """When an opening is expected: ISO date or `unknown`."""
    position: Mapped[int | None]
    review_on: Mapped[dt.date | None]
    recovery_due: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    connected_by: Mapped[str | None] = code()
    """Modality of the first meeting."""
    outcome_on: Mapped[dt.date | None]
    reason: Mapped[str | None] = code(64)
    """Why it ended: a code of `reasons.py`."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012
    # The door writes the version itself: a receiver's first look changes the row but nobody's form.


class ReferralEvent(Base):
    """One line of a referral's history: a move, or something that happened without one (`event` says which).

    Triggers refuse every change but that its sealed text is sealed anew; the audit has its digest. `position`
    counts from 1 without a gap.
    """

    __tablename__ = "referral_event"
    __table_args__ = (
        UniqueConstraint("referral_id", "position"),
        Index(None, "event", "at"),
        Index(None, "consent_id"),
    )

    id: Mapped[str] = own_key()
    referral_id: Mapped[str] = refers("referral")
    position: Mapped[int]
    event: Mapped[str] = code()
    from_status: Mapped[str] = code()
    to_status: Mapped[str] = code()
    actor: Mapped[str] = code()
    """What they were to the referral: a `move_rows.Actor`."""
    user_id: Mapped[str | None] = mapped_column(KEY)
    agency_id: Mapped[str | None] = mapped_column(KEY)
    role: Mapped[str] = code()
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = code(64)
    body: Mapped[Sealed | None] = sealed()
    """What was written with it."""
    version_before: Mapped[int]
    version_after: Mapped[int]
    channel: Mapped[str] = code(16)
    request_id: Mapped[str | None] = mapped_column(String(64))
    idempotency_key: Mapped[str | None] = mapped_column(String(128))
    consent_id: Mapped[str | None] = refers("consent")
    """The consent that information left on, if any left."""


class Message(Base):
    """Something that sender and receiver wrote to each other. Never edited."""

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("referral_id", "position"),)

    id: Mapped[str] = own_key()
    referral_id: Mapped[str] = refers("referral")
    position: Mapped[int]
    side: Mapped[str] = code(16)
    """Who wrote: `sender`, `receiver`, `client`."""
    kind: Mapped[str] = code(16)
    """`question`, `answer`, `note` or `message`."""
    user_id: Mapped[str | None] = mapped_column(KEY)
    agency_id: Mapped[str | None] = mapped_column(KEY)
    body: Mapped[Sealed] = sealed()
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Appointment(Base):
    """A visit. A moved one keeps its row (`moved`) and the new one says which it replaces."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index(None, "referral_id", "starts_at"),
        Index(None, "status", "starts_at"),
        Index(None, "replaces_id"),
    )

    id: Mapped[str] = own_key()
    referral_id: Mapped[str] = refers("referral")
    starts_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    timezone: Mapped[str]
    modality: Mapped[str] = code(16)
    place: Mapped[Sealed] = sealed()
    contact: Mapped[Sealed] = sealed()
    client_told: Mapped[str] = code(16)
    status: Mapped[str] = code(16, default="set")
    """`set`, `moved`, `missed`, `cancelled` or `kept`."""
    replaces_id: Mapped[str | None] = refers("appointment")
    cancelled_by: Mapped[str | None] = code(16)
    reason: Mapped[str | None] = code(64)
    made_by: Mapped[str | None] = mapped_column(KEY)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class ContactAttempt(Base):
    """One try to reach the client. Never edited."""

    __tablename__ = "contact_attempt"
    __table_args__ = (Index(None, "referral_id", "at"),)

    id: Mapped[str] = own_key()
    referral_id: Mapped[str] = refers("referral")
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    method: Mapped[str] = code(16)
    outcome: Mapped[str] = code(16)
    note: Mapped[Sealed | None] = sealed()
    user_id: Mapped[str | None] = mapped_column(KEY)
    agency_id: Mapped[str | None] = mapped_column(KEY)
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class CheckIn(Base):
    """How a person is, 30 and 90 days after they were connected, if they agreed to be asked."""

    __tablename__ = "check_in"
    __table_args__ = (
        UniqueConstraint("referral_id", "days"),
        Index("ix_check_in_to_ask", "from_agency_id", "answered_at", "due_on"),
    )

    id: Mapped[str] = own_key()
    referral_id: Mapped[str] = refers("referral")
    from_agency_id: Mapped[str] = refers("agency")
    """The sender's agency, whose workers ask."""
    days: Mapped[int]
    due_on: Mapped[dt.date]
    answered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answered_through: Mapped[str | None] = code(16)
    """`client` (the private link) or `worker`."""
    housed: Mapped[str | None] = code(8)
    working: Mapped[str | None] = code(8)
    connected: Mapped[str | None] = code(8)
    supported: Mapped[str | None] = code(8)
    """Each `yes`, `no` or `skip`."""
