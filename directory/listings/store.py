"""Listings into the database, by the batch; what comes out again is in `store_load.py`, offered here too.

The only file that runs bulk statements on indexed tables: it writes the change rows of each batch itself, in
the same transaction. Nothing here commits, but for `rebuild_documents`, which says so.
"""

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Delete,
    Executable,
    Select,
    Table,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from directory.database import WRITES_ITS_OWN_CHANGES, Base, to_json
from directory.listings import tables
from directory.listings.changes import write_changes
from directory.listings.record import ListingRecord
from directory.listings.store_load import (
    CHUNK,
    Known,
    count_active,
    count_documents,
    in_chunks,
    iter_documents,
    known_listings,
    load_document,
    load_documents,
    load_records,
    unseen,
)
from directory.listings.store_overrides import hold, stewarded_of
from directory.listings.store_prepare import Placed, PreparedBatch, prepare_batch
from directory.listings.store_rows import CHILD_TABLES, Origin, Row, identify
from directory.listings.store_sql import DriverRows, Values, driver_rows, insert_statement
from directory.listings.tables import Listing, ListingDocument, Source
from directory.listings.visibility import UNTOUCHED, Deriver, SourceNote, Stewarded, public_view

__all__ = [
    "Known",
    "Placed",
    "PreparedBatch",
    "count_active",
    "count_documents",
    "in_chunks",
    "iter_documents",
    "known_listings",
    "load_document",
    "load_documents",
    "load_records",
    "prepare_batch",
    "rebuild_documents",
    "rewrite_documents",
    "save_source",
    "touch",
    "unseen",
    "withdraw",
    "write_batch",
]

PARENTS = ("organization", "program", "unit", "location", "service", "service_at_location")
"""Tables whose rows others refer to, in the order in which they can be written."""

_CLEARED = {
    **CHILD_TABLES,
    "service": (*CHILD_TABLES["service"], Base.metadata.tables["service_at_location"]),
}
"""Owner to the tables whose rows are deleted and written anew when it changes."""


# --- sources --------------------------------------------------------------------------------------


def save_source(session: Session, origin: Origin, *, kind: str, note: SourceNote) -> None:
    """Writes down where listings come from, or brings it up to date."""
    session.merge(
        Source(
            id=origin.source_id,
            importer=origin.importer,
            feed=origin.feed,
            kind=kind,
            name=note.name,
            publisher=note.publisher,
            licence=note.licence,
            url=note.url,
        )
    )


# --- writing --------------------------------------------------------------------------------------


def write_batch(session: Session, batch: PreparedBatch) -> None:
    """Writes the batch with its documents and change rows. The same batch again changes no row's content."""
    rows = batch.rows
    there = {**batch.updated, **_stored(session, batch.shared)}
    old = _old_parents(session, there["service"])
    _clear_children(session, there)
    for name in PARENTS:
        _put(session, rows.get(name), there.get(name, ()))
    for name in rows.keys() - {*PARENTS, "contact", "phone", "listing", "listing_document"}:
        _put(session, rows[name])
    _put(session, rows.get("contact"))
    _put(session, rows.get("phone"))
    for name in ("listing", "listing_document"):
        _put(session, rows[name], there["listing"])
    _drop_orphans(session, old)
    put = [each for each in batch.ids if each not in batch.removed] if batch.removed else batch.ids
    write_changes(session, put=put, removed=batch.removed, at=batch.now)


def _stored(session: Session, shared: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Those of these rows that are there already, by table."""
    connection = session.connection()
    return {name: list(connection.scalars(_ids_of(name), {"keys": ids})) for name, ids in shared.items()}


@cache
def _ids_of(name: str) -> Select[str]:
    """Which of some rows there are. Made once, and past the ORM: half of what it takes, in every batch."""
    key = _table(name).c.id
    return select(key).where(key.in_(bindparam("keys", expanding=True)))


def _old_parents(session: Session, services: Sequence[str]) -> dict[str, set[str]]:
    """The locations, organizations and programs that the changed services had so far."""
    if not services:
        return {}
    service, at = tables.Service, tables.ServiceAtLocation
    had = session.execute(
        select(service.organization_id, service.program_id).where(service.id.in_(services))
    ).all()
    places = session.scalars(select(at.location_id).where(at.service_id.in_(services)))
    return {
        "location": set(places),
        "program": {program for _, program in had if program},
        "organization": {organization for organization, _ in had},
    }


def _clear_children(session: Session, there: Mapping[str, Sequence[str]]) -> None:
    """Deletes what changed listings, and organizations and locations that are there already, consist of."""
    for owner in ("service", "organization", "location"):
        if keys := there.get(owner):
            for table in _CLEARED[owner]:
                _bulk(session, _deleted_of(table, f"{owner}_id"), {"keys": keys})


@cache
def _deleted_of(table: Table, owner: str) -> Delete:
    return delete(table).where(table.c[owner].in_(bindparam("keys", expanding=True)))


def _drop_orphans(session: Session, old: Mapping[str, Collection[str]]) -> None:
    """Deletes old locations, programs and organizations that no service is at or of any more."""
    service, at = _table("service"), _table("service_at_location")
    used_by = {
        "location": at.c.location_id,
        "program": service.c.program_id,
        "organization": service.c.organization_id,
    }
    for name, keys in old.items():
        table, column = _table(name), used_by[name]
        if keys:
            unused = ~exists().where(column == table.c.id)
            _bulk(session, delete(table).where(table.c.id.in_(keys), unused))


def touch(
    session: Session, ids: Sequence[str], *, part: str, run_id: str, now: dt.datetime, as_of: dt.date | None
) -> None:
    """Notes that a run saw these unchanged listings: no change of theirs, so no change rows."""
    seen: dict[str, Any] = {"last_run_id": run_id, "last_seen_at": now, "part": part}
    if as_of:
        older = or_(Listing.as_of.is_(None), Listing.as_of < as_of)
        seen["as_of"] = case((older, as_of), else_=Listing.as_of)
    for chunk in in_chunks(ids):
        _bulk(session, update(_table("listing")).where(_table("listing").c.id.in_(chunk)).values(seen))


def withdraw(session: Session, ids: Sequence[str], now: dt.datetime) -> None:
    """Takes listings off: no longer found or shown. Their rows stay, and come back with them."""
    listing = _table("listing")
    for chunk in in_chunks(ids):
        _bulk(
            session, update(listing).where(listing.c.id.in_(chunk)).values(status="withdrawn", changed_at=now)
        )
    write_changes(session, removed=ids, at=now)


# --- documents anew ---------------------------------------------------------------------------------


def rewrite_documents(
    session: Session, ids: Sequence[str], *, taxonomy: Deriver, now: dt.datetime
) -> list[str]:
    """Makes the documents of these listings anew from their rows: after an edit, or when the taxonomy or the
    public view changed. Answers the listings whose document is another now; they have change rows."""
    hold(session, alone=True)  # a place that is hidden meanwhile must not be shown again
    changed: list[str] = []
    removed: list[str] = []
    for chunk in in_chunks(ids):
        records, stewarded = load_records(session, chunk), stewarded_of(session, chunk)
        query = select(Listing, Source, ListingDocument.document).join(Source, Source.id == Listing.source_id)
        query = query.join(ListingDocument, ListingDocument.listing_id == Listing.id)
        rows, points = [], []
        for listing, source, text in session.execute(query.where(Listing.id.in_(chunk))):
            told = stewarded.get(listing.id, UNTOUCHED)
            document = _document_of(records[listing.id], listing, source, taxonomy, told)
            if document == json.loads(text) | {"source": document["source"]}:
                continue
            rows.append((listing.id, to_json(document)))
            points.append({"key": listing.id} | {each: document[each] for each in ("latitude", "longitude")})
            (changed if listing.status == "active" else removed).append(listing.id)
        if rows:
            documents = driver_rows("listing_document", rows, session.connection().dialect)
            _put(session, documents, there=changed + removed)
        if points:
            listing_table = _table("listing")
            _bulk(session, update(listing_table).where(listing_table.c.id == bindparam("key")), points)
    write_changes(session, put=changed, removed=removed, at=now)
    return changed + removed


def _document_of(
    record: ListingRecord, listing: Listing, source: Source, taxonomy: Deriver, told: Stewarded
) -> dict[str, Any]:
    origin = Origin(source.id, source.importer, source.feed)
    note = SourceNote(
        importer=source.importer,
        feed=source.feed,
        name=source.name,
        publisher=source.publisher,
        licence=source.licence,
        url=source.url,
        as_of=listing.as_of,
        fetched=listing.last_seen_at.date(),
    )
    identity = identify(record, origin)
    return public_view(
        record, identity=identity, source=note, taxonomy=taxonomy, county=listing.county, stewarded=told
    )


def rebuild_documents(
    session: Session,
    *,
    taxonomy: Deriver,
    now: dt.datetime,
    progress: Callable[[int, int | None], None] = lambda _done, _total: None,
) -> int:
    """Makes every document anew; answers how many are another now. Commits per 500 listings, so that a
    search is never kept waiting and an interrupted rebuild goes on where it was."""
    total, done, changed, last = session.scalar(select(func.count()).select_from(Listing)) or 0, 0, 0, ""
    while True:
        query = select(Listing.id).order_by(Listing.id).limit(CHUNK)
        ids = list(session.scalars(query.where(Listing.id > last) if last else query))
        if not ids:
            return changed
        changed += len(rewrite_documents(session, ids, taxonomy=taxonomy, now=now))
        session.commit()
        done, last = done + len(ids), ids[-1]
        progress(done, total)


# --- bulk statements --------------------------------------------------------------------------------


@cache
def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _bulk(session: Session, statement: Executable, values: Row | Sequence[Row] | None = None) -> None:
    session.connection().execute(statement, values, execution_options=WRITES_ITS_OWN_CHANGES)


def _put(session: Session, rows: DriverRows | None, there: Collection[str] | None = None) -> None:
    """Inserts rows; given which rows are `there` already, by the first column, overwrites those.

    What is new is inserted plainly: a statement that may overwrite takes SQLite half as long again.
    """
    if rows is None:
        return
    known = set(there or ())
    new = [each for each in rows.rows if each[0] not in known] if known else rows.rows
    _send(session, rows, new, overwrites=False)
    if known:
        _send(session, rows, [each for each in rows.rows if each[0] in known], overwrites=True)


def _send(session: Session, like: DriverRows, rows: list[Values], *, overwrites: bool) -> None:
    if rows:
        connection = session.connection()
        statement = insert_statement(like.table, like.filled, connection.dialect, overwrites=overwrites)
        connection.exec_driver_sql(statement, rows, WRITES_ITS_OWN_CHANGES)
