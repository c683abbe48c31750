"""What an importer is. One file per source holds one class like this; the registry finds it by itself."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from directory.listings.record import Kind, ListingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A row that is not a listing. `row` is its number in the file (1 is the first after the header)."""

    row: int
    reason: str
    """A short fixed sentence, the same for every row rejected for that cause."""
    values: Mapping[str, str] = field(default_factory=dict)
    """The row as read, without private fields; kept for the steward."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """What an importer reads: a file on this machine (fetched before, or given)."""

    path: Path
    feed: str = "default"
    timezone: str | None = None
    """IANA zone of a feed that states none."""
    as_of: dt.date | None = None
    """The date that the file speaks of; None when unknown."""
    url: str | None = None
    fellowship: str | None = None
    """Code of the fellowship whose feed it is (`aa`, `na`, …), where neither rows nor the feed's name say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading a file gives. `part` names what the file covers, when it covers one part of its source.

    `rows` yields a `ListingRecord` or a `Rejection` for each row read, exactly one each, lazily: it may raise
    `directory.errors.SourceBroken` at any point (then nothing is withdrawn). `rows_expected` is a
    guess for the progress bar. `minimum` is the least number of listings a plausible file of this part has:
    below it nothing is withdrawn. `is_whole` says that a listing missing from the file is gone.
    """

    rows: Iterator[ListingRecord | Rejection]
    part: str | None = None
    as_of: dt.date | None = None
    rows_expected: int | None = None
    minimum: int = 1
    is_whole: bool = True
    warnings: list[str] = field(default_factory=list)
    """Filled while `rows` is read: unknown codes, unknown columns, each once with its count."""


class Importer(Protocol):
    """One source's reader. It opens files and yields records: no database, no index, no web."""

    name: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[str]
    publisher: ClassVar[str]
    licence: ClassVar[str]
    formats: ClassVar[tuple[str, ...]]
    needs_key: ClassVar[bool]

    def read(self, source: SourceFile) -> list[Reading]:
        """The parts of one file. Raises `SourceBroken` when the file is not what it should be."""
        ...

    def samples(self) -> list[SourceFile]:
        """The bundled demo files of this source, oldest first; empty when it has none."""
        ...
