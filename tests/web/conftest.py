"""The application on a small real instance, made once for all tests of pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.app import create_app
from directory.database import db
from directory.settings import Settings
from tests.databases import made
from tests.web.office import Office, open_office
from tests.web.programs import forget_tries
from tests.web.town import build_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Settings:
    """The settings of an instance that holds the town of `town.py`."""
    return build_town(Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("town") / "home")))


@pytest.fixture(scope="session")
def app(town: Settings) -> Iterator[Flask]:
    app = create_app(town)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Office]:
    """Everybody of two agencies and a third, on the town's listings. Their passwords cost little."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("office") / "home"))
    with open_office(home) as made:
        yield made


@pytest.fixture
def tries_forgotten(office: Office) -> Iterator[None]:
    """Programs that asked for tokens in a test do not make those of the next one wait."""
    yield
    forget_tries(office.app)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def each_home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path
) -> Iterator[tuple[Path, dict[str, str]]]:
    """An instance folder of the module's own and its settings, on each of the two databases."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("each") / "home"))
    if request.param == "sqlite":
        yield home, {}
        return
    server, like = (request.getfixturevalue(each) for each in ("postgres_server", "migrated_postgres"))
    with made(server, "DATABASE", like=like) as address:
        yield home, {"database_url": address}


@pytest.fixture(scope="module")
def each_office(each_home: tuple[Path, dict[str, str]]) -> Iterator[Office]:
    """An office of the module's own, on each of the two databases."""
    home, given = each_home
    with open_office(home, **given) as office:
        yield office
