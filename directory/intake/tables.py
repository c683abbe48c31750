"""The run log: what each import read, did and refused."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Double, Index, Integer, false
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


class Rejection(Base):
    """A row that did not become a listing, with the reason."""

    __tablename__ = "rejection"
    __table_args__ = indexes("run_id")

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    run_id: Mapped[str] = reference("import_run")
    row: Mapped[int]
    reason: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(JsonText)
