"""Imports that ask a geocoding service: once per address, and never again for one that it knows."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from directory.geo.geocoders import Located
from directory.listings.record import ListingRecord
from directory.listings.tables import Listing
from tests.builders import make_location, make_record, make_service
from tests.intake.feeds import Import, feed


@dataclass
class FixedGeocoder:
    """Knows one point, and counts who asks."""

    asked: list[str] = field(default_factory=list)

    def locate(self, address: str) -> Located | None:
        self.asked.append(address)
        return Located(39.9571, -75.2042, address)


def unplaced(source_id: str, **changes: str) -> ListingRecord:
    place = make_location(latitude=None, longitude=None, precision=None)
    return make_record(source_id=source_id, locations=(place,), service=make_service(**changes))


def test_a_street_address_is_placed_exactly(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    bring_in.one(feed(unplaced("1")), geocoder=FixedGeocoder())
    with sessions() as session:
        assert list(session.execute(select(Listing.latitude, Listing.longitude))) == [(39.9571, -75.2042)]


def test_an_address_is_asked_once_in_all_imports(bring_in: Import) -> None:
    geocoder = FixedGeocoder()
    bring_in.one(feed(unplaced("1"), unplaced("2")), geocoder=geocoder)
    bring_in.one(feed(unplaced("1", description="New words"), unplaced("3")), geocoder=geocoder)
    assert len(geocoder.asked) == 1
