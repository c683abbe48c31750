"""`directory source`, `import --dry-run --diff`: what scripts and stewards rely on."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.commands import intake as import_commands
from directory.commands import sources as source_commands
from directory.commands.instance import Instance
from directory.intake.run import run_import
from directory.intake.sources import id_of_source, source_lock
from directory.mail.tables import Outbox
from directory.operations.refreshing import run_due
from directory.settings import Settings
from directory.stewardship.desk import Desk, withdraw_listings
from tests.commands.conftest import invoke
from tests.commands.test_import_commands import meeting, write_feed

ZONE = ("--timezone", "America/New_York")


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return write_feed(tmp_path / "feed.json", meeting("a"), meeting("b"))


def source(home: Path, *arguments: str) -> Result:
    return invoke(home, "source", *arguments)


def added(home: Path, feed: Path, *options: str) -> Result:
    result = source(home, "add", "meeting_guide", str(feed), "--feed", "aa-here", *ZONE, *options)
    assert result.exit_code == 0, result.output
    return result


def listed(home: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(source(home, "list", "--json").stdout)["sources"]
    return found


def run(home: Path, *options: str) -> Result:
    return source(home, "run", "meeting_guide", "--feed", "aa-here", *options)


def found_near(home: Path) -> int:
    result = invoke(home, "search", "--near", "19104", "--json")
    if "index" in result.stderr:  # nothing was ever indexed
        return 0
    total: int = json.loads(result.stdout)["total"]
    return total


def test_a_source_is_added_run_listed_and_found_in_searches(home: Path, feed: Path) -> None:
    added(home, feed, "--every", "weekly", "--fellowship", "aa")
    (row,) = listed(home)
    assert (row["importer"], row["feed"], row["every"], row["mode"]) == (
        "meeting_guide",
        "aa-here",
        "weekly",
        "apply",
    )
    assert row["address"] == str(feed.resolve())
    assert (row["last_status"], row["listings"], row["failures"]) == (None, 0, 0)
    answer = json.loads(run(home, "--json").stdout)
    assert (answer["read"], answer["inserted"]) == (2, 2)
    assert found_near(home) == 2
    (row,) = listed(home)
    assert (row["last_status"], row["listings"]) == ("complete", 2)
    assert row["next_due"] > row["last_good"]
    assert "aa-here  (weekly, apply)" in source(home, "list").output


def test_the_settings_of_a_source_reach_its_importer(home: Path, feed: Path) -> None:
    added(home, feed, "--fellowship", "recovery_dharma")
    run(home)
    found = json.loads(invoke(home, "search", "--near", "19104", "--json").stdout)["results"]
    assert all("recovery_dharma" in each["needs"] for each in found)


def test_settings_are_changed_and_cleared_one_by_one(home: Path, feed: Path) -> None:
    added(home, feed, "--fellowship", "aa")
    options = ("--every", "6", "--mode", "notify", "--notify", "steward@example.org", "--fellowship", "")
    assert source(home, "set", "meeting_guide", "--feed", "aa-here", *options).exit_code == 0
    (row,) = listed(home)
    assert (row["every"], row["mode"], row["notify"]) == ("every 6 hours", "notify", "steward@example.org")
    assert (row["fellowship"], row["timezone"]) == (None, "America/New_York")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--every", "often"), "often"),
        (("--mode", "notify"), "whom to tell"),
        (("--mode", "maybe"), "maybe"),
        (("--notify", "nobody"), "e-mail"),
        (("--timezone", "Mars/Olympus"), "Mars/Olympus"),
        (("--fellowship", "xx"), "xx"),
        (("--as-of", "yesterday"), "yesterday"),
        (("--address", "/nowhere/feed.json"), "/nowhere/feed.json"),
        (("--address", "http://example.org/feed"), "https"),
        (("--address", "https://127.0.0.1/feed"), "127.0.0.1"),
    ],
)
def test_a_setting_that_makes_no_sense_exits_2_and_changes_nothing(
    home: Path, feed: Path, options: tuple[str, ...], told: str
) -> None:
    added(home, feed)
    before = listed(home)
    result = source(home, "set", "meeting_guide", "--feed", "aa-here", *options)
    assert result.exit_code == 2
    assert told in result.output
    assert listed(home) == before


def test_a_source_is_added_once(home: Path, feed: Path) -> None:
    added(home, feed)
    again = source(home, "add", "meeting_guide", str(feed), "--feed", "aa-here")
    assert again.exit_code == 2
    assert "source set" in again.output


@pytest.mark.parametrize("command", ["set", "remove", "run"])
def test_a_source_that_is_not_there_exits_2(home: Path, command: str) -> None:
    result = source(home, command, "meeting_guide", "--feed", "other")
    assert result.exit_code == 2
    assert "source list" in result.output


def test_removing_a_source_keeps_its_listings_unless_they_are_withdrawn(home: Path, feed: Path) -> None:
    added(home, feed)
    run(home)
    assert source(home, "remove", "meeting_guide", "--feed", "aa-here").exit_code == 0
    assert (listed(home), found_near(home)) == ([], 2)
    added(home, feed)
    result = source(home, "remove", "meeting_guide", "--feed", "aa-here", "--withdraw")
    assert "2 listings withdrawn" in result.output
    assert found_near(home) == 0
    added(home, feed)
    run(home)
    assert found_near(home) == 2


def test_an_interrupted_withdrawal_keeps_what_it_did_and_goes_on_when_asked_again(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = write_feed(tmp_path / "feed.json", *(meeting(f"m{number}") for number in range(5)))
    added(home, feed)
    run(home)
    monkeypatch.setattr(source_commands, "CHUNK", 2)
    withdrawn: list[int] = []

    def breaks_off(session: Session, desk: Desk, ids: Sequence[str]) -> None:
        withdrawn.append(len(ids))
        if len(withdrawn) == 2:
            raise KeyboardInterrupt
        withdraw_listings(session, desk, ids)

    monkeypatch.setattr(source_commands, "withdraw_listings", breaks_off)
    command = ("remove", "meeting_guide", "--feed", "aa-here", "--withdraw")
    assert source(home, *command).exit_code != 0
    assert listed(home) == []
    assert "3 listings withdrawn" in source(home, *command).output
    assert withdrawn == [2, 2, 2, 1]
    assert found_near(home) == 0
    assert source(home, *command).exit_code == 2


def test_a_source_that_is_imported_by_hand_is_left_to_them_and_has_not_failed(
    home: Path, feed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(home, feed)
    instance = Instance(Settings(directory_home=home))
    rounds = []

    def meanwhile(*given: Any, **options: Any) -> Any:
        rounds.append(run_due(instance))
        return run_import(*given, **options)

    monkeypatch.setattr(import_commands, "run_import", meanwhile)
    result = invoke(home, "import", "meeting_guide", str(feed), "--feed", "aa-here", *ZONE)
    assert (result.exit_code, rounds) == (0, [{}])
    (row,) = listed(home)
    assert (row["last_status"], row["failures"], row["listings"]) == (None, 0, 2)
    assert [each.status for each in run_due(instance).values()] == ["complete"]
    instance.database.dispose()


def test_a_source_that_the_job_runs_is_not_imported_by_hand_meanwhile(home: Path, feed: Path) -> None:
    added(home, feed)
    instance = Instance(Settings(directory_home=home))
    by_hand = ("import", "meeting_guide", str(feed), "--feed", "aa-here", *ZONE)
    with source_lock(instance.database, id_of_source("meeting_guide", "aa-here")):
        result = invoke(home, *by_hand)
        assert result.exit_code == 3
        assert "running" in result.output
        assert invoke(home, *by_hand, "--dry-run").exit_code == 0
    instance.database.dispose()


def test_a_source_that_is_off_is_not_run(home: Path, feed: Path) -> None:
    added(home, feed, "--mode", "off")
    result = run(home)
    assert result.exit_code == 2
    assert "off" in result.output
    assert found_near(home) == 0


def test_a_broken_source_exits_3_and_says_why_in_the_list(home: Path, feed: Path) -> None:
    added(home, feed)
    run(home)
    feed.write_text("<!doctype html><html></html>")
    assert run(home).exit_code == 3
    (row,) = listed(home)
    assert (row["last_status"], row["failures"], row["listings"]) == ("broken", 1, 2)
    assert row["last_message"] in source(home, "list").output
    feed.unlink()
    assert run(home).exit_code == 3


def test_a_source_that_notifies_tells_the_steward_and_applies_on_their_word(home: Path, feed: Path) -> None:
    added(home, feed, "--mode", "notify", "--notify", "steward@example.org")
    result = run(home, "--diff")
    assert "New: 2" in result.stdout
    assert "steward" in result.stderr
    assert found_near(home) == 0
    assert "steward" not in run(home).stderr
    assert run(home, "--apply").exit_code == 0
    assert found_near(home) == 2


def test_a_run_for_later_is_left_to_the_job_consumer(home: Path, feed: Path) -> None:
    added(home, feed)
    assert json.loads(run(home, "--later", "--json").stdout)["request"]
    assert found_near(home) == 0


# --- dry runs -------------------------------------------------------------------------------------


def tried(home: Path, feed: Path, *options: str) -> Result:
    return invoke(home, "import", "meeting_guide", str(feed), *ZONE, "--dry-run", *options)


def test_a_dry_run_with_diff_tells_every_change_in_words_and_in_json(home: Path, feed: Path) -> None:
    invoke(home, "import", "meeting_guide", str(feed), *ZONE)
    write_feed(feed, meeting("a", name="Dawn group"), meeting("c"))
    text = tried(home, feed, "--diff").stdout
    assert "“Group a” → “Dawn group”" in text
    assert "New: 1" in text
    assert "Withdrawn: 1" in text
    assert "Group b" in text
    changes = json.loads(tried(home, feed, "--diff", "--json").stdout)["changes"]
    assert {kind: changes[kind] for kind in ("new", "changed", "back", "withdrawn")} == {
        "new": 1,
        "changed": 1,
        "back": 0,
        "withdrawn": 1,
    }
    (one,) = (each for each in changes["listings"] if each["kind"] == "changed")
    assert {"field": "service name", "old": "Group a", "new": "Dawn group"} in one["changes"]
    assert found_near(home) == 2


def test_a_dry_run_names_what_would_be_withdrawn(home: Path, feed: Path) -> None:
    invoke(home, "import", "meeting_guide", str(feed), *ZONE)
    write_feed(feed, meeting("a"))
    text = tried(home, feed).stdout
    assert "1 withdrawn" in text
    assert "Group b" in text
    assert found_near(home) == 2


def test_a_run_shows_what_it_changed(home: Path, feed: Path) -> None:
    invoke(home, "import", "meeting_guide", str(feed), *ZONE)
    write_feed(feed, meeting("a", name="Dawn group"), meeting("b"))
    answer = json.loads(invoke(home, "import", "meeting_guide", str(feed), *ZONE, "--json").stdout)
    shown = invoke(home, "runs", answer["run"]).stdout
    assert "service name" in shown
    assert "Dawn group" in shown
    kept = json.loads(invoke(home, "runs", answer["run"], "--json").stdout)["changes"]
    assert kept["changed"] == 1
    assert kept["fields"]["service name"] == 1


def test_a_diff_without_a_dry_run_exits_2(home: Path, feed: Path) -> None:
    result = invoke(home, "import", "meeting_guide", str(feed), "--diff")
    assert result.exit_code == 2
    assert "--dry-run" in result.output


def test_a_file_may_be_given_the_date_that_it_speaks_of(home: Path, feed: Path) -> None:
    invoke(home, "import", "meeting_guide", str(feed), *ZONE, "--as-of", "2026-09-30")
    found = json.loads(invoke(home, "search", "--near", "19104", "--json").stdout)["results"]
    assert {each["source"]["as_of"] for each in found} == {"2026-09-30"}
    assert invoke(home, "import", "meeting_guide", str(feed), "--as-of", "soon").exit_code == 2


def mails(home: Path) -> list[tuple[str, str]]:
    """(subject, text) of the mail that waits, the oldest first."""
    instance = Instance(Settings(directory_home=home))
    with instance.reading() as session:
        found = [
            (each.subject, each.body) for each in session.scalars(select(Outbox).order_by(Outbox.created_at))
        ]
    instance.database.dispose()
    return found


def test_a_steward_is_told_once_when_a_source_keeps_failing_and_again_after_it_was_well(
    home: Path, feed: Path
) -> None:
    good = feed.read_text()
    added(home, feed, "--notify", "steward@example.org")
    run(home)
    feed.write_text("<!doctype html><html></html>")
    run(home)
    run(home)
    assert mails(home) == []
    for _ in range(3):
        run(home)
    ((subject, body),) = mails(home)
    assert subject == "meeting_guide / aa-here keeps failing"
    assert "failed 3 times in a row. No listing was withdrawn because of it." in body
    assert "directory source run meeting_guide --feed aa-here" in body
    feed.write_text(good)
    run(home)
    feed.write_text("<!doctype html><html></html>")
    for _ in range(4):
        run(home)
    assert len(mails(home)) == 2
