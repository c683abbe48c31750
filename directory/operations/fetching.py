"""From an address or a path to what an importer reads."""

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.settings import Settings
from importers.contract import Importer, SourceFile
from importers.fetch import Fetcher, fetch_whole

KEYS = ("careeronestop_user", "careeronestop_token")
"""Settings that sources with a key ask for."""
OF_THE_FILE = "file"
"""`as_of` of a source whose file speaks of the day on which it was fetched or written."""

Tick = Callable[[int, int | None], None]


@runtime_checkable
class FetchesItself(Protocol):
    """An importer whose source takes more than one request."""

    def fetch(self, url: str, folder: Path, fetcher: Fetcher) -> Path:
        """Saves everything in `folder`; answers what to read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """What an importer must be told of a feed. `as_of` is an ISO date, `file` or None."""

    feed: str = "default"
    timezone: str | None = None
    fellowship: str | None = None
    as_of: str | None = None


def is_url(address: str) -> bool:
    """Whether an address is fetched; else it is a path."""
    return address.startswith(("http://", "https://"))


def source_file(
    settings: Settings, importer: Importer, address: str, feed: FeedSettings, *, progress: Tick | None = None
) -> SourceFile:
    """The file that an importer reads, fetched if it has an https address.

    Raises `SourceBroken` when it cannot be fetched, `QueryInvalid` when there is no such file.
    """
    if is_url(address):
        if feed.feed in ("", ".", "..") or Path(feed.feed).name != feed.feed:
            raise QueryInvalid(
                Phrase(N_("A feed's name is that of a folder: not %(feed)s."), {"feed": feed.feed})
            )
        folder = settings.directory_home / "fetched" / importer.name / feed.feed
        path, url = _fetched(settings, importer, address, folder, progress), address
    else:
        path, url = Path(address), None
        if not path.exists():
            raise QueryInvalid(Phrase(N_("There is no file %(path)s."), {"path": address}))
    return SourceFile(
        path=path,
        feed=feed.feed,
        timezone=feed.timezone,
        as_of=_as_of(feed.as_of, path),
        url=url,
        fellowship=feed.fellowship,
    )


def _as_of(text: str | None, path: Path) -> dt.date | None:
    if text == OF_THE_FILE:  # a file that is fetched again without a change keeps its day
        return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
    return dt.date.fromisoformat(text) if text else None


def _fetched(settings: Settings, importer: Importer, url: str, folder: Path, progress: Tick | None) -> Path:
    """The answer of `url` saved in `folder`: by the importer itself where its source comes in pages."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = {name: getattr(settings, name) for name in KEYS}
    with contextlib.closing(Fetcher(keys=keys, progress=progress)) as fetcher:
        if isinstance(importer, FetchesItself):
            return fetch_whole(importer.fetch, url, folder, fetcher)
        return fetcher.save(url, folder / "latest")
