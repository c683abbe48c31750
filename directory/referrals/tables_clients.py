"""Clients and limits agreed with them. What tells who somebody is is sealed; what reports count is coded.

A client belongs to the agency that entered them. There is no index of clients across agencies: it would
itself be a disclosure. The blind indexes are made with the agency's id, so that equal people of two agencies
have nothing in common.
"""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from directory.accounts.sealed import BlindIndex, Sealed, SealedText
from directory.accounts.tables import own_key
from directory.database import KEY, Base, JsonText, UtcDateTime


def refers(table: str) -> MappedColumn[Any]:
    """A foreign key that keeps the row it refers to: nothing of a client goes because something else does."""
    return mapped_column(KEY, ForeignKey(f"{table}.id"))


def code(length: int = 32, **options: Any) -> MappedColumn[Any]:
    """A coded field: one word of a table in this room."""
    return mapped_column(String(length), **options)


def sealed() -> MappedColumn[Any]:
    """A text about a person: written by `KeyRing.put`, read by `KeyRing.get`."""
    return mapped_column(SealedText())


class Client(Base):
    """A person who is referred, as one agency knows them."""

    __tablename__ = "client"
    __table_args__ = (
        Index(None, "agency_id", "name_birth_index"),
        Index(None, "agency_id", "phone_index"),
        Index(None, "agency_id", "created_at"),
    )

    id: Mapped[str] = own_key()
    agency_id: Mapped[str] = refers("agency")
    """The owner."""
    name: Mapped[Sealed] = sealed()
    preferred_name: Mapped[Sealed | None] = sealed()
    pronouns: Mapped[Sealed | None] = sealed()
    birth_date: Mapped[Sealed | None] = sealed()
    """ISO date."""
    phone: Mapped[Sealed | None] = sealed()
    email: Mapped[Sealed | None] = sealed()
    address: Mapped[Sealed | None] = sealed()
    city: Mapped[Sealed | None] = sealed()
    postal_code: Mapped[Sealed | None] = sealed()
    reach_note: Mapped[Sealed | None] = sealed()
    """How to reach the person safely, in a few words. It never leaves the agency."""
    name_birth_index: Mapped[str | None] = mapped_column(
        BlindIndex(of=("name", "birth_date"), within="agency_id")
    )
    phone_index: Mapped[str | None] = mapped_column(BlindIndex(of=("phone",), within="agency_id"))
    is_adult: Mapped[bool | None]
    """Asked and answered; None: not known, then no consent can be taken from the person alone."""
    state: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str] = code(8, default="en")
    interpreter: Mapped[bool] = mapped_column(server_default=false(), default=False)
    timezone: Mapped[str | None]
    """IANA name; None: the agency's. A consent ends at the end of a day here."""
    contact_preference: Mapped[str] = code(default="")
    """A key of `clients.CONTACT_PREFERENCES`; empty: not asked yet."""
    safe_times: Mapped[list[list[Any]]] = mapped_column(JsonText, default=list)
    """`[weekday, "09:00", "17:00"]`, weekday 0 = Sunday, in the client's zone. Empty: any time of the day."""
    do_not_contact: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """Nothing is ever sent to the person."""
    wants_check_ins: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """Agreed to be asked after 30 and 90 days how it goes."""
    created_by: Mapped[str | None] = mapped_column(KEY)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own name


class ClientRestriction(Base):
    """A limit on sharing that the agency agreed to (42 CFR 2.26); it is ended, never erased."""

    __tablename__ = "client_restriction"
    __table_args__ = (Index(None, "client_id"),)

    id: Mapped[str] = own_key()
    client_id: Mapped[str] = refers("client")
    agreed: Mapped[Sealed] = sealed()
    """What was agreed, in words."""
    recorded_by: Mapped[str | None] = mapped_column(KEY)
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
