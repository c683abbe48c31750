"""The run log (what each import read, did and refused), and how sources are kept fresh."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Double, ForeignKey, Index, Integer, false
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import KEY, Base, JsonText, UtcDateTime
from directory.listings.tables.columns import indexes, reference


class ImportRun(Base):
    """One reading of one part of a source. Its counters grow with each batch that is committed."""

    __tablename__ = "import_run"
    __table_args__ = (Index(None, "source_id", "part", "started_at"), Index(None, "started_at"))

    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    source_id: Mapped[str] = reference("source")
    part: Mapped[str]
    status: Mapped[str]
    """`running`, `complete`, `broken`, `implausible` or `interrupted`."""
    started_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    seconds: Mapped[float] = mapped_column(Double, default=0.0)
    as_of: Mapped[dt.date | None]
    is_limited: Mapped[bool] = mapped_column(server_default=false())
    rows_read: Mapped[int] = mapped_column(default=0)
    inserted: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    listed: Mapped[int] = mapped_column(default=0)
    """Distinct listings that the reading had: what the next run is measured against."""
    warnings: Mapped[list[Any]] = mapped_column(JsonText)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    """What it changed, in short (`changed.ChangeReport.as_kept`); None: nothing."""


class Rejection(Base):
    """A row that did not become a listing, with the reason."""

    __tablename__ = "rejection"
    __table_args__ = indexes("run_id")

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    run_id: Mapped[str] = reference("import_run")
    row: Mapped[int]
    reason: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(JsonText)


class SourceSetting(Base):
    """How a source is kept fresh: where it is fetched, what its importer must know, when, and how it went."""

    __tablename__ = "source_setting"
    __table_args__ = indexes("next_due_at")

    id: Mapped[str] = mapped_column(KEY, ForeignKey("source.id", ondelete="CASCADE"), primary_key=True)
    """The source's id."""
    address: Mapped[str]
    """An https address, or a path on this machine."""
    timezone: Mapped[str | None]
    fellowship: Mapped[str | None]
    as_of: Mapped[str | None]
    """The date that its file speaks of, or `file`: the day on which the file was fetched or written."""
    every_hours: Mapped[int | None]
    """None: only when asked."""
    starts_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    """What `every_hours` is counted from."""
    next_due_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    mode: Mapped[str]
    """`off`, `notify` or `apply`."""
    notify_to: Mapped[str | None]
    began_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When the run that has not ended began: under the source's lock, one that died."""
    last_attempt_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    last_good_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    last_status: Mapped[str | None]
    last_message: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0)
    """Attempts since the last good one."""


class RunRequest(Base):
    """Somebody asked for a source to be brought in now; a job takes it up."""

    __tablename__ = "run_request"
    __table_args__ = indexes("source_id", "finished_at")

    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    source_id: Mapped[str] = reference("source_setting")
    requested_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    requested_by: Mapped[str | None]
    taken_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None]
    runs: Mapped[list[Any]] = mapped_column(JsonText)
    """Ids of the runs that it led to."""
