"""`directory export hsds`: a package that another instance takes in."""

import json
from pathlib import Path

from tests.commands.conftest import RunJson, invoke


def test_a_package_goes_from_one_instance_to_another(run_json: RunJson, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    told = run_json("export", "hsds", str(path))
    assert told["listings"] == told["rows"]["service"] > 50
    assert told["bytes"] == path.stat().st_size
    back = json.loads(invoke(home, "import", "hsds", str(path), "--json").stdout)
    assert (back["read"], back["inserted"], back["rejected"]) == (told["listings"], told["listings"], 0)


def test_without_json_a_sentence_goes_to_standard_error(small_home: Path, tmp_path: Path) -> None:
    result = invoke(small_home, "export", "hsds", str(tmp_path / "package.zip"))
    assert result.stdout == ""
    assert "listings written to" in result.stderr


def test_a_folder_that_is_not_there_is_a_wrong_call(small_home: Path, tmp_path: Path) -> None:
    result = invoke(small_home, "export", "hsds", str(tmp_path / "nowhere" / "package.zip"))
    assert result.exit_code == 2
    assert "There is no folder for" in result.stderr
    assert invoke(small_home, "export", "hsds", str(tmp_path)).exit_code == 2
