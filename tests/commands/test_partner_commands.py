"""Partner sites from the command line: two commands to a key."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from tests.commands.conftest import invoke


def done(home: Path, *arguments: str) -> dict[str, Any]:
    result = invoke(home, *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_two_commands_give_a_site_its_key(home: Path) -> None:
    assert invoke(home, "agency", "add", "Oak Library", "--sends-only").exit_code == 0
    added = invoke(home, "partner", "add", "Oak Library", "--origin", "Library.example/")
    assert added.exit_code == 0, added.output
    key = added.stdout.strip()
    assert key.startswith("pk_")
    assert f'<recovery-search key="{key}">' in added.stderr
    [listed] = done(home, "partner", "list")["partners"]
    assert listed["key"] == key
    assert listed["origins"] == ["https://library.example"]
    assert (listed["agency"], listed["paused"]) == ("Oak Library", False)
    assert key in invoke(home, "partner", "list").stdout


def test_everything_of_a_site_can_be_set_at_once(home: Path) -> None:
    done(home, "agency", "add", "Oak County")
    options = ["--origin", "https://oak.example", "--origin", "*.oak.example", "--agency", "oak county"]
    limits = ["--need", "housing", "--state", "pa", "--preset", "need=shelter", "--preset", "near=19104"]
    made = done(
        home, "partner", "add", "Help page", *options, *limits, "--lock", "need", "--per-minute", "30"
    )
    assert made["origins"] == ["https://oak.example", "https://*.oak.example"]
    assert done(home, "partner", "list")["partners"][0]["per_minute"] == 30


def test_a_new_key_names_the_day_on_which_the_old_one_ends(home: Path) -> None:
    done(home, "agency", "add", "Oak")
    old = done(home, "partner", "add", "Oak", "--origin", "https://oak.example")["key"]
    before = dt.datetime.now(dt.UTC)
    rotated = done(home, "partner", "rotate", "oak", "--days", "3")
    assert rotated["key"] != old
    until = dt.datetime.fromisoformat(rotated["old_key_works_until"])
    assert abs(until - before - dt.timedelta(days=3)) < dt.timedelta(minutes=5)
    assert done(home, "partner", "list")["partners"][0]["key"] == rotated["key"]
    assert "works no longer" in invoke(home, "partner", "rotate", "Oak", "--days", "0").stderr
    assert invoke(home, "partner", "rotate", "Oak", "--days", "31").exit_code == 2


def test_a_site_is_switched_off_and_on(home: Path) -> None:
    done(home, "agency", "add", "Oak")
    done(home, "partner", "add", "Oak", "--origin", "https://oak.example")
    assert done(home, "partner", "pause", "Oak")["paused"] is True
    assert done(home, "partner", "list")["partners"][0]["paused"] is True
    assert "switched on" in invoke(home, "partner", "resume", "Oak").stderr


def test_a_bad_call_says_what_to_mend_and_adds_nothing(home: Path) -> None:
    done(home, "agency", "add", "Oak")
    calls = [
        (["add", "Oak", "--origin", "http://oak.example"], "Type https://oak.example"),
        (["add", "Elm", "--origin", "https://elm.example"], "no agency Elm"),
        (
            ["add", "Oak", "--origin", "https://oak.example", "--own", "Nobody"],
            "No listed organization is called Nobody",
        ),
        (["add", "Oak", "--origin", "https://oak.example", "--preset", "housing"], "like need=housing"),
        (
            ["add", "Oak", "--origin", "https://oak.example", "--preset", "theme=loud"],
            "calm, plain, light, dark, contrast",
        ),
        (["rotate", "Oak"], "no partner Oak"),
    ]
    for arguments, said in calls:
        result = invoke(home, "partner", *arguments)
        assert result.exit_code == 2, arguments
        assert said in " ".join(result.output.split()), result.output
    assert done(home, "partner", "list") == {"partners": []}
    assert "no partner yet" in invoke(home, "partner", "list").stderr
