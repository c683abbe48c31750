"""Files that are there whole or not at all."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from directory.settings import Settings
from directory.whole_files import write_whole


def test_the_owner_alone_may_read_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "kept" / "name", "first")
    write_whole(tmp_path / "kept" / "name", "second")
    assert (tmp_path / "kept" / "name").read_text() == "second"
    assert stat.S_IMODE((tmp_path / "kept" / "name").stat().st_mode) == 0o600


def test_what_cannot_be_written_leaves_the_old_one_and_nothing_beside_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "name", "first")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "name", "\ud800")
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"name": "first"}


def test_workers_that_start_at_once_sign_with_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: Settings(directory_home=tmp_path).kept_secret(), range(32)))
    assert len(found) == 1
    assert len(found.pop()) > 40
