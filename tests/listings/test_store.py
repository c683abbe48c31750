"""Listings into the database and out again, on both databases."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, TextClause, select, text
from sqlalchemy.orm import Session, sessionmaker

from directory.database import Base
from directory.listings import store, tables
from directory.listings.identity import NAMESPACE, id_text, listing_id
from directory.listings.record import Code, ListingRecord
from directory.listings.store_rows import CHILD_TABLES
from directory.listings.tables import Listing, Location, Program, Service, ServiceAtLocation
from tests.builders import NOW, SOURCE, make_location, make_record, make_service
from tests.listings.storing import (
    count_rows,
    counted_statements,
    many,
    rich_record,
    store_records,
)
from tests.listings.strategies import records

LATER = NOW + dt.timedelta(days=40)


# --- round trip -----------------------------------------------------------------------------------


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(found=st.lists(records, min_size=1, max_size=3, unique_by=lambda each: each.source_id))
def test_a_record_comes_back_as_it_went_in(
    sessions: sessionmaker[Session], found: list[ListingRecord]
) -> None:
    apart = [
        replace(
            each,
            organization=replace(each.organization, key=f"{number} {each.organization.key}"),
            locations=tuple(replace(place, key=f"{number} {place.key}") for place in each.locations),
        )
        for number, each in enumerate(found)
    ]
    note = replace(SOURCE, feed=str(uuid.uuid4()))
    ids = store_records(sessions, *apart, note=note)
    with sessions() as session:
        assert store.load_records(session, ids) == dict(zip(ids, apart, strict=True))


def test_every_table_of_a_listing_takes_part_in_the_round_trip(sessions: sessionmaker[Session]) -> None:
    (key,) = store_records(sessions, rich_record())
    with sessions() as session:
        assert store.load_records(session, [key]) == {key: rich_record()}
        for owner, owned in CHILD_TABLES.items():
            for table in owned:
                assert f"{owner}_id" in table.c


def test_a_changed_record_replaces_all_rows_of_the_old_one(sessions: sessionmaker[Session]) -> None:
    store_records(sessions, rich_record())
    bare = make_record(
        service=make_service(phones=(), schedules=(), cost_options=(), languages=()), locations=()
    )
    (key,) = store_records(sessions, bare, is_new=False)
    with sessions() as session:
        assert store.load_records(session, [key]) == {key: bare}
        leftovers = [tables.Phone, tables.Schedule, tables.Contact, tables.Url, tables.ServiceCapacity]
        assert count_rows(session, *leftovers, Location, ServiceAtLocation, Program) == [0] * 8


def test_storing_the_same_batch_twice_leaves_the_same_rows(sessions: sessionmaker[Session]) -> None:
    models = [
        Service,
        Location,
        tables.Organization,
        tables.Phone,
        tables.CostOption,
        tables.Address,
        Listing,
    ]
    store_records(sessions, *many(5, rich_record()))
    with sessions() as session:
        before = count_rows(session, *models)
    store_records(sessions, *many(5, rich_record()), is_new=False)
    with sessions() as session:
        assert count_rows(session, *models) == before


def test_what_two_listings_share_is_stored_once(sessions: sessionmaker[Session]) -> None:
    one, two = make_record(source_id="1"), make_record(source_id="2", service=make_service(name="Detox"))
    ids = store_records(sessions, one, two)
    store_records(sessions, make_record(source_id="3"))
    with sessions() as session:
        shared = count_rows(session, tables.Organization, Location, tables.Address)
        assert shared == [1, 1, 1]
        assert store.load_records(session, ids) == {ids[0]: one, ids[1]: two}


def test_a_place_stays_while_another_listing_is_there(sessions: sessionmaker[Session]) -> None:
    store_records(sessions, make_record(source_id="1"), make_record(source_id="2"))
    moved = make_record(source_id="1", locations=(make_location(key="elsewhere"),))
    store_records(sessions, moved, is_new=False)
    with sessions() as session:
        assert count_rows(session, Location) == [2]
    store_records(sessions, replace(moved, source_id="2"), is_new=False)
    with sessions() as session:
        assert count_rows(session, Location) == [1]


def test_source_codes_are_one_column_not_a_row_each(sessions: sessionmaker[Session]) -> None:
    codes = tuple(Code("samhsa_mental", f"C{number}") for number in range(70))
    store_records(sessions, make_record(codes=codes))
    with sessions() as session:
        assert count_rows(session, tables.Attribute) == [0]
        stored = session.scalars(select(Service.codes)).one()
    assert stored == [["samhsa_mental", [each.value for each in codes]]]


# --- ids ------------------------------------------------------------------------------------------


def test_ids_are_version_5_and_the_same_after_every_import(sessions: sessionmaker[Session]) -> None:
    (key,) = store_records(sessions, rich_record())
    assert key == str(listing_id("county_list", "default", "facility-1"))
    with sessions() as session:
        phone = session.scalars(select(tables.Phone.id).order_by(tables.Phone.id)).first()
        place = session.get_one(ServiceAtLocation, key)
        assert place.position == 0
    assert phone is not None
    assert uuid.UUID(phone).version == 5


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_the_quick_way_to_an_id_is_version_5_to_the_letter(parts: list[str]) -> None:
    assert id_text(*parts) == str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


# --- statements -----------------------------------------------------------------------------------


@pytest.mark.parametrize("load", [store.load_records, store.load_documents])
def test_loading_many_takes_as_many_statements_as_loading_few(
    database: Engine, sessions: sessionmaker[Session], load: object
) -> None:
    assert callable(load)
    ids = store_records(sessions, *many(200, rich_record()))
    sent = {}
    for count in (10, 200):
        with sessions() as session, counted_statements(database) as statements:
            assert len(load(session, ids[:count])) == count
        sent[count] = len(statements)
    assert sent[10] == sent[200] <= 30


def test_writing_many_takes_as_many_statements_as_writing_few(
    database: Engine, sessions: sessionmaker[Session]
) -> None:
    sent = {}
    for count in (10, 100):
        note = replace(SOURCE, feed=str(count))
        with counted_statements(database) as statements:
            store_records(sessions, *many(count, rich_record()), note=note)
        sent[count] = len(statements)
    assert sent[10] == sent[100]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_reference_is_indexed(database: Engine) -> None:
    """SQLite looks through every table that may refer to a deleted row: without an index, at all rows."""
    with database.connect() as connection:
        slow = [
            f"{table.name}.{column.name}"
            for table in Base.metadata.sorted_tables
            for column in table.columns
            if column.foreign_keys and not column.primary_key
            if "USING" not in str(connection.execute(explain(table.name, column.name)).all())
        ]
    assert slow == []


def explain(table: str, column: str) -> TextClause:
    return text(f"EXPLAIN QUERY PLAN SELECT 1 FROM \"{table}\" WHERE {column} = 'x'")
