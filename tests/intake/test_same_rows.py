"""However an import is cut into batches, on either database, the same rows come of it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from directory.database import Base, make_engine, session_factory
from directory.errors import SourceBroken
from directory.geo.gazetteer import Gazetteer
from directory.geo.locate import place_record
from directory.intake import pace, part
from directory.listings import store
from directory.listings.identity import content_hash
from directory.listings.record import ListingRecord, Location, Organization, Phone
from directory.listings.tables import Listing
from importers.contract import Rejection, SourceFile
from importers.registry import all_importers
from tests.builders import make_service
from tests.databases import prepare
from tests.intake.feeds import Feed, Import, facilities, feed, key

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
Rows = list[ListingRecord | Rejection]
OF_A_RUN = {
    "import_run": {"id", "seconds", "changes"},
    "listing": {"last_run_id"},
    "listing_change": {"id"},
    "rejection": {"id", "run_id"},
}
"""Columns that no two runs have in common: ids, and what a report tells of a place that records share."""


def sample_rows() -> dict[str, Rows]:
    """The rows of every importer's small samples."""
    found: dict[str, Rows] = {}
    for each in all_importers():
        for path in sorted(SAMPLES.glob(f"*/{each.name}/*")):
            try:
                for reading in each.read(SourceFile(path=path, timezone="America/Denver")):
                    found.setdefault(each.name, []).extend(reading.rows)
            except SourceBroken:  # a mapping, a page of another kind
                continue
    return found


def edition(rows: Iterable[ListingRecord | Rejection], *, changed: bool) -> Feed:
    """A file of these rows; the changed one has lost some, and others say something else."""
    kept: Rows = []
    for number, row in enumerate(rows):
        if changed and number % 5 == 1:
            continue
        if changed and number % 3 == 0 and isinstance(row, ListingRecord):
            service = replace(row.service, phones=(Phone(number="988"),), description=None)
            row = replace(row, service=service, locations=row.locations[:1])  # noqa: PLW2901
        kept.append(row)
    return feed(*kept, as_of=dt.date(2026, 10, 2 if changed else 1))


def import_all(bring_in: Import) -> None:
    """Two editions of every sample, the first one twice; with rows that no database can hold."""
    bad = make_service(description="half a letter: \ud83d")
    rows = sample_rows() | {"broken": [*facilities(40), *facilities(3, service=bad), *facilities(60)[40:]]}
    assert len(rows) > 15
    for name, its_rows in rows.items():
        for changed in (False, False, True):
            bring_in(edition(its_rows, changed=changed), feed=name, accept_loss=True)


def all_rows(engine: Engine) -> dict[str, list[str]]:
    """Every table's rows; those of the change table in their order."""
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            left_out = OF_A_RUN.get(table.name, set())
            query = select(*(each for each in table.columns if each.name not in left_out))
            is_change = table.name == "listing_change"
            query = query.order_by(table.c.id) if is_change else query
            rows = [repr(tuple(row)) for row in connection.execute(query)]
            found[table.name] = rows if is_change else sorted(rows)
    return found


def test_batches_of_three_and_of_many_leave_the_same_rows(
    database: Engine,
    bring_in: Import,
    gazetteer: Gazetteer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import_all(bring_in)
    address = f"sqlite:///{tmp_path / 'threes.sqlite'}"
    prepare(address)
    by_threes = make_engine(address)
    monkeypatch.setattr(part, "BATCH", 3)
    import_all(Import(session_factory(by_threes), gazetteer))
    expected = all_rows(by_threes)
    by_threes.dispose()
    for name, rows in all_rows(database).items():
        assert rows == expected[name], name
    assert len(expected["listing"]) > 100


def parts_of(record: ListingRecord) -> list[Organization | Location]:
    """The parts that several records may have in common; then the last one tells."""
    return [record.organization, *record.locations]


def test_what_is_stored_is_what_the_source_says_placed(
    bring_in: Import, sessions: sessionmaker[Session], gazetteer: Gazetteer
) -> None:
    count = 0
    for name, rows in sample_rows().items():
        bring_in(edition(rows, changed=False), feed=name)
        bring_in(edition(rows, changed=True), feed=name, accept_loss=True)
        said = {
            key(row.source_id, name): row
            for row in edition(rows, changed=True).parts[None]
            if isinstance(row, ListingRecord)
        }
        with sessions() as session:
            stored = store.load_records(session, list(said))
            hashes = {row[0]: row[1] for row in session.execute(select(Listing.id, Listing.content_hash))}
        placed = {listing: place_record(record, gazetteer) for listing, record in said.items()}
        times = Counter(each.key for record in placed.values() for each in parts_of(record))
        for listing, record in placed.items():
            if content_hash(said[listing]) != hashes[listing]:  # an earlier row of the same id was taken
                continue
            found = stored[listing]
            assert replace(found, organization=record.organization, locations=record.locations) == record
            for got, given in zip(parts_of(found), parts_of(record), strict=True):
                assert got == given if times[given.key] == 1 else got.key == given.key
                count += 1
    assert count > 150


def test_a_service_that_lost_its_listing_does_not_stand_in_the_way(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(*facilities(3)))
    with sessions.begin() as session:
        session.delete(session.get_one(Listing, key("facility-1")))
    report = bring_in.one(feed(*facilities(3)))
    assert (report.inserted, report.unchanged, report.rejected) == (1, 2, 0)


def test_transactions_become_smaller_where_writing_is_slow(
    bring_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "HELD_SECONDS", 1e-9)
    monkeypatch.setattr(pace, "LEAST", 3)
    sizes: list[int] = []
    write = store.write_batch

    def noted(session: Session, batch: store.PreparedBatch) -> None:
        sizes.append(len(batch.ids))
        write(session, batch)

    monkeypatch.setattr(store, "write_batch", noted)
    assert bring_in.one(feed(*facilities(600))).inserted == 600
    assert sum(sizes) == 600
    assert sizes[0] > 50
    assert sizes[-2] < 50
