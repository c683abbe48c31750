"""Fetching what a source publishes: to files in a folder, which importers then read.

Only https, only public addresses, within limits of size and time, a redirect checked like the first address.
What was fetched before is kept, is asked for only if it changed, and outlives every fetch that fails.
"""

import datetime as dt
import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl

import httpcore
import httpx
import stamina
import stamina.instrumentation

from directory.phrases import N_
from importers.addresses import checked_url, host_of
from importers.answers import Again, failed, not_given, status_error, told, unpacked
from importers.json_rows import open_json
from importers.kept import Note, carry_over, digest, keep_file, keep_folder, make_note, read_note
from importers.network import CheckedNetwork, Deadline, Resolver, resolve_name

QUERY_FILE = "query.json"
"""What a folder of pages answers; written last, so that a folder without it is known to be incomplete."""
MOST_PAGES = 200
AGENT = "recovery-directory/0.1 (community resource directory importer)"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GIVEN = frozenset({200, 203})
"""Statuses with the whole file. 206 is a part that nobody asked for."""
UNCHANGED = 304

logging.getLogger("httpcore").setLevel(logging.WARNING)  # its DEBUG lines repeat headers
stamina.instrumentation.set_on_retry_hooks(())  # its lines would stand on standard output, among the JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """`bytes` of one answer, sent and unpacked; `seconds` for it in all, with every try, wait and redirect.

    Beyond `free` bytes an answer may unpack to `ratio` times what was sent. `silence`: seconds without a
    byte. `tries` at most, `first_wait` seconds before the second, doubling; a server may ask for up to
    `longest_wait`. `pause`: seconds between two pages. `keep`: files of one source, with the newest.
    """

    bytes: int = 256 << 20
    seconds: float = 300.0
    tries: int = 3
    redirects: int = 5
    first_wait: float = 1.0
    pause: float = 1.0
    ratio: int = 150
    free: int = 16 << 20
    silence: float = 30.0
    longest_wait: float = 60.0
    keep: int = 5


class Fetcher:
    """Saves answers to files, one at a time. `loopback` allows http to this machine, for tests and mirrors.

    `keys` are the settings that sources with `needs_key` ask for, by name; no message, log line or note ever
    holds one. `progress` hears the bytes of a file so far, and all of them where the server says. `changed`
    and `unchanged` count the files saved: a refresh without a change need not be read. `resolve` and
    `network` stand for the system's.
    """

    def __init__(
        self,
        limits: FetchLimits | None = None,
        *,
        loopback: bool = False,
        keys: Mapping[str, str] | None = None,
        progress: Callable[[int, int | None], None] | None = None,
        resolve: Resolver = resolve_name,
        network: httpcore.NetworkBackend | None = None,
    ):
        self.limits = limits or FetchLimits()
        self.keys = dict(keys or {})
        self.changed = self.unchanged = 0
        self._loopback = loopback
        self._progress = progress
        self._deadline = Deadline()
        self._network = CheckedNetwork(self._deadline, loopback=loopback, resolve=resolve, network=network)
        self._before: Path | None = None

    @cached_property
    def _pool(self) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=self._network
        )

    def close(self) -> None:
        """Gives connections back."""
        self._pool.close()

    def check(self, url: str | httpx.URL) -> httpx.URL:
        """The address, parsed. Raises `SourceBroken` when it may not be asked."""
        return checked_url(url, loopback=self._loopback)

    @contextmanager
    def comparing(self, folder: Path) -> Iterator[None]:
        """While it lasts, a file that is not there yet is compared with that of its name in `folder`."""
        self._before = folder
        try:
            yield
        finally:
            self._before = None

    def save(self, url: str, path: Path, *, headers: Mapping[str, str] | None = None) -> Path:
        """Saves the answer of `url` to `path`, whole or not at all, and keeps what was there (`kept.py`).

        `headers` go to the host of `url` alone. A file that the server says has not changed stays as it is.
        Raises `SourceBroken` for an address that may not be asked, an error status, an answer that is too
        large, too slow or cut short.
        """
        host = host_of(self.check(url))
        kept = path if path.exists() or self._before is None else self._before / path.name
        note = read_note(kept)
        if note is not None and note.address != digest(url):
            note = None
        partial = path.with_name(f"{path.name}.part")
        self._deadline.begin(self.limits.seconds)
        try:
            found = self._tried(url, partial, headers or {}, note)
            if found is None:
                carry_over(kept, path)
            else:
                keep_file(partial, path, found, keep=self.limits.keep)
        except Again as error:
            raise not_given(host, error.reason) from None
        finally:
            partial.unlink(missing_ok=True)
        if found is None or (note is not None and note.content == found.content):
            self.unchanged += 1
        else:
            self.changed += 1
        return path

    def _tried(self, url: str, path: Path, headers: Mapping[str, str], note: Note | None) -> Note | None:
        """As `_write`, as often as it may help."""
        found: Note | None = None
        for attempt in stamina.retry_context(
            on=self._wait,
            attempts=self.limits.tries,
            timeout=self.limits.seconds,
            wait_initial=self.limits.first_wait,
            wait_max=self.limits.longest_wait,
            wait_jitter=self.limits.first_wait,
        ):
            with attempt:
                found = self._write(url, path, headers, note)
        return found

    def _wait(self, error: Exception) -> bool | float:
        """Whether to try again, and after how many seconds where the server asked for some."""
        if not isinstance(error, Again):
            return False
        if error.wait is None:
            return True
        wait = max(error.wait, self.limits.first_wait)
        return wait if wait <= self.limits.longest_wait and wait < self._deadline.left() else False

    def _write(self, url: str, path: Path, headers: Mapping[str, str], note: Note | None) -> Note | None:
        """The answer in `path`, and its note; None when it is still what `note` is of."""
        with self._answer(url, headers, note) as (answer, host):
            if answer.status == UNCHANGED:
                return None
            given = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers
            }
            encoding = given.get("content-encoding", "").strip().lower()
            length = given.get("content-length", "")
            total = int(length) if length.isdecimal() and len(length) < 20 and not encoding else None
            if total is not None and total > self.limits.bytes:
                raise failed(N_("%(host)s sends more than a file may hold."), host)
            size, content = 0, hashlib.sha256()
            with path.open("wb") as file:
                for piece in unpacked(
                    answer.iter_stream(),
                    encoding,
                    host=host,
                    most=self.limits.bytes,
                    ratio=self.limits.ratio,
                    free=self.limits.free,
                ):
                    file.write(piece)
                    content.update(piece)
                    size += len(piece)
                    if self._progress:
                        self._progress(size, total)
                file.flush()
                os.fsync(file.fileno())
            return make_note(url, content.hexdigest(), size, given)

    @contextmanager
    def _answer(
        self, url: str, headers: Mapping[str, str], note: Note | None
    ) -> Iterator[tuple[httpcore.Response, str]]:
        asked = first = self.check(url)
        conditions = note.conditions() if note else {}
        for _ in range(self.limits.redirects + 1):
            host = host_of(asked)
            sent = {**conditions, **(headers if _origin(asked) == _origin(first) else {})}
            with told(host), self._request(asked, sent) as answer:
                location = _header(answer, b"location")
                if answer.status in REDIRECTS and location:
                    asked = self._next(asked, location)
                    continue
                if answer.status not in GIVEN and not (answer.status == UNCHANGED and conditions):
                    now = dt.datetime.now(dt.UTC)
                    raise status_error(answer.status, host, _header(answer, b"retry-after"), now)
                yield answer, host
                return
        raise failed(N_("%(host)s sends from one address to the next without end."), host_of(asked))

    def _request(
        self, asked: httpx.URL, headers: Mapping[str, str]
    ) -> AbstractContextManager[httpcore.Response]:
        port, silence = asked.port, self.limits.silence
        target = httpcore.URL(scheme=asked.raw_scheme, host=asked.raw_host, port=port, target=asked.raw_path)
        sent = {
            "Host": asked.netloc.decode("ascii"),
            "User-Agent": AGENT,
            "Accept-Encoding": "gzip",
            **headers,
        }
        return self._pool.stream(
            "GET",
            target,
            headers=[(name.encode(), value.encode()) for name, value in sent.items()],
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), silence)},
        )

    def _next(self, asked: httpx.URL, location: str) -> httpx.URL:
        try:
            joined = asked.join(location)
        except (httpx.InvalidURL, ValueError):
            joined = httpx.URL()
        return self.check(joined)


def _origin(asked: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port: who is asked."""
    return asked.scheme, asked.host, asked.port


def _header(answer: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for each, value in answer.headers if each.lower() == name), "")


def fetch_whole(
    fetch: Callable[[str, Path, Fetcher], Path], url: str, folder: Path, fetcher: Fetcher
) -> Path:
    """What `fetch` (an importer's) saves, as `folder/pages`: all of it or, when it fails, what was there.

    Answers the path that `fetch` does, in its new place. Older fetches are kept as `pages.1` and on.
    """
    fetcher.check(url)
    whole, fresh = folder / "pages", folder / "pages.part"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        with fetcher.comparing(whole):
            inside = fetch(url, fresh, fetcher).relative_to(fresh)
        keep_folder(fresh, whole, keep=fetcher.limits.keep)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return whole / inside


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
    asked = fetcher.check(url)
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
            raise failed(N_("%(host)s promises more pages than plausible."), host_of(asked))
        rows, page = rows + outline.count, page + 1
    parameters = dict(parse_qsl(asked.query.decode()))
    query = {"parameters": parameters, "rows": rows, "promised": promised}
    (folder / QUERY_FILE).write_text(json.dumps(query, indent=1), encoding="utf-8")


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0
