"""The listing: one findable thing made of HSDS rows, where it came from, its public document, its changes."""

import datetime as dt

from sqlalchemy import BigInteger, Double, ForeignKey, Index, Integer, false, func
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import KEY, Base, UtcDateTime
from directory.listings.tables.columns import Id, indexes, reference


class Source(Base):
    """Where listings come from: an importer and one of its feeds (INTERFACES, Sources)."""

    __tablename__ = "source"
    __table_args__ = (Index(None, "importer", "feed", unique=True),)

    id: Mapped[Id]
    importer: Mapped[str]
    feed: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    publisher: Mapped[str]
    licence: Mapped[str]
    url: Mapped[str | None]


class Listing(Base):
    """One findable thing. `id` is `identity.listing_id(importer, feed, source_key)`.

    What changes with every run (`last_seen_at`) stands here, apart from the document, so that a run that
    finds nothing new rewrites no document.
    """

    __tablename__ = "listing"
    __table_args__ = (*indexes("service_id", "changed_at"), Index(None, "source_id", "part"))

    id: Mapped[Id]
    source_id: Mapped[str] = reference("source")
    part: Mapped[str]
    """The part of the source that last brought it; empty where the source has no parts."""
    source_key: Mapped[str]
    """`ListingRecord.source_id`."""
    service_id: Mapped[str] = reference("service")
    kind: Mapped[str]
    attendance: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(server_default=false())
    status: Mapped[str]
    """`active`; `inactive`: the source says that it is not offered (HSDS `service.status`); `withdrawn`: the
    source no longer has it. Its rows stay, and come back with it. `merged`: another listing stands for it."""
    content_hash: Mapped[str]
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    """The public coordinates, as in the document."""
    county: Mapped[str | None]
    """The gazetteer's key of the county that the place is in; not public where the address is hidden."""
    visible_from: Mapped[dt.date | None]
    visible_to: Mapped[dt.date | None]
    as_of: Mapped[dt.date | None]
    """The newest date of a file that has it."""
    indexed_as_of: Mapped[dt.date | None]
    """That date when the document was written: the index follows it month by month, not day by day."""
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last_run_id: Mapped[str] = mapped_column(KEY)


class ListingDocument(Base):
    """The public view of a listing as JSON (`visibility.public_view`): derived, written with every change."""

    __tablename__ = "listing_document"

    listing_id: Mapped[str] = mapped_column(
        KEY, ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True
    )
    document: Mapped[str]


class ListingChange(Base):
    """One change that the search index has to follow, in the order of commits."""

    __tablename__ = "listing_change"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  ids are never used twice

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    listing_id: Mapped[str] = mapped_column(KEY)
    kind: Mapped[str]
    """`put` (new or changed) or `remove`."""
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, server_default=func.now())
