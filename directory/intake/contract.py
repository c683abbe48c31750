"""What intake takes and gives. Importers fit these protocols without intake knowing them (DESIGN, Rooms)."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

from directory.intake.changed import ChangeReport
from directory.listings.record import Kind, ListingRecord

RunStatus = Literal["running", "complete", "broken", "implausible", "interrupted"]
Progress = Callable[[int, int | None], None]
"""Called with the rows read so far and the rows expected, if that can be guessed."""


class RejectionLike(Protocol):
    """A row that is not a listing (`importers.contract.Rejection`)."""

    @property
    def row(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str]: ...


class ReadingLike(Protocol):
    """One part of a file (`importers.contract.Reading`)."""

    @property
    def rows(self) -> Iterator[ListingRecord | Any]: ...
    @property
    def part(self) -> str | None: ...
    @property
    def as_of(self) -> dt.date | None: ...
    @property
    def rows_expected(self) -> int | None: ...
    @property
    def minimum(self) -> int: ...
    @property
    def is_whole(self) -> bool: ...
    @property
    def warnings(self) -> list[str]: ...


class SourceFileLike(Protocol):
    """What an importer reads (`importers.contract.SourceFile`)."""

    @property
    def feed(self) -> str: ...
    @property
    def url(self) -> str | None: ...


FileT_contra = TypeVar("FileT_contra", bound=SourceFileLike, contravariant=True)


class ImporterLike(Protocol[FileT_contra]):
    """One source's reader (`importers.contract.Importer`)."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def title(self) -> str: ...
    @property
    def publisher(self) -> str: ...
    @property
    def licence(self) -> str: ...

    def read(self, source: FileT_contra, /) -> Sequence[ReadingLike]:
        """The parts of one file. Raises `SourceBroken`."""
        ...


@dataclass(frozen=True, kw_only=True)
class Unread:
    """The reading of a file that could not be opened."""

    rows: Iterator[Any] = field(default_factory=lambda: iter(()))
    part: None = None
    as_of: None = None
    rows_expected: None = None
    minimum: int = 0
    is_whole: bool = False
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What one reading came to. Every row read is counted in exactly one of `inserted`, `updated`,
    `unchanged` and `rejected`; `listed` counts distinct listings."""

    run: str
    importer: str
    feed: str
    part: str | None
    status: RunStatus = "running"
    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    withdrawn: int = 0
    listed: int = 0
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0
    changes: ChangeReport | None = None
    """What it changes, or of a dry run what it would; once it has ended."""
    is_dry: bool = False
    """It wrote nothing."""

    def as_json(self) -> dict[str, Any]:
        """As `directory import --json` prints it (INTERFACES); a dry run with all that it would change."""
        dry = {"dry_run": True, "changes": self.changes.as_json()} if self.is_dry and self.changes else {}
        return {
            "run": self.run,
            "importer": self.importer,
            "feed": self.feed,
            "part": self.part,
            "status": self.status,
            "read": self.read,
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "withdrawn": self.withdrawn,
            "warnings": self.warnings,
            "seconds": round(self.seconds, 3),
            **dry,
        }
