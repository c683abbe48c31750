"""The job consumer: what it does each minute, and how it ends."""

import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from directory import jobs
from directory.commands.instance import Instance
from directory.mail.outbox import Mail, put
from directory.mail.tables import Outbox
from directory.operations.refreshing import utc_now
from directory.settings import Settings
from tests.commands.conftest import invoke
from tests.commands.test_import_commands import meeting, write_feed

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def settings(tmp_path: Path, gazetteer_cache: Path) -> Settings:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path / "home"))
    assert invoke(home, "migrate").exit_code == 0
    return Settings(directory_home=home)


def minute(settings: Settings) -> None:
    """What the consumer does in one minute."""
    queue = jobs.make_queue(settings)
    for task in queue._registry.periodic_tasks:
        queue.execute(task)
    queue.storage.close()


def states(settings: Settings) -> list[tuple[str, str]]:
    instance = Instance(settings)
    with instance.reading() as session:
        found = [(each.kind, each.state) for each in session.scalars(select(Outbox))]
    instance.database.dispose()
    return found


def test_each_minute_sources_are_run_the_index_follows_and_mail_goes_out(
    settings: Settings, tmp_path: Path
) -> None:
    home = settings.directory_home
    feed = write_feed(tmp_path / "feed.json", meeting("a"), meeting("b"))
    zone = ("--timezone", "America/New_York")
    notify = ("--mode", "notify", "--notify", "steward@example.org")
    invoke(home, "source", "add", "meeting_guide", str(feed), "--feed", "aa", *zone)
    invoke(home, "source", "add", "meeting_guide", str(feed), "--feed", "na", *zone, *notify)
    for _ in range(2):
        minute(settings)
    assert '"total": 2' in invoke(home, "search", "--near", "19104", "--json").stdout
    (mail,) = (home / "mail").glob("*.eml")
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert message["To"] == "steward@example.org"
    assert "2 new" in message["Subject"]
    assert states(settings) == [("source_changes", "sent")]


def test_a_run_asked_for_on_the_command_line_is_taken_up(settings: Settings, tmp_path: Path) -> None:
    home = settings.directory_home
    feed = write_feed(tmp_path / "feed.json", meeting("a"))
    invoke(home, "source", "add", "meeting_guide", str(feed), "--every", "off")
    minute(settings)
    assert '"runs": []' in invoke(home, "runs", "--json").stdout
    invoke(home, "source", "run", "meeting_guide", "--later")
    minute(settings)
    assert '"complete"' in invoke(home, "runs", "--json").stdout


def test_mail_settings_that_make_no_sense_lose_no_mail_and_stop_nothing_else(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = settings.directory_home
    instance = Instance(settings)
    with instance.sessions.begin() as session:
        put(session, Mail("a@example.org", "Hello", "Hello", "test", "key"), utc_now())
    instance.database.dispose()
    invoke(home, "source", "add", "meeting_guide", str(write_feed(tmp_path / "feed.json", meeting("a"))))
    minute(replace(settings, mail_url="smtp://mail.example.org"))
    assert "MAIL_FROM" in caplog.text
    assert '"complete"' in invoke(home, "runs", "--json").stdout
    assert states(settings) == [("test", "waiting")]
    minute(settings)
    assert states(settings) == [("test", "sent")]


IMPORTING = """
import sys, threading, time
from pathlib import Path
sys.path.insert(0, ".")
from directory import jobs
from directory.settings import Settings

def long(instance):
    print("importing", flush=True)
    time.sleep(60)

jobs.EVERY_MINUTE = (("long", long),)
jobs.EVERY_FIVE_MINUTES = ()
settings = Settings(directory_home=Path(sys.argv[1]))
queue = jobs.make_queue(settings)
for task in queue._registry.periodic_tasks:
    queue.enqueue(task)
queue.create_consumer(workers=jobs.WORKERS, periodic=False).run()
"""


def test_a_consumer_that_is_told_to_end_does_not_wait_for_a_long_import(settings: Settings) -> None:
    command = [sys.executable, "-c", IMPORTING, str(settings.directory_home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "importing"
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def test_each_job_is_registered_by_its_name(settings: Settings) -> None:
    queue = jobs.make_queue(settings)
    registered = {type(each).__name__ for each in queue._registry.periodic_tasks}
    assert registered == {
        "refresh_index",
        "run_sources",
        "send_mail",
        "remind",
        "sweep_sign_ins",
        "forget_changes",
        "make_package",
    }
    queue.storage.close()
