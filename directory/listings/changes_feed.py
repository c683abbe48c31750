"""The change table as data partners follow it: what was put or removed, oldest first.

Of changes older than `changes.KEPT` the last one of each listing is kept for ever, so that whoever comes back
after a year still learns of every listing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings.store_export import shown_on
from directory.listings.tables import Listing, ListingChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One change. `action` is `put` (new or changed: fetch it) or `remove` (it is not shown any more). The
    listing's id is that of the service at its first location; a listing that is gone has no service."""

    id: int
    action: str
    listing_id: str
    service_id: str | None
    at: dt.datetime


def newest_change(session: Session) -> tuple[int, dt.datetime | None]:
    """Id and moment of the last change; 0 and None when there is none."""
    query = select(ListingChange.id, ListingChange.at).order_by(ListingChange.id.desc()).limit(1)
    row = session.execute(query).first()
    return (row[0], row[1]) if row else (0, None)


def changes_since(
    session: Session, last: int, *, limit: int, examples: bool, today: dt.date
) -> Sequence[Told]:
    """The changes after `last`, oldest first. Whatever is not to be seen now is a removal, however it was
    last written."""
    shown = shown_on(examples=examples, today=today).label("shown")
    query = select(
        ListingChange.id,
        ListingChange.kind,
        ListingChange.listing_id,
        ListingChange.at,
        Listing.service_id,
        shown,
    )
    query = query.outerjoin(Listing, Listing.id == ListingChange.listing_id)
    query = query.where(ListingChange.id > last).order_by(ListingChange.id).limit(limit)
    return [
        Told(
            id=key,
            action="put" if kind == "put" and is_shown else "remove",
            listing_id=listing_id,
            service_id=service_id,
            at=at,
        )
        for key, kind, listing_id, at, service_id, is_shown in session.execute(query)
    ]
