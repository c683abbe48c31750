"""Usage counts tell about many searches or about none."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.access import SYSTEM
from directory.accounts.agencies import NewAgency, add_agency
from directory.errors import PaceExceeded
from directory.listings.needs import taxonomy
from directory.partners.admission import site_of
from directory.partners.figures import Use, by_need, by_region, by_time, uses
from directory.partners.pace import Pace
from directory.partners.register import add_partner
from directory.partners.site import Site
from directory.partners.tables import Partner, PartnerUse
from directory.partners.usage import NOTHING_NAMED, REST, SEVERAL, Cell, Usage, joined
from directory.partners.wishes import NewPartner
from directory.small_counts import SMALLEST_SHOWN

NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.fixture
def site(sessions: sessionmaker[Session]) -> Site:
    with sessions.begin() as session:
        agency = add_agency(session, NewAgency(name="Oak Library", timezone="America/New_York"), SYSTEM, NOW)
        wanted = NewPartner(name="Oak", origins=["https://oak.example"])
        return site_of(add_partner(session, SYSTEM, agency, wanted, taxonomy(), NOW)[0])


def stored(sessions: sessionmaker[Session]) -> dict[tuple[str, str], int]:
    with sessions() as session:
        return {(each.need, each.zip3): each.count for each in session.scalars(select(PartnerUse))}


def flush(sessions: sessionmaker[Session], usage: Usage, today: dt.date, *, last: bool = False) -> None:
    with sessions.begin() as session:
        usage.flush(session, today, last=last)


def count(usage: Usage, site: Site, times: int, *needs: str, zip3: str | None = "191") -> None:
    for _ in range(times):
        usage.count(site, needs, zip3, TODAY)


def test_ten_searches_are_not_written_and_the_eleventh_is(
    sessions: sessionmaker[Session], site: Site
) -> None:
    usage = Usage()
    count(usage, site, 10, "detox")
    assert not usage.is_due(TODAY)
    flush(sessions, usage, TODAY)
    assert stored(sessions) == {}
    count(usage, site, 1, "detox")
    assert usage.is_due(TODAY)
    flush(sessions, usage, TODAY)
    assert stored(sessions) == {("detox", "191"): 11}
    assert not usage.is_due(TODAY)


def test_what_is_stored_never_grows_by_a_few(sessions: sessionmaker[Session], site: Site) -> None:
    usage = Usage()
    count(usage, site, 12, "detox")
    flush(sessions, usage, TODAY)
    count(usage, site, 10, "detox")
    flush(sessions, usage, TODAY)
    assert stored(sessions) == {("detox", "191"): 12}
    count(usage, site, 1, "detox")
    flush(sessions, usage, TODAY)
    assert stored(sessions) == {("detox", "191"): 23}


def test_what_remains_of_a_day_is_joined_or_forgotten(sessions: sessionmaker[Session], site: Site) -> None:
    usage = Usage()
    count(usage, site, 6, "detox", zip3="191")
    count(usage, site, 6, "detox", zip3="190")
    count(usage, site, 6, "housing", zip3="191")
    count(usage, site, 5, "detox", "housing", zip3=None)
    flush(sessions, usage, TODAY)
    assert stored(sessions) == {}
    flush(sessions, usage, TOMORROW)
    assert stored(sessions) == {("detox", REST): 12, (REST, REST): 11}
    count(usage, site, 9, "work")
    flush(sessions, usage, TODAY, last=True)
    assert sum(stored(sessions).values()) == 23
    assert not usage.is_due(TOMORROW)


def test_each_search_is_counted_once_whatever_it_names(sessions: sessionmaker[Session], site: Site) -> None:
    usage = Usage()
    count(usage, site, 11, "detox", "housing")
    count(usage, site, 11, zip3=None)
    flush(sessions, usage, TODAY)
    assert stored(sessions) == {(SEVERAL, "191"): 11, (NOTHING_NAMED, NOTHING_NAMED): 11}


def test_a_partner_who_is_gone_gets_no_counts(sessions: sessionmaker[Session], site: Site) -> None:
    usage = Usage()
    count(usage, site, 11, "detox")
    with sessions.begin() as session:
        session.delete(session.get_one(Partner, site.partner_id))
    flush(sessions, usage, TODAY)
    assert stored(sessions) == {}


CELLS = st.dictionaries(
    st.builds(
        Cell,
        st.just("p"),
        st.just(TODAY),
        st.sampled_from(["detox", "housing", "work"]),
        st.sampled_from(["190", "191", "192"]),
    ),
    st.integers(1, 25),
)


@given(CELLS)
def test_nothing_small_is_ever_written_and_nothing_is_counted_twice(sums: dict[Cell, int]) -> None:
    written = joined(sums)
    assert all(count >= SMALLEST_SHOWN for count in written.values())
    assert sum(written.values()) <= sum(sums.values())
    assert sum(sums.values()) - sum(written.values()) < SMALLEST_SHOWN
    for cell, number in written.items():
        if REST not in cell:
            assert number == sums[cell]


def test_figures_add_up_what_is_stored(sessions: sessionmaker[Session], site: Site) -> None:
    monday = dt.date(2026, 11, 16)
    rows = [
        Use(monday, "detox", "191", 20),
        Use(TODAY, "housing", REST, 40),
        Use(TODAY, REST, REST, 90),
        Use(TODAY, "detox", "190", 11),
    ]
    with sessions.begin() as session:
        for each in rows:
            session.add(
                PartnerUse(
                    partner_id=site.partner_id,
                    day=each.day,
                    need=each.need,
                    zip3=each.zip3,
                    count=each.searches,
                )
            )
    with sessions() as session:
        found = uses(session, session.get_one(Partner, site.partner_id), monday, TODAY)
    assert Counter(found) == Counter(rows)
    assert by_need(found) == [("housing", 40), ("detox", 31), (REST, 90)]
    assert by_region(found) == [("191", 20), ("190", 11), (REST, 130)]
    last_week = monday - dt.timedelta(days=7)
    assert by_time(found, last_week, TODAY) == [(last_week, 0), (monday, 161)]
    assert by_time(found, dt.date(2026, 7, 1), TODAY)[0] == (dt.date(2026, 7, 1), 0)


SITE = Site(partner_id="p", name="Oak", origins=(), per_minute=3)


def test_a_site_has_its_searches_of_a_minute_and_then_one_after_another() -> None:
    pace = Pace()
    for _ in range(3):
        pace.take(SITE, NOW)
    with pytest.raises(PaceExceeded) as refused:
        pace.take(SITE, NOW)
    assert refused.value.retry_after == 20
    pace.take(replace(SITE, partner_id="other"), NOW)
    with pytest.raises(PaceExceeded):
        pace.take(SITE, NOW + dt.timedelta(seconds=19))
    pace.take(SITE, NOW + dt.timedelta(seconds=20))
    with pytest.raises(PaceExceeded):
        pace.take(SITE, NOW + dt.timedelta(seconds=21))


def test_processes_share_the_searches_of_a_minute_and_a_clock_set_back_gives_none() -> None:
    pace = Pace(processes=3)
    pace.take(SITE, NOW)
    for later in (dt.timedelta(0), dt.timedelta(hours=-2)):
        with pytest.raises(PaceExceeded):
            pace.take(SITE, NOW + later)
