"""PRODUCT L3, through the whole instance: what is confidential leaves the server in no form."""

import datetime as dt
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from directory.app import create_app
from directory.cli import main
from directory.database import db, make_engine, session_factory
from directory.listings.identity import listing_id
from directory.listings.needs import taxonomy
from directory.listings.record import AddressVisibility, ListingRecord, Schedule
from directory.search.engines import make_engine as make_search_engine
from directory.search.follow import refresh
from tests.listings.test_visibility import SECRET, secret_record
from tests.web.town import FEED, IMPORTER, build_town

NEEDS = ("outpatient", "treatment", "medication", "mental_health")
NAME = "Outpatient recovery circle"
EVENING = Schedule(
    freq="WEEKLY",
    byday="TH",
    opens_at=dt.time(19),
    timezone="America/New_York",
    description=SECRET,
    notes=SECRET,
)
PLACES = ("19104", "Philadelphia, PA", "Pennsylvania", "Philadelphia County, PA")


def safe_meeting(visibility: AddressVisibility) -> ListingRecord:
    """Secrets in every private field, of a group that meets (so that it has a calendar too). What a body
    publishes of itself is no secret: its numbers, its funding, what it is by law."""
    record = secret_record(visibility)
    body = replace(record.organization, identifiers=(), legal_status=None)
    service = replace(record.service, name=NAME, funding=())
    return replace(
        record,
        source_id="safe",
        kind="peer_group",
        attendance="hybrid",
        organization=body,
        service=service,
        locations=(
            replace(record.locations[0], schedules=(EVENING, *record.locations[0].schedules)),
            *record.locations[1:],
        ),
    )


def assert_tells_nothing(text: str) -> None:
    for secret in (SECRET, "Market Street", "39.957", "75.204", "123456"):
        assert secret not in text, text[:80]


def asked(http: FlaskClient, address: str) -> str:
    with http.get(address) as answer:
        assert answer.status_code == 200, address
        return f"{address}\n{answer.headers}\n{answer.get_data(as_text=True)}"


@pytest.mark.parametrize("visibility", ["partial", "hidden"])
def test_the_secrets_of_a_confidential_place_are_in_no_page_answer_calendar_index_export_or_log(
    visibility: AddressVisibility,
    tmp_path: Path,
    gazetteer_cache: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path / "home"))
    settings = build_town(home, safe_meeting(visibility), search_engine="whoosh")
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
    told += [asked(http, f"/api/v1/suggest?q={typed}") for typed in (SECRET[:4], "River", "Outp")]
    assert NAME in told[-1]
    told.append(asked(http, f"{page}.ics"))
    assert "BEGIN:VEVENT" in told[-1]
    with app.app_context():
        db.engine.dispose()

    package = tmp_path / "package.zip"
    exported = CliRunner().invoke(main, ["--home", str(home), "export", "hsds", str(package)])
    assert exported.exit_code == 0, exported.output
    told.append(exported.output)
    with zipfile.ZipFile(package) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
        told += [f"{name} {archive.comment!r}\n{text}" for name, text in files.items()]
    assert NAME in files["services.csv"], "it is in the export, without its secrets"

    told += list(capfd.readouterr())
    told += [
        path.read_bytes().decode("latin-1") for path in settings.index_folder.rglob("*") if path.is_file()
    ]
    for text in told:
        assert_tells_nothing(text.replace(f"q={SECRET[:4]}", ""))


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
