"""What tests see of listings after decisions and imports."""

import json
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from directory.listings import changes, store
from directory.listings.record import ListingRecord
from directory.listings.tables import Listing, ListingDocument, SourceRecord

State = tuple[dict[str, Any], dict[str, ListingRecord], dict[str, Any]]


def document_of(sessions: sessionmaker[Session], listing: str) -> dict[str, Any]:
    """The public view of a listing that is found."""
    with sessions() as session:
        return dict(store.load_document(session, listing))


def found(sessions: sessionmaker[Session]) -> list[str]:
    """The ids of the listings that are found, sorted."""
    with sessions() as session:
        return [each["id"] for each in store.iter_documents(session)]


def status_of(sessions: sessionmaker[Session], listing: str) -> str:
    with sessions() as session:
        return session.scalars(select(Listing.status).where(Listing.id == listing)).one()


def newest_changes(sessions: sessionmaker[Session], last: int) -> set[tuple[str, str]]:
    """(listing, kind) of the change rows after `last`."""
    with sessions() as session:
        return {(each.listing_id, each.kind) for each in changes.since(session, last)}


def newest(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return changes.newest(session)


def everything(sessions: sessionmaker[Session]) -> State:
    """Documents, records and rows of all listings, whatever their status: to be compared before and after."""
    with sessions() as session:
        ids = list(session.scalars(select(Listing.id).order_by(Listing.id)))
        documents = {
            row[0]: json.loads(row[1])
            for row in session.execute(select(ListingDocument.listing_id, ListingDocument.document))
        }
        rows = {}
        for row in session.execute(select(*Listing.__table__.columns)).mappings():
            rows[row["id"]] = {name: value for name, value in row.items() if name != "changed_at"}
        return documents, store.load_records(session, ids), rows


def count_source_records(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(SourceRecord)) or 0
