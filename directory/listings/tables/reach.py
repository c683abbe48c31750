"""HSDS tables that hang on several others: how and when to reach a service, a place, a person in charge."""

import datetime as dt

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base
from directory.listings.tables.columns import Id, Position, owner_indexes, reference


class Contact(Base):
    """HSDS `contact`."""

    __tablename__ = "contact"
    __table_args__ = owner_indexes("organization_id", "service_id", "service_at_location_id", "location_id")

    id: Mapped[Id]
    organization_id: Mapped[str | None] = reference("organization")
    service_id: Mapped[str | None] = reference("service")
    service_at_location_id: Mapped[str | None] = reference("service_at_location")
    location_id: Mapped[str | None] = reference("location")
    position: Mapped[Position]
    name: Mapped[str | None]
    title: Mapped[str | None]
    department: Mapped[str | None]
    email: Mapped[str | None]


class Phone(Base):
    """HSDS `phone`."""

    __tablename__ = "phone"
    __table_args__ = owner_indexes(
        "location_id", "service_id", "organization_id", "contact_id", "service_at_location_id"
    )

    id: Mapped[Id]
    location_id: Mapped[str | None] = reference("location")
    service_id: Mapped[str | None] = reference("service")
    organization_id: Mapped[str | None] = reference("organization")
    contact_id: Mapped[str | None] = reference("contact")
    service_at_location_id: Mapped[str | None] = reference("service_at_location")
    position: Mapped[Position]
    number: Mapped[str]
    extension: Mapped[int | None]
    type: Mapped[str | None]
    description: Mapped[str | None]


class Schedule(Base):
    """HSDS `schedule`: local times in an IANA zone (HSDS `timezone` is derived on export)."""

    __tablename__ = "schedule"
    __table_args__ = owner_indexes("service_id", "location_id", "service_at_location_id")

    id: Mapped[Id]
    service_id: Mapped[str | None] = reference("service")
    location_id: Mapped[str | None] = reference("location")
    service_at_location_id: Mapped[str | None] = reference("service_at_location")
    position: Mapped[Position]
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    dtstart: Mapped[dt.date | None]
    iana_timezone: Mapped[str | None]
    until: Mapped[dt.date | None]
    count: Mapped[int | None]
    wkst: Mapped[str | None]
    freq: Mapped[str | None]
    interval: Mapped[int]
    byday: Mapped[str | None]
    byweekno: Mapped[str | None]
    bymonthday: Mapped[str | None]
    byyearday: Mapped[str | None]
    description: Mapped[str | None]
    opens_at: Mapped[dt.time | None]
    closes_at: Mapped[dt.time | None]
    closed: Mapped[bool] = mapped_column(server_default=false())
    """The days from `valid_from` to `valid_to` are days on which the place is shut."""
    schedule_link: Mapped[str | None]
    attending_type: Mapped[str | None]
    notes: Mapped[str | None]


class Language(Base):
    """HSDS `language`."""

    __tablename__ = "language"
    __table_args__ = owner_indexes("service_id", "location_id", "phone_id")

    id: Mapped[Id]
    service_id: Mapped[str | None] = reference("service")
    location_id: Mapped[str | None] = reference("location")
    phone_id: Mapped[str | None] = reference("phone")
    position: Mapped[Position]
    name: Mapped[str | None]
    code: Mapped[str | None]
    note: Mapped[str | None]


class Url(Base):
    """HSDS 3.1 `url`: an organization's `additional_websites`, a service's `additional_urls`."""

    __tablename__ = "url"
    __table_args__ = owner_indexes("organization_id", "service_id")

    id: Mapped[Id]
    organization_id: Mapped[str | None] = reference("organization")
    service_id: Mapped[str | None] = reference("service")
    position: Mapped[Position]
    label: Mapped[str | None]
    url: Mapped[str]
