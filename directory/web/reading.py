"""Reading listings for an answer: one read-only transaction per request."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import g
from sqlalchemy.orm import Session

from directory.database import db, read_only, session_factory
from directory.errors import ListingWithdrawn
from directory.listings import store, store_overrides
from directory.listings.shown import shown_of
from directory.phrases import N_
from directory.web.house import house


def reading() -> Session:
    """The session of this request, declared read-only: it never waits for a writer."""
    session: Session = db.session()
    if not g.get("reads_only"):
        read_only(session)
        g.reads_only = True
    return session


@contextmanager
def apart() -> Iterator[Session]:
    """A session that only reads, apart from the one of this request, which may write: no writer waits for
    it."""
    with session_factory(db.engine, read_only=True)() as session:
        yield session


def documents(ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The public views of these listings; those that are not there or not shown now are left out."""
    found = store.load_documents(reading(), ids, include_examples=house().settings.examples)
    now = house().now()
    return {key: each for key, each in found.items() if shown_of(each).at(now)}


def now_at(listing_id: str) -> str | None:
    """The listing that stands for this one, which was merged into it; None for any other."""
    return store_overrides.stands_for(reading(), listing_id)


def document(listing_id: str) -> dict[str, Any]:
    """The public view of one listing. Raises `ListingNotFound`; `ListingWithdrawn` also for one that is not
    shown now."""
    found = store.load_document(reading(), listing_id, include_examples=house().settings.examples)
    if not shown_of(found).at(house().now()):
        raise ListingWithdrawn(
            N_("It is shown at certain times of the year only. You can search for others near you.")
        )
    return dict(found)
