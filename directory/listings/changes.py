"""The change table that the search index follows (DESIGN rule 7), and the guard that nothing slips past it.

A change of a listing's rows through the ORM writes its change row when the session flushes, in the same
transaction. A bulk statement would not be noticed, so it is refused on the tables that listings are made of;
only `listings/store.py`, which writes the change rows of its batch itself, is let through.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextvars import ContextVar
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, event, func, insert, inspect, or_, select, text
from sqlalchemy.orm import Session, sessionmaker

from directory.database import WRITES_ITS_OWN_CHANGES, Base, session_factory
from directory.listings import tables
from directory.listings.tables import ListingChange

INDEXED = frozenset(
    each.__tablename__
    for each in (
        tables.Listing,
        tables.ListingDocument,
        tables.Organization,
        tables.OrganizationIdentifier,
        tables.Program,
        tables.Funding,
        tables.Url,
        tables.Service,
        tables.ServiceAtLocation,
        tables.ServiceArea,
        tables.ServiceCapacity,
        tables.Unit,
        tables.CostOption,
        tables.RequiredDocument,
        tables.Location,
        tables.Address,
        tables.Accessibility,
        tables.Phone,
        tables.Contact,
        tables.Schedule,
        tables.Language,
    )
)
"""The tables that listing documents are made of."""

CHANGE_LOCK = 7_316_403
"""PostgreSQL advisory lock, held from the writing of change rows to the commit: ids come in the order of
commits, so that a reader who has seen id 7 has not missed a 6 that is committed later."""

_WRITE = re.compile(
    r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?|COPY|TRUNCATE"
    r"(?:\s+TABLE)?)\s+(?:\"?\w+\"?\.)?\"?(\w+)",
    re.IGNORECASE,
)
_flushing: ContextVar[bool] = ContextVar("flushing", default=False)


class BulkWriteRefused(RuntimeError):
    """A bulk statement on an indexed table: the search index would not learn of it. A program fault."""


class Change(NamedTuple):
    """One change, in the order of commits. `kind` is `put` (new or changed) or `remove`."""

    id: int
    listing_id: str
    kind: str


# --- reading --------------------------------------------------------------------------------------


def newest(session: Session) -> int:
    """The id of the last change; 0 when there is none."""
    return session.scalar(select(func.max(ListingChange.id))) or 0


def count_since(session: Session, last: int) -> int:
    """How many changes came after `last`."""
    return session.scalar(select(func.count()).where(ListingChange.id > last)) or 0


def since(session: Session, last: int, limit: int | None = None) -> list[Change]:
    """The changes after `last`, oldest first."""
    query = select(ListingChange.id, ListingChange.listing_id, ListingChange.kind)
    query = query.where(ListingChange.id > last).order_by(ListingChange.id).limit(limit)
    return [Change(*row) for row in session.execute(query)]


def listings_since(session: Session, last: int) -> list[str]:
    """The listings changed after `last`, each once, in the order of their first change."""
    first = func.min(ListingChange.id)
    query = select(ListingChange.listing_id).where(ListingChange.id > last)
    return list(session.scalars(query.group_by(ListingChange.listing_id).order_by(first)))


# --- writing --------------------------------------------------------------------------------------


def write_changes(
    session: Session,
    *,
    put: Collection[str] = (),
    removed: Collection[str] = (),
    at: dt.datetime | None = None,
) -> None:
    """Notes changed and removed listings, as the last thing before the commit."""
    rows: list[dict[str, Any]] = [{"listing_id": each, "kind": "put"} for each in put]
    rows += [{"listing_id": each, "kind": "remove"} for each in removed]
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHANGE_LOCK})
    connection.execute(insert(ListingChange), [row | {"at": at} for row in rows] if at else rows)


# --- forgetting -----------------------------------------------------------------------------------


KEPT = dt.timedelta(days=90)
"""So long every change is told; of older ones the last of each listing."""
AT_A_TIME = 1_000
"""Rows deleted in one transaction: a few milliseconds of the write lock."""


def superseded(session: Session, *, indexed: int, now: dt.datetime) -> list[int]:
    """The ids of old changes that say nothing any more: taken into the index (up to change `indexed`), and
    followed by another change of their listing. The last change of a listing is kept for ever, a removal
    too: whoever follows from long ago still learns of every listing, in order (INTERFACES, changes)."""
    last_ones = select(func.max(ListingChange.id)).group_by(ListingChange.listing_id)
    query = select(ListingChange.id).where(ListingChange.id <= indexed, ListingChange.at < now - KEPT)
    return list(session.scalars(query.where(ListingChange.id.not_in(last_ones)).order_by(ListingChange.id)))


def prune(sessions: sessionmaker[Session], *, indexed: int, now: dt.datetime) -> int:
    """Deletes the `superseded` changes, a thousand in a transaction; answers how many."""
    with session_factory(sessions.kw["bind"], read_only=True)() as session:
        old = superseded(session, indexed=indexed, now=now)
    for start in range(0, len(old), AT_A_TIME):
        with sessions.begin() as session:
            session.execute(delete(ListingChange).where(ListingChange.id.in_(old[start : start + AT_A_TIME])))
    return len(old)


# --- the guard ------------------------------------------------------------------------------------


@event.listens_for(Engine, "before_cursor_execute")
def _refuse_bulk_writes(
    connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    found = _WRITE.match(statement)
    if not found or found[1].lower() not in INDEXED or _flushing.get():
        return
    options = context.execution_options if context else connection.get_execution_options()
    if not options.keys() >= WRITES_ITS_OWN_CHANGES.keys():
        raise BulkWriteRefused(
            f"{found[1]} is indexed: change it through the session's objects, or in listings/store.py"
        )


# --- what the session changes -----------------------------------------------------------------------


@event.listens_for(Session, "before_flush")
def _note_old(session: Session, _context: Any, _instances: Any) -> None:
    """Whose rows are about to be changed or deleted; after the flush the way to their listing may be gone."""
    touched = [each for each in session.dirty if session.is_modified(each)]
    session.info["listings_touched"] = _listings(session, [*touched, *session.deleted])
    session.info["rows_touched"] = [*touched, *session.new]
    _flushing.set(True)


@event.listens_for(Session, "after_flush")
def _write_flushed(session: Session, _context: Any) -> None:
    _flushing.set(False)
    ids = session.info.pop("listings_touched") | _listings(session, session.info.pop("rows_touched"))
    if not ids:
        return
    listing = tables.Listing
    query = select(listing.id).where(listing.id.in_(ids), listing.status == "active")
    active = set(session.connection().scalars(query))
    write_changes(session, put=sorted(active), removed=sorted(ids - active))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _transaction: Any) -> None:
    _flushing.set(False)
    session.info.pop("listings_touched", None)
    session.info.pop("rows_touched", None)


def _listings(session: Session, rows: Iterable[Any]) -> set[str]:
    """The listings that these rows belong to."""
    reached: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if isinstance(row, Base) and row.__tablename__ in INDEXED:
            for owner, key in _owners(row):
                reached[owner].add(key)
    if not reached:
        return set()
    connection = session.connection()
    for owner, matched, wanted in _STEPS:
        if keys := reached.pop(owner, None):
            for found in connection.execute(wanted.where(matched.in_(keys))).mappings():
                for column, key in found.items():
                    if key is not None:
                        reached[column].add(key)
    return _listings_of(connection, reached) | reached["listing_id"]


def _owners(row: Base) -> Iterator[tuple[str, str]]:
    """The row itself and every row that it belongs or belonged to, as (column, key)."""
    state = inspect(row)
    yield f"{row.__tablename__}_id", state.attrs[_KEY_OF.get(row.__tablename__, "id")].value
    for column in _OWNER_COLUMNS.intersection(state.attrs.keys()):
        history = state.attrs[column].history
        for key in (*history.added, *history.unchanged, *history.deleted):
            if key is not None:
                yield column, key


_KEY_OF = {"listing_document": "listing_id"}
_OWNERS = ("organization_id", "service_id", "location_id", "service_at_location_id")
_OWNER_COLUMNS = frozenset({*_OWNERS, "listing_id", "contact_id", "phone_id"})
_phone, _contact, _at = tables.Phone, tables.Contact, tables.ServiceAtLocation
_STEPS: tuple[tuple[str, Any, Any], ...] = (
    ("phone_id", _phone.id, select(_phone.contact_id, *(getattr(_phone, each) for each in _OWNERS))),
    ("contact_id", _contact.id, select(*(getattr(_contact, each) for each in _OWNERS))),
    ("service_at_location_id", _at.id, select(_at.service_id)),
    ("program_id", tables.Service.program_id, select(tables.Service.id.label("service_id"))),
    ("unit_id", tables.ServiceCapacity.unit_id, select(tables.ServiceCapacity.service_id)),
)
"""From rows of a table one step nearer to services: owner, column to match, owners to take instead."""


def _listings_of(connection: Connection, reached: dict[str, set[str]]) -> set[str]:
    """Listings by service, location or organization."""
    listing, service = tables.Listing, tables.Service
    ways = []
    if keys := reached["service_id"]:
        ways.append(listing.service_id.in_(keys))
    if keys := reached["location_id"]:
        ways.append(listing.service_id.in_(select(_at.service_id).where(_at.location_id.in_(keys))))
    if keys := reached["organization_id"]:
        ways.append(listing.service_id.in_(select(service.id).where(service.organization_id.in_(keys))))
    return set(connection.scalars(select(listing.id).where(or_(*ways)))) if ways else set()
