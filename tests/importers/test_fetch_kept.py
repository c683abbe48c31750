"""What stays on disk of a fetch: the newest files, with notes that spare sending them again."""

import gzip
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from importers.fetch import Fetcher, FetchLimits, fetch_whole
from importers.kept import note_path
from tests.importers.hostile import Hostile, head, resets, says, sends_on

# --- what is kept ---


def test_a_file_that_has_not_changed_is_not_sent_again(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path
) -> None:
    hostile.acts["/"] = [
        says(b"file", etag='"v1"', last_modified="Thu, 19 Nov 2026 10:00:00 GMT"),
        lambda connection: connection.sendall(head("304 Not Modified")),
    ]
    path = fetcher.save(hostile.url + "/", tmp_path / "latest")
    assert (fetcher.changed, fetcher.unchanged) == (1, 0)
    assert fetcher.save(hostile.url + "/", path).read_bytes() == b"file"
    assert (fetcher.changed, fetcher.unchanged) == (1, 1)
    assert hostile.asked[1].headers["if-none-match"] == '"v1"'
    assert hostile.asked[1].headers["if-modified-since"] == "Thu, 19 Nov 2026 10:00:00 GMT"
    assert sorted(each.name for each in tmp_path.iterdir()) == [".latest.fetched", "latest"]


@pytest.mark.parametrize("harm", ["another address", "file cut", "file gone", "note broken", "note gone"])
def test_a_file_that_is_not_the_one_fetched_is_asked_for_whole(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path, harm: str
) -> None:
    hostile.acts["/"] = [says(b"file", etag='"v1"')]
    hostile.acts["/other"] = [says(b"file", etag='"v1"')]
    path = fetcher.save(hostile.url + "/", tmp_path / "latest")
    if harm == "file cut":
        path.write_bytes(b"fi")
    elif harm == "file gone":
        path.unlink()
    elif harm == "note broken":
        note_path(path).write_text('{"address": []')
    elif harm == "note gone":
        note_path(path).unlink()
    fetcher.save(hostile.url + ("/other" if harm == "another address" else "/"), path)
    assert "if-none-match" not in hostile.asked[1].headers
    assert path.read_bytes() == b"file"


def test_a_validator_of_absurd_length_is_not_kept(hostile: Hostile, fetcher: Fetcher, tmp_path: Path) -> None:
    hostile.acts["/"] = [says(b"file", etag=f'"{"v" * 20_000}"')]
    path = fetcher.save(hostile.url + "/", tmp_path / "latest")
    assert "vvv" not in note_path(path).read_text()


def test_the_newest_files_are_kept_and_the_same_file_again_moves_none(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path
) -> None:
    path = tmp_path / "latest"
    for body in (b"1", b"2", b"3", b"4", b"4", b"5"):
        hostile.acts["/"] = [says(body)]
        fetcher.save(hostile.url + "/", path)
    kept = {each.name: each.read_bytes() for each in tmp_path.iterdir() if not each.name.startswith(".")}
    assert kept == {"latest": b"5", "latest.1": b"4", "latest.2": b"3"}
    assert (fetcher.changed, fetcher.unchanged) == (5, 1)


def test_fewer_files_are_kept_once_fewer_are_wanted(
    hostile: Hostile, make_fetcher: Callable[..., Fetcher], tmp_path: Path
) -> None:
    path = tmp_path / "latest"
    for number, keep in enumerate([5, 5, 5, 5, 1]):
        hostile.acts["/"] = [says(str(number).encode())]
        make_fetcher(FetchLimits(keep=keep)).save(hostile.url + "/", path)
    assert sorted(each.name for each in tmp_path.iterdir()) == [".latest.fetched", "latest"]


@pytest.mark.parametrize(
    "act",
    [
        says(b"", "404 None"),
        resets(head(content_length="9") + b"first"),
        sends_on("https://10.0.0.1/"),
        says(gzip.compress(bytes(900_000)), content_encoding="gzip"),
    ],
)
def test_a_fetch_that_fails_leaves_the_last_good_file(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path, act: Callable[[socket.socket], None]
) -> None:
    hostile.acts["/"] = [says(b"good", etag='"v1"'), act]
    path = fetcher.save(hostile.url + "/", tmp_path / "latest")
    note = note_path(path).read_bytes()
    with pytest.raises(SourceBroken):
        fetcher.save(hostile.url + "/", path)
    assert path.read_bytes() == b"good"
    assert note_path(path).read_bytes() == note
    assert len(list(tmp_path.iterdir())) == 2


def save_two(url: str, folder: Path, fetcher: Fetcher) -> Path:
    """An importer's fetch of two pages."""
    fetcher.save(f"{url}/1", folder / "page-0001.json")
    fetcher.save(f"{url}/2", folder / "page-0002.json")
    (folder / "query.json").write_text("{}")
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("page-*.json")}


def test_pages_are_exchanged_all_together_or_not_at_all(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path
) -> None:
    hostile.acts["/1"], hostile.acts["/2"] = [says(b"1"), says(b"one")], [says(b"2"), says(b"", "404 None")]
    folder = fetch_whole(save_two, hostile.url, tmp_path / "feed", fetcher)
    assert folder == tmp_path / "feed" / "pages"
    with pytest.raises(SourceBroken, match="status 404"):
        fetch_whole(save_two, hostile.url, tmp_path / "feed", fetcher)
    assert texts(folder) == {"page-0001.json": "1", "page-0002.json": "2"}
    hostile.acts["/2"] = [says(b"two")]
    fetch_whole(save_two, hostile.url, tmp_path / "feed", fetcher)
    assert texts(folder) == {"page-0001.json": "one", "page-0002.json": "two"}
    assert texts(tmp_path / "feed" / "pages.1") == {"page-0001.json": "1", "page-0002.json": "2"}
    assert sorted(each.name for each in (tmp_path / "feed").iterdir()) == ["pages", "pages.1"]


def test_a_page_that_has_not_changed_is_taken_from_the_pages_before(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path
) -> None:
    same = lambda connection: connection.sendall(head("304 Not Modified"))  # noqa: E731
    hostile.acts["/1"] = [says(b"1", etag='"p1"'), same]
    hostile.acts["/2"] = [says(b"2", etag='"p2"'), same, says(b"two")]
    folder = fetch_whole(save_two, hostile.url, tmp_path, fetcher)
    fetch_whole(save_two, hostile.url, tmp_path, fetcher)
    assert (fetcher.changed, fetcher.unchanged) == (2, 2)
    assert [each.name for each in tmp_path.iterdir()] == ["pages"]
    fetch_whole(save_two, hostile.url, tmp_path, fetcher)
    assert texts(folder) == {"page-0001.json": "1", "page-0002.json": "two"}
    assert texts(tmp_path / "pages.1") == {"page-0001.json": "1", "page-0002.json": "2"}
    assert (fetcher.changed, fetcher.unchanged) == (3, 3)


def test_the_way_is_told(hostile: Hostile, make_fetcher: Callable[..., Fetcher], tmp_path: Path) -> None:
    heard: list[tuple[int, int | None]] = []
    hostile.acts["/"] = [says(b"x" * 200_000)]
    make_fetcher(progress=lambda done, total: heard.append((done, total))).save(
        hostile.url + "/", tmp_path / "file"
    )
    assert heard[-1] == (200_000, 200_000)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
