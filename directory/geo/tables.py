"""What a geocoding service said about imported addresses. Never an address that a searcher typed."""

import datetime as dt

from sqlalchemy import Double, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, UtcDateTime


class Geocode(Base):
    """One imported address asked about. Without coordinates: the service knew none."""

    __tablename__ = "geocode"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the folded address: enough to find it again."""
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    asked_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
