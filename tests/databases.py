"""New databases for tests. The migrations run once per process; what they made is copied from then on."""

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import text

from directory.database import database_url, make_engine, upgrade


def prepare(address: str) -> None:
    """Brings a database to the newest schema: a SQLite file that is not there yet by copying."""
    url = database_url(address)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        shutil.copyfile(_migrated_file(), url.database)
        return
    _migrate(address)


def _migrate(address: str) -> None:
    engine = make_engine(address)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


@cache
def _migrated_file() -> Path:
    path = folder_of_this_process() / "migrated.sqlite"
    _migrate(f"sqlite:///{path}")
    left = sorted(each.name for each in path.parent.glob(f"{path.name}-*"))
    assert left == [], "what is beside the file would not be copied"
    return path


def folder_of_this_process() -> Path:
    """A new folder for what is made once; gone when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def made(server: str, what: str, *, like: str = "") -> Generator[str, None, None]:
    """A new `DATABASE` (`like` that one) or `SCHEMA` there, dropped again; gives its address."""
    name = f"test_{uuid.uuid4().hex}"
    address = database_url(server)
    own = (
        address.set(database=name)
        if what == "DATABASE"
        else address.update_query_dict({"options": f"-csearch_path={name}"})
    )
    engine = make_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE {what} {name} {f'TEMPLATE {like}' if like else ''}"))
        try:
            yield own.render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(text(f"DROP {what} {name} {_WITH_ALL_THAT_IS_IN_IT[what]}"))
    finally:
        engine.dispose()


_WITH_ALL_THAT_IS_IN_IT = {"DATABASE": "WITH (FORCE)", "SCHEMA": "CASCADE"}
