"""The town with listings that data partners must not learn everything of, and an application to ask."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from directory.app import create_app
from directory.database import db, session_factory
from directory.geo.gazetteer import Gazetteer
from directory.intake.run import run_import
from directory.listings.identity import listing_id, part_id
from directory.listings.needs import taxonomy
from directory.listings.record import ListingRecord, Organization, ServiceArea
from directory.search.follow import refresh
from importers.contract import SourceFile
from tests.builders import NOW, make_location, make_record, make_service
from tests.listings.exported import full_record, withheld
from tests.web import town

JERSEY = "serves-jersey"
FULL = "full"
NEAR_POSTCODE = "19123"


def records() -> list[ListingRecord]:
    """The town, a listing that says something in every field, two whose place is secret, and one that stands
    in Philadelphia and serves New Jersey."""
    jersey = make_record(
        source_id=JERSEY,
        organization=Organization(key="ferry", name="Ferry House"),
        service=make_service(
            name="Ferry help", service_areas=(ServiceArea(name="New Jersey", extent="US-NJ"),)
        ),
        locations=(make_location(key="pier"),),
    )
    whole = full_record()
    return [
        *town.records(),
        replace(whole, source_id=FULL, organization=replace(whole.organization, key="mill")),
        withheld("hidden"),
        withheld("partial"),
        jersey,
    ]


def service_of(source_id: str) -> str:
    """The id of the service of that listing."""
    return str(part_id(town.IMPORTER, town.FEED, "service", source_id))


def place_of(source_id: str) -> str:
    """The id of that service at its first location, which is that of the listing."""
    return str(listing_id(town.IMPORTER, town.FEED, source_id))


@dataclass
class HsdsTown:
    """An application on the town at the moment `NOW`, and what the town's list says at present."""

    app: Flask
    home: Path
    listed: list[ListingRecord]
    now: dt.datetime = NOW

    @property
    def http(self) -> FlaskClient:
        return self.app.test_client()

    def get(self, path: str, **headers: str) -> TestResponse:
        """`If_None_Match="…"` is a header."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.get(f"/hsds{path}", headers=given, buffered=True)

    def all_of(self, path: str) -> list[dict[str, Any]]:
        """The contents of every page, by the links to the next."""
        found, following = [], f"/hsds{path}"
        while following:
            response = self.http.get(following)
            assert response.status_code == 200, response.text
            found += response.get_json()["contents"]
            following = next_of(response)
        return found

    def tell(self, listed: Sequence[ListingRecord]) -> None:
        """The town's list comes in anew, a minute later; what is not on it any more is withdrawn."""
        self.listed, self.now = list(listed), self.now + dt.timedelta(minutes=1)
        with self.app.app_context():
            run_import(
                session_factory(db.engine),
                town.TownList(*self.listed),
                SourceFile(path=self.home, feed=town.FEED),
                gazetteer=Gazetteer.load(self.home),
                taxonomy=taxonomy(),
                now=self.now,
                accept_loss=True,
            )
            self.follow()

    def follow(self) -> None:
        """The index takes in what changed."""
        house = self.app.extensions["house"]
        refresh(session_factory(db.engine, read_only=True), house.engine, examples=house.settings.examples)

    @contextmanager
    def at(self, moment: dt.datetime) -> Iterator[None]:
        """The application's clock shows that moment."""
        house = self.app.extensions["house"]
        self.app.extensions["house"] = replace(house, now=lambda: moment)
        try:
            yield
        finally:
            self.app.extensions["house"] = house

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL that is run meanwhile, without what begins and ends transactions."""
        found: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.lstrip().upper().startswith("SELECT"):
                found.append(statement)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield found
        finally:
            event.remove(engine, "before_cursor_execute", note)


def next_of(response: TestResponse) -> str:
    """The address of the next page; empty on the last."""
    for each in response.headers.get("Link", "").split(", "):
        address, _, relation = each.partition("; ")
        if relation == 'rel="next"':
            return address.strip("<>").removeprefix("http://localhost")
    return ""


@contextmanager
def open_hsds(home: Path, **given: object) -> Iterator[HsdsTown]:
    """An application on a new instance in `home`."""
    listed = records()
    app = create_app(town.build_town(home, *listed, **given))
    app.extensions["house"] = replace(app.extensions["house"], now=lambda: NOW)
    made = HsdsTown(app, home, listed)
    with app.app_context():
        made.follow()
    yield made
    with app.app_context():
        db.engine.dispose()
