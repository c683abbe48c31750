"""The change table that the search index follows, and the guard that nothing slips past it."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from directory.listings import changes, store, tables
from directory.listings.changes import INDEXED, BulkWriteRefused
from directory.listings.identity import id_text
from directory.listings.record import Accessibility, Contact, Phone, ServiceCapacity
from directory.listings.tables import Listing, ListingDocument
from tests.builders import NOW, make_location, make_record, make_service
from tests.listings.storing import many, store_records


@pytest.fixture
def stored(sessions: sessionmaker[Session]) -> list[str]:
    """Three listings of their own organization, place and service, with rows in nearly every table."""
    record = make_record(
        service=make_service(
            program="Evening group",
            contacts=(Contact(name="Desk", phones=(Phone(number="911"),)),),
            capacities=(ServiceCapacity(unit="beds", updated=NOW),),
        ),
        locations=(make_location(accessibility=(Accessibility(description="Ramp"),)),),
    )
    return store_records(sessions, *many(3, record))


def changes_after(sessions: sessionmaker[Session], act: Callable[[Session], Any]) -> list[tuple[str, str]]:
    """(listing, kind) of the change rows that a committed action leaves."""
    with sessions() as session:
        last = changes.newest(session)
    with sessions.begin() as session:
        act(session)
    with sessions() as session:
        return [(each.listing_id, each.kind) for each in changes.since(session, last)]


def service_of(session: Session, listing: str) -> tables.Service:
    return session.get_one(tables.Service, session.get_one(Listing, listing).service_id)


# --- reading --------------------------------------------------------------------------------------


def test_a_stored_batch_is_one_change_per_listing(sessions: sessionmaker[Session], stored: list[str]) -> None:
    with sessions() as session:
        found = changes.since(session, 0)
        assert [(each.listing_id, each.kind) for each in found] == [(each, "put") for each in stored]
        assert changes.newest(session) == found[-1].id
        assert changes.count_since(session, found[0].id) == 2
        assert changes.since(session, 0, limit=1) == found[:1]


def test_a_listing_that_changed_twice_is_named_once(
    sessions: sessionmaker[Session], stored: list[str]
) -> None:
    with sessions.begin() as session:
        store.withdraw(session, [stored[2]], NOW)
        store.withdraw(session, [stored[0]], NOW)
    with sessions() as session:
        assert changes.listings_since(session, 0) == stored
        assert changes.listings_since(session, changes.newest(session)) == []


def test_there_is_no_change_in_an_empty_database(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        assert (changes.newest(session), changes.since(session, 0)) == (0, [])


def test_changes_are_numbered_in_the_order_of_commits(
    sessions: sessionmaker[Session], stored: list[str]
) -> None:
    """Else a follower who has seen number 7 would miss a number 6 that is committed later."""

    def withdraw_second() -> None:
        with sessions.begin() as session:
            store.withdraw(session, [stored[1]], NOW)

    second = threading.Thread(target=withdraw_second)
    with sessions.begin() as session:
        store.withdraw(session, [stored[0]], NOW)
        second.start()
        second.join(0.3)
        assert second.is_alive()
    second.join()
    with sessions() as session:
        assert [each.listing_id for each in changes.since(session, 3)] == stored[:2]


# --- forgetting -----------------------------------------------------------------------------------


def left_after_pruning(
    sessions: sessionmaker[Session], days: int, indexed: int | None = None
) -> list[tuple[str, str]]:
    """(listing, kind) of the changes that are left so many days after `NOW`."""
    with sessions() as session:
        last = changes.newest(session) if indexed is None else indexed
    changes.prune(sessions, indexed=last, now=NOW + dt.timedelta(days=days))
    with sessions() as session:
        return [(each.listing_id, each.kind) for each in changes.since(session, 0)]


@pytest.fixture
def withdrawn_once(sessions: sessionmaker[Session], stored: list[str]) -> list[str]:
    """The listings of `stored`: the first is withdrawn, the second withdrawn and back again."""
    with sessions.begin() as session:
        store.withdraw(session, stored[:2], NOW)
    with sessions.begin() as session:
        changes.write_changes(session, put=[stored[1]], at=NOW)
    return stored


def test_of_old_changes_the_last_of_each_listing_is_kept_in_order(
    sessions: sessionmaker[Session], withdrawn_once: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.listings.changes.AT_A_TIME", 2)
    one, two, three = withdrawn_once
    assert left_after_pruning(sessions, 91) == [(three, "put"), (one, "remove"), (two, "put")]
    assert left_after_pruning(sessions, 5_000) == [(three, "put"), (one, "remove"), (two, "put")]


@pytest.mark.parametrize(("days", "indexed"), [(89, None), (91, 0)])
def test_young_changes_and_those_that_the_index_has_not_seen_are_kept(
    sessions: sessionmaker[Session], withdrawn_once: list[str], days: int, indexed: int | None
) -> None:
    assert len(left_after_pruning(sessions, days, indexed)) == len(withdrawn_once) + 3


# --- what the session changes -----------------------------------------------------------------------


def rename_service(session: Session, listing: str) -> None:
    service_of(session, listing).name = "New name"


def change_phone(session: Session, listing: str) -> None:
    service = service_of(session, listing)
    session.scalars(select(tables.Phone).where(tables.Phone.service_id == service.id)).one().number = "988"


def change_contacts_phone(session: Session, listing: str) -> None:
    service = service_of(session, listing)
    contact = session.scalars(select(tables.Contact).where(tables.Contact.service_id == service.id)).one()
    session.scalars(select(tables.Phone).where(tables.Phone.contact_id == contact.id)).one().number = "988"


def rename_organization(session: Session, listing: str) -> None:
    session.get_one(tables.Organization, service_of(session, listing).organization_id).name = "New name"


def rename_program(session: Session, listing: str) -> None:
    session.get_one(tables.Program, service_of(session, listing).program_id).name = "New name"


def location_of(session: Session, listing: str) -> str:
    at = tables.ServiceAtLocation
    service = service_of(session, listing)
    return session.scalars(select(at.location_id).where(at.service_id == service.id)).one()


def move_place(session: Session, listing: str) -> None:
    session.get_one(tables.Location, location_of(session, listing)).latitude = 40.0


def change_address(session: Session, listing: str) -> None:
    address = tables.Address
    where = address.location_id == location_of(session, listing)
    session.scalars(select(address).where(where)).one().address_1 = "1 New Street"


def add_language(session: Session, listing: str) -> None:
    service = service_of(session, listing)
    session.add(tables.Language(id=id_text("a language"), service_id=service.id, name="French"))


def remove_cost(session: Session, listing: str) -> None:
    cost = tables.CostOption
    session.delete(
        session.scalars(select(cost).where(cost.service_id == service_of(session, listing).id)).one()
    )


def change_capacity(session: Session, listing: str) -> None:
    capacity = tables.ServiceCapacity
    where = capacity.service_id == service_of(session, listing).id
    session.scalars(select(capacity).where(where)).one().available = 1


def rewrite_document(session: Session, listing: str) -> None:
    session.get_one(ListingDocument, listing).document = "{}"


def show_from_now(session: Session, listing: str) -> None:
    session.get_one(Listing, listing).visible_from = NOW.date()


@pytest.mark.parametrize(
    "edit",
    [
        rename_service,
        change_phone,
        change_contacts_phone,
        rename_organization,
        rename_program,
        move_place,
        change_address,
        add_language,
        remove_cost,
        change_capacity,
        rewrite_document,
        show_from_now,
    ],
)
def test_an_edit_of_any_row_is_a_change_of_its_listing(
    sessions: sessionmaker[Session], stored: list[str], edit: Callable[[Session, str], None]
) -> None:
    found = changes_after(sessions, lambda session: edit(session, stored[1]))
    assert found == [(stored[1], "put")]


def test_an_edit_of_shared_rows_is_a_change_of_every_listing(sessions: sessionmaker[Session]) -> None:
    ids = store_records(sessions, *(make_record(source_id=str(number)) for number in range(3)))
    found = changes_after(sessions, lambda session: rename_organization(session, ids[0]))
    assert found == [(each, "put") for each in sorted(ids)]


def test_a_unit_is_shared_by_all_that_count_in_it(sessions: sessionmaker[Session], stored: list[str]) -> None:
    def rename(session: Session) -> None:
        session.scalars(select(tables.Unit)).one().name = "places"

    assert {each for each, _ in changes_after(sessions, rename)} == set(stored)


def test_a_row_that_changes_its_owner_changes_both_listings(
    sessions: sessionmaker[Session], stored: list[str]
) -> None:
    def hand_over(session: Session) -> None:
        one, other = service_of(session, stored[0]), service_of(session, stored[1])
        cost = tables.CostOption
        session.scalars(select(cost).where(cost.service_id == one.id)).one().service_id = other.id

    assert {each for each, _ in changes_after(sessions, hand_over)} == {stored[0], stored[1]}


def test_withdrawing_through_the_session_removes_the_listing(
    sessions: sessionmaker[Session], stored: list[str]
) -> None:
    def withdraw(session: Session) -> None:
        session.get_one(Listing, stored[0]).status = "withdrawn"

    assert changes_after(sessions, withdraw) == [(stored[0], "remove")]


def test_deleting_a_service_removes_its_listing(sessions: sessionmaker[Session], stored: list[str]) -> None:
    found = changes_after(sessions, lambda session: session.delete(service_of(session, stored[0])))
    assert found == [(stored[0], "remove")]
    with sessions() as session:
        assert session.get(Listing, stored[0]) is None


def test_looking_without_changing_is_no_change(sessions: sessionmaker[Session], stored: list[str]) -> None:
    def look(session: Session) -> None:
        service = service_of(session, stored[0])
        service.name = str(service.name)

    assert changes_after(sessions, look) == []


def test_what_is_no_part_of_a_listing_is_no_change(
    sessions: sessionmaker[Session], stored: list[str]
) -> None:
    def add_taxonomy(session: Session) -> None:
        session.add(tables.Taxonomy(id=id_text("a taxonomy"), name="T", description="T"))

    assert changes_after(sessions, add_taxonomy) == []


def test_a_rollback_leaves_no_change_behind(sessions: sessionmaker[Session], stored: list[str]) -> None:
    with sessions() as session:
        rename_service(session, stored[0])
        session.flush()
        session.rollback()
        assert changes.newest(session) == 3


def test_a_failed_flush_leaves_the_guard_in_place(sessions: sessionmaker[Session], stored: list[str]) -> None:
    with sessions() as session:
        session.add(tables.Phone(id=id_text("a phone"), service_id=id_text("nobody"), number="1"))
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            session.flush()
        session.rollback()
        with pytest.raises(BulkWriteRefused):
            session.execute(delete(tables.Phone))


# --- the guard ------------------------------------------------------------------------------------


BULK = [
    update(tables.Service).values(name="x"),
    update(tables.Service.__table__).values(name="x"),  # type: ignore[arg-type]
    delete(tables.Phone),
    insert(tables.Language).values(id=id_text("l"), name="x", position=0),
    text("UPDATE listing SET status = 'withdrawn'"),
    text("  delete from schedule"),
    text("INSERT INTO phone (id, number, position) VALUES ('x', 'x', 0)"),
]


@pytest.mark.parametrize("statement", BULK, ids=str)
def test_a_bulk_statement_on_an_indexed_table_is_refused(
    sessions: sessionmaker[Session], statement: Any
) -> None:
    with sessions() as session, pytest.raises(BulkWriteRefused, match="indexed"):
        session.execute(statement)


def test_a_bulk_statement_past_the_session_is_refused_too(database: Engine) -> None:
    with database.connect() as connection:
        with pytest.raises(BulkWriteRefused):
            connection.execute(delete(tables.Phone))
        with pytest.raises(BulkWriteRefused):
            connection.exec_driver_sql('DELETE FROM "phone"')


def test_saving_objects_in_bulk_is_refused(sessions: sessionmaker[Session]) -> None:
    with sessions() as session, pytest.raises(BulkWriteRefused):
        session.bulk_save_objects([tables.Unit(id=id_text("u"), name="beds")])


def test_bulk_statements_elsewhere_and_reading_are_free(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        session.execute(delete(tables.Taxonomy))
        session.execute(select(tables.Phone))


def test_every_table_of_a_listing_is_guarded() -> None:
    apart = {
        "source",
        "listing_change",
        "taxonomy",
        "taxonomy_term",
        "attribute",
        "change",
        "meta_table_description",
        "field_edit",
        "edit_conflict",
        "source_record",
        "listing_merge",
        "kept_apart",
    }
    ours = {getattr(tables, name).__tablename__ for name in tables.__all__}
    assert ours - apart == INDEXED
