"""Warm handoffs: several per referral, each a record of its own (R2). Words that people said are sealed."""

import datetime as dt

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.accounts.sealed import Sealed
from directory.accounts.tables import own_key
from directory.database import KEY, Base, JsonText, UtcDateTime
from directory.referrals.tables_clients import code, refers, sealed

NOT_FOLLOWED_UP = "follow_up_at IS NULL"
"""Of a handoff: after some days, few are."""


class Handoff(Base):
    """One meeting of sender, client and receiver, planned or held. None: not said yet."""

    __tablename__ = "handoff"
    __table_args__ = (
        Index(None, "referral_id", "created_at"),
        Index(None, "from_agency_id", "follow_up_due"),
        Index(None, "appointment_id"),
        Index(
            "ix_handoff_to_follow_up",
            "from_agency_id",
            "follow_up_due",
            sqlite_where=text(NOT_FOLLOWED_UP),
            postgresql_where=text(NOT_FOLLOWED_UP),
        ),
    )

    id: Mapped[str] = own_key()
    referral_id: Mapped[str] = refers("referral")
    from_agency_id: Mapped[str] = refers("agency")
    """The sender's agency, which follows up."""
    status: Mapped[str] = code(16)
    method: Mapped[str] = code()
    planned_for: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    initiated_by: Mapped[str | None] = mapped_column(KEY)
    introduced_by: Mapped[Sealed | None] = sealed()
    """JSON of name and role."""
    introduced_by_user: Mapped[str | None] = mapped_column(KEY)
    received_by: Mapped[Sealed | None] = sealed()
    received_by_user: Mapped[str | None] = mapped_column(KEY)
    started_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    client_present: Mapped[bool | None]
    client_spoke: Mapped[bool | None]
    client_met_receiving_contact: Mapped[bool | None]
    interpreter: Mapped[bool | None]
    location_type: Mapped[str | None] = code()
    shared: Mapped[list[str]] = mapped_column(JsonText, default=list)
    """What was said, as categories of information; checked against the consent."""
    understanding: Mapped[Sealed | None] = sealed()
    next_step: Mapped[Sealed | None] = sealed()
    """In the client's own words."""
    transport_arranged: Mapped[bool | None]
    appointment_id: Mapped[str | None] = refers("appointment")
    failure_reason: Mapped[str | None] = code()
    follow_up_due: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    follow_up_result: Mapped[Sealed | None] = sealed()
    follow_up_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    follow_up_by: Mapped[str | None] = mapped_column(KEY)
    warmth: Mapped[str | None] = code(16)
    """Derived with every save (`handoffs.warmth`); no form has it."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own name


class HandoffSave(Base):
    """A save that was taken in: a form that was sent twice over a bad line is written once."""

    __tablename__ = "handoff_save"
    __table_args__ = (UniqueConstraint("handoff_id", "save_id"),)

    id: Mapped[str] = own_key()
    handoff_id: Mapped[str] = refers("handoff")
    save_id: Mapped[str] = mapped_column(String(64))
    """Made by the screen."""
    step: Mapped[int]
    """The screen's count: a save that arrives after a later one changes nothing that the later one set."""
    fields: Mapped[list[str]] = mapped_column(JsonText)
    version_after: Mapped[int]
    saved_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
