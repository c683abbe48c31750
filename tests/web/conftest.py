"""The application on a small real instance, made once for all tests of pages."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from directory.app import create_app
from directory.database import database_url as parsed_url
from directory.database import db, make_engine
from directory.settings import Settings
from tests.web.office import Office, open_office
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


@contextmanager
def _own_schema(address: str) -> Iterator[str]:
    """An empty schema of that PostgreSQL database, as an address; dropped again."""
    server = make_engine(address).execution_options(isolation_level="AUTOCOMMIT")
    schema = f"test_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    own = parsed_url(address).update_query_dict({"options": f"-csearch_path={schema}"})
    try:
        yield own.render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        server.dispose()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def each_office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path
) -> Iterator[Office]:
    """An office of the module's own, on each of the two databases."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("office") / "home"))
    with ExitStack() as made:
        given = {}
        if request.param == "postgresql":
            address = request.getfixturevalue("postgres_database")
            given["database_url"] = made.enter_context(_own_schema(address))
        yield made.enter_context(open_office(home, **given))
