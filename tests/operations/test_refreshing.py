"""Sources kept fresh: what each mode does, and what becomes of everything that goes wrong."""

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from directory.database import held_alone
from directory.errors import SourceBroken
from directory.intake import runlog, sources
from directory.intake.tables import ImportRun, RunRequest
from directory.mail.tables import Outbox
from directory.operations import fetching
from importers.contract import SourceFile
from importers.fetch import Fetcher
from tests.builders import NOW, make_record
from tests.importers.hostile import Hostile, says
from tests.intake.feeds import Broken, Feed, facilities, feed, listed
from tests.operations.town import Noting, Town
from tests.waiting import until

ROOT = Path(__file__).resolve().parent.parent.parent


class Faulty(Feed):
    """An importer with a fault in it."""

    def read(self, source: SourceFile) -> Any:  # noqa: ARG002
        raise ZeroDivisionError


def mails(town: Town) -> list[Outbox]:
    with town.instance.reading() as session:
        return list(session.scalars(select(Outbox)))


def runs(town: Town) -> list[str]:
    with town.instance.reading() as session:
        return [run.status for run, _ in runlog.runs(session)]


# --- modes ----------------------------------------------------------------------------------------


def test_a_source_that_applies_is_imported_indexed_and_due_again_by_its_schedule(town: Town) -> None:
    source_id = town.add("county", feed(*facilities(3)))
    assert town.round() == {source_id: "complete"}
    assert listed(town.instance.sessions) == ["facility-0", "facility-1", "facility-2"]
    assert town.indexed() == 3
    assert town.setting(source_id).next_due_at == NOW + dt.timedelta(days=1)
    assert town.round() == {}
    assert town.round(days=1) == {source_id: "complete"}


def test_a_source_that_is_off_is_not_even_read(town: Town) -> None:
    source_id = town.add("county", Faulty({}), mode="off")
    assert town.round() == {}
    assert town.run(source_id).status == "off"
    assert runs(town) == []


def test_a_source_that_notifies_writes_one_mail_and_no_listing(town: Town) -> None:
    source_id = town.add("county", feed(*facilities(3)), mode="notify", notify_to="steward@example.org")
    for days in (0, 1, 1):
        assert town.round(days) == {source_id: "complete"}
    assert listed(town.instance.sessions) == []
    assert runs(town) == []
    (mail,) = mails(town)
    assert (mail.to_address, mail.state) == ("steward@example.org", "waiting")
    assert "3 new" in mail.subject
    town.feeds["county"] = feed(*facilities(4))
    town.round(days=1)
    assert sorted(each.subject.rpartition(": ")[2] for each in mails(town)) == ["3 new", "4 new"]


def test_a_steward_who_was_notified_brings_the_changes_in(town: Town) -> None:
    source_id = town.add("county", feed(*facilities(3)), mode="notify", notify_to="steward@example.org")
    assert town.run(source_id).is_mailed
    attempt = town.run(source_id, apply=True)
    assert (attempt.status, attempt.is_dry, attempt.is_mailed) == ("complete", False, False)
    assert len(listed(town.instance.sessions)) == 3
    town.round(days=1)
    assert len(mails(town)) == 1  # nothing differs any more


def test_changes_that_come_back_after_an_import_are_mailed_again(town: Town) -> None:
    source_id = town.add("county", feed(*facilities(3)), mode="notify", notify_to="steward@example.org")
    for count in (3, 2, 3, 2):
        town.feeds["county"] = feed(*facilities(count))
        town.run(source_id)
        town.run(source_id, apply=True)
        town.now += dt.timedelta(days=1)
    assert len(mails(town)) == 4


# --- what an importer is told ----------------------------------------------------------------------


def test_an_importer_is_told_the_settings_of_its_feed(town: Town) -> None:
    importer = Noting({None: facilities(1)})
    source_id = town.add(
        "county", importer, feed="east", timezone="America/Chicago", fellowship="na", as_of="2026-10-31"
    )
    town.run(source_id)
    assert importer.given == SourceFile(
        path=town.file,
        feed="east",
        timezone="America/Chicago",
        fellowship="na",
        as_of=dt.date(2026, 10, 31),
    )


def test_a_file_may_speak_of_the_day_on_which_it_was_written(town: Town) -> None:
    importer = Noting({None: facilities(1)})
    source_id = town.add("county", importer, as_of="file")
    written = dt.datetime(2026, 9, 3, 12, tzinfo=dt.UTC).timestamp()
    os.utime(town.file, (written, written))
    town.run(source_id)
    assert importer.given.as_of == dt.date(2026, 9, 3)


def test_an_address_is_fetched_and_a_file_that_has_not_changed_is_not_sent_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "Fetcher", lambda **given: Fetcher(**given, loopback=True))
    server = Hostile()
    try:
        server.acts["/feed"] = [
            says(b"[1]", ETag='"1"'),
            says(status="304 Not Modified"),
        ]
        importer = Noting({None: facilities(1)})
        source_id = town.add("county", importer, address=f"{server.url}/feed")
        assert town.round() == {source_id: "complete"}
        assert town.round(days=1) == {source_id: "complete"}
    finally:
        server.stop()
    assert server.asked[1].headers["if-none-match"] == '"1"'
    assert importer.given.path.read_bytes() == b"[1]"
    assert importer.given.url == f"{server.url}/feed"


# --- what goes wrong --------------------------------------------------------------------------------


def test_one_source_with_a_fault_keeps_no_other_waiting(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    faulty = town.add("a", Faulty({}))
    broken = town.add("b", Broken({}))
    gone = town.add("c", feed(*facilities(1)), address=str(town.file.with_name("gone.json")))
    unknown = town.add("d", feed(*facilities(1)))
    del town.feeds["d"]
    good = town.add("e", feed(*facilities(1)))
    assert town.round() == {
        faulty: "failed",
        broken: "broken",
        gone: "broken",
        unknown: "failed",
        good: "complete",
    }
    assert town.setting(faulty).last_message == "ZeroDivisionError"
    assert town.setting(broken).last_message == "This is a web page, not a feed."
    assert "gone.json" in str(town.setting(gone).last_message)
    assert [town.setting(each).failures for each in (faulty, broken, gone, good)] == [1, 1, 1, 0]
    assert "ZeroDivisionError" in caplog.text


def test_an_implausible_file_withdraws_nothing_and_is_tried_again(town: Town) -> None:
    source_id = town.add("county", feed(*facilities(40)))
    town.round()
    town.feeds["county"] = feed(*facilities(5))
    assert town.round(days=1) == {source_id: "implausible"}
    assert len(listed(town.instance.sessions)) == 40
    setting = town.setting(source_id)
    assert setting.next_due_at == town.now + dt.timedelta(hours=1)
    assert "40" in str(setting.last_message)
    assert town.run(source_id, accept_loss=True).status == "complete"
    assert len(listed(town.instance.sessions)) == 5


def test_an_index_that_cannot_be_written_is_no_fault_of_the_source(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_instance: Any) -> int:
        raise OSError("no space left")

    monkeypatch.setattr("directory.operations.refreshing.refresh_index", full)
    one, two = town.add("a", feed(*facilities(1))), town.add("b", feed(*facilities(1)))
    assert town.round() == {one: "complete", two: "complete"}
    assert "no space left" in caplog.text


def test_a_source_that_somebody_is_running_is_left_to_them(town: Town) -> None:
    one = town.add("a", feed(*facilities(1)))
    two = town.add("b", feed(*facilities(1)))
    with sources.source_lock(town.instance.database, one):
        assert town.round() == {two: "complete"}
        with pytest.raises(SourceBroken, match="running"):
            town.run(one)
    assert town.round() == {one: "complete"}


def test_one_round_runs_at_a_time(town: Town) -> None:
    source_id = town.add("a", feed(*facilities(1)))
    with held_alone(town.instance.database, "sources"):
        assert town.round() == {}
    assert town.round() == {source_id: "complete"}


def test_a_request_is_taken_by_the_next_round_and_answered_with_its_runs(town: Town) -> None:
    source_id = town.add("a", feed(*facilities(1)), every_hours=None, next_due_at=None)
    with town.instance.sessions.begin() as session:
        sources.request_run(session, source_id, by="steward", now=NOW)
    assert town.round() == {source_id: "complete"}
    with town.instance.reading() as session:
        request = session.scalars(select(RunRequest)).one()
        run = session.scalars(select(ImportRun.id)).one()
    assert (request.outcome, request.runs, request.requested_by) == ("complete", [run], "steward")
    assert town.round() == {}


def test_two_feeds_of_one_importer_never_withdraw_each_others_listings(town: Town) -> None:
    east = town.add("county", feed(*facilities(2)), feed="east")
    town.round()
    west = town.add("county", feed(make_record(source_id="only in the west")), feed="west")
    assert town.round() == {west: "complete"}
    assert listed(town.instance.sessions) == ["facility-0", "facility-1", "only in the west"]
    town.feeds["county"] = feed(*facilities(1))
    town.run(east)
    assert listed(town.instance.sessions) == ["facility-0", "only in the west"]


# --- killed -----------------------------------------------------------------------------------------

CHILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, ".")
import pytest
from tests.intake.feeds import Feed, facilities
from tests.operations.town import make_town

def slowly():
    for number, each in enumerate(facilities(2000)):
        if number == 1200:
            print("halfway", flush=True)
            time.sleep(60)
        yield each

town = make_town(Path(sys.argv[1]), sys.argv[2], pytest.MonkeyPatch())
town.feeds["county"] = Feed({None: slowly()})
town.round()
"""


def test_a_run_killed_in_the_middle_is_interrupted_and_the_next_round_completes_it(
    town: Town, database_url: str
) -> None:
    source_id = town.add("county", feed(*facilities(2000)))
    command = [sys.executable, "-c", CHILD, str(town.instance.settings.directory_home), database_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "halfway"
        os.kill(process.pid, signal.SIGKILL)
    assert runs(town) == ["running"]
    assert town.setting(source_id).began_at is not None
    until(lambda: town.round() == {source_id: "complete"}, "a server notices that the killed one is gone")
    assert sorted(runs(town)) == ["complete", "interrupted"]
    setting = town.setting(source_id)
    assert (setting.began_at, setting.last_status, setting.failures) == (None, "complete", 0)
    assert len(listed(town.instance.sessions)) == town.indexed() == 2000


def test_a_source_that_kills_its_process_every_time_is_not_tried_every_minute(town: Town) -> None:
    class Deadly(Feed):
        def read(self, source: SourceFile) -> Any:  # noqa: ARG002
            raise KeyboardInterrupt

    source_id = town.add("county", Deadly({}))
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            town.round()
    assert town.round() == {source_id: "later"}
    assert town.round() == {}
    assert town.setting(source_id).next_due_at == NOW + dt.timedelta(hours=2)
