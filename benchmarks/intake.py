"""How fast listings come in: generated listings through intake into a database, then into the index.

`python -m benchmarks.intake --size N [--json FILE]`

The same listings are imported twice (the second time all unchanged), then with one in twenty changed.
"""

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from benchmarks import listings
from benchmarks.report import parser, peak_mb, show, write
from directory.database import make_engine, session_factory, upgrade
from directory.geo.gazetteer import Gazetteer
from directory.intake.run import run_import
from directory.listings.needs import taxonomy
from directory.listings.record import Kind, ListingRecord
from directory.search import follow
from directory.search.whoosh_engine import WhooshEngine
from importers.contract import Reading, SourceFile

NOW = dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Generated:
    """An importer whose file is made up: its rows come out of the generator."""

    name: ClassVar[str] = "generated"
    kind: ClassVar[Kind] = "treatment"
    title: ClassVar[str] = "Generated listings"
    publisher: ClassVar[str] = "benchmarks"
    licence: ClassVar[str] = "none"
    formats: ClassVar[tuple[str, ...]] = ()
    needs_key: ClassVar[bool] = False
    size: int
    changed: bool = False

    def read(self, source: SourceFile) -> list[Reading]:
        """All rows, in one part."""
        _ = source
        return [Reading(rows=self._rows(), rows_expected=self.size)]

    def _rows(self) -> Iterator[ListingRecord]:
        for number, record in enumerate(listings.records(self.size)):
            if self.changed and number % 20 == 0:
                yield replace(record, service=replace(record.service, fees_description="Changed"))
            else:
                yield record

    def samples(self) -> list[SourceFile]:
        """None: there is no file."""
        return []


def run(size: int, folder: Path) -> dict[str, Any]:
    """All figures. Seconds without making the listings up, which is measured first."""
    start = time.perf_counter()
    made = sum(1 for _ in listings.records(size))
    making = time.perf_counter() - start
    engine = make_engine(f"sqlite:///{folder / 'directory.sqlite'}")
    upgrade(engine)
    sessions = session_factory(engine)
    gazetteer = Gazetteer.load(folder)
    report: dict[str, Any] = {"size": made, "generating_s": making}
    for name, changed in (("first", False), ("unchanged", False), ("changed", True)):
        start = time.perf_counter()
        importer = Generated(size, changed)
        source = SourceFile(path=folder)
        (result,) = run_import(sessions, importer, source, gazetteer=gazetteer, taxonomy=taxonomy(), now=NOW)
        seconds = max(time.perf_counter() - start - making, 1e-9)
        report[name] = {"import_s": seconds, "listings_per_s": size / seconds}
        report[name] |= {
            "inserted": result.inserted,
            "updated": result.updated,
            "unchanged": result.unchanged,
        }
        report[name] |= index(sessions, folder)
    engine.dispose()
    report["peak_mb"] = peak_mb()
    return report


def index(sessions: Any, folder: Path) -> dict[str, Any]:
    """Brings the index up to date."""
    start = time.perf_counter()
    touched = follow.refresh(sessions, WhooshEngine(folder / "index"), examples=True)
    return {"index_s": time.perf_counter() - start, "indexed": touched}


def main() -> None:
    """Runs and reports."""
    options = parser(__doc__ or "")
    options.add_argument("--size", type=int, default=10_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = run(given.size, Path(folder))
    show(
        f"{given.size} listings",
        [{"run": name, **report[name]} for name in ("first", "unchanged", "changed")],
    )
    sys.stdout.write(f"most memory: {report['peak_mb']:.0f} MB\n")
    write(given.json, report)


if __name__ == "__main__":
    main()
