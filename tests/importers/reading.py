"""Reading a file with one importer, as the tests of several importers do."""

import csv
import random
from pathlib import Path
from typing import Any

from directory.listings.identity import content_hash
from directory.listings.record import ListingRecord
from importers.contract import Importer, Reading, Rejection, SourceFile

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def read(
    importer: Importer, path: Path, **given: Any
) -> tuple[Reading, list[ListingRecord], list[Rejection]]:
    """The one reading of a file, its records and its rejections."""
    (reading,) = importer.read(SourceFile(path=path, **given))
    rows = list(reading.rows)
    records = [row for row in rows if isinstance(row, ListingRecord)]
    return reading, records, [row for row in rows if isinstance(row, Rejection)]


def hashes(records: list[ListingRecord]) -> list[tuple[str, str]]:
    """Ids with content hashes, sorted."""
    return sorted((record.source_id, content_hash(record)) for record in records)


def named(records: list[ListingRecord], service: str) -> ListingRecord:
    """The record whose service has this name."""
    return next(record for record in records if record.service.name == service)


def table(path: Path) -> tuple[list[str], list[list[str]]]:
    """A CSV file's header and rows."""
    with path.open(newline="") as file:
        header, *rows = list(csv.reader(file))
    return header, rows


def saved(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    """Writes a CSV file."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def shuffled(source: Path, path: Path) -> Path:
    """A copy of a CSV file with its rows in another order."""
    header, rows = table(source)
    random.Random(7).shuffle(rows)
    return saved(path, header, rows)
