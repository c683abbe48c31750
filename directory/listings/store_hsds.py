"""HSDS objects of many listings in few statements: their public records as rows, nested.

The number of statements does not depend on the number of listings, up to `store_load.CHUNK` at a time.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from directory.database import Base
from directory.errors import ListingNotFound, ListingWithdrawn
from directory.listings.hsds_objects import HsdsRows, Object, program_object
from directory.listings.needs import Taxonomy
from directory.listings.package_terms import service_attributes
from directory.listings.public_record import public_record
from directory.listings.record import ListingRecord
from directory.listings.store_export import shown_on
from directory.listings.store_load import in_chunks, load_records
from directory.listings.store_rows import Origin, identify, rows_of
from directory.listings.tables import Listing, Program, Service, ServiceAtLocation, Source
from directory.listings.visibility import Identity
from directory.phrases import N_

SERVICES_TOLD = 1_000
"""So many services an organization names; all of them are found by `organization_id`."""
SERVICES_IN_FULL = 100
"""So many of them are told in full, in one answer."""

Batch = list[tuple[ListingRecord, Identity]]


def load_rows(session: Session, ids: Sequence[str], taxonomy: Taxonomy, *, full: bool = True) -> HsdsRows:
    """The public rows of these listings; `full`: with what belongs to them, and what terms say of them."""
    found = HsdsRows(taxonomy)
    for chunk in in_chunks(ids):
        query = select(Listing.id, Listing.source_id, Listing.as_of, Listing.changed_at)
        listed = {row.id: row for row in session.execute(query.where(Listing.id.in_(chunk)))}
        origins = _origins(session, {row.source_id for row in listed.values()})
        batches: dict[str, Batch] = defaultdict(list)
        modified: dict[str, dt.datetime] = {}
        for key, record in load_records(session, chunk, whole=full).items():
            row, origin = listed[key], origins[listed[key].source_id]
            public = public_record(record, as_of=row.as_of)
            identity = identify(public, origin)
            batches[row.source_id].append((public, identity))
            modified[identity.service_id] = row.changed_at
            if full:
                found.add_attributes(service_attributes(public, identity.service_id, taxonomy))
        for source_id, batch in batches.items():
            _add(found, batch, origins[source_id], modified)
    return found


def _origins(session: Session, ids: Iterable[str]) -> dict[str, Origin]:
    query = select(Source.id, Source.importer, Source.feed).where(Source.id.in_(list(ids)))
    return {row.id: Origin(*row) for row in session.execute(query)}


def _add(found: HsdsRows, batch: Batch, origin: Origin, modified: Mapping[str, dt.datetime]) -> None:
    """Adds the rows of listings of one source. `last_modified` is when the listing changed here."""
    for table, rows in rows_of(batch, origin).items():
        columns = [each.name for each in Base.metadata.tables[table].columns]
        for values in rows:
            row = dict(zip(columns, values, strict=True))
            if table == "service":
                row["last_modified"] = modified[row["id"]]
            found.add(table, row)


# --- one ------------------------------------------------------------------------------------------


def listing_of_service(session: Session, key: str, *, examples: bool, today: dt.date) -> str:
    """The listing that a service is. Raises `ListingNotFound`; `ListingWithdrawn` where it is not shown."""
    return _shown_listing(session, key, examples=examples, today=today)


def listing_of_place(session: Session, key: str, *, examples: bool, today: dt.date) -> str:
    """The listing that a service at a location belongs to. Raises as `listing_of_service`."""
    service = session.scalar(select(ServiceAtLocation.service_id).where(ServiceAtLocation.id == key))
    return _shown_listing(session, service or key, examples=examples, today=today)


def _shown_listing(session: Session, service: str, *, examples: bool, today: dt.date) -> str:
    query = select(Listing.id).where(Listing.service_id == service)
    shown = session.scalar(query.where(shown_on(examples=examples, today=today)))
    if shown is not None:
        return shown
    if session.scalar(query if examples else query.where(Listing.is_example.is_(False))) is not None:
        raise ListingWithdrawn(N_("This listing is no longer offered."))
    raise not_found()


def not_found() -> ListingNotFound:
    """The error for an id that nothing public has."""
    return ListingNotFound(N_("There is no such listing here."))


# --- organizations --------------------------------------------------------------------------------


def load_organizations(
    session: Session,
    ids: Sequence[str],
    taxonomy: Taxonomy,
    *,
    full: bool,
    full_service: bool,
    examples: bool,
    today: dt.date,
) -> list[Object]:
    """These organizations in their order, as far as they have a listing that is shown. `full`: with what
    belongs to them and their services, of which `full_service` tells everything."""
    at_most = SERVICES_TOLD if full else 1
    shown = shown_on(examples=examples, today=today)
    listed = _services_of(session, ids, at_most, shown)
    programs = _programs_of(session, ids, shown) if full else {}
    wanted = [own[0][0] for own in listed.values()]
    in_full = [key for own in listed.values() for key, *_ in own][:SERVICES_IN_FULL] if full_service else []
    rows = load_rows(session, list(dict.fromkeys([*wanted, *in_full])), taxonomy, full=full)
    told = frozenset(in_full)
    found = []
    for key in ids:
        if key not in listed:
            continue
        made = rows.organization(key, full=full)
        if full:
            made["programs"] = programs.get(key, [])
            made["services"] = [
                rows.service(service, full=True)
                if listing in told
                else {"id": service, "name": name, "status": status, "organization_id": key}
                for listing, service, name, status in listed[key]
            ]
        found.append(made)
    return found


def _services_of(
    session: Session, ids: Sequence[str], at_most: int, shown: ColumnElement[bool]
) -> dict[str, list[tuple[str, str, str, str]]]:
    """Organization to (listing, service, name, status) of its first listings, by id."""
    found: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    place = func.row_number().over(partition_by=Service.organization_id, order_by=Listing.id).label("place")
    for chunk in in_chunks(ids):
        query = select(
            Service.organization_id,
            Listing.id.label("listing"),
            Service.id,
            Service.name,
            Service.status,
            place,
        )
        query = query.join(Service, Service.id == Listing.service_id)
        own = query.where(Service.organization_id.in_(chunk), shown).subquery()
        for organization, listing, service, name, status, _ in session.execute(
            select(own).where(own.c.place <= at_most).order_by(own.c.listing)
        ):
            found[organization].append((listing, service, name, status))
    return dict(found)


def _programs_of(session: Session, ids: Sequence[str], shown: ColumnElement[bool]) -> dict[str, list[Object]]:
    """Organization to its programs that a shown service belongs to."""
    found: dict[str, list[Object]] = defaultdict(list)
    own = select(Listing.id).join(Service, Service.id == Listing.service_id)
    own = own.where(Service.program_id == Program.id, shown)
    for chunk in in_chunks(ids):
        query = select(Program.__table__).where(Program.organization_id.in_(chunk), own.exists())
        for row in session.execute(query.order_by(Program.id)).mappings():
            found[row["organization_id"]].append(program_object(dict(row)))
    return dict(found)
