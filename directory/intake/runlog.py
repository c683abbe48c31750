"""The run log: written while an import runs, read by the command line and by stewards."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from directory.database import Base
from directory.intake.contract import RunReport
from directory.intake.tables import ImportRun, Rejection
from directory.listings.tables import Source

COUNTERS = (
    "inserted",
    "updated",
    "unchanged",
    "rejected",
    "withdrawn",
    "listed",
    "seconds",
    "status",
    "warnings",
)


def open_run(
    session: Session,
    report: RunReport,
    *,
    source_id: str,
    as_of: dt.date | None,
    is_limited: bool,
    now: dt.datetime,
) -> None:
    """Writes down that a run began. `is_limited`: it does not read all of its part."""
    session.add(
        ImportRun(
            id=report.run,
            source_id=source_id,
            part=report.part or "",
            status=report.status,
            started_at=now,
            as_of=as_of,
            is_limited=is_limited,
            warnings=[],
        )
    )


def save_run(session: Session, report: RunReport) -> None:
    """Brings the run's counters and status up to date."""
    values = {each: getattr(report, each) for each in COUNTERS} | {"rows_read": report.read}
    session.connection().execute(_SAVE, values | {"run": report.run})


_RUN = Base.metadata.tables[ImportRun.__tablename__]
_SAVE = (
    update(_RUN)
    .where(_RUN.c.id == bindparam("run"))
    .values({each: bindparam(each) for each in (*COUNTERS, "rows_read")})
)
"""Made once, and past the ORM: with every transaction of an import, under its lock (0.06 ms, else 0.7)."""


def save_changes(session: Session, report: RunReport) -> None:
    """Keeps what the run changed, in short."""
    if report.changes and report.changes.total:
        kept = report.changes.as_kept()
        session.execute(update(ImportRun).where(ImportRun.id == report.run).values(changes=kept))


def save_rejections(session: Session, run_id: str, rows: Sequence[dict[str, Any]]) -> None:
    """Keeps rejected rows: `row`, `reason`, `values`."""
    if rows:
        session.execute(insert(Rejection), [{"run_id": run_id, **each} for each in rows])


def mark_interrupted(session: Session, source_id: str) -> None:
    """Marks runs of the source that never ended. The caller holds the source's lock: they are dead."""
    dead = update(ImportRun).where(ImportRun.source_id == source_id, ImportRun.status == "running")
    session.execute(dead.values(status="interrupted"))


def last_listed(session: Session, source_id: str, part: str) -> int | None:
    """How many listings the last complete reading of the whole part had."""
    query = select(ImportRun.listed).where(ImportRun.source_id == source_id, ImportRun.part == part)
    query = query.where(ImportRun.status == "complete", ImportRun.is_limited.is_(False))
    return session.scalar(query.order_by(ImportRun.started_at.desc()).limit(1))


# --- reading --------------------------------------------------------------------------------------


def runs(session: Session, limit: int | None = None) -> list[tuple[ImportRun, Source]]:
    """The runs with their sources, newest first."""
    query = select(ImportRun, Source).join(Source, Source.id == ImportRun.source_id)
    query = query.order_by(ImportRun.started_at.desc(), ImportRun.part).limit(limit)
    return [(row[0], row[1]) for row in session.execute(query)]


def find_run(session: Session, run_id: str) -> tuple[ImportRun, Source] | None:
    """One run with its source."""
    query = select(ImportRun, Source).join(Source, Source.id == ImportRun.source_id)
    row = session.execute(query.where(ImportRun.id == run_id)).one_or_none()
    return (row[0], row[1]) if row else None


def rejections(session: Session, run_id: str) -> Iterator[Rejection]:
    """The rejected rows of a run, in the order in which they were read."""
    query = select(Rejection).where(Rejection.run_id == run_id).order_by(Rejection.id)
    yield from session.scalars(query.execution_options(yield_per=500))
