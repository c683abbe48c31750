"""What every decision of a steward needs: who decides, when, and the tools that store what follows."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.errors import ListingNotFound
from directory.listings.needs import Taxonomy
from directory.listings.store import withdraw
from directory.listings.store_effective import Place, Turn, store_effective
from directory.listings.store_overrides import hold, trees_of
from directory.listings.store_rows import Origin
from directory.listings.tables import Listing, Source
from directory.phrases import N_, Phrase


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`by` is who decides, for the record of decisions; `now` is aware. `place` puts records on the map."""

    by: str
    now: dt.datetime
    taxonomy: Taxonomy
    place: Place

    def store(self, session: Session, ids: Collection[str]) -> list[Turn]:
        """Stores what follows for these listings and all merged with them; answers whose status turned."""
        session.flush()
        return store_effective(session, ids, taxonomy=self.taxonomy, place=self.place, now=self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a decision came to. `listings` are those that it concerns; `warnings` are for who decided."""

    changed: bool
    listings: tuple[str, ...] = ()
    warnings: tuple[Phrase, ...] = ()


def withdraw_listings(session: Session, desk: Desk, ids: Sequence[str]) -> list[Turn]:
    """Takes listings off, as an import that no longer has them would: what is merged with them is seen to."""
    hold(session, alone=True)
    withdraw(session, ids, desk.now)
    return desk.store(session, [each for tree in trees_of(session, ids) for each in tree])


@dataclass(frozen=True, slots=True)
class Known:
    """A listing that a decision is about."""

    id: str
    origin: Origin
    status: str
    is_example: bool


def known(session: Session, listing_id: str) -> Known:
    """The listing of that id, whatever its status. Raises `ListingNotFound`."""
    query = select(Listing.status, Listing.is_example, Source.id, Source.importer, Source.feed)
    query = query.join(Source, Source.id == Listing.source_id)
    row = session.execute(query.where(Listing.id == listing_id)).one_or_none() if _is_id(listing_id) else None
    if row is None:
        raise ListingNotFound(Phrase(N_("There is no listing %(listing)s."), {"listing": listing_id}))
    return Known(listing_id, Origin(*row[2:]), row[0], row[1])


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
