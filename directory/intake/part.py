"""One reading of one part of a source, batch by batch.

What a batch changes (listings with their documents and change rows, rejected rows, the run's counters) is
committed together: a run that dies at any moment leaves a database that tells exactly how far it came.
Records are placed and made into rows before the write lock is taken.
"""

import datetime as dt
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session, sessionmaker

from directory.errors import SourceBroken
from directory.geo.gazetteer import Gazetteer
from directory.geo.locate import county_of_location, place_record
from directory.geo.remembered import RememberingGeocoder
from directory.intake import runlog
from directory.intake.batch import COUNTER_OF, SAME_ID, UNSTORABLE, Batch, Item, named, refusal, storable
from directory.intake.contract import Progress, ReadingLike, RejectionLike, RunReport, RunStatus
from directory.intake.decide import decide, doubt
from directory.listings import store
from directory.listings.identity import content_hash
from directory.listings.record import ListingRecord
from directory.listings.store import Placed
from directory.listings.store_rows import Origin
from directory.listings.visibility import Deriver, SourceNote
from directory.phrases import Phrase

BATCH = 150
"""Rows read, decided and committed together: others wait no longer than a blink for the write lock."""


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


class PartRun:
    """One run: opened, fed with all rows, finished; or closed early."""

    def __init__(self, job: Job, reading: ReadingLike):
        self.job = job
        self.reading = reading
        self.started = time.monotonic()
        self.part = reading.part or ""
        self.is_limited = job.limit is not None or not reading.is_whole
        self.seen: dict[str, str] = {}
        """Listing id to content hash of what this run has read: the only thing that grows with the file."""
        self.report = RunReport(
            run=str(uuid.uuid4()), importer=job.origin.importer, feed=job.origin.feed, part=self.part or None
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
        """Withdraws what a whole and plausible reading no longer has, and closes the run."""
        if self.job.dry_run or self.is_limited:
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
        warnings = [*([str(reason)] if reason else []), *self.reading.warnings]
        self.report = replace(
            self.report,
            status=status,
            warnings=[storable(each) for each in warnings],
            seconds=self._seconds(),
        )
        if not self.job.dry_run:
            with self.job.sessions.begin() as session:
                runlog.save_run(session, self.report)

    def _last_listed(self, session: Session) -> int | None:
        return runlog.last_listed(session, self.job.origin.source_id, self.part)

    def _seconds(self) -> float:
        return time.monotonic() - self.started

    def _withdraw_unseen(self) -> None:
        with self.job.reading_sessions() as session:
            gone = store.unseen(session, self.job.origin.source_id, self.part, self.report.run)
        for chunk in store.in_chunks(gone):
            with self.job.sessions.begin() as session:
                store.withdraw(session, chunk, self.job.now)
                self._save(session, replace(self.report, withdrawn=self.report.withdrawn + len(chunk)))

    # --- one batch ---

    def _take(self, rows: Sequence[ListingRecord | RejectionLike]) -> None:
        if not rows:
            return
        batch = self._sort(rows)
        self._decide(batch)
        if self.job.dry_run:
            self.report = self._counted(batch)
        else:
            self._store(batch)
        self.job.progress(self.report.read, self.reading.rows_expected)

    def _sort(self, rows: Sequence[ListingRecord | RejectionLike]) -> Batch:
        """Rejections, copies of rows read before, and records to look at."""
        batch = Batch(len(rows))
        for number, row in enumerate(rows, start=self.report.read + 1):
            if not isinstance(row, ListingRecord):
                batch.refused.append(refusal(row.row, row.reason, row.values))
                continue
            key = self.job.origin.id_of("listing", row.source_id)
            digest = content_hash(row)
            before = self.seen.get(key)
            if before is None:
                self.seen[key] = digest
                batch.items.append(Item(number, key, row, digest))
            elif before == digest:
                batch.copies += 1
            else:
                batch.refused.append(refusal(number, SAME_ID, named(row)))
        return batch

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

    def _store(self, batch: Batch) -> None:
        placed = [self._place(each) for each in batch.wants("insert", "update", "refresh")]
        prepared = self._prepare(placed)
        try:
            with self.job.sessions.begin() as session:
                if placed:
                    store.write_batch(session, prepared)
                self._note(session, batch)
        except (StatementError, UnicodeError, OverflowError) as problem:
            if not _is_unstorable(problem):
                raise
            self._store_singly(batch, placed)

    def _store_singly(self, batch: Batch, placed: Sequence[Placed]) -> None:
        """A value that the database cannot hold (a NUL, half a character, a number too large) costs its own
        row, not its neighbours."""
        with self.job.sessions.begin() as session:
            for item, each in zip(batch.wants("insert", "update", "refresh"), placed, strict=True):
                try:
                    with session.begin_nested():
                        store.write_batch(session, self._prepare([each]))
                except (StatementError, UnicodeError, OverflowError) as problem:
                    if not _is_unstorable(problem):
                        raise
                    batch.refused.append(refusal(item.number, UNSTORABLE, named(item.record)))
                    batch.items.remove(item)
                    store.touch(session, [item.key], **self._sight())
            self._note(session, batch)

    def _note(self, session: Session, batch: Batch) -> None:
        """What goes with the batch: unchanged listings were seen, rejected rows and what the geocoder said
        are kept, all is counted."""
        store.touch(session, [each.key for each in batch.wants("unchanged")], **self._sight())
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
        counts = {
            name: getattr(self.report, name) for name in ("inserted", "updated", "unchanged", "rejected")
        }
        for item in batch.items:
            counts[COUNTER_OF[item.decision]] += 1
        counts["unchanged"] += batch.copies
        counts["rejected"] += len(batch.refused)
        read = self.report.read + batch.rows
        return replace(self.report, read=read, listed=len(self.seen), seconds=self._seconds(), **counts)

    def _save(self, session: Session, report: RunReport) -> None:
        runlog.save_run(session, report)
        self.report = report

    def _place(self, item: Item) -> Placed:
        record = place_record(item.record, self.job.gazetteer, self.job.geocoder)
        return Placed(
            record=record,
            content_hash=item.digest,
            part=self.part,
            is_new=item.decision == "insert",
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
