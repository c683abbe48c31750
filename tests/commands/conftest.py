"""An instance on disk with the bundled examples, and a way to run commands on it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from directory.cli import main

Run = Callable[..., Result]
RunJson = Callable[..., dict[str, Any]]


def invoke(home: Path, *arguments: str) -> Result:
    """Runs `directory --home HOME ARGUMENTS`; an unforeseen error is the test's error."""
    return CliRunner().invoke(main, ["--home", str(home), *arguments], catch_exceptions=False)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Path:
    """A prepared instance without listings, to be copied."""
    home = tmp_path_factory.mktemp("empty") / "home"
    shutil.copytree(gazetteer_cache, home)
    assert invoke(home, "migrate").exit_code == 0
    return home


@pytest.fixture
def home(empty_home: Path, tmp_path: Path) -> Path:
    """A prepared instance of the test's own, without listings."""
    return Path(shutil.copytree(empty_home, tmp_path / "home"))


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Path:
    """An instance with the invented listings around Philadelphia. Tests that change it use `home`."""
    home = Path(shutil.copytree(empty_home, tmp_path_factory.mktemp("small") / "home"))
    for arguments in (["import", "hsds"], ["import", "meeting_guide"]):
        assert invoke(home, *arguments).exit_code == 0
    return home


@pytest.fixture
def run(small_home: Path) -> Run:
    """`run("search", "detox")` on the small instance."""
    return lambda *arguments: invoke(small_home, *arguments)


@pytest.fixture
def run_json(run: Run) -> RunJson:
    """The one JSON object that a command prints with `--json`."""

    def ask(*arguments: str) -> dict[str, Any]:
        result = run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        answer = json.loads(result.stdout)
        assert isinstance(answer, dict)
        return answer

    return ask
