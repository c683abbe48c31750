"""The ledger: consents as they were signed, what ended them, and what was disclosed. Rows are only added.

Triggers refuse changes (migration 0006); only sealed columns may be written anew, by a rotation of the keys.
"""

import datetime as dt

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.accounts.sealed import Sealed
from directory.accounts.tables import own_key
from directory.database import KEY, Base, JsonText, UtcDateTime
from directory.referrals.tables_clients import code, refers, sealed


class Consent(Base):
    """One consent, element by element of 42 CFR 2.31(a). Texts people wrote are sealed; codes are not."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "client_id", "recorded_at"), Index(None, "agency_id", "expires_on"))

    id: Mapped[str] = own_key()
    client_id: Mapped[str] = refers("client")
    agency_id: Mapped[str] = refers("agency")
    """Who may disclose, and keeps it."""
    type: Mapped[str] = code()
    rule_version: Mapped[str] = code(16)
    data_class: Mapped[str] = code(64)
    """The kind of care, for the law on who signs (`minors.py`)."""
    patient_name: Mapped[Sealed] = sealed()
    discloser_name: Mapped[str]
    recipient_class: Mapped[Sealed | None] = sealed()
    intermediary_named: Mapped[bool]
    intermediary_participants: Mapped[list[str]] = mapped_column(JsonText)
    categories: Mapped[list[str]] = mapped_column(JsonText)
    description: Mapped[Sealed | None] = sealed()
    purposes: Mapped[list[str]] = mapped_column(JsonText)
    revocation_statement: Mapped[bool]
    expires_on: Mapped[dt.date | None]
    expiry_event: Mapped[Sealed | None] = sealed()
    expires_none: Mapped[bool]
    timezone: Mapped[str]
    signer: Mapped[str] = code(16)
    representative_name: Mapped[Sealed | None] = sealed()
    representative_authority: Mapped[Sealed | None] = sealed()
    signature_kind: Mapped[str] = code(16)
    signature_evidence: Mapped[Sealed] = sealed()
    signed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    statements_given: Mapped[list[str]] = mapped_column(JsonText)
    language: Mapped[str] = code(8)
    form_version: Mapped[str] = code()
    document_hash: Mapped[str] = mapped_column(String(128))
    recorded_by: Mapped[str | None] = mapped_column(KEY)
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    recipients: Mapped[list["ConsentRecipient"]] = relationship(
        order_by="ConsentRecipient.position", lazy="selectin"
    )
    revocation: Mapped["ConsentRevocation | None"] = relationship(lazy="selectin")
    ending: Mapped["ConsentExpiryEvent | None"] = relationship(lazy="selectin")


class ConsentRecipient(Base):
    """One recipient named in a consent: an agency, or a listed organization without an account, by its id."""

    __tablename__ = "consent_recipient"
    __table_args__ = (UniqueConstraint("consent_id", "position"), Index(None, "recipient_id"))

    id: Mapped[str] = own_key()
    consent_id: Mapped[str] = refers("consent")
    position: Mapped[int]
    recipient_id: Mapped[str | None] = mapped_column(KEY)
    """None on old paper forms that have a name only."""
    name: Mapped[str]


class ConsentRevocation(Base):
    """That a consent was taken back. What was disclosed before stays disclosed (2.31(a)(6))."""

    __tablename__ = "consent_revocation"
    __table_args__ = (UniqueConstraint("consent_id"),)

    id: Mapped[str] = own_key()
    consent_id: Mapped[str] = refers("consent")
    revoked_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = code(16)
    """`client`, `representative` or `agency`."""
    how: Mapped[str] = code(16)
    """`written`, `oral`, `link`."""
    reason: Mapped[Sealed | None] = sealed()
    recorded_by: Mapped[str | None] = mapped_column(KEY)


class ConsentExpiryEvent(Base):
    """That the event happened by which a consent ends."""

    __tablename__ = "consent_expiry_event"
    __table_args__ = (UniqueConstraint("consent_id"),)

    id: Mapped[str] = own_key()
    consent_id: Mapped[str] = refers("consent")
    occurred_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str | None] = mapped_column(KEY)
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class MinorRuleEntered(Base):
    """A state's rule on who signs for a young person, entered by a supervisor with its citation."""

    __tablename__ = "minor_rule"
    __table_args__ = (Index(None, "agency_id", "state"),)

    id: Mapped[str] = own_key()
    agency_id: Mapped[str] = refers("agency")
    state: Mapped[str] = mapped_column(String(2))
    data_class: Mapped[str] = code(64)
    from_age: Mapped[int]
    below_age: Mapped[int]
    who_signs: Mapped[str] = code(16)
    citation: Mapped[str]
    entered_by: Mapped[str] = mapped_column(KEY)
    entered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Disclosure(Base):
    """One disclosure: what went to whom, when, on what basis, for what (42 CFR 2.24, 2.25, 2.51)."""

    __tablename__ = "disclosure"
    __table_args__ = (
        Index(None, "client_id", "at"),
        Index(None, "referral_id", "at"),
        Index(None, "agency_id", "at"),
        Index(None, "consent_id"),
    )

    id: Mapped[str] = own_key()
    client_id: Mapped[str] = refers("client")
    referral_id: Mapped[str | None] = refers("referral")
    consent_id: Mapped[str | None] = refers("consent")
    agency_id: Mapped[str] = refers("agency")
    """The discloser."""
    basis: Mapped[str] = code()
    recipient_id: Mapped[str] = mapped_column(KEY)
    recipient_name: Mapped[str]
    fields: Mapped[list[str]] = mapped_column(JsonText)
    categories: Mapped[list[str]] = mapped_column(JsonText)
    purpose: Mapped[str] = code(64)
    channel: Mapped[str] = code(16)
    part2: Mapped[bool]
    notice_version: Mapped[str | None] = code()
    basis_facts: Mapped[Sealed | None] = sealed()
    """JSON of the emergency record (2.51), court order, or written reason it rests on."""
    user_id: Mapped[str | None] = mapped_column(KEY)
    """Who made the information leave: the sender's worker who sent, the reader who opened."""
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
