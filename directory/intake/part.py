"""One reading of one part of a source, batch by batch, each written in as many pieces as it takes.

What a piece changes (listings with their documents and change rows, rejected rows, the run's counters) is
committed together: a run that dies at any moment leaves a database that tells exactly how far it came.
Records are placed and made into rows before the write lock is taken.
"""

import datetime as dt
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session, sessionmaker

from directory.errors import SourceBroken
from directory.geo.gazetteer import Gazetteer
from directory.geo.locate import county_of_location, place_record
from directory.geo.remembered import RememberingGeocoder
from directory.intake import runlog
from directory.intake.batch import UNSTORABLE, Batch, Item, named, refusal, storable
from directory.intake.changed import MOST_KEPT, MOST_TOLD, ChangeLog
from directory.intake.contract import Progress, ReadingLike, RejectionLike, RunReport, RunStatus
from directory.intake.decide import decide, doubt
from directory.intake.overrides import Overrides
from directory.intake.pace import Pace
from directory.intake.sorting import counted, sort_rows
from directory.listings import store
from directory.listings.record import ListingRecord
from directory.listings.store import Placed
from directory.listings.store_rows import Origin
from directory.listings.visibility import Deriver, SourceNote
from directory.phrases import Phrase

BATCH = 200
"""Rows read and decided together. They are written in pieces (`pace.py`)."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What all parts of one import share."""

    sessions: sessionmaker[Session]
    reading_sessions: sessionmaker[Session]
    origin: Origin
    note: SourceNote
    gazetteer: Gazetteer
    geocoder: RememberingGeocoder | None
    taxonomy: Deriver
    now: dt.datetime
    dry_run: bool
    limit: int | None
    accept_loss: bool
    progress: Progress
    read_dry: set[str] = field(default_factory=set)
    """Listings that the parts read before would have brought in, had this not been a dry run."""


class PartRun:
    """One run: opened, fed with all rows, finished; or closed early."""

    def __init__(self, job: Job, reading: ReadingLike):
        self.job = job
        self.reading = reading
        self.started = time.monotonic()
        self.part = reading.part or ""
        self.is_limited = job.limit is not None or not reading.is_whole
        self.seen: dict[str, str] = {}
        """Listing id to content hash of what this run has read. It grows with the file."""
        self.changes = ChangeLog(
            job.gazetteer, job.note.as_of or job.now.date(), MOST_TOLD if job.dry_run else MOST_KEPT
        )
        self.pace = Pace()
        self.report = RunReport(
            run=str(uuid.uuid4()),
            importer=job.origin.importer,
            feed=job.origin.feed,
            part=self.part or None,
            is_dry=job.dry_run,
        )
        self.overrides = Overrides(
            sessions=job.sessions,
            origin=job.origin,
            run_id=self.report.run,
            taxonomy=job.taxonomy,
            gazetteer=job.gazetteer,
            geocoder=job.geocoder,
            now=job.now,
        )

    # --- the run as a whole ---

    def open(self) -> None:
        """Writes down that the run began."""
        if self.job.dry_run:
            return
        with self.job.sessions.begin() as session:
            runlog.open_run(
                session,
                self.report,
                source_id=self.job.origin.source_id,
                as_of=self.job.note.as_of,
                is_limited=self.is_limited,
                now=self.job.now,
            )

    def read_all(self) -> None:
        """Takes in all rows. What was read before a source breaks off is still taken in."""
        rows: list[Any] = []
        try:
            for row in islice(self.reading.rows, self.job.limit):
                rows.append(row)
                if len(rows) >= BATCH:
                    self._take(rows)
                    rows = []
        except SourceBroken:
            self._take(rows)
            raise
        self._take(rows)

    def finish(self) -> None:
        """Withdraws what a whole, plausible reading no longer has (a dry run notes it); closes the run."""
        if self.is_limited:
            self.close("complete")
            return
        with self.job.reading_sessions() as session:
            last = None if self.job.accept_loss else self._last_listed(session)
        reason = doubt(listed=len(self.seen), minimum=self.reading.minimum, last_listed=last)
        if reason is None:
            self._withdraw_unseen()
        self.close("implausible" if reason else "complete", reason)

    def close(self, status: RunStatus, reason: Phrase | None = None) -> None:
        """Writes down how the run ended."""
        told = [reason, *self.overrides.warnings()]
        warnings = [*(str(each) for each in told if each), *self.reading.warnings]
        self.report = replace(
            self.report,
            status=status,
            warnings=[storable(each) for each in warnings],
            seconds=self._seconds(),
            changes=self.changes.report(),
        )
        if not self.job.dry_run:
            with self.job.sessions.begin() as session:
                runlog.save_run(session, self.report)
                runlog.save_changes(session, self.report)

    def _last_listed(self, session: Session) -> int | None:
        return runlog.last_listed(session, self.job.origin.source_id, self.part)

    def _seconds(self) -> float:
        return time.monotonic() - self.started

    def _withdraw_unseen(self) -> None:
        with self.job.reading_sessions() as session:
            gone = store.unseen(session, self.job.origin.source_id, self.part, self.report.run)
            if self.job.dry_run:  # then nothing that was read is marked as seen
                self.job.read_dry.update(self.seen)
                gone = [each for each in gone if each not in self.job.read_dry]
            self.changes.note_withdrawn(session, gone)
        if self.job.dry_run:
            return
        for chunk in store.in_chunks(gone):
            with self.overrides.storing(chunk) as session:
                store.withdraw(session, chunk, self.job.now)
                self.overrides.follow_withdrawn(session, chunk)
                self._save(session, replace(self.report, withdrawn=self.report.withdrawn + len(chunk)))

    # --- one batch ---

    def _take(self, rows: Sequence[ListingRecord | RejectionLike]) -> None:
        if not rows:
            return
        batch = sort_rows(rows, self.report.read + 1, self.job.origin, self.seen)
        self._decide(batch)
        with self.job.reading_sessions() as session:
            self.changes.look(session, batch.items)
        if self.job.dry_run:
            self.report = self._counted(batch)
            self.changes.take(batch.items)
        else:
            for piece in batch.pieces(self.pace.most):
                self._store(piece)
        self.job.progress(self.report.read, self.reading.rows_expected)

    def _decide(self, batch: Batch) -> None:
        with self.job.reading_sessions() as session:
            known = store.known_listings(session, [each.key for each in batch.items])
        for item in batch.items:
            there = known.get(item.key)
            item.decision = decide(
                record_hash=item.digest,
                as_of=self.job.note.as_of,
                existing_hash=there.content_hash if there else None,
                existing_status=there.status if there else "active",
                indexed_as_of=there.indexed_as_of if there else None,
            )

    def _store(self, batch: Batch, *, is_retry: bool = False) -> None:
        """Writes a piece in one transaction.

        A value that the database cannot hold (a NUL, half a character, a number too large) costs its own row,
        not its neighbours: the piece is halved until that row is alone. Then none is taken for new: a service
        may be left of a listing that is gone.
        """
        items = batch.written()
        placed = [self._place(each, is_new=each.decision == "insert" and not is_retry) for each in items]
        prepared = self._prepare(placed)
        try:
            with self.overrides.storing([each.key for each in items]) as session:
                session.connection()  # takes the lock
                begun = time.monotonic()
                if placed:
                    store.write_batch(session, prepared)
                self.overrides.follow(session, placed)
                self._note(session, batch)
        except (StatementError, UnicodeError, OverflowError) as problem:
            if not items or not _is_unstorable(problem):
                raise
            if is_retry and len(items) == 1:
                self._refuse(batch, items[0])
                return
            for piece in batch.pieces(max(1, len(items) // 2)):
                self._store(piece, is_retry=True)
            return
        self.pace.note(len(placed), time.monotonic() - begun)
        self.changes.take(batch.items)

    def _refuse(self, batch: Batch, item: Item) -> None:
        """Notes a record that cannot be stored. The listing that it was stays as it is."""
        batch.items.remove(item)
        batch.refused.append(refusal(item.number, UNSTORABLE, named(item.record)))
        batch.kept.append(item.key)
        with self.overrides.storing([]) as session:
            self._note(session, batch)

    def _note(self, session: Session, batch: Batch) -> None:
        """What goes with the batch: unchanged listings, and those whose row was refused, were seen; rejected
        rows and what the geocoder said are kept, all is counted."""
        store.touch(session, [*(each.key for each in batch.unchanged()), *batch.kept], **self._sight())
        runlog.save_rejections(session, self.report.run, batch.refused)
        if self.job.geocoder:
            self.job.geocoder.save(session)
        self._save(session, self._counted(batch))

    def _sight(self) -> dict[str, Any]:
        return {
            "part": self.part,
            "run_id": self.report.run,
            "now": self.job.now,
            "as_of": self.job.note.as_of,
        }

    def _counted(self, batch: Batch) -> RunReport:
        return replace(counted(self.report, batch), listed=len(self.seen), seconds=self._seconds())

    def _save(self, session: Session, report: RunReport) -> None:
        runlog.save_run(session, report)
        self.report = report

    def _place(self, item: Item, *, is_new: bool) -> Placed:
        record = place_record(item.record, self.job.gazetteer, self.job.geocoder)
        return Placed(
            record=record,
            content_hash=item.digest,
            part=self.part,
            is_new=is_new,
            county=county_of_location(record.place, self.job.gazetteer) if record.place else None,
        )

    def _prepare(self, placed: Sequence[Placed]) -> store.PreparedBatch:
        return store.prepare_batch(
            placed,
            origin=self.job.origin,
            note=self.job.note,
            taxonomy=self.job.taxonomy,
            run_id=self.report.run,
            now=self.job.now,
            dialect=self.job.sessions.kw["bind"].dialect,
        )


def _is_unstorable(problem: Exception) -> bool:
    if isinstance(problem, DBAPIError):
        return isinstance(problem, DataError | IntegrityError)
    return True
