"""Listings out of the database: as documents (pages, index) or as records, many in few statements."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from directory.errors import ListingNotFound, ListingWithdrawn
from directory.listings.freshness import dated
from directory.listings.record import ListingRecord
from directory.listings.store_rows import CHILD_TABLES, CHILDREN, Row, record_of
from directory.listings.tables import (
    Listing,
    ListingDocument,
    Location,
    Organization,
    Program,
    Service,
    ServiceAtLocation,
    Source,
    Unit,
)
from directory.listings.visibility import SourceNote
from directory.phrases import N_

CHUNK = 500
"""Ids per statement."""

_T = TypeVar("_T")


def in_chunks(items: Iterable[_T], size: int = CHUNK) -> Iterator[list[_T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def listings_of(session: Session, organizations: Iterable[str]) -> frozenset[str]:
    """Ids of the listings that these organizations offer (ids of HSDS organizations)."""
    found: set[str] = set()
    for chunk in in_chunks(organizations):
        query = select(Listing.id).join(Service, Service.id == Listing.service_id)
        query = query.where(Service.organization_id.in_(chunk), Listing.status == "active")
        found.update(session.scalars(query))
    return frozenset(found)


# --- documents ------------------------------------------------------------------------------------


def load_documents(
    session: Session, ids: Sequence[str], *, include_examples: bool = True
) -> dict[str, dict[str, Any]]:
    """The public views of these listings by id, in the order asked; one statement per 500.

    Those that are withdrawn, not offered or unknown are left out; examples unless `include_examples`.
    """
    found: dict[str, dict[str, Any]] = {}
    for chunk in in_chunks(ids):
        query = _documents(include_examples=include_examples).where(Listing.id.in_(chunk))
        found |= {row[0]: _document(row) for row in session.execute(query)}
    return {each: found[each] for each in ids if each in found}


def load_document(session: Session, listing_id: str, *, include_examples: bool = True) -> dict[str, Any]:
    """The public view of one listing. Raises `ListingNotFound`, or `ListingWithdrawn` if there was one."""
    found = load_documents(session, [listing_id], include_examples=include_examples)
    if listing_id in found:
        return found[listing_id]
    status = session.scalar(select(Listing.status).where(Listing.id == listing_id))
    if status in ("withdrawn", "inactive", "merged"):
        raise ListingWithdrawn(N_("This listing is no longer offered."))
    raise ListingNotFound(N_("There is no such listing here."))


def iter_documents(session: Session, *, include_examples: bool = True) -> Iterator[dict[str, Any]]:
    """Every public view, by id, a thousand at a time; examples only if `include_examples`."""
    last = ""
    query = _documents(include_examples=include_examples).order_by(Listing.id).limit(2 * CHUNK)
    while True:
        rows = session.execute(query.where(Listing.id > last) if last else query).all()
        yield from map(_document, rows)
        if len(rows) < 2 * CHUNK:
            return
        last = rows[-1][0]


def count_documents(session: Session, *, include_examples: bool = True) -> int:
    """How many listings `iter_documents` would give."""
    query = select(func.count()).select_from(Listing).where(Listing.status == "active")
    return session.scalar(query if include_examples else query.where(Listing.is_example.is_(False))) or 0


def _documents(*, include_examples: bool) -> Select[str, str, dt.datetime, dt.date | None]:
    query = select(Listing.id, ListingDocument.document, Listing.last_seen_at, Listing.as_of)
    query = query.join(ListingDocument, ListingDocument.listing_id == Listing.id)
    query = query.where(Listing.status == "active")
    return query if include_examples else query.where(Listing.is_example.is_(False))


def _document(row: Any) -> dict[str, Any]:
    """The stored document with the dates that every run moves: they stand beside it, so that a run which
    finds nothing new need not write it again."""
    _, text, seen, as_of = row
    document: dict[str, Any] = json.loads(text)
    document.setdefault("also_from", [])
    document["source"].setdefault("edited", [])
    document["source"]["fetched"] = seen.date().isoformat()
    document["source"]["as_of"] = as_of.isoformat() if as_of else None
    if document["capacity"]:
        document["capacity"] = dated(document["capacity"], as_of)
    return document


def note_of(source: Source, as_of: dt.date | None, seen: dt.datetime) -> SourceNote:
    """What a document tells of a listing's source; its date and when it was seen last are the listing's."""
    return SourceNote(
        importer=source.importer,
        feed=source.feed,
        name=source.name,
        publisher=source.publisher,
        licence=source.licence,
        url=source.url,
        as_of=as_of,
        fetched=seen.date(),
    )


# --- what intake compares with ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What intake compares a record with."""

    content_hash: str
    status: str
    indexed_as_of: dt.date | None


def known_listings(session: Session, ids: Sequence[str]) -> dict[str, Known]:
    """Hash and status of those of these listings that there are."""
    query = select(Listing.id, Listing.content_hash, Listing.status, Listing.indexed_as_of)
    return {row[0]: Known(*row[1:]) for row in session.execute(query.where(Listing.id.in_(ids)))}


def unseen(session: Session, source_id: str, part: str, run_id: str) -> list[str]:
    """The listings of a part that its source still offered and the run did not come across."""
    query = select(Listing.id).where(Listing.source_id == source_id, Listing.part == part)
    query = query.where(Listing.status.in_(("active", "merged")))
    return list(session.scalars(query.where(Listing.last_run_id != run_id).order_by(Listing.id)))


def count_active(session: Session, source_id: str, part: str) -> int:
    """The active listings of a part."""
    query = select(func.count()).select_from(Listing).where(Listing.source_id == source_id)
    return session.scalar(query.where(Listing.part == part, Listing.status == "active")) or 0


# --- records --------------------------------------------------------------------------------------


def load_records(session: Session, ids: Sequence[str], *, whole: bool = True) -> dict[str, ListingRecord]:
    """The records of these listings by id, withdrawn ones too, in the order asked.

    About two dozen statements per 500 listings, however many rows they have; half a dozen where they need not
    be `whole`: without what belongs to service, organization and locations. Unknown ids are left out.
    """
    found: dict[str, ListingRecord] = {}
    for chunk in in_chunks(ids):
        found |= _load_chunk(session, chunk, whole=whole)
    return {each: found[each] for each in ids if each in found}


def _load_chunk(session: Session, ids: Sequence[str], *, whole: bool) -> dict[str, ListingRecord]:
    listings = _rows(session, Listing, "id", ids)
    services = _rows(session, Service, "id", {each["service_id"] for each in listings})
    service_ids = [each["id"] for each in services]
    at = _rows(session, ServiceAtLocation, "service_id", service_ids)
    owners = {
        "service": service_ids,
        "organization": sorted({each["organization_id"] for each in services}),
        "location": sorted({each["location_id"] for each in at}),
    }
    owned = {("service_at_location", "service_id"): _by(at, "service_id")}
    for owner, keys in owners.items():
        for table in CHILD_TABLES[owner]:
            rows = _rows(session, table, f"{owner}_id", keys if whole else ())
            owned[table.name, f"{owner}_id"] = _by(rows, f"{owner}_id")
    contacts = [row["id"] for rows in owned["contact", "service_id"].values() for row in rows]
    for _, shape in CHILDREN["contact"]:
        phones = _rows(session, shape.table, "contact_id", contacts)
        owned[shape.name, "contact_id"] = _by(phones, "contact_id")
    units = {row["unit_id"] for rows in owned["service_capacity", "service_id"].values() for row in rows}
    programs = {each["program_id"] for each in services} - {None}
    one = {
        "service": {each["id"]: each for each in services},
        "organization": _one(session, Organization, owners["organization"]),
        "location": _one(session, Location, owners["location"]),
        "program": _one(session, Program, programs),
        "unit": _one(session, Unit, units),
    }
    return {each["id"]: record_of(each, one, owned) for each in listings}


def _rows(session: Session, table: Any, column: str, keys: Iterable[str]) -> list[Row]:
    """All rows of a table whose `column` is one of `keys`, siblings in their order."""
    keys, table = list(keys), cast("Table", getattr(table, "__table__", table))
    if not keys:
        return []
    query = select(table).where(table.c[column].in_(keys))
    if "position" in table.c:
        query = query.order_by(table.c.position)
    return [dict(row) for row in session.execute(query).mappings()]


def _one(session: Session, table: Any, keys: Iterable[str]) -> dict[str, Row]:
    return {each["id"]: each for each in _rows(session, table, "id", keys)}


def _by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for each in rows:
        found[each[column]].append(each)
    return dict(found)
