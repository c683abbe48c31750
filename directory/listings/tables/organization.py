"""HSDS `organization` and what belongs to it."""

from sqlalchemy.orm import Mapped, mapped_column

from directory.database import KEY, Base
from directory.listings.tables.columns import Id, Position, indexes, owner_indexes, reference


class Organization(Base):
    """HSDS `organization`. Rows that several listings of one source share are stored once."""

    __tablename__ = "organization"
    __table_args__ = owner_indexes("source_id")

    id: Mapped[Id]
    source_id: Mapped[str | None] = reference("source")
    source_key: Mapped[str]
    """`record.Organization.key`; never shown."""
    parent_organization_id: Mapped[str | None] = mapped_column(KEY)
    name: Mapped[str]
    alternate_name: Mapped[str | None]
    description: Mapped[str]
    email: Mapped[str | None]
    website: Mapped[str | None]
    tax_status: Mapped[str | None]
    tax_id: Mapped[str | None]
    year_incorporated: Mapped[int | None]
    legal_status: Mapped[str | None]
    logo: Mapped[str | None]
    uri: Mapped[str | None]


class OrganizationIdentifier(Base):
    """HSDS `organization_identifier`."""

    __tablename__ = "organization_identifier"
    __table_args__ = indexes("organization_id")

    id: Mapped[Id]
    organization_id: Mapped[str] = reference("organization")
    position: Mapped[Position]
    identifier_scheme: Mapped[str | None]
    identifier_type: Mapped[str]
    identifier: Mapped[str]


class Program(Base):
    """HSDS `program`: a grouping of services inside an organization."""

    __tablename__ = "program"
    __table_args__ = indexes("organization_id")

    id: Mapped[Id]
    organization_id: Mapped[str] = reference("organization")
    name: Mapped[str]
    alternate_name: Mapped[str | None]
    description: Mapped[str]


class Funding(Base):
    """HSDS `funding`. Its column `source` is HSDS's: where the money comes from."""

    __tablename__ = "funding"
    __table_args__ = owner_indexes("organization_id", "service_id")

    id: Mapped[Id]
    organization_id: Mapped[str | None] = reference("organization")
    service_id: Mapped[str | None] = reference("service")
    position: Mapped[Position]
    source: Mapped[str | None]
