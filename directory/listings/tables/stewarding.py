"""What people decided over what sources say: edits of fields, merges of listings, pairs kept apart.

None of it is part of a listing's rows: those hold what follows from it (`listings/store_effective.py`).
"""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import KEY, Base, JsonText, UtcDateTime
from directory.listings.tables.columns import indexes, reference

COUNTER = BigInteger().with_variant(Integer, "sqlite")
_LIVE, _LIVE_MERGE, _OPEN = text("ended_at IS NULL"), text("undone_at IS NULL"), text("resolved_at IS NULL")


class FieldEdit(Base):
    """One field of a listing set by a person (`edits.FIELDS`). A newer one of the same field ends it."""

    __tablename__ = "field_edit"
    __table_args__ = (
        Index(
            "ix_field_edit_live",
            "listing_id",
            "field",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_field_edit_live_subject", "subject_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        *indexes("listing_id", "source_id"),
    )

    id: Mapped[int] = mapped_column(COUNTER, primary_key=True)
    listing_id: Mapped[str] = reference("listing")
    source_id: Mapped[str] = reference("source")
    subject_id: Mapped[str] = mapped_column(KEY)
    """What the field belonged to when it was edited: the listing, its place or its organization. The edits of
    one subject and field are one decision, kept once for each listing that shares it."""
    field: Mapped[str]
    value: Mapped[Any | None] = mapped_column(JsonText)
    source_value: Mapped[Any | None] = mapped_column(JsonText)
    """What the source said when a person last looked."""
    note: Mapped[str | None]
    edited_by: Mapped[str]
    edited_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str | None]
    """`replaced` by a newer edit; `undone`; `taken`: the source's value was taken; `settled`: the source came
    to say the same."""
    ended_by: Mapped[str | None]
    """Who decided that; None: nobody, an import found it settled."""


class EditConflict(Base):
    """A source says something else than it said when a field was edited: once per thing that it says."""

    __tablename__ = "edit_conflict"
    __table_args__ = (
        Index("ix_edit_conflict_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        *indexes("edit_id", "listing_id"),
    )

    id: Mapped[int] = mapped_column(COUNTER, primary_key=True)
    edit_id: Mapped[int] = mapped_column(COUNTER, ForeignKey("field_edit.id", ondelete="CASCADE"))
    listing_id: Mapped[str] = reference("listing")
    incoming_value: Mapped[Any | None] = mapped_column(JsonText)
    run_id: Mapped[str | None] = mapped_column(KEY)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    resolution: Mapped[str | None]
    """`keep` or `take`; `gone`: the source says something else again."""
    resolved_by: Mapped[str | None]
    """Who decided; None for `gone`."""


class SourceRecord(Base):
    """What the source of an edited or merged listing says of it, as `record_json` has it: what its rows are
    made of anew, and what they become again when the edit or merge is taken back."""

    __tablename__ = "source_record"

    listing_id: Mapped[str] = mapped_column(
        KEY, ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True
    )
    record: Mapped[Any] = mapped_column(JsonText)


class ListingMerge(Base):
    """A person's decision that a listing is another one, which then stands for both."""

    __tablename__ = "listing_merge"
    __table_args__ = (
        Index(
            "ix_listing_merge_live",
            "merged_id",
            unique=True,
            sqlite_where=_LIVE_MERGE,
            postgresql_where=_LIVE_MERGE,
        ),
        *indexes("kept_id", "merged_id"),
    )

    id: Mapped[int] = mapped_column(COUNTER, primary_key=True)
    kept_id: Mapped[str] = reference("listing")
    merged_id: Mapped[str] = reference("listing")
    reason: Mapped[str | None]
    merged_by: Mapped[str]
    merged_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None]


class KeptApart(Base):
    """A person's decision that two listings are two, whatever they look like. `first_id` is the smaller.
    Merging them ends it."""

    __tablename__ = "kept_apart"
    __table_args__ = (
        Index(
            "ix_kept_apart_live",
            "first_id",
            "second_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        *indexes("first_id", "second_id"),
    )

    id: Mapped[int] = mapped_column(COUNTER, primary_key=True)
    first_id: Mapped[str] = reference("listing")
    second_id: Mapped[str] = reference("listing")
    reason: Mapped[str | None]
    decided_by: Mapped[str]
    decided_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None]
