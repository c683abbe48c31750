"""Ways in that are no account (secure links), requests already answered, and reminders already given.

Secrets are kept as digests only. A link's access code has few digits, so its digest is a slow one.
"""

import datetime as dt
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.accounts.sealed import Sealed
from directory.accounts.tables import own_key
from directory.database import KEY, Base, JsonText, UtcDateTime
from directory.referrals.tables_clients import code, refers, sealed


class ReceiverLink(Base):
    """A secure link for one receiver without an account (R5)."""

    __tablename__ = "receiver_link"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        UniqueConstraint("reference_hash"),
        Index(None, "referral_id"),
    )

    id: Mapped[str] = own_key()
    referral_id: Mapped[str] = refers("referral")
    recipient_name: Mapped[Sealed] = sealed()
    """The one person it is for."""
    token_hash: Mapped[str] = mapped_column(String(64))
    reference_hash: Mapped[str] = mapped_column(String(64))
    """Of the short reference that is typed where there are no scripts."""
    code_hash: Mapped[str] = mapped_column(String(160))
    claim_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the secret of the browser that entered the right code first; the link opens in no other."""
    claimed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    made_by: Mapped[str | None] = mapped_column(KEY)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class PersonLink(Base):
    """A person's private link to follow and stop their own referral (R8)."""

    __tablename__ = "person_link"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        UniqueConstraint("reference_hash"),
        UniqueConstraint("visit_hash"),
        Index(None, "referral_id"),
    )

    id: Mapped[str] = own_key()
    referral_id: Mapped[str] = refers("referral")
    token_hash: Mapped[str] = mapped_column(String(64))
    reference_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the short key that is typed where there are no scripts, or from paper."""
    visit_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the secret of the browser in which it is open now; opening it elsewhere closes it there."""
    visit_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    made_by: Mapped[str | None] = mapped_column(KEY)
    """The worker who made it for the person; none where the person asked by themself."""
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class IdempotencyKey(Base):
    """A request that was answered: the same key with the same body gets the same answer again."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("scope", "key"), Index(None, "expires_at"))

    id: Mapped[str] = own_key()
    scope: Mapped[str] = mapped_column(String(64))
    """Whose keys these are: an agency's id or a link's."""
    key: Mapped[str] = mapped_column(String(128))
    request: Mapped[Sealed] = sealed()
    """Digest of what was asked; sealed, so that nothing in it can be guessed from here."""
    response: Mapped[dict[str, Any]] = mapped_column(JsonText)
    """Ids, codes and moments only."""
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class ReminderSent(Base):
    """A stage of a clock that has struck; unique, so it strikes once however often one looks."""

    __tablename__ = "reminder_sent"
    __table_args__ = (UniqueConstraint("dedupe_key"), Index(None, "referral_id"))

    id: Mapped[str] = own_key()
    referral_id: Mapped[str] = refers("referral")
    trigger: Mapped[str] = code(64)
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    given_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    dedupe_key: Mapped[str] = mapped_column(String(200))
