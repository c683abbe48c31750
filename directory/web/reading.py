"""Reading listings for an answer: one read-only transaction per request."""

from collections.abc import Sequence
from typing import Any

from flask import g
from sqlalchemy.orm import Session

from directory.database import db, read_only
from directory.listings import store
from directory.web.house import house


def reading() -> Session:
    """The session of this request, declared read-only: it never waits for a writer."""
    session: Session = db.session()
    if not g.get("reads_only"):
        read_only(session)
        g.reads_only = True
    return session


def documents(ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The public views of these listings; those that are not there (any more) are left out."""
    return dict(store.load_documents(reading(), ids, include_examples=house().settings.examples))


def document(listing_id: str) -> dict[str, Any]:
    """The public view of one listing. Raises `ListingNotFound` or `ListingWithdrawn`."""
    return dict(store.load_document(reading(), listing_id, include_examples=house().settings.examples))
