"""Partners, their keys, and how often their visitors searched. Nothing here is about a visitor."""

import datetime as dt

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.accounts.tables import Agency, own_key, reference
from directory.database import KEY, Base, JsonText, UtcDateTime


class Partner(Base):
    """One site that shows our search; it belongs to an agency, whose people see to it."""

    __tablename__ = "partner"
    __table_args__ = (UniqueConstraint("agency_id", "name"),)

    id: Mapped[str] = own_key()
    agency_id: Mapped[str] = reference("agency")
    name: Mapped[str]
    """Shown to visitors where they are told whose listings come first."""
    origins: Mapped[list[str]] = mapped_column(JsonText, default=list)
    """As `origins.read_origin` writes them."""
    own_organizations: Mapped[list[str]] = mapped_column(JsonText, default=list)
    """Ids of listed organizations; no foreign key, because listings come and go with their sources."""
    needs: Mapped[list[str]] = mapped_column(JsonText, default=list)
    states: Mapped[list[str]] = mapped_column(JsonText, default=list)
    presets: Mapped[dict[str, str | list[str]]] = mapped_column(JsonText, default=dict)
    locked: Mapped[list[str]] = mapped_column(JsonText, default=list)
    per_minute: Mapped[int]
    paused_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since then none of its keys works."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    agency: Mapped[Agency] = relationship()


class PartnerKey(Base):
    """A key of a partner. The one without an end is the current one."""

    __tablename__ = "partner_key"
    __table_args__ = (Index(None, "partner_id"),)

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    """`pk_…`, as it stands in the partner's page."""
    partner_id: Mapped[str] = reference("partner")
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    works_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Set when another key took its place."""

    partner: Mapped[Partner] = relationship()


class PartnerUse(Base):
    """Searches of one day for one need from one region: eleven at least, or there is no row."""

    __tablename__ = "partner_use"

    partner_id: Mapped[str] = mapped_column(
        KEY, ForeignKey("partner.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    need: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A code, or one of `usage.NOTHING_NAMED` and `usage.REST`."""
    zip3: Mapped[str] = mapped_column(String(3), primary_key=True)
    """First three digits of a ZIP code, or the same two."""
    count: Mapped[int]
