"""Fetching what a source publishes: to files in a folder, which importers then read.

Only https, only public addresses, within limits of size and time, a redirect checked like the first address.
"""

import ipaddress
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import stamina

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers.json_rows import open_json

QUERY_FILE = "query.json"
"""What a folder of pages answers; written last, so that a folder without it is known to be incomplete."""
MOST_PAGES = 200
NOT_GIVEN = N_("%(host)s did not give the file: %(error)s.")
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """`bytes` of one answer, `seconds` for it in all, `tries` at most, `pause` seconds between two pages."""

    bytes: int = 256 << 20
    seconds: float = 300.0
    tries: int = 3
    redirects: int = 5
    first_wait: float = 1.0
    pause: float = 1.0


class _Again(Exception):
    """The answer was one that may be better the next time."""


class Fetcher:
    """Saves answers to files. `loopback` allows http to this machine alone, for tests and local mirrors.

    `keys` are the settings that sources with `needs_key` ask for, by name; no message ever holds one.
    """

    def __init__(
        self,
        limits: FetchLimits | None = None,
        *,
        loopback: bool = False,
        keys: Mapping[str, str] | None = None,
    ):
        self.limits = limits or FetchLimits()
        self.keys = dict(keys or {})
        self._loopback = loopback
        agent = {"User-Agent": "recovery-directory/0.1 (community resource directory importer)"}
        self._client = httpx.Client(timeout=30.0, headers=agent, follow_redirects=False, trust_env=False)

    def close(self) -> None:
        """Gives connections back."""
        self._client.close()

    def save(self, url: str, path: Path, *, headers: Mapping[str, str] | None = None) -> Path:
        """Saves the answer of `url` to `path`, whole or not at all. `headers` go to the host of `url` alone.

        Raises `SourceBroken` for an address that may not be asked, an error status, an answer that is too
        large, too slow or cut short.
        """
        partial = path.with_name(f"{path.name}.part")
        try:
            for attempt in stamina.retry_context(
                on=(httpx.TransportError, _Again),
                attempts=self.limits.tries,
                timeout=self.limits.seconds,
                wait_initial=self.limits.first_wait,
                wait_max=30.0,
            ):
                with attempt:
                    self._write(url, partial, headers or {})
        except (httpx.HTTPError, _Again, httpx.InvalidURL) as error:
            told = {"host": urlsplit(url).hostname or "", "error": str(error) or type(error).__name__}
            raise SourceBroken(Phrase(NOT_GIVEN, told)) from error
        else:
            return partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def _write(self, url: str, path: Path, headers: Mapping[str, str]) -> None:
        ends = time.monotonic() + self.limits.seconds
        with self._answer(url, headers) as answer, path.open("wb") as file:
            size = 0
            for chunk in answer.iter_bytes(1 << 16):
                size += len(chunk)
                if size > self.limits.bytes:
                    raise _failed(N_("%(host)s sends more than a file may hold."), answer.url.host)
                if time.monotonic() > ends:
                    raise _failed(N_("%(host)s takes too long to send the file."), answer.url.host)
                file.write(chunk)

    @contextmanager
    def _answer(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        trusted: tuple[str, str, int | None] | None = None
        for _ in range(self.limits.redirects + 1):
            self._check(url)
            trusted = trusted or _origin(url)
            with self._client.stream(
                "GET", url, headers=headers if _origin(url) == trusted else None
            ) as answer:
                if answer.has_redirect_location:
                    url = str(answer.url.join(answer.headers["location"]))
                    continue
                if answer.status_code in RETRIED:
                    raise _Again(f"status {answer.status_code}")
                if not answer.is_success:
                    told = {"host": answer.url.host, "error": f"status {answer.status_code}"}
                    raise SourceBroken(Phrase(NOT_GIVEN, told))
                yield answer
                return
        raise _failed(N_("%(host)s sends from one address to the next without end."), httpx.URL(url).host)

    def _check(self, url: str) -> None:
        """Raises `SourceBroken` unless the address is https at a public host, or here where allowed."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or 443
        except ValueError as error:
            raise _refused(url) from error
        if self._loopback and parts.scheme in ("http", "https") and host in ("127.0.0.1", "::1", "localhost"):
            return
        if parts.scheme != "https" or not host or parts.username:
            raise _refused(host or url)
        try:
            found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
        except OSError as error:
            raise _failed(N_("%(host)s cannot be found."), host) from error
        if not all(ipaddress.ip_address(each[4][0]).is_global for each in found):
            raise _refused(host)


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: who is asked."""
    asked = httpx.URL(url)
    return asked.scheme, asked.host, asked.port


def _failed(message: str, host: str) -> SourceBroken:
    return SourceBroken(Phrase(message, {"host": host}))


def _refused(host: str) -> SourceBroken:
    return _failed(N_("%(host)s may not be fetched: only https at public addresses is."), host)


def fetch_pages(
    fetcher: Fetcher, url: str, folder: Path, *, page_size: int, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Saves `page-0001.json` and on, as many as the envelopes' `totalPages` says, then `query.json`.

    Asks with `page` and `pageSize`. Raises `SourceBroken` as `Fetcher.save` and `open_json` do: a page that
    is HTML or cut short ends the fetch, and leaves no `query.json`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("page-*.json"), *folder.glob(QUERY_FILE)]:
        old.unlink()
    asked = httpx.URL(url)
    page, pages, rows, promised = 1, 1, 0, 0
    while page <= pages:
        if page > 1:
            sleep(fetcher.limits.pause)
        path = folder / f"page-{page:04d}.json"
        address = asked.copy_merge_params({"page": str(page), "pageSize": str(page_size)})
        outline = open_json(fetcher.save(str(address), path))
        envelope = outline.envelopes[0] if outline.envelopes else {}
        pages, promised = _count(envelope.get("totalPages")), _count(envelope.get("recordCount"))
        if pages > MOST_PAGES:
            raise _failed(N_("%(host)s promises more pages than plausible."), asked.host)
        rows, page = rows + outline.count, page + 1
    parameters = dict(parse_qsl(asked.query.decode()))
    query = {"parameters": parameters, "rows": rows, "promised": promised}
    (folder / QUERY_FILE).write_text(json.dumps(query, indent=1), encoding="utf-8")


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0
