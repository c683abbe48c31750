"""The database: engine, session, base class and column types; what SQLite and PostgreSQL each need.

Every SQLite connection of the process is set up here, whoever made its engine (the command line through
`make_engine`, the web through Flask-SQLAlchemy's `db`): the hooks hang on SQLAlchemy's `Engine` class.
A transaction takes SQLite's write lock when it begins (`BEGIN IMMEDIATE`), because a deferred one that turns
into a writer is refused when another process wrote meanwhile; whoever only reads says so with `READ_ONLY`.
"""

import ctypes
import datetime as dt
import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    Text,
    Uuid,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator, TypeEngine

MIGRATIONS = Path(__file__).parent / "migrations"
READ_ONLY: Mapping[str, Any] = {"read_only": True, "postgresql_readonly": True}
"""Execution options of a connection, session or engine that will not write."""
WRITES_ITS_OWN_CHANGES: Mapping[str, Any] = {"writes_its_own_changes": True}
"""Execution options of bulk statements on indexed tables whose author sees to the change rows himself
(`listings/changes.py` refuses all others): `listings/store.py`, and migrations."""
MIGRATION_LOCK = 7_316_402
"""PostgreSQL advisory lock: one process migrates at a time."""

SQLITE_PATIENCE = 15.0
"""Seconds to wait for another's lock."""
SQLITE_PRAGMAS = (
    f"busy_timeout={SQLITE_PATIENCE * 1000:.0f}",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-65536",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
    # Imports commit often; copying the log back every 4 MB (the default) doubles what they write.
    "wal_autocheckpoint=16000",
)


class Base(DeclarativeBase):
    """What every table's class derives from. Named constraints, so that later migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
"""The web's sessions. Models derive from `Base`, not from `db.Model`: same metadata, checked types."""

KEY: TypeEngine[str] = Uuid(as_uuid=False).with_variant(String(36), "sqlite")
"""A UUID, in Python always its text with dashes: native on PostgreSQL, that very text on SQLite (no
conversion on either way in, which is what counts in bulk)."""


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment: aware in Python, stored as UTC. Refuses a naive one, which could mean any zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class JsonText(TypeDecorator[Any]):
    """Lists and dicts kept as compact JSON text, alike on both databases. None is NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002  its shape is given
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else json.loads(value)


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json(value: Any) -> str:
    """Compact JSON; letters beyond ASCII as they are."""
    return _JSON.encode(value)


# --- engines and sessions -------------------------------------------------------------------------


def database_url(address: str) -> URL:
    """The SQLAlchemy address; plain `postgresql://` means the driver that comes with the project."""
    url = make_url(address)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def engine_options(address: str) -> dict[str, Any]:
    """Keyword arguments of `create_engine` for that database (also Flask-SQLAlchemy's engine options)."""
    return {} if database_url(address).get_backend_name() == "sqlite" else {"pool_pre_ping": True}


def make_engine(address: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`. The caller disposes of it."""
    return create_engine(database_url(address), **engine_options(address))


def session_factory(engine: Engine, *, read_only: bool = False) -> sessionmaker[Session]:
    """Makes sessions. Read-only ones take no write lock, and are refused writes on PostgreSQL."""
    bind = engine.execution_options(**READ_ONLY) if read_only else engine
    return sessionmaker(bind, expire_on_commit=False)


def read_only(session: Session) -> None:
    """Declares, before its first statement, that the session's transaction only reads."""
    session.connection(execution_options=READ_ONLY)


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver would begin transactions by itself, deferred
    cursor = connection.cursor()
    _write_ahead(cursor)
    for each in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {each}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Sets WAL mode. Where several processes open a new database at once, SQLite refuses all but one of them
    without waiting (its busy handler is not asked for this lock): so the waiting is done here."""
    until = time.monotonic() + SQLITE_PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        reads = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


# --- memory ---------------------------------------------------------------------------------------

FRUGAL_KIB = 4096
"""Page cache of a connection that reads everything once, in order."""


@contextmanager
def frugal(session: Session) -> Iterator[None]:
    """Meanwhile SQLite keeps few pages for this session: one that reads everything once gains nothing by
    them."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{FRUGAL_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={usual}")


def let_go(engine: Engine) -> None:
    """After long work: gives back the pages that SQLite keeps (up to 64 MB), and what glibc holds of memory
    that is free again. Nothing else is lost."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(**READ_ONLY) as connection:
            connection.exec_driver_sql("PRAGMA shrink_memory")
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim is not None:
        trim(0)


# --- migrations -----------------------------------------------------------------------------------


def _alembic(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> str:
    """Brings the schema to `revision` in one transaction; safe when several processes start at once.

    Answers the revision that the database is at now.
    """
    _migrate(engine, command.upgrade, revision)
    return current_revision(engine) or ""


def downgrade(engine: Engine, revision: str) -> None:
    """Takes migrations back to `revision` (`base`: all of them), with the data that only they can hold."""
    _migrate(engine, command.downgrade, revision)


def _migrate(engine: Engine, run: Callable[[Config, str], None], revision: str) -> None:
    with engine.connect().execution_options(**WRITES_ITS_OWN_CHANGES) as connection:
        if engine.dialect.name == "sqlite":
            _migrate_sqlite(connection, run, revision)
            return
        with connection.begin():
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            run(_alembic(connection), revision)


def _migrate_sqlite(connection: Connection, run: Callable[[Config, str], None], revision: str) -> None:
    """SQLite alters a table by copying and dropping it: with foreign keys on, the drop would take along
    every row that refers to it. They are off meanwhile, and checked before the commit."""
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            run(_alembic(connection), revision)
            if orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                raise RuntimeError(f"the migration would leave {len(orphans)} rows without their parent")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def current_revision(engine: Engine) -> str | None:
    """The revision the database is at; None before the first migration."""
    with engine.connect().execution_options(**READ_ONLY) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """The newest revision there is."""
    head = ScriptDirectory.from_config(_alembic()).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations")
    return head


# --- one at a time --------------------------------------------------------------------------------


@contextmanager
def held_alone(engine: Engine, name: str) -> Iterator[bool]:
    """Holds the lock `name` of this database; yields False at once when another process or thread has it.

    The operating system or the server lets go of it when the holder dies, however it dies.
    """
    if engine.dialect.name == "sqlite":
        with _held_in_sqlite(engine.url.database, name) as held:
            yield held
    else:
        with _held_in_postgres(engine, name) as held:
            yield held


@contextmanager
def _held_in_sqlite(database: str | None, name: str) -> Iterator[bool]:
    """An empty SQLite file beside the database, locked: the same on every system that has SQLite."""
    if database in (None, "", ":memory:"):
        yield True
        return
    digest = hashlib.blake2b(name.encode(), digest_size=7).hexdigest()
    lock = sqlite3.connect(f"{database}-lock-{digest}", timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            yield False
            return
        yield True
    finally:
        lock.close()


@contextmanager
def _held_in_postgres(engine: Engine, name: str) -> Iterator[bool]:
    """An advisory lock of the session, told apart by schema: several instances may share a database."""
    key = func.hashtextextended(func.current_schema() + " " + name, 0)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
        try:
            yield held
        finally:
            if held:
                connection.execute(select(func.pg_advisory_unlock(key)))
