"""Listings out of the database as an HSDS 3.1 data package: what is public of them, read in streams.

Every listing that is offered and shown today, by source and id, so that the same data gives the same bytes.
At any time 500 listings are in memory, with the ids of the organizations and places written so far.

What does not come back when our own importer reads a package: ids (rows get those of the new source); the
number of a telephone that is none to it (text lines) or goes on after a pause; coordinates that only stand
for a ZIP code or town (left out: HSDS cannot say that they do, and whoever reads places them again); the
state of a hidden place, which comes back as its service area; where a listing stands at several physical
places, it comes back as one listing for each; capital letters in the names of unknown columns; and what is
private (`public_record`).

Columns that HSDS does not have (`extra`) are written back where they came from an `hsds` import, no place of
the listing is less than fully shown, nor, for those of an organization, any place of any of its listings.
"""

import csv
import datetime as dt
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from directory.database import Base
from directory.listings.needs import Taxonomy
from directory.listings.package import TABLES, PackageSource, datapackage, written_row
from directory.listings.package_terms import Terms, row_attributes, service_attributes
from directory.listings.public_record import public_record
from directory.listings.record import ListingRecord
from directory.listings.store_load import CHUNK, load_records
from directory.listings.store_rows import Origin, identify, rows_of
from directory.listings.tables import Listing, Location, Service, ServiceAtLocation, Source
from directory.listings.visibility import Identity

EXTRA_OF = "hsds"
"""The importer whose unknown columns are written back."""
EXTRA_TABLES = ("organization", "service", "location")
_EXTRA_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_READ_OTHERWISE = frozenset(
    {"location_id", "taxonomy_ids", "accepted_payments", "funding_sources", "keywords", "eligibility"}
    | {"metadata", "service_areas", "languages", "required_documents", "accessibility", "virtual", "website"}
    | {"program", "attributes", "phones", "schedules", "contacts"}
)
"""Names that older versions of HSDS use, which would be read as something else."""
_SHARED = ("organization", "location", "program", "unit")
"""Tables whose rows several listings share."""
_OWNERS = ("organization_id", "location_id")
_TIED = frozenset({"service", "program", "service_at_location"})
"""Tables that refer to an organization or place without being part of it."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold: a package says nothing of when it was made."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export came to: listings, rows by HSDS table, bytes of the file."""

    listings: int
    rows: Mapping[str, int]
    bytes: int


def export_hsds(
    session: Session,
    path: Path,
    *,
    taxonomy: Taxonomy,
    examples: bool,
    today: dt.date,
    progress: Callable[[int, int | None], None] = lambda _done, _total: None,
) -> Exported:
    """Writes the package to `path`, which appears whole or not at all. The session only reads, in one
    transaction of its own; `examples` includes invented listings, each marked so."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite's transactions see one state anyway
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    shown = shown_on(examples=examples, today=today)
    extra = _extra_columns(session, shown)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as name, ExitStack() as stack:
        tables = _Tables(Path(name), extra, stack)
        listings, sources = _write_listings(session, shown, tables, taxonomy, progress)
        stack.close()
        package = Path(name) / "package.zip"
        _zip(package, Path(name), json.dumps(datapackage(sources, extra), indent=1, ensure_ascii=False))
        size = package.stat().st_size
        package.replace(path)
    return Exported(listings=listings, rows=tables.counts, bytes=size)


# --- which listings -------------------------------------------------------------------------------


def shown_on(*, examples: bool, today: dt.date) -> ColumnElement[bool]:
    """Listings that anybody may see on that day."""
    begun = or_(Listing.visible_from.is_(None), Listing.visible_from <= today)
    not_over = or_(Listing.visible_to.is_(None), Listing.visible_to >= today)
    shown = (Listing.status == "active") & begun & not_over
    return shown if examples else shown & Listing.is_example.is_(False)


def _chunks(session: Session, shown: ColumnElement[bool], source_id: str) -> Iterator[list[str]]:
    query: Select[str] = select(Listing.id).where(shown, Listing.source_id == source_id)
    query, last = query.order_by(Listing.id).limit(CHUNK), ""
    while True:
        ids = list(session.scalars(query.where(Listing.id > last) if last else query))
        if ids:
            yield ids
        if len(ids) < CHUNK:
            return
        last = ids[-1]


def _write_listings(
    session: Session,
    shown: ColumnElement[bool],
    tables: "_Tables",
    taxonomy: Taxonomy,
    progress: Callable[[int, int | None], None],
) -> tuple[int, list[PackageSource]]:
    total, done = session.scalar(select(func.count()).select_from(Listing).where(shown)) or 0, 0
    terms, sources = Terms(taxonomy), []
    for source in session.scalars(select(Source).order_by(Source.importer, Source.feed)).all():
        before = done
        for ids in _chunks(session, shown, source.id):
            _write_chunk(session, ids, source, tables, terms)
            done += len(ids)
            progress(done, total)
        if done > before:
            sources.append(
                PackageSource(
                    title=source.name, publisher=source.publisher, licence=source.licence, path=source.url
                )
            )
    for row in terms.taxonomy_rows():
        tables.write("taxonomy", row)
    for term in terms.term_rows():
        tables.write("taxonomy_term", term)
    return done, sources


def _write_chunk(
    session: Session, ids: Sequence[str], source: Source, tables: "_Tables", terms: Terms
) -> None:
    origin = Origin(source.id, source.importer, source.feed)
    batch = []
    dates = dict(iter(session.execute(select(Listing.id, Listing.as_of).where(Listing.id.in_(ids)))))
    for key, record in load_records(session, ids).items():
        public = public_record(record, as_of=dates[key])
        batch.append((public, identify(public, origin)))
    extra = _extra_cells(session, batch) if source.importer == EXTRA_OF else {}
    new: set[str] = set()
    for table, rows in rows_of(batch, origin).items():
        columns = [each.name for each in Base.metadata.tables[table].columns]
        for values in rows:
            row = dict(zip(columns, values, strict=True))
            if _is_written(table, row, tables.shared):
                continue
            if table in _SHARED:
                new.add(row["id"])
            tables.write(table, row, extra.get((table, row["id"])))
            tables.write_cells("attribute", map(terms.attribute_cells, row_attributes(table, row)))
    tables.shared |= new
    for record, identity in batch:
        said = service_attributes(record, identity.service_id, terms.taxonomy)
        tables.write_cells("attribute", map(terms.attribute_cells, said))


def _is_written(table: str, row: Row, seen: AbstractSet[str]) -> bool:
    """True for rows that an earlier chunk brought: of something shared, or of a part of it."""
    if table in _SHARED:
        return row["id"] in seen
    return table not in _TIED and any(row.get(owner) in seen for owner in _OWNERS)


# --- columns that HSDS does not have --------------------------------------------------------------


def _not_whole() -> Select[str, str]:
    """Services, with their organizations, that have a place which is not shown whole."""
    query = select(Service.id, Service.organization_id)
    query = query.join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
    query = query.join(Location, Location.id == ServiceAtLocation.location_id)
    return query.where(Location.visibility != "full")


def _extra_columns(session: Session, shown: ColumnElement[bool]) -> dict[str, list[str]]:
    """The columns to add by table, sorted: those of which a value may be shown."""
    services = _not_whole().with_only_columns(Service.id)
    bodies = _not_whole().with_only_columns(Service.organization_id)
    query = select(Service.extra, Service.organization_id.in_(bodies))
    query = query.join(Listing, Listing.service_id == Service.id).join(Source, Source.id == Listing.source_id)
    query = query.where(shown, Source.importer == EXTRA_OF, Service.extra.is_not(None))
    query = query.where(Service.id.not_in(services)).execution_options(yield_per=CHUNK)
    found: dict[str, set[str]] = {}
    for extra, is_held in session.execute(query):
        for table, column, _ in extra or ():
            if _may_extend(table, column) and not (is_held and table == "organization"):
                found.setdefault(table, set()).add(column.casefold())
    return {table: sorted(columns) for table, columns in sorted(found.items())}


def _may_extend(table: str, column: str) -> bool:
    name = column.casefold()
    if table not in EXTRA_TABLES or name in _READ_OTHERWISE or not _EXTRA_NAME.fullmatch(name):
        return False
    return all(name != each.name for each in TABLES[table].columns)


def _extra_cells(
    session: Session, batch: Iterable[tuple[ListingRecord, Identity]]
) -> dict[tuple[str, str], dict[str, str]]:
    """(table, row id) to column to value. `public_record` has emptied those of listings not shown whole."""
    batch = [each for each in batch if each[0].extra]
    bodies = {identity.organization_id for _, identity in batch}
    held = _not_whole().with_only_columns(Service.organization_id).distinct()
    not_whole = set(session.scalars(held.where(Service.organization_id.in_(bodies))))
    found: dict[tuple[str, str], dict[str, str]] = {}
    for record, identity in batch:
        owners = {"service": identity.service_id, "organization": identity.organization_id}
        if identity.location_ids:
            owners["location"] = identity.location_ids[0]
        for table, column, value in record.extra:
            if table in owners and not (table == "organization" and owners[table] in not_whole):
                found.setdefault((table, owners[table]), {}).setdefault(column.casefold(), value)
    return found


# --- files ----------------------------------------------------------------------------------------


class _Tables:
    """The CSV files of a package while it is written: `counts` of their rows, ids of `shared` ones."""

    def __init__(self, folder: Path, extra: Mapping[str, Sequence[str]], stack: ExitStack):
        self.folder, self._extra = folder, extra
        self.counts = dict.fromkeys(TABLES, 0)
        self.shared: set[str] = set()
        self._writers = {}
        for name, table in TABLES.items():
            file = stack.enter_context((folder / table.path).open("w", encoding="utf-8", newline=""))
            self._writers[name] = csv.writer(file, lineterminator="\n")
            self._writers[name].writerow([*(each.name for each in table.columns), *extra.get(name, ())])

    def write(self, table: str, row: Row, extra: Mapping[str, str] | None = None) -> None:
        """One row of a table, with its cells of columns beyond HSDS."""
        more = [(extra or {}).get(each, "") for each in self._extra.get(table, ())]
        self.write_cells(table, [[*written_row(table, row), *more]])

    def write_cells(self, table: str, rows: Iterable[Sequence[str]]) -> None:
        """Rows that are cells already."""
        for each in rows:
            self._writers[table].writerow(each)
            self.counts[table] += 1


def _zip(path: Path, folder: Path, description: str) -> None:
    """All tables and `datapackage.json` in one zip that says nothing of when or where it was made."""
    (folder / "datapackage.json").write_text(description + "\n", encoding="utf-8")
    with path.open("wb") as file:
        with zipfile.ZipFile(file, "w") as archive:
            for name in ("datapackage.json", *(each.path for each in TABLES.values())):
                member = zipfile.ZipInfo(name, _EPOCH)
                member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
                member.external_attr = 0o644 << 16
                with (
                    (folder / name).open("rb") as inner,
                    archive.open(member, "w", force_zip64=True) as outer,
                ):
                    shutil.copyfileobj(inner, outer, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
