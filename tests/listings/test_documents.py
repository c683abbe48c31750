"""Listing documents: loaded, withdrawn, made anew, on both databases."""

import datetime as dt
import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from directory.errors import ListingNotFound, ListingWithdrawn
from directory.listings import changes, store, tables
from directory.listings.identity import id_text
from directory.listings.needs import taxonomy
from directory.listings.record import Organization
from directory.listings.tables import Listing, ListingDocument
from tests.builders import NOW, make_document, make_record
from tests.listings.storing import (
    RUN,
    many,
    origin_of,
    rich_record,
    store_records,
)

LATER = NOW + dt.timedelta(days=40)


# --- documents ------------------------------------------------------------------------------------


def test_the_document_is_the_public_view(sessions: sessionmaker[Session]) -> None:
    (key,) = store_records(sessions, rich_record())
    with sessions() as session:
        assert store.load_documents(session, [key]) == {key: make_document(rich_record())}
        assert list(store.iter_documents(session)) == [make_document(rich_record())]
        assert store.count_documents(session) == 1
        listing = session.get_one(Listing, key)
    assert (listing.latitude, listing.longitude) == (39.957, -75.204)


def test_documents_come_in_the_order_asked_without_unknown_ones(
    sessions: sessionmaker[Session],
) -> None:
    ids = store_records(sessions, *many(5, make_record()))
    asked = [ids[3], id_text("nobody"), ids[0]]
    with sessions() as session:
        assert list(store.load_documents(session, asked)) == [ids[3], ids[0]]


def test_every_document_is_given_once_however_many_there_are(
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.listings.store_load.CHUNK", 3)
    ids = store_records(sessions, *many(12, make_record()))
    with sessions() as session:
        assert [each["id"] for each in store.iter_documents(session)] == sorted(ids)


def test_examples_can_be_left_out(sessions: sessionmaker[Session]) -> None:
    real, invented = make_record(source_id="1"), make_record(source_id="2", is_example=True)
    ids = store_records(sessions, real, invented)
    with sessions() as session:
        assert store.load_documents(session, ids)[ids[1]]["is_example"]
        assert list(store.load_documents(session, ids, include_examples=False)) == ids[:1]
        assert [each["id"] for each in store.iter_documents(session, include_examples=False)] == ids[:1]
        assert store.count_documents(session, include_examples=False) == 1
        with pytest.raises(ListingNotFound):
            store.load_document(session, ids[1], include_examples=False)


def test_an_unchanged_listing_seen_again_shows_the_newer_dates(sessions: sessionmaker[Session]) -> None:
    (key,) = store_records(sessions, make_record())
    newer = dt.date(2026, 12, 15)
    with sessions.begin() as session:
        store.touch(session, [key], part="", run_id=RUN, now=LATER, as_of=newer)
    with sessions.begin() as session:
        store.touch(session, [key], part="", run_id=RUN, now=LATER, as_of=dt.date(2020, 1, 1))
    with sessions() as session:
        source = store.load_documents(session, [key])[key]["source"]
        assert (source["as_of"], source["fetched"]) == ("2026-12-15", LATER.date().isoformat())
        assert changes.newest(session) == 1


# --- withdrawing ----------------------------------------------------------------------------------


def test_a_withdrawn_listing_is_gone_but_not_forgotten(sessions: sessionmaker[Session]) -> None:
    (key,) = store_records(sessions, rich_record())
    with sessions.begin() as session:
        store.withdraw(session, [key], LATER)
    with sessions() as session:
        assert store.load_documents(session, [key]) == {}
        assert list(store.iter_documents(session)) == []
        assert store.load_records(session, [key]) == {key: rich_record()}
        assert [each[1:] for each in changes.since(session, 1)] == [(key, "remove")]
        with pytest.raises(ListingWithdrawn):
            store.load_document(session, key)
        with pytest.raises(ListingNotFound):
            store.load_document(session, id_text("nobody"))


def test_unseen_are_the_active_listings_of_a_part_that_a_run_missed(
    sessions: sessionmaker[Session],
) -> None:
    ids = store_records(sessions, *many(3, make_record()))
    other_run = id_text("another run")
    with sessions.begin() as session:
        store.touch(session, ids[:1], part="", run_id=other_run, now=LATER, as_of=None)
        store.touch(session, ids[2:], part="other", run_id=RUN, now=LATER, as_of=None)
    with sessions() as session:
        assert store.unseen(session, origin_of().source_id, "", other_run) == [ids[1]]


# --- documents anew -------------------------------------------------------------------------------


def test_rewriting_documents_that_are_right_changes_nothing(sessions: sessionmaker[Session]) -> None:
    ids = store_records(sessions, *many(3, rich_record()))
    with sessions.begin() as session:
        assert store.rewrite_documents(session, ids, taxonomy=taxonomy(), now=LATER) == []
    with sessions() as session:
        assert changes.count_since(session, 3) == 0


def test_rebuilding_mends_documents_and_says_which(sessions: sessionmaker[Session]) -> None:
    ids = store_records(sessions, *many(3, rich_record()))
    stale = json.dumps(make_document(rich_record()) | {"id": ids[1], "name": "Old name"})
    with sessions.begin() as session:
        session.get_one(ListingDocument, ids[1]).document = stale
    seen: list[tuple[int, int | None]] = []
    with sessions() as session:
        last = changes.newest(session)
    with sessions() as session:
        changed = store.rebuild_documents(
            session, taxonomy=taxonomy(), now=LATER, progress=lambda done, total: seen.append((done, total))
        )
    assert changed == 1
    assert seen == [(3, 3)]
    with sessions() as session:
        assert store.load_documents(session, ids)[ids[1]]["name"] == rich_record().service.name
        assert changes.listings_since(session, last) == [ids[1]]


def test_a_document_follows_an_edit_of_its_rows(sessions: sessionmaker[Session]) -> None:
    (key,) = store_records(sessions, make_record(organization=Organization(key="o", name="Old")))
    with sessions.begin() as session:
        session.scalars(select(tables.Organization)).one().name = "New"
        session.flush()
        assert store.rewrite_documents(session, [key], taxonomy=taxonomy(), now=LATER) == [key]
    with sessions() as session:
        assert store.load_document(session, key)["organization"] == "New"
