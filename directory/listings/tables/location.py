"""HSDS `location` and what belongs to it."""

from sqlalchemy import Double, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base
from directory.listings.tables.columns import Id, Position, owner_indexes, reference

_WITHHELD = text("visibility <> 'full'")
"""The few places that are not shown whole."""


class Location(Base):
    """HSDS `location`. Private as it stands: `visibility` says what of it may be shown."""

    __tablename__ = "location"
    __table_args__ = (
        *owner_indexes("source_id", "organization_id"),
        Index(None, "visibility", sqlite_where=_WITHHELD, postgresql_where=_WITHHELD),
    )

    id: Mapped[Id]
    source_id: Mapped[str | None] = reference("source")
    source_key: Mapped[str]
    """`record.Location.key`; never shown."""
    organization_id: Mapped[str | None] = reference("organization")
    location_type: Mapped[str]
    url: Mapped[str | None]
    name: Mapped[str | None]
    alternate_name: Mapped[str | None]
    description: Mapped[str | None]
    transportation: Mapped[str | None]
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    precision: Mapped[str | None]
    """How exact the coordinates are: `exact`, `postal_code`, `city`, `hidden`."""
    visibility: Mapped[str]
    """`full`, `partial` or `hidden`."""
    external_identifier: Mapped[str | None]
    external_identifier_type: Mapped[str | None]


class Address(Base):
    """HSDS `address`."""

    __tablename__ = "address"
    __table_args__ = owner_indexes("location_id")

    id: Mapped[Id]
    location_id: Mapped[str | None] = reference("location")
    position: Mapped[Position]
    attention: Mapped[str | None]
    address_1: Mapped[str]
    address_2: Mapped[str | None]
    city: Mapped[str]
    region: Mapped[str | None]
    state_province: Mapped[str]
    postal_code: Mapped[str]
    country: Mapped[str]
    address_type: Mapped[str]


class Accessibility(Base):
    """HSDS `accessibility`."""

    __tablename__ = "accessibility"
    __table_args__ = owner_indexes("location_id")

    id: Mapped[Id]
    location_id: Mapped[str | None] = reference("location")
    position: Mapped[Position]
    description: Mapped[str | None]
    details: Mapped[str | None]
    url: Mapped[str | None]
