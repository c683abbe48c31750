"""An instance with a prepared database of each kind."""

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.operations.town import Town, make_town


@pytest.fixture
def town(
    database_url: str, tmp_path: Path, gazetteer_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Town, None, None]:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path / "home"))
    found = make_town(home, database_url, monkeypatch)
    yield found
    found.instance.database.dispose()
