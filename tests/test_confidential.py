"""PRODUCT L3, through the whole instance: what is confidential leaves the server in no form."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from directory.app import create_app
from directory.database import db, make_engine, session_factory
from directory.listings.identity import listing_id
from directory.listings.needs import taxonomy
from directory.listings.record import AddressVisibility
from directory.search.engines import make_engine as make_search_engine
from directory.search.follow import refresh
from tests.listings.test_visibility import SECRET, secret_record
from tests.web.town import FEED, IMPORTER, build_town

NEEDS = ("outpatient", "treatment", "medication", "mental_health")
PLACES = ("19104", "Philadelphia, PA", "Pennsylvania", "Philadelphia County, PA")


def asked(http: FlaskClient, address: str) -> str:
    with http.get(address) as answer:
        assert answer.status_code == 200, address
        return f"{address}\n{answer.headers}\n{answer.get_data(as_text=True)}"


@pytest.mark.parametrize("visibility", ["partial", "hidden"])
def test_the_secrets_of_a_confidential_place_are_in_no_page_no_answer_no_index_and_no_log(
    visibility: AddressVisibility,
    tmp_path: Path,
    gazetteer_cache: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path / "home"))
    settings = build_town(home, replace(secret_record(visibility), source_id="safe"), search_engine="whoosh")
    engine = make_engine(settings.database)
    sessions = session_factory(engine, read_only=True)
    assert refresh(sessions, make_search_engine(settings, taxonomy()), examples=True) == 1
    engine.dispose()

    app = create_app(settings)
    http = app.test_client()
    page = f"/listings/{listing_id(IMPORTER, FEED, 'safe')}"
    told = [asked(http, "/"), asked(http, page), asked(http, f"{page}?lang=es")]
    for place in PLACES:
        told.append(asked(http, f"/search?near={place}"))
        answer = asked(http, f"/api/v1/search?near={place}")
        assert json.loads(answer[answer.index("{") :])["total"] == 1
        told.append(answer)
    told += [asked(http, f"/search?need={need}&near=19104") for need in NEEDS]
    told.append(asked(http, f"/api/v1/suggest?q={SECRET[:4]}"))
    with app.app_context():
        db.engine.dispose()

    told += list(capfd.readouterr())
    told += [
        path.read_bytes().decode("latin-1") for path in settings.index_folder.rglob("*") if path.is_file()
    ]
    for text in told:
        where = text[:80]
        assert SECRET not in text.replace(f"q={SECRET[:4]}", ""), where
        assert "Market Street" not in text, where
        assert "39.957" not in text, where
        assert "75.204" not in text, where


def test_a_confidential_place_is_not_found_by_the_words_of_its_address(
    tmp_path: Path, gazetteer_cache: Path
) -> None:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path / "home"))
    settings = build_town(home, replace(secret_record("hidden"), source_id="safe"))
    app = create_app(settings)
    answer = app.test_client().get(f"/api/v1/search?q={SECRET}&literal=1&near=PA")
    assert answer.get_json()["total"] == 0
    with app.app_context():
        db.engine.dispose()
