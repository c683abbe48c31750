"""When usage counts are written: by the process that answered, a minute apart, and as it ends."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.access import SYSTEM
from directory.accounts.agencies import NewAgency, add_agency
from directory.database import make_engine
from directory.geo.gazetteer import Gazetteer
from directory.geo.places import find_place
from directory.listings.needs import taxonomy
from directory.partners.admission import site_of
from directory.partners.register import add_partner
from directory.partners.site import Site
from directory.partners.tables import PartnerUse
from directory.partners.wishes import NewPartner
from directory.web.counting import Counting, zip3_of

NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture
def site(sessions: sessionmaker[Session]) -> Site:
    with sessions.begin() as session:
        agency = add_agency(session, NewAgency(name="Oak Library", timezone="America/New_York"), SYSTEM, NOW)
        wanted = NewPartner(name="Oak", origins=["https://oak.example"])
        return site_of(add_partner(session, SYSTEM, agency, wanted, taxonomy(), NOW)[0])


def stored(sessions: sessionmaker[Session]) -> list[int]:
    with sessions() as session:
        return list(session.scalars(select(PartnerUse.count)))


def counting_on(sessions: sessionmaker[Session], moments: list[float]) -> Counting:
    return Counting(sessions.kw["bind"], clock=lambda: moments[-1])


def test_counts_are_written_at_most_once_a_minute(sessions: sessionmaker[Session], site: Site) -> None:
    moments = [100.0]
    counting = counting_on(sessions, moments)
    for _ in range(11):
        counting.count(site, ["detox"], "191", TODAY)
    counting.write_now_and_then(TODAY)
    assert stored(sessions) == []
    moments.append(160.0)
    counting.write_now_and_then(TODAY)
    assert stored(sessions) == [11]
    for _ in range(11):
        counting.count(site, ["detox"], "191", TODAY)
    moments.append(219.0)
    counting.write_now_and_then(TODAY)
    assert stored(sessions) == [11]
    moments.append(220.0)
    counting.write_now_and_then(TODAY)
    assert stored(sessions) == [22]


def test_what_is_left_is_written_as_the_process_ends_unless_it_is_small(
    sessions: sessionmaker[Session], site: Site
) -> None:
    counting = counting_on(sessions, [100.0])
    for zip3 in ("190", "191"):
        for _ in range(6):
            counting.count(site, ["detox"], zip3, TODAY)
        counting.count(site, ["housing"], zip3, TODAY)
    counting.write(TODAY, last=True)
    assert stored(sessions) == [12]


def test_a_database_that_cannot_be_written_costs_counts_and_nothing_else(site: Site, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'gone' / 'directory.sqlite'}")
    counting = Counting(engine)
    for _ in range(11):
        counting.count(site, ["detox"], "191", TODAY)
    counting.write(TODAY)
    engine.dispose()


@pytest.mark.parametrize(
    ("typed", "zip3"),
    [
        ("19104", "191"),
        ("39.95,-75.16", "191"),
        ("Pittsburgh, PA", "152"),
        ("Bucks County, PA", None),
        ("Pennsylvania", None),
        ("48.85,2.35", None),
    ],
)
def test_a_region_is_three_digits_and_larger_places_have_none(
    gazetteer: Gazetteer, typed: str, zip3: str | None
) -> None:
    assert zip3_of(find_place(typed, gazetteer), gazetteer) == zip3
    assert zip3_of(None, gazetteer) is None
