"""How tests put records into the database and look at what is there."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.orm import Session, sessionmaker

from directory.listings import store
from directory.listings.identity import content_hash, id_text
from directory.listings.needs import taxonomy
from directory.listings.record import Accessibility, Contact, Language, ListingRecord, Phone, ServiceCapacity
from directory.listings.store import Placed
from directory.listings.store_rows import Origin
from directory.listings.visibility import SourceNote
from tests.builders import NOW, SOURCE, make_location, make_record, make_service

RUN = id_text("a run of a test")


def origin_of(note: SourceNote = SOURCE) -> Origin:
    """The source of a test's records."""
    return Origin(id_text(note.importer, note.feed, "source", ""), note.importer, note.feed)


def listing_key(record: ListingRecord, note: SourceNote = SOURCE) -> str:
    """The listing id of a record."""
    return origin_of(note).id_of("listing", record.source_id)


def store_records(
    sessions: sessionmaker[Session], *records: ListingRecord, is_new: bool = True, note: SourceNote = SOURCE
) -> list[str]:
    """Stores the records in one batch, committed; answers their listing ids."""
    with sessions.begin() as session:
        store.save_source(session, origin_of(note), kind="treatment", note=note)
    batch = store.prepare_batch(
        [
            Placed(
                record=each,
                content_hash=content_hash(each),
                part="",
                is_new=is_new,
                county="PA/Philadelphia" if each.place else None,
            )
            for each in records
        ],
        origin=origin_of(note),
        note=note,
        taxonomy=taxonomy(),
        run_id=RUN,
        now=NOW,
        dialect=sessions.kw["bind"].dialect,
    )
    with sessions.begin() as session:
        store.write_batch(session, batch)
    return list(batch.ids)


def many(count: int, record: ListingRecord) -> list[ListingRecord]:
    """Copies of a record with ids, organizations and places of their own."""
    return [
        replace(
            record,
            source_id=f"facility-{number}",
            organization=replace(record.organization, key=f"organization-{number}"),
            locations=tuple(replace(each, key=f"{each.key} {number}") for each in record.locations),
        )
        for number in range(count)
    ]


def count_rows(session: Session, *models: type[Any]) -> list[int]:
    """How many rows the tables of these models have."""
    return [session.scalar(select(func.count()).select_from(each)) or 0 for each in models]


@contextmanager
def counted_statements(engine: Engine) -> Generator[list[str], None, None]:
    """The statements that were sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def rich_record() -> ListingRecord:
    """A record with rows in nearly every table."""
    return make_record(
        service=make_service(
            program="Evening group",
            funding=("County",),
            additional_urls=("https://river.example/es",),
            contacts=(Contact(name="Front desk", phones=(Phone(number="215-555-0101"),)),),
            capacities=(ServiceCapacity(unit="beds", available=3, updated=NOW),),
        ),
        locations=(
            make_location(
                accessibility=(Accessibility(description="Ramp"),),
                phones=(Phone(number="215-555-0102"),),
                languages=(Language(name="Spanish"),),
                schedules=make_service().schedules,
            ),
            make_location(key="online", location_type="virtual", address=None, latitude=None, longitude=None),
        ),
        extra=(("service", "colour", "green"),),
    )
