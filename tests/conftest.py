"""What every test shares. Tests reach no network but this machine's own, and say what they left out."""

import os
import socket
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from directory.database import database_url as parsed_url
from directory.database import make_engine, session_factory
from directory.geo.gazetteer import Gazetteer
from tests.databases import made, prepare

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
"""Real files beside the checkout, where they are; tests that read them are marked `shared`."""

MAY_NOT_SKIP = bool(os.environ.get("TESTS_MAY_NOT_SKIP"))


# How long examples take to make tells of the machine, not of the program.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")

SECONDS = {"browser": 6.0, "web": 0.6}
"""About how long a test takes, by its folder; the others' take `QUICK`."""
QUICK = 0.15


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        longest_files_first(items)
    if SHARED.is_dir() or MAY_NOT_SKIP:
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="needs the real files of ../shared"))


def longest_files_first(items: list[pytest.Item]) -> None:
    """Sorts them so: files are dealt to several processes in this order (`--dist loadfile`), and none is to
    be left alone with a long one at the end."""
    lasts: dict[Path, float] = defaultdict(float)
    for item in items:
        lasts[item.path] += SECONDS.get(item.path.parent.name, QUICK)
    items.sort(key=lambda item: (-lasts[item.path], item.path))


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
BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """A PostgreSQL server on which databases may be made."""
    if not POSTGRES_URL:
        pytest.skip("needs a PostgreSQL server, named by TEST_POSTGRES_URL")
    return POSTGRES_URL


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Generator[str, None, None]:
    """A database of this process's own: locks that tests take are seen in the whole database."""
    with made(postgres_server, "DATABASE") as address:
        yield address


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Generator[str, None, None]:
    """The name of a database of the newest schema, to be copied. Nobody is connected to it."""
    with made(postgres_server, "DATABASE") as address:
        prepare(address)
        yield str(parsed_url(address).database)


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str, None, None]:
    """The address of an empty database, on each of the two; on PostgreSQL an empty schema of one."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'directory.sqlite'}"
        return
    with made(request.getfixturevalue("postgres_database"), "SCHEMA") as address:
        yield address


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str, None, None]:
    """The address of a database of the newest schema, on each of the two."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'directory.sqlite'}"
        prepare(address)
        yield address
        return
    like = request.getfixturevalue("migrated_postgres")
    with made(request.getfixturevalue("postgres_server"), "DATABASE", like=like) as address:
        yield address


@pytest.fixture
def database(database_url: str) -> Generator[Engine, None, None]:
    """An engine on a database of the newest schema, on each of the two."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(database: Engine) -> sessionmaker[Session]:
    """Sessions on a database of the newest schema, on each of the two."""
    return session_factory(database)
