"""What imports were told by a geocoder is asked only once."""

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from directory.database import READ_ONLY
from directory.geo.geocoders import Located
from directory.geo.remembered import ASK_AGAIN_AFTER, RememberingGeocoder, address_key
from directory.geo.tables import Geocode

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
ADDRESS = "3400 Spruce St, Philadelphia, PA 19104"


class Map:
    """A geocoder that counts what it is asked."""

    def __init__(self, answer: Located | None):
        self.answer = answer
        self.asked = 0

    def locate(self, address: str) -> Located | None:
        self.asked += bool(address)
        return self.answer


def remembering(inner: Map, sessions: sessionmaker[Session], now: dt.datetime = NOW) -> RememberingGeocoder:
    reading = sessionmaker(sessions.kw["bind"].execution_options(**READ_ONLY))
    return RememberingGeocoder(inner, reading, now)


def save(geocoder: RememberingGeocoder, sessions: sessionmaker[Session]) -> int:
    with sessions.begin() as session:
        return geocoder.save(session)


def test_an_address_is_asked_once_however_it_is_written(sessions: sessionmaker[Session]) -> None:
    inner = Map(Located(39.9512, -75.1934, "x"))
    geocoder = remembering(inner, sessions)
    first = geocoder.locate(ADDRESS)
    again = geocoder.locate("3400  SPRUCE St. Philadelphia PA, 19104")
    assert inner.asked == 1
    assert first is not None
    assert again is not None
    assert first[:2] == again[:2]


def test_the_next_import_does_not_ask_again(sessions: sessionmaker[Session]) -> None:
    geocoder = remembering(Map(Located(39.9512, -75.1934, "x")), sessions)
    geocoder.locate(ADDRESS)
    assert save(geocoder, sessions) == 1
    assert save(geocoder, sessions) == 0
    later = Map(None)
    found = remembering(later, sessions).locate(ADDRESS)
    assert later.asked == 0
    assert found is not None
    assert found[:2] == (39.9512, -75.1934)


def test_nothing_is_written_until_the_import_saves(sessions: sessionmaker[Session]) -> None:
    remembering(Map(None), sessions).locate(ADDRESS)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Geocode)) == 0


def test_looking_up_does_not_wait_for_a_writer(sessions: sessionmaker[Session]) -> None:
    geocoder = remembering(Map(Located(1.0, 2.0, "x")), sessions)
    with sessions.begin() as writer:
        writer.add(Geocode(id=address_key("elsewhere"), latitude=1.0, longitude=2.0, asked_at=NOW))
        writer.flush()
        assert geocoder.locate(ADDRESS) is not None
        geocoder.save(writer)


def test_an_unknown_address_is_asked_again_after_half_a_year(sessions: sessionmaker[Session]) -> None:
    geocoder = remembering(Map(None), sessions)
    assert geocoder.locate(ADDRESS) is None
    save(geocoder, sessions)
    soon, late = Map(None), Map(Located(1.0, 2.0, "x"))
    assert remembering(soon, sessions, NOW + ASK_AGAIN_AFTER).locate(ADDRESS) is None
    assert soon.asked == 0
    later = remembering(late, sessions, NOW + ASK_AGAIN_AFTER + dt.timedelta(days=1))
    assert later.locate(ADDRESS) is not None
    assert save(later, sessions) == 1


def test_the_table_holds_no_address(sessions: sessionmaker[Session]) -> None:
    geocoder = remembering(Map(Located(1.0, 2.0, "label")), sessions)
    geocoder.locate(ADDRESS)
    save(geocoder, sessions)
    with sessions() as session:
        row = session.scalars(select(Geocode)).one()
    assert row.id == address_key(ADDRESS)
    assert len(row.id) == 64
