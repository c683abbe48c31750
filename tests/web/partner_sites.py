"""Partners' sites on an instance of the tests: each gets a key for the origins it is given."""

import datetime as dt
from typing import Any

from flask import Flask

from directory.accounts.access import SYSTEM
from directory.accounts.agencies import NewAgency, add_agency
from directory.database import db, session_factory
from directory.listings.identity import part_id
from directory.listings.needs import taxonomy
from directory.partners.register import add_partner
from directory.partners.tables import Partner, PartnerKey
from directory.partners.wishes import NewPartner
from tests.web import town

LIBRARY = "https://library.example"
OWN_ORGANIZATION = str(part_id(town.IMPORTER, town.FEED, "organization", "safe harbor"))
"""The town's shelter, which is last in most orders."""
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def add_site(app: Flask, name: str, *origins: str, paused: bool = False, **wanted: Any) -> str:
    """A partner of that name (an agency of its own) with these origins; its key."""
    with app.app_context(), session_factory(db.engine).begin() as session:
        agency = add_agency(session, NewAgency(name=name, timezone="America/New_York"), SYSTEM, LONG_AGO)
        given = NewPartner(name=name, origins=origins or (LIBRARY,), **wanted)
        partner, key = add_partner(session, SYSTEM, agency, given, taxonomy(), LONG_AGO)
        partner.paused_at = LONG_AGO if paused else None
        return key.key


def retire(app: Flask, key: str) -> None:
    """Ends a key."""
    with app.app_context(), session_factory(db.engine).begin() as session:
        found = session.get(PartnerKey, key)
        assert found is not None
        found.works_until = LONG_AGO


def slow_down(app: Flask, key: str, per_minute: int) -> None:
    """Sets how many searches the site may make in a minute."""
    with app.app_context(), session_factory(db.engine).begin() as session:
        row = session.get(PartnerKey, key)
        assert row is not None
        partner = session.get(Partner, row.partner_id)
        assert partner is not None
        partner.per_minute = per_minute
