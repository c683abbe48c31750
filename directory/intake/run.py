"""One import: from an importer's rows to listings, documents, change rows and a run log.

A batch job: it commits per batch (`intake/part.py`). One import of a source runs at a time; a run that died
is marked as interrupted by the next one, which finds what was stored already unchanged.
"""

import datetime as dt
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.orm import Session, sessionmaker

from directory.database import held_alone, let_go, session_factory
from directory.errors import SourceBroken
from directory.geo.gazetteer import Gazetteer
from directory.geo.geocoders import Geocoder
from directory.geo.remembered import RememberingGeocoder
from directory.intake import runlog
from directory.intake.contract import FileT_contra, ImporterLike, Progress, ReadingLike, RunReport, Unread
from directory.intake.part import Job, PartRun
from directory.intake.sources import id_of_source
from directory.listings import store
from directory.listings.store_rows import Origin
from directory.listings.visibility import Deriver, SourceNote
from directory.phrases import N_, Phrase

BUSY = N_("Another import of this source is running.")


def run_import(
    sessions: sessionmaker[Session],
    importer: ImporterLike[FileT_contra],
    source: FileT_contra,
    *,
    gazetteer: Gazetteer,
    taxonomy: Deriver,
    now: dt.datetime,
    geocoder: Geocoder | None = None,
    dry_run: bool = False,
    limit: int | None = None,
    accept_loss: bool = False,
    progress: Progress = lambda _done, _expected: None,
) -> list[RunReport]:
    """Imports a file; one report per part that it covers. Commits per batch.

    Withdraws what a complete, plausible reading of a whole part no longer has; never with `limit` (rows read
    of each part) or `dry_run` (which writes nothing at all). `accept_loss` believes a file with far fewer
    listings than the last one. A source that breaks off gives a report `broken`, not an error. Raises
    `SourceBroken` when another import of the same source is running.
    """
    engine = sessions.kw["bind"]
    origin = Origin(id_of_source(importer.name, source.feed), importer.name, source.feed)
    reading = session_factory(engine, read_only=True)
    job = Job(
        sessions=sessions,
        reading_sessions=reading,
        origin=origin,
        note=SourceNote(
            importer=importer.name,
            feed=source.feed,
            name=importer.title,
            publisher=importer.publisher,
            licence=importer.licence,
            url=source.url,
            fetched=now.date(),
        ),
        gazetteer=gazetteer,
        geocoder=RememberingGeocoder(geocoder, reading, now) if geocoder else None,
        taxonomy=taxonomy,
        now=now,
        dry_run=dry_run,
        limit=limit,
        accept_loss=accept_loss,
        progress=progress,
    )
    try:
        if dry_run:
            return _import_parts(job, importer, source)
        with held_alone(engine, _lock(origin.source_id)) as held:
            if not held:
                raise SourceBroken(Phrase(BUSY))
            with sessions.begin() as session:
                runlog.mark_interrupted(session, origin.source_id)
                store.save_source(session, origin, kind=importer.kind, note=job.note)
            return _import_parts(job, importer, source)
    finally:
        let_go(engine)


def bury_runs(sessions: sessionmaker[Session], source_id: str) -> None:
    """Marks runs of a source that died as interrupted; does nothing while one is alive."""
    with held_alone(sessions.kw["bind"], _lock(source_id)) as held:
        if held:
            with sessions.begin() as session:
                runlog.mark_interrupted(session, source_id)


def _lock(source_id: str) -> str:
    return f"import {source_id}"


def _import_parts(job: Job, importer: ImporterLike[FileT_contra], source: FileT_contra) -> list[RunReport]:
    try:
        readings: Sequence[ReadingLike] = importer.read(source)
    except SourceBroken as problem:
        run = PartRun(job, Unread())
        run.open()
        run.close("broken", problem.phrase)
        return [run.report]
    return [_import_part(job, reading) for reading in readings]


def _import_part(job: Job, reading: ReadingLike) -> RunReport:
    run = PartRun(replace(job, note=replace(job.note, as_of=reading.as_of)), reading)
    run.open()
    try:
        with _fewer_collections():
            run.read_all()
            run.finish()
    except SourceBroken as problem:
        run.close("broken", problem.phrase)
    except Exception:
        run.close("broken", Phrase(N_("The import stopped by a fault of the program.")))
        raise
    except BaseException:
        run.close("interrupted")
        raise
    return run.report


_USUAL = gc.get_threshold()
_SELDOM = (20_000, *_USUAL[1:])


@contextmanager
def _fewer_collections() -> Iterator[None]:
    """Looks for circles of garbage more seldom. A record makes a hundred objects that die with its batch, and
    hardly any circle: looking after every 700 objects takes 30 of the 470 µs of a listing."""
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)
