"""What every test shares. Tests reach no network but this machine's own, and say what they left out."""

import os
import socket
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from directory.database import database_url as parsed_url
from directory.database import make_engine, session_factory, upgrade
from directory.geo.gazetteer import Gazetteer

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
"""Real files beside the checkout, where they are; tests that read them are marked `shared`."""

MAY_NOT_SKIP = bool(os.environ.get("TESTS_MAY_NOT_SKIP"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SHARED.is_dir() or MAY_NOT_SKIP:
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="needs the real files of ../shared"))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes by their length: packed ones hold the time, and every test process must find the same names."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On a machine that must run everything (CI), a skipped test is a failed one."""
    report = yield
    if MAY_NOT_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was left out, which this machine does not allow: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line that tells what was left out, and why."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    if reasons:
        told = "; ".join(f"{count} ({reason})" for reason, count in sorted(reasons.items()))
        terminalreporter.write_line(f"Left out: {told}")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that would talk to another machine fails at once."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            pytest.fail(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(scope="session")
def gazetteer_cache(pytestconfig: pytest.Config) -> Path:
    """A folder that keeps the gazetteer's tables from one run of the tests to the next."""
    folder: Path = pytestconfig.cache.mkdir("gazetteer")
    Gazetteer.load(folder)
    return folder


@pytest.fixture(scope="session")
def gazetteer(gazetteer_cache: Path) -> Gazetteer:
    """The real one."""
    return Gazetteer.load(gazetteer_cache)


POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "")
"""A PostgreSQL server on which databases may be made."""


@contextmanager
def _made(address: str, what: str) -> Generator[None, None, None]:
    """`DATABASE name` or `SCHEMA name`, made and dropped again."""
    server = make_engine(address).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE {what}"))
        yield
        with server.connect() as connection:
            connection.execute(
                text(f"DROP {what} {'CASCADE' if what.startswith('SCHEMA') else 'WITH (FORCE)'}")
            )
    finally:
        server.dispose()


@pytest.fixture(scope="session")
def postgres_database() -> Generator[str, None, None]:
    """A database of this process's own: locks that tests take are seen in the whole database."""
    if not POSTGRES_URL:
        pytest.skip("needs a PostgreSQL server, named by TEST_POSTGRES_URL")
    name = f"test_{uuid.uuid4().hex}"
    with _made(POSTGRES_URL, f"DATABASE {name}"):
        yield parsed_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str, None, None]:
    """The address of an empty database, on each of the two; on PostgreSQL an empty schema of one."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'directory.sqlite'}"
        return
    address = request.getfixturevalue("postgres_database")
    schema = f"test_{uuid.uuid4().hex}"
    with _made(address, f"SCHEMA {schema}"):
        own = parsed_url(address).update_query_dict({"options": f"-csearch_path={schema}"})
        yield own.render_as_string(hide_password=False)


@pytest.fixture
def database(database_url: str) -> Generator[Engine, None, None]:
    """An engine on a database of the newest schema, on each of the two."""
    engine = make_engine(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(database: Engine) -> sessionmaker[Session]:
    """Sessions on a database of the newest schema, on each of the two."""
    return session_factory(database)
