"""Fetching from a server on this machine that answers as sources do, well and badly."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from directory.errors import SourceBroken
from directory.listings.record import ListingRecord
from importers.contract import SourceFile
from importers.fetch import Fetcher, FetchLimits, fetch_pages
from importers.treatment.samhsa_locator import SamhsaLocator

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "treatment" / "samhsa_locator"
LIMITS = FetchLimits(bytes=200_000, seconds=5.0, tries=2, first_wait=0.001, pause=0.0)


class Server(ThreadingHTTPServer):
    """Remembers what was asked; `failures` answers are errors before the good ones."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.failures = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Says nothing."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.server.failures:
            self.server.failures -= 1
            self.answer(b"busy", status=503)
            return
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        ANSWERS[path](self, query)

    def answer(self, body: bytes, *, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def answer_page(handler: Handler, query: dict[str, list[str]]) -> None:
    handler.answer((SAMPLES / f"page-{int(query['page'][0]):04d}.json").read_bytes())


ANSWERS: dict[str, Callable[[Handler, dict[str, list[str]]], None]] = {
    "/pages": answer_page,
    "/html": lambda handler, _: handler.answer(b"<html>Request blocked</html>"),
    "/cut": lambda handler, _: handler.answer(b'{"page": 1, "totalPages": 1, "rows": [{"name1"'),
    "/short": lambda handler, _: handler.answer(b"half", length=1000),
    "/large": lambda handler, _: handler.answer(b"x" * 300_000),
    "/many": lambda handler, _: handler.answer(json.dumps({"totalPages": 10_000, "rows": [{}]}).encode()),
    "/missing": lambda handler, _: handler.answer(b"", status=404),
    "/round": lambda handler, _: handler.answer(b"", status=302, Location="/round"),
    "/moved": lambda handler, _: handler.answer(b"", status=302, Location="/pages?page=1"),
    "/inside": lambda handler, _: handler.answer(b"", status=302, Location="https://10.0.0.1/secret"),
    "/metadata": lambda handler, _: handler.answer(b"", status=302, Location="http://169.254.169.254/latest"),
}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    made = Fetcher(LIMITS, loopback=True)
    yield made
    made.close()


def test_every_page_of_a_state_is_fetched_and_then_read(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    url = f"{server.url}/pages?limitType=0&limitValue=8&sType=both"
    folder = SamhsaLocator().fetch(url, tmp_path / "pages", fetcher)
    assert [parse_qs(urlsplit(path).query)["page"] for path in server.asked] == [["1"], ["2"]]
    assert all("pageSize=2000" in path for path in server.asked)
    (reading,) = SamhsaLocator().read(SourceFile(path=folder))
    assert (reading.part, reading.is_whole, reading.rows_expected) == ("PA", True, 7)
    assert sum(isinstance(row, ListingRecord) for row in reading.rows) == 3


def test_a_fetch_that_was_busy_is_tried_again(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    server.failures = 1
    path = fetcher.save(f"{server.url}/moved", tmp_path / "page.json")
    assert json.loads(path.read_text())["page"] == 1
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/html", "web page"),
        ("/cut", "cut short"),
        ("/many", "more pages than plausible"),
    ],
)
def test_a_page_that_is_not_one_ends_the_fetch(
    server: Server, fetcher: Fetcher, tmp_path: Path, path: str, sentence: str
) -> None:
    with pytest.raises(SourceBroken, match=sentence):
        fetch_pages(fetcher, server.url + path, tmp_path, page_size=10)
    assert not (tmp_path / "query.json").exists()


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/short", "did not give the file"),
        ("/large", "more than a file may hold"),
        ("/missing", "status 404"),
        ("/round", "without end"),
        ("/inside", "may not be fetched"),
        ("/metadata", "may not be fetched"),
    ],
)
def test_a_bad_answer_leaves_no_file(
    server: Server, fetcher: Fetcher, tmp_path: Path, path: str, sentence: str
) -> None:
    with pytest.raises(SourceBroken, match=sentence):
        fetcher.save(server.url + path, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_stays_busy_is_given_up(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    server.failures = 9
    with pytest.raises(SourceBroken, match="status 503"):
        fetcher.save(f"{server.url}/pages?page=1", tmp_path / "file")
    assert len(server.asked) == LIMITS.tries


@pytest.mark.parametrize(
    "url",
    [
        "http://sample.example/feed.json",
        "https://10.0.0.1/feed.json",
        "https://127.0.0.1/feed.json",
        "https://[::1]/feed.json",
        "https://169.254.169.254/",
        "https://user@sample.example/",
        "ftp://sample.example/feed.json",
        "file:///etc/passwd",
        "https://",
        "https://[::1",
    ],
)
def test_only_https_at_public_addresses_is_asked(tmp_path: Path, url: str) -> None:
    fetcher = Fetcher(LIMITS)
    with pytest.raises(SourceBroken, match="may not be fetched"):
        fetcher.save(url, tmp_path / "file")
    fetcher.close()


def test_a_name_that_leads_inside_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def leads_inside(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.1.4", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", leads_inside)
    fetcher = Fetcher(LIMITS)
    with pytest.raises(SourceBroken, match="may not be fetched"):
        fetcher.save("https://sample.example/feed.json", tmp_path / "file")
    fetcher.close()
