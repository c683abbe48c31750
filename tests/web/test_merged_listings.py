"""What visitors see of listings that stewards edited or merged."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.app import create_app
from directory.database import db, make_engine, session_factory
from directory.geo.gazetteer import Gazetteer
from directory.intake.overrides import put_on_map
from directory.listings.identity import listing_id
from directory.listings.needs import taxonomy
from directory.stewardship.desk import Desk
from directory.stewardship.edits import edit_field
from directory.stewardship.merges import merge, unmerge
from tests.builders import NOW, make_record
from tests.web.town import FEED, IMPORTER, build_town

KEPT, MERGED = (str(listing_id(IMPORTER, FEED, each)) for each in ("kept", "merged"))


@pytest.fixture
def stewarded(tmp_path: Path, gazetteer_cache: Path, gazetteer: Gazetteer) -> Iterator[Flask]:
    """Two listings, one merged into the other, which was edited too."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path / "home"))
    settings = build_town(home, make_record(source_id="kept"), make_record(source_id="merged"))
    engine = make_engine(settings.database)
    desk = Desk(
        by="Robin", now=NOW, taxonomy=taxonomy(), place=lambda each: put_on_map(each, gazetteer, None)
    )
    with session_factory(engine).begin() as session:
        edit_field(session, desk, KEPT, "service.alert", "Ring twice.")
        merge(session, desk, KEPT, [MERGED])
    app = create_app(settings)
    app.extensions["desk"] = desk
    yield app
    engine.dispose()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def visitor(stewarded: Flask) -> FlaskClient:
    return stewarded.test_client()


def test_a_merged_listing_leads_to_the_one_that_stands_for_it(visitor: FlaskClient) -> None:
    answer = visitor.get(f"/listings/{MERGED}?lang=es")
    assert (answer.status_code, answer.location) == (301, f"/listings/{KEPT}?lang=es")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert visitor.get(f"/listings/{MERGED}", follow_redirects=True).status_code == 200
    assert visitor.get(f"/listings/{MERGED}.ics").location == f"/listings/{KEPT}.ics"


def test_what_is_neither_merged_nor_listed_is_not_found(visitor: FlaskClient) -> None:
    nobody = listing_id(IMPORTER, FEED, "nobody")
    assert visitor.get(f"/listings/{nobody}").status_code == 404


def test_the_page_says_when_stewards_changed_it_and_not_who(visitor: FlaskClient) -> None:
    page = visitor.get(f"/listings/{KEPT}").get_data(as_text=True)
    assert "Changed by our stewards on Nov 20, 2026" in page
    assert "Ring twice." in page
    assert "Robin" not in page
    spanish = visitor.get(f"/listings/{KEPT}?lang=es").get_data(as_text=True)
    assert "Changed by our stewards" not in spanish
    assert "20 nov 2026" in spanish


def test_only_the_kept_listing_is_found(visitor: FlaskClient) -> None:
    found = visitor.get("/api/v1/search?near=19104").get_json()
    assert [each["id"] for each in found["results"]] == [KEPT]


def test_a_listing_that_stands_for_itself_again_has_its_page_again(
    stewarded: Flask, visitor: FlaskClient
) -> None:
    with stewarded.app_context():
        unmerge(db.session(), stewarded.extensions["desk"], MERGED)
        db.session.commit()
    assert visitor.get(f"/listings/{MERGED}").status_code == 200
