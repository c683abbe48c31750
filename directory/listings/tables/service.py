"""HSDS `service`, what it offers, and where."""

import datetime as dt
from typing import Any

from sqlalchemy import Double
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, JsonText, UtcDateTime
from directory.listings.tables.columns import Id, Position, indexes, owner_indexes, reference


class Service(Base):
    """HSDS `service`: one per listing."""

    __tablename__ = "service"
    __table_args__ = (*indexes("organization_id"), *owner_indexes("program_id"))

    id: Mapped[Id]
    organization_id: Mapped[str] = reference("organization")
    program_id: Mapped[str | None] = reference("program")
    name: Mapped[str]
    alternate_name: Mapped[str | None]
    description: Mapped[str | None]
    url: Mapped[str | None]
    email: Mapped[str | None]
    status: Mapped[str]
    interpretation_services: Mapped[str | None]
    application_process: Mapped[str | None]
    fees_description: Mapped[str | None]
    wait_time: Mapped[str | None]
    fees: Mapped[str | None]
    accreditations: Mapped[str | None]
    eligibility_description: Mapped[str | None]
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    assured_date: Mapped[dt.date | None]
    assurer_email: Mapped[str | None]
    licenses: Mapped[str | None]
    alert: Mapped[str | None]
    last_modified: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    codes: Mapped[list[Any]] = mapped_column(JsonText)
    """The source's codes, `[[scheme, [value, …]], …]`. HSDS `attribute` rows are derived from them on export:
    one row per code would be 1.4 million for the 20,524 facilities of one directory."""
    extra: Mapped[list[Any] | None] = mapped_column(JsonText)
    """Columns that HSDS has and we do not know, `[[table, column, value], …]`, to be written back."""


class ServiceAtLocation(Base):
    """HSDS `service_at_location`. That of a listing's first location bears the listing's own id."""

    __tablename__ = "service_at_location"
    __table_args__ = indexes("service_id", "location_id")

    id: Mapped[Id]
    service_id: Mapped[str] = reference("service")
    location_id: Mapped[str] = reference("location")
    position: Mapped[Position]
    description: Mapped[str | None]


class ServiceArea(Base):
    """HSDS 3.1 `service_area`."""

    __tablename__ = "service_area"
    __table_args__ = owner_indexes("service_id", "service_at_location_id")

    id: Mapped[Id]
    service_id: Mapped[str | None] = reference("service")
    service_at_location_id: Mapped[str | None] = reference("service_at_location")
    position: Mapped[Position]
    name: Mapped[str | None]
    description: Mapped[str | None]
    extent: Mapped[str | None]
    extent_type: Mapped[str | None]
    uri: Mapped[str | None]


class CostOption(Base):
    """HSDS `cost_option`."""

    __tablename__ = "cost_option"
    __table_args__ = indexes("service_id")

    id: Mapped[Id]
    service_id: Mapped[str] = reference("service")
    position: Mapped[Position]
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    option: Mapped[str | None]
    currency: Mapped[str | None]
    amount: Mapped[float | None] = mapped_column(Double)
    amount_description: Mapped[str | None]


class RequiredDocument(Base):
    """HSDS `required_document`."""

    __tablename__ = "required_document"
    __table_args__ = indexes("service_id")

    id: Mapped[Id]
    service_id: Mapped[str] = reference("service")
    position: Mapped[Position]
    document: Mapped[str | None]
    uri: Mapped[str | None]


class Unit(Base):
    """HSDS 3.1 `unit`: what a capacity counts."""

    __tablename__ = "unit"

    id: Mapped[Id]
    name: Mapped[str]
    scheme: Mapped[str | None]
    identifier: Mapped[str | None]
    uri: Mapped[str | None]


class ServiceCapacity(Base):
    """HSDS 3.1 `service_capacity`, with the HL7 status beside it (`available` is unknown as often as not)."""

    __tablename__ = "service_capacity"
    __table_args__ = indexes("service_id", "unit_id")

    id: Mapped[Id]
    service_id: Mapped[str] = reference("service")
    unit_id: Mapped[str] = reference("unit")
    position: Mapped[Position]
    available: Mapped[int | None]
    maximum: Mapped[int | None]
    status: Mapped[str]
    description: Mapped[str | None]
    updated: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """NULL: the date of the source's file, `listing.as_of`."""
