"""An importer for tests: reads what it is given."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from directory.errors import SourceBroken
from directory.geo.gazetteer import Gazetteer
from directory.intake.contract import RunReport
from directory.intake.run import run_import
from directory.listings import changes
from directory.listings.identity import id_text
from directory.listings.needs import taxonomy
from directory.listings.record import Kind, ListingRecord
from directory.listings.tables import Listing
from importers.contract import Reading, Rejection, SourceFile
from tests.builders import NOW, make_record

Rows = Iterable[ListingRecord | Rejection | BaseException]


@dataclass
class Feed:
    """One file: parts with their rows. An exception among the rows is raised where it stands."""

    parts: dict[str | None, Rows]
    as_of: dt.date | None = None
    minimum: int = 1
    is_whole: bool = True
    warnings: list[str] = field(default_factory=list)
    name: ClassVar[str] = "test_feed"
    kind: ClassVar[Kind] = "treatment"
    title: ClassVar[str] = "A feed of a test"
    publisher: ClassVar[str] = "Tests"
    licence: ClassVar[str] = "CC0"
    formats: ClassVar[tuple[str, ...]] = ("json",)
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        return [
            Reading(
                rows=given(rows),
                part=part,
                as_of=self.as_of or source.as_of,
                minimum=self.minimum,
                is_whole=self.is_whole,
                warnings=list(self.warnings),
            )
            for part, rows in self.parts.items()
        ]

    def samples(self) -> list[SourceFile]:
        return []


class Broken(Feed):
    """A file that cannot be opened."""

    def read(self, source: SourceFile) -> list[Reading]:  # noqa: ARG002  it has no say
        raise SourceBroken("This is a web page, not a feed.")


def given(rows: Rows) -> Iterator[ListingRecord | Rejection]:
    for each in rows:
        if isinstance(each, BaseException):
            raise each
        yield each


def feed(*rows: ListingRecord | Rejection | BaseException, **options: Any) -> Feed:
    """A file of one part."""
    return Feed({None: rows}, **options)


def facilities(count: int, **changes: Any) -> list[ListingRecord]:
    """So many records of one organization at one place."""
    return [make_record(source_id=f"facility-{number}", **changes) for number in range(count)]


@dataclass
class Import:
    """Runs imports into one database."""

    sessions: sessionmaker[Session]
    gazetteer: Gazetteer
    now: dt.datetime = NOW

    def __call__(self, importer: Feed, *, feed: str = "default", **options: Any) -> list[RunReport]:
        self.now += dt.timedelta(hours=1)
        return run_import(
            self.sessions,
            importer,
            SourceFile(path=Path("unused"), feed=feed),
            gazetteer=self.gazetteer,
            taxonomy=taxonomy(),
            now=self.now,
            **options,
        )

    def one(self, importer: Feed, **options: Any) -> RunReport:
        (report,) = self(importer, **options)
        return report


def counts(report: RunReport) -> dict[str, int]:
    """The counters that are not zero."""
    names = ("read", "inserted", "updated", "unchanged", "rejected", "withdrawn")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def listed(sessions: sessionmaker[Session]) -> list[str]:
    """The source ids of the active listings."""
    with sessions() as session:
        query = select(Listing.source_key).where(Listing.status == "active").order_by(Listing.source_key)
        return list(session.scalars(query))


def newest_change(sessions: sessionmaker[Session]) -> int:
    """The newest change row."""
    with sessions() as session:
        return changes.newest(session)


def key(source_id: str, feed_name: str = "default") -> str:
    """The listing id of a record of the test feed."""
    return id_text("test_feed", feed_name, "listing", source_id)
