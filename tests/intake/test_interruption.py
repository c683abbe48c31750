"""Imports that are stopped, killed, or started twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from directory.database import held_alone
from directory.errors import SourceBroken
from directory.intake import runlog
from directory.intake.contract import RunReport
from directory.intake.tables import ImportRun
from directory.listings import changes, store
from directory.listings.identity import id_text
from directory.listings.tables import Listing
from tests.intake.feeds import Import, facilities, feed
from tests.waiting import until

ROOT = Path(__file__).resolve().parent.parent.parent
CHILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, ".")
from directory.database import make_engine, session_factory
from directory.geo.gazetteer import Gazetteer
from tests.intake.feeds import Feed, Import, facilities

def slowly():
    for number, each in enumerate(facilities(2000)):
        if number == 1200:
            print("halfway", flush=True)
            time.sleep(60)
        yield each

Import(session_factory(make_engine(sys.argv[1])), Gazetteer.load(Path(sys.argv[2])))(Feed({None: slowly()}))
"""


def statuses(sessions: sessionmaker[Session]) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(ImportRun.status).order_by(ImportRun.started_at)))


def test_an_interrupted_run_keeps_what_it_had_and_the_next_one_completes(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    rows = facilities(600)
    with pytest.raises(KeyboardInterrupt):
        bring_in(feed(*rows[:550], KeyboardInterrupt()))
    assert statuses(sessions) == ["interrupted"]
    report = bring_in.one(feed(*rows))
    assert report.status == "complete"
    assert report.unchanged >= 250
    assert report.inserted + report.unchanged == 600
    with sessions() as session:
        assert store.count_documents(session) == 600


def test_a_killed_import_leaves_whole_batches_and_the_next_one_completes(
    database: Engine,
    database_url: str,
    bring_in: Import,
    sessions: sessionmaker[Session],
    gazetteer_cache: Path,
) -> None:
    command = [sys.executable, "-c", CHILD, database_url, str(gazetteer_cache)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "halfway"
        os.kill(process.pid, signal.SIGKILL)
    assert statuses(sessions) == ["running"]
    with sessions() as session:
        ((run, _),) = runlog.runs(session)
        stored = len(list(session.scalars(select(Listing.id))))
        assert stored == run.inserted == run.rows_read == changes.newest(session) > 0
        assert len(list(store.iter_documents(session))) == stored
    report = complete(bring_in)
    assert (report.unchanged, report.inserted) == (stored, 2000 - stored)
    assert sorted(statuses(sessions)) == ["complete", "interrupted"]


def complete(bring_in: Import) -> RunReport:
    """The next import; a server may need a moment to notice that the killed one is gone."""

    def attempt() -> RunReport | None:
        try:
            return bring_in.one(feed(*facilities(2000)))
        except SourceBroken:
            return None

    report = until(attempt, "the lock of a dead process is let go")
    assert report
    return report


def test_a_source_is_imported_by_one_at_a_time(
    database: Engine, bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    source_id = id_text("test_feed", "default", "source", "")
    with held_alone(database, f"import {source_id}"):
        with pytest.raises(SourceBroken, match="running"):
            bring_in(feed(*facilities(1)))
        assert bring_in.one(feed(*facilities(1)), feed="another").status == "complete"
        assert bring_in.one(feed(*facilities(1)), dry_run=True).inserted == 1
    assert bring_in.one(feed(*facilities(1))).status == "complete"
    assert statuses(sessions) == ["complete", "complete"]
