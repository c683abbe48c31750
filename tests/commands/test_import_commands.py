"""`directory importers`, `import`, `runs`, `rejections`: what scripts and stewards rely on."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from importers.registry import all_importers
from tests.commands.conftest import Run, RunJson, invoke

COUNTERS = ("read", "inserted", "updated", "unchanged", "rejected", "withdrawn")


def write_feed(path: Path, *meetings: dict[str, Any]) -> Path:
    path.write_text(json.dumps(list(meetings)))
    return path


def meeting(slug: str, **changes: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "name": f"Group {slug}",
        "day": 2,
        "time": "19:30",
        "end_time": "20:30",
        "formatted_address": "1 Example Street, Philadelphia, PA 19104, USA",
        "latitude": 39.95,
        "longitude": -75.19,
        **changes,
    }


def imported(home: Path, feed: Path, *options: str) -> dict[str, Any]:
    result = invoke(
        home, "import", "meeting_guide", str(feed), "--timezone", "America/New_York", *options, "--json"
    )
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer | {"exit_code": result.exit_code}


def test_every_importer_is_listed_with_its_licence(run_json: RunJson) -> None:
    listed = run_json("importers")["importers"]
    assert [each["importer"] for each in listed] == [each.name for each in all_importers()]
    assert all(each["licence"] and each["publisher"] and each["formats"] for each in listed)


def test_a_run_counts_every_row_exactly_once(home: Path, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed.json", meeting("a"), meeting("b"), {"slug": "c"})
    answer = imported(home, feed)
    assert answer["read"] == 3
    assert answer["inserted"] == 2
    assert answer["rejected"] == 1
    assert answer["exit_code"] == 0


def test_the_second_run_of_a_file_finds_all_unchanged(home: Path, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed.json", meeting("a"), meeting("b"))
    imported(home, feed)
    again = imported(home, feed)
    assert {name: again[name] for name in COUNTERS} == dict.fromkeys(COUNTERS, 0) | {
        "read": 2,
        "unchanged": 2,
    }


def test_a_dry_run_says_what_would_happen_and_writes_nothing(home: Path, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed.json", meeting("a"))
    assert imported(home, feed, "--dry-run")["inserted"] == 1
    assert json.loads(invoke(home, "runs", "--json").stdout)["runs"] == []
    assert imported(home, feed)["inserted"] == 1


def test_a_meeting_that_the_feed_no_longer_has_is_withdrawn_and_not_found(home: Path, tmp_path: Path) -> None:
    imported(home, write_feed(tmp_path / "feed.json", meeting("a"), meeting("b")))
    assert imported(home, write_feed(tmp_path / "feed.json", meeting("a")))["withdrawn"] == 1
    found = json.loads(invoke(home, "search", "--near", "19104", "--json").stdout)
    assert [each["name"] for each in found["results"]] == ["Group a"]


def test_reading_only_some_rows_withdraws_nothing(home: Path, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed.json", meeting("a"), meeting("b"))
    imported(home, feed)
    limited = imported(home, feed, "--limit", "1")
    assert (limited["read"], limited["withdrawn"]) == (1, 0)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("<!doctype html><html><body>Please wait…</body></html>", "web page"),
        ('[{"slug": "a", "name": "Gr', "cut"),
        ("", "empty"),
        ("[]", None),
    ],
)
def test_a_broken_feed_exits_3_and_withdraws_nothing(
    home: Path, tmp_path: Path, content: str, told: str | None
) -> None:
    imported(home, write_feed(tmp_path / "feed.json", meeting("a"), meeting("b")))
    broken = tmp_path / "broken.json"
    broken.write_text(content)
    result = invoke(home, "import", "meeting_guide", str(broken))
    assert result.exit_code == 3
    if told:
        assert told in result.output
    assert json.loads(invoke(home, "search", "--near", "19104", "--json").stdout)["total"] == 2


def test_an_unknown_importer_exits_2_and_names_those_spelled_alike(run: Run) -> None:
    result = run("import", "meeting_gide")
    assert result.exit_code == 2
    assert "meeting_guide" in result.output


def test_a_missing_file_exits_2_and_repeats_its_name(run: Run) -> None:
    result = run("import", "meeting_guide", "/nowhere/feed.json")
    assert result.exit_code == 2
    assert "/nowhere/feed.json" in result.output


def test_the_run_log_has_the_newest_run_first_and_shows_one_by_its_id(run: Run, run_json: RunJson) -> None:
    rows = run_json("runs")["runs"]
    assert [each["importer"] for each in rows] == ["meeting_guide", "hsds"]
    one = run_json("runs", rows[0]["run"])
    assert one.pop("changes")["new"] == one["inserted"]
    assert one == rows[0]
    assert run("runs", "no-such-run").exit_code == 2


def test_rejected_rows_are_listed_with_their_reason_and_written_as_csv(home: Path, tmp_path: Path) -> None:
    odd = meeting("", name='=HYPERLINK("https://example.org")')
    answer = imported(home, write_feed(tmp_path / "feed.json", meeting("a"), odd))
    listed = json.loads(invoke(home, "rejections", answer["run"], "--json").stdout)["rejections"]
    assert [each["row"] for each in listed] == [2]
    assert listed[0]["reason"]
    path = tmp_path / "rejected.csv"
    assert invoke(home, "rejections", answer["run"], "--csv", str(path)).exit_code == 0
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["reason"] == listed[0]["reason"]
    assert not any(cell.startswith("=") for cell in row.values())


def test_commands_say_that_the_database_is_not_prepared(tmp_path: Path) -> None:
    result = invoke(tmp_path / "empty", "runs")
    assert result.exit_code == 2
    assert "directory migrate" in result.output
