"""How fast listings come in: generated listings through intake into a database, then into the index.

`python -m benchmarks.intake --size N [--json FILE]`

The same listings are imported twice (the second time all unchanged), then with one in twenty changed. Another
process tries all the time to write into the database, and tells the longest that it had to wait.
"""

import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from benchmarks import listings
from benchmarks.report import parser, peak_mb, show, write
from benchmarks.waiting import write_waits
from directory.database import make_engine, session_factory, upgrade
from directory.geo.gazetteer import Gazetteer
from directory.intake.run import run_import
from directory.listings.needs import taxonomy
from directory.listings.record import Kind, ListingRecord
from directory.search import follow
from directory.search.whoosh_engine import WhooshEngine
from importers.contract import Reading, SourceFile

NOW = dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC)


@dataclass
class Generated:
    """An importer whose file is made up: its rows come out of the generator.

    The time that making them up takes is counted, to be taken off.
    """

    name: ClassVar[str] = "generated"
    kind: ClassVar[Kind] = "treatment"
    title: ClassVar[str] = "Generated listings"
    publisher: ClassVar[str] = "benchmarks"
    licence: ClassVar[str] = "none"
    formats: ClassVar[tuple[str, ...]] = ()
    needs_key: ClassVar[bool] = False
    size: int
    changed: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def read(self, source: SourceFile) -> list[Reading]:
        """All rows, in one part."""
        _ = source
        return [Reading(rows=self._rows(), rows_expected=self.size)]

    def _rows(self) -> Iterator[ListingRecord]:
        made = listings.records(self.size)
        for number in range(self.size):
            start, busy = time.perf_counter(), time.process_time()
            record = next(made)
            if self.changed and number % 20 == 0:
                record = replace(record, service=replace(record.service, fees_description="Changed"))
            self.seconds += time.perf_counter() - start
            self.cpu_seconds += time.process_time() - busy
            yield record

    def samples(self) -> list[SourceFile]:
        """None: there is no file."""
        return []


def run(size: int, folder: Path) -> dict[str, Any]:
    """All figures. Seconds are without making the listings up."""
    database = folder / "directory.sqlite"
    engine = make_engine(f"sqlite:///{database}")
    upgrade(engine)
    sessions = session_factory(engine)
    gazetteer = Gazetteer.load(folder)
    report: dict[str, Any] = {"size": size}
    for name, changed in (("first", False), ("unchanged", False), ("changed", True)):
        importer, source = Generated(size, changed), SourceFile(path=folder)
        with write_waits(database) as waits:
            start, busy = time.perf_counter(), time.process_time()
            (result,) = run_import(
                sessions, importer, source, gazetteer=gazetteer, taxonomy=taxonomy(), now=NOW
            )
            seconds = time.perf_counter() - start - importer.seconds
            busy = time.process_time() - busy - importer.cpu_seconds
        report[name] = {"import_s": seconds, "import_cpu_s": busy, "listings_per_s": size / seconds}
        report[name] |= {
            "inserted": result.inserted,
            "updated": result.updated,
            "unchanged": result.unchanged,
        }
        report[name] |= waits | index(sessions, folder)
        report[name]["total_s"] = seconds + report[name]["index_s"]
        report[name]["peak_mb"] = peak_mb()
    engine.dispose()
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
    for name in ("first", "unchanged", "changed"):
        show(f"{given.size} listings, {name}", [report[name]])
    write(given.json, report)


if __name__ == "__main__":
    main()
