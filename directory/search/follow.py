"""The index follows the database through the change table (DESIGN rule 7).

A change row is written in the transaction of its change, so nothing is lost between the two: what the index
has not taken in yet is exactly what stands behind its last change.
"""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session, sessionmaker

from directory.database import frugal
from directory.listings import changes, store
from directory.search.engine import IndexEntry, SearchEngine
from directory.search.entry import entry_of

BATCH = 2_000
"""Listings taken in at a time."""
REBUILD_ABOVE = 5_000
"""So many changed listings are indexed faster, and better ordered, by a rebuild."""

Progress = Callable[[int, int | None], None]


def behind(session: Session, engine: SearchEngine) -> int:
    """How many change rows the index has not taken in."""
    return changes.count_since(session, engine.status().last_change)


def refresh(
    sessions: sessionmaker[Session], engine: SearchEngine, *, examples: bool, progress: Progress | None = None
) -> int:
    """Takes every change since the last one into the index; answers how many listings it touched.

    Only reads the database: give it read-only sessions.
    """
    with sessions() as session:
        last = engine.status().last_change
        newest = changes.newest(session)
        if newest <= last:
            return 0
        touched = changes.listings_since(session, last) if last else []
    if last == 0 or len(touched) > REBUILD_ABOVE:
        touched.clear()
        return rebuild(sessions, engine, examples=examples, progress=progress)
    for start in range(0, len(touched), BATCH):
        ids = touched[start : start + BATCH]
        with sessions() as session:
            documents = store.load_documents(session, ids, include_examples=examples)
        entries = [entry_of(each) for each in documents.values()]
        gone = [each for each in ids if each not in documents]
        done = start + len(ids)
        engine.update(entries, gone, newest if done >= len(touched) else last)
        if progress:
            progress(done, len(touched))
    return len(touched)


def rebuild(
    sessions: sessionmaker[Session], engine: SearchEngine, *, examples: bool, progress: Progress | None = None
) -> int:
    """Builds the whole index anew from the listing documents; answers how many listings it holds."""
    with sessions() as session:
        newest = changes.newest(session)
        total = store.count_documents(session, include_examples=examples)
    counted = 0

    def entries() -> Iterator[IndexEntry]:
        nonlocal counted
        with sessions() as session, frugal(session):  # ended before the index is put in order and written
            for document in store.iter_documents(session, include_examples=examples):
                yield entry_of(document)
                counted += 1
                if progress and counted % 500 == 0:
                    progress(counted, total)

    engine.rebuild(entries(), newest)
    if progress:
        progress(counted, total)
    return counted
