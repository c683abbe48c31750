"""A listing shown for a season only: out of it, it is as if it were not offered; nothing is deleted."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.app import create_app
from directory.database import db, session_factory
from directory.listings.record import Code, Schedule
from directory.search.follow import rebuild
from tests.builders import make_record, make_service
from tests.web.addresses import listing_page
from tests.web.town import build_town

NOVEMBER = dt.datetime(2026, 11, 30, 17, tzinfo=dt.UTC)
DECEMBER = dt.datetime(2026, 12, 1, 17, tzinfo=dt.UTC)
APRIL = dt.datetime(2027, 4, 1, 17, tzinfo=dt.UTC)
PAGE = listing_page("winter")
EVENING = Schedule(freq="WEEKLY", byday="TH", opens_at=dt.time(19), timezone="America/New_York")
WINTER = make_record(
    source_id="winter",
    kind="peer_group",
    service=make_service(name="Winter warmth circle", schedules=(EVENING,)),
    codes=(Code("need", "aa"),),
    visible_from=dt.date(2026, 12, 1),
    visible_to=dt.date(2027, 3, 31),
)
Ask = Callable[[dt.datetime, str], tuple[int, str]]


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def season(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path
) -> Iterator[Flask]:
    """An instance with one listing of the winter and one of the whole year, indexed in November."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("season") / "home"))
    settings = build_town(home, WINTER, make_record(), search_engine=request.param)
    app = create_app(settings)
    with app.app_context():
        sessions = session_factory(db.engine, read_only=True)
        rebuild(sessions, app.extensions["house"].engine, examples=True)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def ask(season: Flask) -> Ask:
    """`ask(moment, address)` is (status, text) of what the site answers then."""
    http: FlaskClient = season.test_client()

    def answer(moment: dt.datetime, address: str) -> tuple[int, str]:
        season.extensions["house"] = replace(season.extensions["house"], now=lambda: moment)
        response = http.get(address)
        return response.status_code, response.text

    return answer


def test_the_page_and_its_calendar_are_there_in_season_only(ask: Ask) -> None:
    for moment, status in ((NOVEMBER, 410), (DECEMBER, 200), (APRIL, 410)):
        assert ask(moment, PAGE)[0] == status
        assert ask(moment, f"{PAGE}.ics")[0] == status


def test_the_page_says_kindly_that_it_is_not_offered_now(ask: Ask) -> None:
    text = ask(NOVEMBER, PAGE)[1]
    assert "This listing is not offered now" in text
    assert "Winter" not in text


@pytest.mark.parametrize(
    "address",
    [
        "/search?near=19104",
        "/search?q=warmth&near=19104",
        "/api/v1/search?near=19104&kind=peer_group",
        "/api/v1/suggest?q=winter",
    ],
)
def test_it_is_found_and_suggested_in_season_only(ask: Ask, address: str) -> None:
    said = [
        (moment, "Winter warmth circle" in ask(moment, address)[1]) for moment in (NOVEMBER, DECEMBER, APRIL)
    ]
    assert said == [(NOVEMBER, False), (DECEMBER, True), (APRIL, False)]


def test_it_is_not_counted_out_of_season(ask: Ask) -> None:
    totals = [ask(moment, "/api/v1/search?near=19104")[1] for moment in (NOVEMBER, DECEMBER)]
    assert ['"total":1,' in totals[0], '"total":2,' in totals[1]] == [True, True]
    assert "peer groups" not in ask(NOVEMBER, "/api/v1/suggest?q=peer+gro")[1].casefold()
