"""The incident register: what went wrong with information about people, how it was judged, who was told.

What was judged and who was told is only added (triggers of migration 0016; sealed columns may be written anew
by a rotation of the keys). Nothing here leads to a client.
"""

import datetime as dt

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.accounts.sealed import Sealed
from directory.accounts.tables import own_key
from directory.database import KEY, Base, UtcDateTime
from directory.referrals.tables_clients import code, refers, sealed


class Incident(Base):
    """One incident of one agency. `people_count` is what the newest assessment says, or the report."""

    __tablename__ = "incident"
    __table_args__ = (Index(None, "agency_id", "discovered_on"),)

    id: Mapped[str] = own_key()
    agency_id: Mapped[str] = refers("agency")
    discovered_on: Mapped[dt.date]
    """By the agency's calendar; every clock begins here."""
    happened_on: Mapped[dt.date | None]
    kind: Mapped[str] = code()
    """A key of `incident_rules.KINDS`."""
    people_count: Mapped[int | None]
    """How many people it is about; None: not known yet."""
    description: Mapped[Sealed] = sealed()
    reported_by: Mapped[str] = mapped_column(KEY)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class IncidentAssessment(Base):
    """The four factors of 45 CFR 164.402(2) as somebody judged them; the newest one counts."""

    __tablename__ = "incident_assessment"
    __table_args__ = (Index(None, "incident_id", "assessed_at"),)

    id: Mapped[str] = own_key()
    incident_id: Mapped[str] = refers("incident")
    nature_is_low: Mapped[bool]
    nature: Mapped[Sealed] = sealed()
    recipient_is_low: Mapped[bool]
    recipient: Mapped[Sealed] = sealed()
    acquired_is_low: Mapped[bool]
    acquired: Mapped[Sealed] = sealed()
    mitigated_is_low: Mapped[bool]
    mitigated: Mapped[Sealed] = sealed()
    people_count: Mapped[int | None]
    assessed_by: Mapped[str] = mapped_column(KEY)
    assessed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class IncidentNotice(Base):
    """That somebody was told. `recipient` is a key of `incident_rules.RECIPIENTS`."""

    __tablename__ = "incident_notice"
    __table_args__ = (Index(None, "incident_id"),)

    id: Mapped[str] = own_key()
    incident_id: Mapped[str] = refers("incident")
    recipient: Mapped[str] = mapped_column(String(16))
    told_on: Mapped[dt.date]
    noted_by: Mapped[str] = mapped_column(KEY)
    noted_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
