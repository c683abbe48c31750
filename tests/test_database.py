"""The database room: schema, transactions, locks, column types, on both databases."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session, sessionmaker

import directory.accounts.api_tables
import directory.accounts.tables
import directory.geo.tables
import directory.intake.tables
import directory.listings.tables
import directory.mail.tables
import directory.partners.tables
import directory.referrals.tables
import directory.referrals.tables_clients
import directory.referrals.tables_consents
import directory.referrals.tables_doors
import directory.referrals.tables_handoffs
import directory.referrals.tables_incidents
import directory.referrals.tables_oversight
from directory.database import (
    Base,
    UtcDateTime,
    current_revision,
    db,
    downgrade,
    head_revision,
    held_alone,
    make_engine,
    session_factory,
    upgrade,
)
from directory.listings.tables import Attribute
from tests.waiting import until

WITH_TABLES = (
    directory.accounts.api_tables,
    directory.accounts.tables,
    directory.geo.tables,
    directory.intake.tables,
    directory.listings.tables,
    directory.mail.tables,
    directory.partners.tables,
    directory.referrals.tables,
    directory.referrals.tables_clients,
    directory.referrals.tables_consents,
    directory.referrals.tables_doors,
    directory.referrals.tables_handoffs,
    directory.referrals.tables_incidents,
    directory.referrals.tables_oversight,
)
"""Every module that declares tables: imported for their metadata."""


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, Base.metadata))


def test_models_and_migrations_agree(database: Engine) -> None:
    assert WITH_TABLES
    assert differences(database) == []


def test_migrating_again_changes_nothing(database: Engine) -> None:
    assert current_revision(database) == head_revision()
    assert upgrade(database) == head_revision()
    assert differences(database) == []


def test_a_new_database_is_at_no_revision(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    assert current_revision(engine) is None
    engine.dispose()


def test_every_migration_can_be_taken_back(database: Engine) -> None:
    downgrade(database, "base")
    assert set(inspect(database).get_table_names()) == {"alembic_version"}
    upgrade(database)
    assert differences(database) == []


def test_several_processes_may_migrate_at_once(empty_database_url: str) -> None:
    engines = [make_engine(empty_database_url) for _ in range(3)]
    failures: list[BaseException] = []

    def migrate(engine: Engine) -> None:
        try:
            upgrade(engine)
        except BaseException as problem:  # noqa: BLE001  a thread's failure is told by the test
            failures.append(problem)

    threads = [threading.Thread(target=migrate, args=(each,)) for each in engines]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    assert current_revision(engines[0]) == head_revision()
    for engine in engines:
        engine.dispose()


def test_the_webs_models_are_the_same_tables() -> None:
    assert db.metadata is Base.metadata


def test_constraints_have_names_that_a_later_migration_can_use(database: Engine) -> None:
    keys = inspect(database).get_foreign_keys("phone")
    assert "fk_phone_service_id_service" in {each["name"] for each in keys}


def test_a_foreign_key_to_nothing_is_refused(sessions: sessionmaker[Session]) -> None:
    term = "00000000-0000-5000-8000-000000000000"
    orphan = Attribute(id=term, link_id=term, taxonomy_term_id=term, link_entity="service")
    with sessions() as session:
        session.add(orphan)
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
            session.flush()


# --- SQLite's transactions ------------------------------------------------------------------------


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Engine:
    return make_engine(f"sqlite:///{tmp_path / 'directory.sqlite'}")


def test_sqlite_is_set_up_to_lose_nothing(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}


def test_a_reader_does_not_wait_for_a_writer(sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE counter (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO counter VALUES (1)")
    reading = session_factory(sqlite_engine, read_only=True)
    with sqlite_engine.begin() as writer:
        writer.exec_driver_sql("UPDATE counter SET n = 2")
        with reading() as session:
            assert session.scalar(text("SELECT n FROM counter")) == 1


def test_no_write_is_lost_when_several_write_at_once(sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE counter (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO counter VALUES (0)")

    def count() -> None:
        for _ in range(20):
            with sqlite_engine.begin() as connection:
                number = connection.exec_driver_sql("SELECT n FROM counter").scalar()
                connection.exec_driver_sql("UPDATE counter SET n = ?", ((number or 0) + 1,))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with sqlite_engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT n FROM counter").scalar() == 80


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_refuses_a_write_in_a_session_that_only_reads(database: Engine) -> None:
    with session_factory(database, read_only=True)() as session, pytest.raises(Exception, match="read-only"):
        session.execute(text("DELETE FROM import_run"))


# --- one at a time --------------------------------------------------------------------------------


def test_a_lock_is_held_by_one_at_a_time_and_by_its_name(database: Engine) -> None:
    with held_alone(database, "import a") as first, held_alone(database, "import a") as second:
        assert (first, second) == (True, False)
        with held_alone(database, "import b") as other:
            assert other
    with held_alone(database, "import a") as again:
        assert again


def test_a_killed_process_lets_go_of_its_lock(database_url: str) -> None:
    holder = (
        "import sys, time\n"
        "from directory.database import held_alone, make_engine\n"
        "with held_alone(make_engine(sys.argv[1]), 'import') as held:\n"
        "    print(held, flush=True)\n"
        "    time.sleep(60)\n"
    )
    engine = make_engine(database_url)

    def is_free() -> bool:
        with held_alone(engine, "import") as held:
            return held

    try:
        with subprocess.Popen(
            [sys.executable, "-c", holder, database_url], stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline().strip() == "True"
                assert not is_free()
            finally:
                os.kill(process.pid, signal.SIGKILL)
        until(is_free, "a server notices that its client is gone")
    finally:
        engine.dispose()


# --- column types ---------------------------------------------------------------------------------


def test_a_moment_comes_back_aware_and_in_utc(sessions: sessionmaker[Session]) -> None:
    there = dt.datetime(2026, 11, 20, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    geocode = directory.geo.tables.Geocode
    with sessions.begin() as session:
        session.add(geocode(id="x", asked_at=there))
    with sessions() as session:
        found = session.get_one(geocode, "x").asked_at
    assert found == there
    assert found.tzinfo is dt.UTC


def test_a_moment_without_a_zone_is_refused(sessions: sessionmaker[Session]) -> None:
    naive = dt.datetime(2026, 11, 20, 10, 30)  # noqa: DTZ001  that is the point
    with pytest.raises(StatementError, match="time zone"), sessions.begin() as session:
        session.add(directory.geo.tables.Geocode(id="x", asked_at=naive))
    assert UtcDateTime.cache_ok
