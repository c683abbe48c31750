"""Pages of what is shown: listings (as services), services at locations, organizations.

All are in the order of their ids, which no change of a listing moves, so that pages do not shift under
writes but for what comes and goes; `after` goes on behind the last one seen, and then nothing shifts at all.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from directory.listings.store_export import shown_on
from directory.listings.store_load import in_chunks
from directory.listings.tables import (
    Listing,
    Location,
    Organization,
    Service,
    ServiceArea,
    ServiceAtLocation,
)

IS_WITHHELD = Location.visibility != literal_column("'full'")
"""A place that is not shown whole; written as its index has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What listings are asked for: those shown on a day, of an organization, changed since."""

    today: dt.date
    examples: bool
    organization_id: str | None = None
    modified_after: dt.datetime | None = None

    @property
    def is_whole(self) -> bool:
        """All that are shown."""
        return self.organization_id is None and self.modified_after is None

    def condition(self) -> ColumnElement[bool]:
        """As a condition on `Listing`."""
        found = shown_on(examples=self.examples, today=self.today)
        if self.organization_id is not None:
            own = select(Service.id).where(Service.organization_id == self.organization_id)
            found &= Listing.service_id.in_(own)
        if self.modified_after is not None:
            # by itself, so that SQLite takes the few of the index, not all in the order of the page
            changed = aliased(Listing)
            found &= Listing.id.in_(select(changed.id).where(changed.changed_at >= self.modified_after))
        return found


class Place(NamedTuple):
    """A service at a location: its id, its listing, the public point of the location."""

    id: str
    listing_id: str
    latitude: float | None
    longitude: float | None


# --- queries by what is listed --------------------------------------------------------------------


def _services(narrowed: Narrowed) -> Select[Any]:
    return select(Listing.id).where(narrowed.condition())


def _places(narrowed: Narrowed) -> Select[Any]:
    at = ServiceAtLocation
    query = select(at.id).join(Listing, Listing.service_id == at.service_id)
    return query.where(narrowed.condition(), at.id.not_in(_left_out()))


def _organizations(narrowed: Narrowed) -> Select[Any]:
    own = select(Listing.id).join(Service, Service.id == Listing.service_id)
    own = own.where(Service.organization_id == Organization.id, narrowed.condition())
    return select(Organization.id).where(own.exists())


def _held() -> Select[Any]:
    """Services whose place is not shown whole, with how many of their locations are kept: the place and
    those online (`public_record`). The ids of the kept ones are the first."""
    at = ServiceAtLocation
    is_physical = Location.location_type == "physical"
    some = select(at.service_id).where(at.location_id.in_(select(Location.id).where(IS_WITHHELD)))
    query = select(
        at.service_id, (func.sum(case((Location.location_type == "virtual", 1), else_=0)) + 1).label("kept")
    )
    query = query.join(Location, Location.id == at.location_id).where(at.service_id.in_(some))
    first = func.min(case((is_physical, at.position)))
    first_withheld = func.min(case((is_physical & IS_WITHHELD, at.position)))
    return query.group_by(at.service_id).having(first == first_withheld)


def _left_out() -> Select[Any]:
    """The ids beyond those that are kept."""
    at, held = aliased(ServiceAtLocation), _held().subquery()
    return select(at.id).join(held, held.c.service_id == at.service_id).where(at.position >= held.c.kept)


QUERIES: Mapping[str, tuple[InstrumentedAttribute[str], Callable[[Narrowed], Select[Any]]]] = {
    "service": (Listing.id, _services),
    "service_at_location": (ServiceAtLocation.id, _places),
    "organization": (Organization.id, _organizations),
}
"""HSDS table to the column that pages are ordered by, and its query. A service stands for its listing."""


def count(session: Session, table: str, narrowed: Narrowed) -> int:
    """How many there are."""
    query = QUERIES[table][1](narrowed).subquery()
    return session.scalar(select(func.count()).select_from(query)) or 0


def page_of(
    session: Session, table: str, narrowed: Narrowed, *, limit: int, offset: int = 0, after: str | None = None
) -> list[str]:
    """The ids on one page; behind the id `after`, or from `offset` on."""
    key, query_of = QUERIES[table]
    query = query_of(narrowed).order_by(key).limit(limit)
    return list(session.scalars(query.where(key > after) if after is not None else query.offset(offset)))


# --- of listings found elsewhere ------------------------------------------------------------------


def allowed(session: Session, ids: Iterable[str], narrowed: Narrowed) -> list[str]:
    """Those of these shown listings that are asked for, in their order."""
    if narrowed.is_whole:
        return list(ids)
    found = set(session.scalars(select(Listing.id).where(narrowed.condition())))
    return [each for each in ids if each in found]


def places_of(session: Session, ids: Sequence[str]) -> list[Place]:
    """The services at locations of these listings, in the order of these."""
    at = ServiceAtLocation
    found: dict[str, list[Place]] = {}
    has_point = (Location.location_type == "physical") & ~IS_WITHHELD
    for chunk in in_chunks(ids):
        query = select(at.id, Listing.id, Location.latitude, Location.longitude, has_point)
        query = query.join(Listing, Listing.service_id == at.service_id)
        query = query.join(Location, Location.id == at.location_id)
        query = query.where(Listing.id.in_(chunk), at.id.not_in(_left_out())).order_by(at.position)
        for key, listing, latitude, longitude, is_public in session.execute(query):
            point = (latitude, longitude) if is_public else (None, None)
            found.setdefault(listing, []).append(Place(key, listing, *point))
    return [place for each in ids for place in found.get(each, ())]


def organizations_of(session: Session, ids: Sequence[str]) -> list[str]:
    """The organizations of these listings, each once, in the order of these."""
    found: dict[str, str] = {}
    for chunk in in_chunks(ids):
        query = select(Listing.id, Service.organization_id).join(Service, Service.id == Listing.service_id)
        found |= dict(iter(session.execute(query.where(Listing.id.in_(chunk)))))
    return list(dict.fromkeys(found[each] for each in ids if each in found))


def listings_of_places(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """Service at location to its listing."""
    at = ServiceAtLocation
    found: dict[str, str] = {}
    for chunk in in_chunks(ids):
        query = select(at.id, Listing.id).join(Listing, Listing.service_id == at.service_id)
        found |= dict(iter(session.execute(query.where(at.id.in_(chunk)))))
    return found


def services_of(session: Session, ids: Sequence[str]) -> dict[str, tuple[str, dt.datetime]]:
    """Listing to its service and when it was changed."""
    found: dict[str, tuple[str, dt.datetime]] = {}
    for chunk in in_chunks(ids):
        query = select(Listing.id, Listing.service_id, Listing.changed_at).where(Listing.id.in_(chunk))
        found |= {row[0]: (row[1], row[2]) for row in session.execute(query)}
    return {each: found[each] for each in ids if each in found}


def stated_areas(session: Session, ids: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Listing to (extent, type) of the areas that its place serves. Where it is also reached online, the
    areas are those of that way (`public_place`), and it has none here."""
    at = ServiceAtLocation
    online = select(at.id).join(Location, Location.id == at.location_id)
    online = online.where(at.service_id == Listing.service_id, Location.location_type == "virtual")
    found: dict[str, list[tuple[str, str]]] = {}
    for chunk in in_chunks(ids):
        query = select(Listing.id, ServiceArea.extent, ServiceArea.extent_type)
        query = query.join(ServiceArea, ServiceArea.service_id == Listing.service_id)
        for key, extent, kind in session.execute(query.where(Listing.id.in_(chunk), ~online.exists())):
            found.setdefault(key, []).append((extent or "", kind or ""))
    return found
