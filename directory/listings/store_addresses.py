"""Addresses of what is listed, a stretch at a time, for site maps. Invented listings are in none."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.listings.store_export import shown_on
from directory.listings.tables import Listing


class Changed(NamedTuple):
    """A listing, and when it was changed last (aware)."""

    listing_id: str
    at: dt.datetime


def last_changes(session: Session, size: int, *, today: dt.date) -> list[dt.datetime]:
    """Of each stretch of `size` listings, in the order of their ids: when one of them was changed last."""
    stretch = (func.row_number().over(order_by=Listing.id) - 1) // size
    rows = select(stretch.label("stretch"), Listing.changed_at)
    rows_shown = rows.where(shown_on(examples=False, today=today)).subquery()
    latest = select(func.max(rows_shown.c.changed_at))
    return list(session.scalars(latest.group_by(rows_shown.c.stretch).order_by(rows_shown.c.stretch)))


def changed(
    session: Session, limit: int, *, today: dt.date, offset: int = 0, after: str | None = None
) -> list[Changed]:
    """At most `limit` listings in the order of their ids: from `offset` on, or behind the id `after`."""
    query = select(Listing.id, Listing.changed_at).where(shown_on(examples=False, today=today))
    query = query.order_by(Listing.id).limit(limit)
    query = query.where(Listing.id > after) if after is not None else query.offset(offset)
    return [Changed(key, at) for key, at in session.execute(query)]
