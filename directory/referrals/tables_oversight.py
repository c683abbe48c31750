"""Looking after those who look: rules that ended, and looks of the network's administrators at a referral."""

import datetime as dt

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.accounts.sealed import Sealed
from directory.accounts.tables import own_key
from directory.database import KEY, Base, UtcDateTime
from directory.referrals.tables_clients import refers, sealed


class MinorRuleEnded(Base):
    """That a rule on who signs no longer holds. Rules themselves are never changed; nor is this row."""

    __tablename__ = "minor_rule_end"
    __table_args__ = (UniqueConstraint("rule_id"),)

    id: Mapped[str] = own_key()
    rule_id: Mapped[str] = refers("minor_rule")
    ended_by: Mapped[str] = mapped_column(KEY)
    ended_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class BreakGlassLook(Base):
    """A time-limited look at one referral by an administrator of the network, with a written reason.

    It belongs to the agency whose client it is about; that agency's supervisors see and acknowledge it.
    """

    __tablename__ = "break_glass"
    __table_args__ = (
        Index(None, "agency_id", "asked_at"),
        Index(None, "user_id", "asked_at"),
        Index(None, "referral_id"),
    )

    id: Mapped[str] = own_key()
    referral_id: Mapped[str] = refers("referral")
    agency_id: Mapped[str] = refers("agency")
    """The sender's, whose client it is."""
    user_id: Mapped[str] = mapped_column(KEY)
    """Who looks; nobody else may use it."""
    reason: Mapped[Sealed] = sealed()
    asked_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    first_opened_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(KEY)
    acknowledged_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
