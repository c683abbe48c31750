"""`directory search`, `index`, `check`: the same answers as the page, in a terminal and as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Run, RunJson, invoke


def test_a_search_answers_in_the_agreed_shape(run_json: RunJson) -> None:
    answer = run_json("search", "--near", "19104", "--kind", "peer_group")
    assert answer["place"]["kind"] == "zip"
    assert answer["total"] >= 1
    first: dict[str, Any] = answer["results"][0]
    assert {"id", "name", "organization", "kind", "distance_miles", "open", "source", "url"} <= set(first)
    assert {each["kind"] for each in answer["results"]} == {"peer_group"}


def test_words_and_a_place_typed_together_are_understood(run_json: RunJson) -> None:
    answer = run_json("search", "AA meeting near 19104")
    assert {"aa"} <= {each["code"] for each in answer["understood"]}
    assert answer["place"]["postal_code" if "postal_code" in answer["place"] else "name"]
    assert answer["total"] >= 1


def test_search_prints_a_table_a_person_can_read(run: Run) -> None:
    result = run("search", "--near", "19104", "--limit", "3")
    assert result.exit_code == 0
    assert "listings near Philadelphia, PA 19104" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--near", "Xyzzyville, PA"], "Xyzzyville"),
        (["--near", "19104", "--radius", "9999"], "500"),
        (["--near", "19104", "--radius", "far"], "radius"),
        (["--need", "no_such_need"], "no_such_need"),
        (["--sort", "sideways"], "sort"),
        (["--near", "19104", "--page", "1000000000"], "10,000"),
        (["x" * 10_240], "characters"),
    ],
)
def test_a_call_that_makes_no_sense_exits_2_and_says_why(run: Run, arguments: list[str], told: str) -> None:
    result = run("search", *arguments)
    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output


def test_the_index_tells_what_it_holds(run_json: RunJson) -> None:
    status = run_json("index", "status")
    assert status["engine"] == "whoosh"
    assert status["documents"] > 50
    assert status["behind"] == 0


def test_a_rebuilt_index_answers_as_before(home: Path) -> None:
    assert invoke(home, "import", "hsds").exit_code == 0
    before = invoke(home, "search", "--near", "19104", "--json").stdout
    assert invoke(home, "index", "rebuild").exit_code == 0
    assert invoke(home, "search", "--near", "19104", "--json").stdout == before


def test_an_index_of_an_older_version_is_rebuilt_by_the_next_refresh(home: Path) -> None:
    assert invoke(home, "import", "hsds").exit_code == 0
    total = json.loads(invoke(home, "search", "--json").stdout)["total"]
    current = home / "index" / "current"
    current.write_text(json.dumps(json.loads(current.read_text()) | {"format": 1}))
    assert invoke(home, "search").exit_code != 0
    assert invoke(home, "index", "refresh").exit_code == 0
    assert json.loads(invoke(home, "search", "--json").stdout)["total"] == total > 0


def test_check_prints_a_line_per_check_and_passes_on_a_good_instance(run: Run) -> None:
    result = run("check")
    assert result.exit_code == 0
    lines = [line.partition(":")[0].split(maxsplit=1) for line in result.stdout.splitlines()]
    assert {state for state, _ in lines} == {"ok"}
    assert {"database", "schema", "search index", "field keys", "audit", "sources", "mail"} <= {
        name for _, name in lines
    }


def test_check_fails_on_an_instance_that_is_not_prepared(tmp_path: Path) -> None:
    result = invoke(tmp_path / "empty", "check")
    assert result.exit_code == 1
    assert "FAIL  schema" in result.stdout


def test_one_setting_leaves_the_examples_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert invoke(home, "import", "hsds").exit_code == 0
    assert '"is_example": true' in invoke(home, "search", "--near", "19104", "--json").stdout
    monkeypatch.setenv("EXAMPLES", "no")
    assert invoke(home, "index", "rebuild").exit_code == 0
    assert '"total": 0' in invoke(home, "search", "--near", "19104", "--json").stdout
    assert invoke(home, "check").exit_code == 0
