"""Sources that are kept fresh: their settings, which of them are due, how their runs began and ended.

The caller holds the source's lock (`source_lock`) around `bury`, `begin` and `end`, and commits after each.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from directory.database import held_alone
from directory.intake.schedule import next_due
from directory.intake.tables import ImportRun, RunRequest, SourceSetting
from directory.listings.identity import id_text
from directory.listings.tables import Listing, Source

Mode = Literal["off", "notify", "apply"]
MODES: tuple[Mode, ...] = ("off", "notify", "apply")
"""What is done with a change: nothing is even fetched; a steward is told of it; it is brought in."""

Death = Literal["none", "again", "later"]
"""Whether the last attempt died, and when the next one is."""
GOOD = frozenset({"complete"})
"""Statuses of an attempt after which a source is well."""


def id_of_source(importer: str, feed: str) -> str:
    """The id of a source, whether or not it was ever imported."""
    return id_text(importer, feed, "source", "")


@contextmanager
def source_lock(engine: Engine, source_id: str) -> Iterator[bool]:
    """Held while a source is fetched and imported; yields False when someone else does that."""
    with held_alone(engine, f"source {source_id}") as held:
        yield held


# --- settings ---------------------------------------------------------------------------------------


def find(session: Session, source_id: str) -> tuple[SourceSetting, Source] | None:
    """A source with its settings; None when it has none."""
    query = select(SourceSetting, Source).join(Source, Source.id == SourceSetting.id)
    row = session.execute(query.where(SourceSetting.id == source_id)).one_or_none()
    return (row[0], row[1]) if row else None


def listed(session: Session) -> list[tuple[SourceSetting, Source]]:
    """Every source that has settings, by importer and feed."""
    query = select(SourceSetting, Source).join(Source, Source.id == SourceSetting.id)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Source.importer, Source.feed))]


def count_active(session: Session, source_ids: Sequence[str]) -> dict[str, int]:
    """How many listings that are found each of these sources has."""
    query = select(Listing.source_id, func.count()).where(Listing.source_id.in_(source_ids))
    query = query.where(Listing.status == "active").group_by(Listing.source_id)
    return {row[0]: row[1] for row in session.execute(query)}


def offered_ids(session: Session, source_id: str) -> list[str]:
    """The listings of a source that are found, by themselves or merged into others."""
    query = select(Listing.id).where(Listing.source_id == source_id)
    query = query.where(Listing.status.in_(("active", "merged")))
    return list(session.scalars(query.order_by(Listing.id)))


def reschedule(setting: SourceSetting, now: dt.datetime) -> None:
    """Counts the schedule from now on: due at once, unless it is off."""
    setting.starts_at = now
    setting.next_due_at = now if setting.every_hours else None


# --- what is to be done ------------------------------------------------------------------------------


def due(session: Session, now: dt.datetime) -> list[str]:
    """Sources to run now: those asked for, in the order of asking; then those due, the latest first."""
    query = select(RunRequest.source_id).where(RunRequest.finished_at.is_(None))
    asked = session.scalars(query.order_by(RunRequest.requested_at, RunRequest.id))
    timely = select(SourceSetting.id).where(SourceSetting.mode != "off", SourceSetting.next_due_at <= now)
    found = [*asked, *session.scalars(timely.order_by(SourceSetting.next_due_at, SourceSetting.id))]
    return list(dict.fromkeys(found))


def request_run(session: Session, source_id: str, *, by: str | None, now: dt.datetime) -> str:
    """Asks for a source to be run by the job consumer; answers the request's id."""
    request = RunRequest(
        id=str(uuid.uuid4()), source_id=source_id, requested_at=now, requested_by=by, runs=[]
    )
    session.add(request)
    return request.id


# --- one attempt --------------------------------------------------------------------------------------


def bury(session: Session, source_id: str, now: dt.datetime) -> Death:
    """Writes down an attempt that died as interrupted. The source is due again at once; when it had failed
    before, later and later, for what kills it may kill it every time."""
    setting = session.get(SourceSetting, source_id)
    if setting is None or setting.began_at is None:
        return "none"
    if setting.failures:
        _end(session, setting, status="interrupted", message=None, now=now)
        finish_requests(session, source_id, outcome="interrupted", runs=(), now=now)
        return "later"
    setting.failures, setting.last_status, setting.began_at = 1, "interrupted", None
    return "again"


def begin(session: Session, source_id: str, now: dt.datetime) -> SourceSetting | None:
    """Writes down that an attempt began, and takes up the requests for it. None when the source is off or
    gone: then they are finished, and nothing is fetched."""
    setting = session.get(SourceSetting, source_id)
    if setting is None or setting.mode == "off":
        finish_requests(session, source_id, outcome="off", runs=(), now=now)
        return None
    setting.began_at = setting.last_attempt_at = now
    unfinished = RunRequest.source_id == source_id, RunRequest.finished_at.is_(None)
    session.execute(update(RunRequest).where(*unfinished).values(taken_at=now))
    return setting


def end(
    session: Session,
    source_id: str,
    *,
    status: str,
    message: str | None,
    runs: Sequence[str],
    now: dt.datetime,
) -> int:
    """Writes down how the attempt ended, when the source is due again, and the answer to its requests.

    Answers how often it has failed in a row.
    """
    setting = session.get(SourceSetting, source_id)
    if setting is None:
        return 0
    _end(session, setting, status=status, message=message, now=now)
    finish_requests(session, source_id, outcome=status, runs=runs, now=now)
    return setting.failures


def _end(
    session: Session, setting: SourceSetting, *, status: str, message: str | None, now: dt.datetime
) -> None:
    setting.began_at, setting.last_status, setting.last_message = None, status, message
    if status in GOOD:
        setting.failures, setting.last_good_at = 0, now
    else:
        setting.failures += 1
    setting.next_due_at = next_due(
        starts_at=setting.starts_at, every_hours=setting.every_hours, now=now, failures=setting.failures
    )
    session.flush()


def finish_requests(
    session: Session, source_id: str, *, outcome: str, runs: Sequence[str], now: dt.datetime
) -> None:
    """Answers the requests that were taken up, or can be answered without a run."""
    answered = [RunRequest.source_id == source_id, RunRequest.finished_at.is_(None)]
    if outcome != "off":
        answered.append(RunRequest.taken_at.is_not(None))
    values = {"finished_at": now, "outcome": outcome, "runs": list(runs)}
    session.execute(update(RunRequest).where(*answered).values(values))


def last_run(session: Session, source_id: str) -> str | None:
    """The newest run of the log of this source, however it ended; dry runs are not in it."""
    query = select(ImportRun.id).where(ImportRun.source_id == source_id)
    return session.scalar(query.order_by(ImportRun.started_at.desc(), ImportRun.id).limit(1))
