"""Fetching from a server that means harm, or works badly, over real connections on this machine."""

import datetime as dt
import gzip
import logging
import socket
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from importers.answers import seconds_to_wait
from importers.fetch import Fetcher, FetchLimits
from importers.kept import note_path
from tests.importers.hostile import LIMITS, Hostile, head, resets, says

HURRIED = FetchLimits(bytes=1 << 20, seconds=0.4, tries=3, first_wait=0.001, silence=0.3)
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


# --- bodies ---


def test_a_body_without_end_is_cut_at_the_limit(hostile: Hostile, fetcher: Fetcher, tmp_path: Path) -> None:
    hostile.acts["/"] = [hostile.drip(head(), b"x" * 65_536, every=0.0)]
    with pytest.raises(SourceBroken, match="more than a file may hold"):
        fetcher.save(hostile.url + "/", tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_a_length_beyond_the_limit_is_believed_at_once(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path
) -> None:
    hostile.acts["/"] = [hostile.drip(head(content_length=str(10**12)), b"x")]
    with pytest.raises(SourceBroken, match="more than a file may hold"):
        fetcher.save(hostile.url + "/", tmp_path / "file")


@pytest.mark.parametrize(
    ("start", "piece"),
    [(head(), b"x"), (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"), (b"HTTP/1.1 200", b"1"), (b"", b"")],
    ids=["body", "headers", "status line", "nothing"],
)
def test_an_answer_that_drips_is_cut_when_its_time_is_up(
    hostile: Hostile, make_fetcher: Callable[..., Fetcher], tmp_path: Path, start: bytes, piece: bytes
) -> None:
    hostile.acts["/"] = [hostile.drip(start, piece, every=0.02)]
    began = time.monotonic()
    with pytest.raises(SourceBroken, match=r"takes too long|did not give the file"):
        make_fetcher(HURRIED).save(hostile.url + "/", tmp_path / "file")
    assert time.monotonic() - began < 10
    assert list(tmp_path.iterdir()) == []


def test_informational_answers_without_end_are_cut_when_the_time_is_up(
    hostile: Hostile, make_fetcher: Callable[..., Fetcher], tmp_path: Path
) -> None:
    hostile.acts["/"] = [hostile.drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")]
    with pytest.raises(SourceBroken, match=r"takes too long|did not give the file"):
        make_fetcher(HURRIED).save(hostile.url + "/", tmp_path / "file")


def test_a_packed_answer_is_unpacked(hostile: Hostile, fetcher: Fetcher, tmp_path: Path) -> None:
    two_members = gzip.compress(b"one,") + gzip.compress(b"two") + b"\0\0"
    hostile.acts["/"] = [says(two_members, content_encoding="gzip")]
    assert fetcher.save(hostile.url + "/", tmp_path / "file").read_bytes() == b"one,two"
    assert hostile.asked[0].headers["accept-encoding"] == "gzip"


BOMB = gzip.compress(bytes(900_000))
BOMBS = {
    "swells": (BOMB, "gzip", "more than it plausibly holds"),
    "swells beyond the limit": (
        gzip.compress(b"ab" * 999_999, 1) + bytes(8_000),
        "gzip",
        "may hold|plausibly",
    ),
    "packed twice": (gzip.compress(BOMB), "gzip, gzip", "not asked for"),
    "packed otherwise": (zlib.compress(b"x"), "deflate", "not asked for"),
    "unknown": (b"x", "br", "not asked for"),
    "damaged": (b"\x1f\x8b\x08" + b"nonsense" * 9, "gzip", "damaged"),
    "not packed": (b"<html>", "gzip", "damaged"),
    "cut": (gzip.compress(b"x" * 100)[:-9], "gzip", "cut short"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_or_a_damaged_package_leaves_no_file(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path, name: str
) -> None:
    body, encoding, sentence = BOMBS[name]
    hostile.acts["/"] = [says(body, content_encoding=encoding)]
    with pytest.raises(SourceBroken, match=sentence):
        fetcher.save(hostile.url + "/", tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_packages_of_nothing_without_end_are_cut_at_the_limit(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path
) -> None:
    hostile.acts["/"] = [hostile.drip(head(content_encoding="gzip"), gzip.compress(b"") * 2_000, every=0.0)]
    with pytest.raises(SourceBroken, match="more than a file may hold"):
        fetcher.save(hostile.url + "/", tmp_path / "file")


@pytest.mark.parametrize(
    "answer",
    [
        head(content_length="1000") + b"half",
        head(content_length="ten") + b"half",
        head(transfer_encoding="chunked") + b"5\r\nhal",
        head(transfer_encoding="chunked") + b"zz\r\nhalf\r\n0\r\n\r\n",
        b"220 mail.sample.example ESMTP\r\n",
        b"",
    ],
)
def test_an_answer_that_is_cut_short_or_not_http_is_not_kept(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path, answer: bytes
) -> None:
    hostile.acts["/"] = [lambda connection: connection.sendall(answer)]
    with pytest.raises(SourceBroken, match="cut short or not HTTP"):
        fetcher.save(hostile.url + "/", tmp_path / "file")
    assert len(hostile.asked) == LIMITS.tries
    assert list(tmp_path.iterdir()) == []


# --- what may pass later ---


def test_a_connection_that_breaks_is_tried_again_from_the_start(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path
) -> None:
    hostile.acts["/"] = [resets(head(content_length="9") + b"first"), says(b"the whole")]
    assert fetcher.save(hostile.url + "/", tmp_path / "file").read_bytes() == b"the whole"
    assert len(hostile.asked) == 2


def test_a_server_that_takes_no_connection_is_named_and_no_more(
    make_fetcher: Callable[..., Fetcher], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SourceBroken) as caught:
        make_fetcher().save(f"http://127.0.0.1:{port}/?key=s3cret", tmp_path / "file")
    assert str(caught.value) == "127.0.0.1 did not give the file: no connection."


@pytest.mark.parametrize("status", ["503 Busy", "429 Slow down", "500 Oops", "408 Late"])
def test_a_busy_server_is_asked_again(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path, status: str
) -> None:
    hostile.acts["/"] = [says(b"busy", status), says(b"file")]
    assert fetcher.save(hostile.url + "/", tmp_path / "file").read_bytes() == b"file"


@pytest.mark.parametrize(
    "status", ["400 Bad", "401 Who", "403 No", "404 None", "410 Gone", "206 Part", "304 Same", "204 Nothing"]
)
def test_an_answer_that_stays_as_it_is_is_not_asked_for_again(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path, status: str
) -> None:
    hostile.acts["/"] = [lambda connection: connection.sendall(head(status, content_length="0"))]
    with pytest.raises(SourceBroken, match=f"status {status[:3]}"):
        fetcher.save(hostile.url + "/", tmp_path / "file")
    assert len(hostile.asked) == 1


def test_a_server_that_asks_to_wait_is_given_its_time(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path
) -> None:
    hostile.acts["/"] = [says(b"", "429 Slow down", retry_after="1"), says(b"file")]
    began = time.monotonic()
    fetcher.save(hostile.url + "/", tmp_path / "file")
    assert time.monotonic() - began >= 1.0


def test_a_server_that_asks_for_long_is_left_alone_until_the_next_refresh(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path
) -> None:
    hostile.acts["/"] = [says(b"", "503 Busy", retry_after="3600"), says(b"file")]
    with pytest.raises(SourceBroken, match="status 503, asks to wait 3600 seconds"):
        fetcher.save(hostile.url + "/", tmp_path / "file")
    assert len(hostile.asked) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Fri, 20 Nov 2026 12:01:30 GMT", 90.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        (None, None),
        ("-5", None),
        ("soon", None),
        ("1e9", None),
        ("9" * 4_000, None),
        ("Fri, 99 Nov 2026 12:01:30 GMT", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float | None) -> None:
    assert seconds_to_wait(header, NOW) == seconds


# --- secrets ---


def test_no_message_log_line_output_or_note_holds_a_key(
    hostile: Hostile,
    fetcher: Fetcher,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    path = "/s3cret?key=s3cret"
    repeats = b"Bearer s3cret and no HTTP\r\n\r\n"
    hostile.acts[path] = [
        lambda connection: connection.sendall(repeats),
        says(b"file", x_repeats="Bearer s3cret"),
        lambda connection: connection.sendall(repeats),
    ]
    secret = {"Authorization": "Bearer s3cret"}
    fetcher.save(hostile.url + path, tmp_path / "file", headers=secret)
    told = []
    for headers in (secret, {"Authorization": "Bearer s3cret\r\n"}):
        with pytest.raises(SourceBroken) as caught:
            fetcher.save(hostile.url + path, tmp_path / "file", headers=headers)
        told.append(str(caught.value))
    for url in ("https://name:s3cret@sample.example/", "s3cret:/s3cret", "https://[s3cret"):
        with pytest.raises(SourceBroken) as caught:
            fetcher.save(url, tmp_path / "file")
        told.append(str(caught.value))
    said = capfd.readouterr()
    assert "s3cret" not in "".join(
        [*told, caplog.text, said.out, said.err, note_path(tmp_path / "file").read_text()]
    )
    assert said.out == ""
