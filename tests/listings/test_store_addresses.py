"""Listings for site maps: in stretches, in the order of their ids, on both databases."""

import datetime as dt
from dataclasses import replace

from sqlalchemy.orm import Session, sessionmaker

from directory.listings import store
from directory.listings.store_addresses import changed, last_changes
from tests.builders import NOW, make_record
from tests.listings.storing import store_records

TODAY = NOW.date()
LATER = NOW + dt.timedelta(days=1)


def test_stretches_hold_every_listing_that_is_shown_once(sessions: sessionmaker[Session]) -> None:
    records = [replace(make_record(), source_id=f"facility-{number}") for number in range(7)]
    invented = replace(make_record(), source_id="invented", is_example=True)
    over = replace(make_record(), source_id="over", visible_to=TODAY - dt.timedelta(days=3))
    *ids, _, _ = store_records(sessions, *records, invented, over)
    with sessions.begin() as session:
        store.withdraw(session, ids[:1], LATER)
    shown = sorted(ids[1:])
    with sessions() as session:
        assert last_changes(session, 4, today=TODAY) == [NOW, NOW]
        assert last_changes(session, 6, today=TODAY) == [NOW]
        first = changed(session, 4, today=TODAY)
        rest = changed(session, 4, today=TODAY, after=first[-1].listing_id)
        assert [each.listing_id for each in first + rest] == shown
        assert changed(session, 4, today=TODAY, offset=4) == rest
        assert {each.at for each in first + rest} == {NOW}


def test_nothing_listed_is_no_stretch(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        assert last_changes(session, 4, today=TODAY) == []
        assert changed(session, 4, today=TODAY) == []
