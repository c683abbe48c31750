"""Listings into the database, by the batch; what comes out again is in `store_load.py`, offered here too.

The only file that runs bulk statements on indexed tables: it writes the change rows of each batch itself, in
the same transaction. Nothing here commits, but for `rebuild_documents`, which says so.
"""

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from directory.database import Base, to_json
from directory.listings import tables
from directory.listings.changes import write_changes
from directory.listings.record import ListingRecord
from directory.listings.store_bulk import delete_of, put_rows, run_bulk, stored_ids, table_of
from directory.listings.store_load import (
    CHUNK,
    Known,
    count_active,
    count_documents,
    in_chunks,
    iter_documents,
    known_listings,
    listings_of,
    load_document,
    load_documents,
    load_records,
    note_of,
    unseen,
)
from directory.listings.store_overrides import hold, stewarded_of
from directory.listings.store_prepare import Placed, PreparedBatch, prepare_batch
from directory.listings.store_rows import CHILD_TABLES, Origin, identify
from directory.listings.store_sql import driver_rows
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
    "listings_of",
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
        put_rows(session, rows.get(name), there.get(name, ()))
    for name in rows.keys() - {*PARENTS, "contact", "phone", "listing", "listing_document"}:
        put_rows(session, rows[name])
    put_rows(session, rows.get("contact"))
    put_rows(session, rows.get("phone"))
    for name in ("listing", "listing_document"):
        put_rows(session, rows[name], there["listing"])
    _drop_orphans(session, old)
    put = [each for each in batch.ids if each not in batch.removed] if batch.removed else batch.ids
    write_changes(session, put=put, removed=batch.removed, at=batch.now)


def _stored(session: Session, shared: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Those of these rows that are there already, by table."""
    return {name: stored_ids(session, name, ids) for name, ids in shared.items()}


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
                delete_of(session, table, f"{owner}_id", keys)


def _drop_orphans(session: Session, old: Mapping[str, Collection[str]]) -> None:
    """Deletes old locations, programs and organizations that no service is at or of any more."""
    service, at = table_of("service"), table_of("service_at_location")
    used_by = {
        "location": at.c.location_id,
        "program": service.c.program_id,
        "organization": service.c.organization_id,
    }
    for name, keys in old.items():
        table, column = table_of(name), used_by[name]
        if keys:
            unused = ~exists().where(column == table.c.id)
            run_bulk(session, delete(table).where(table.c.id.in_(keys), unused))


def touch(
    session: Session, ids: Sequence[str], *, part: str, run_id: str, now: dt.datetime, as_of: dt.date | None
) -> None:
    """Notes that a run saw these unchanged listings: no change of theirs, so no change rows."""
    seen: dict[str, Any] = {"last_run_id": run_id, "last_seen_at": now, "part": part}
    if as_of:
        older = or_(Listing.as_of.is_(None), Listing.as_of < as_of)
        seen["as_of"] = case((older, as_of), else_=Listing.as_of)
    for chunk in in_chunks(ids):
        run_bulk(session, update(table_of("listing")).where(table_of("listing").c.id.in_(chunk)).values(seen))


def withdraw(session: Session, ids: Sequence[str], now: dt.datetime) -> None:
    """Takes listings off: no longer found or shown. Their rows stay, and come back with them."""
    listing = table_of("listing")
    for chunk in in_chunks(ids):
        run_bulk(
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
            put_rows(session, documents, there=changed + removed)
        if points:
            listing_table = table_of("listing")
            run_bulk(session, update(listing_table).where(listing_table.c.id == bindparam("key")), points)
    write_changes(session, put=changed, removed=removed, at=now)
    return changed + removed


def _document_of(
    record: ListingRecord, listing: Listing, source: Source, taxonomy: Deriver, told: Stewarded
) -> dict[str, Any]:
    origin = Origin(source.id, source.importer, source.feed)
    note = note_of(source, listing.as_of, listing.last_seen_at)
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
