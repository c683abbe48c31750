"""HSDS of every version, as Open Referral's APIs, data packages and older exports give it.

JSON: full services with their organization and locations. Tables: a folder or zip of CSV files, from 1.0 (and
Ohana before it) to 3.1's data package; they are joined into the same nested shape, so that there is one
mapping. Services without their organization, and rows that put a service at a location neither of which is
there, are rejected with the reason; columns that HSDS does not have are kept in `extra`.

A listing is a service at one physical location; a service at several is several listings. What HSDS has no
field for comes as labelled attributes (our profile): `kind`, `example`, `attendance`, `visible_from` and
`visible_to` on a service, `timezone` and `closed` on a schedule, `visibility` on a location, `status` on a
capacity. Attributes with a taxonomy term are codes; the taxonomies `need` and `filter` are our own.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from directory.listings.record import Kind, ListingRecord
from importers.archives import holds_tables
from importers.contract import Reading, Rejection, SourceFile
from importers.general._hsds_join import Join
from importers.general._hsds_record import service_records
from importers.general._hsds_tables import Tables
from importers.json_rows import Outline, open_json
from importers.tally import Tally

SAMPLES = Path(__file__).parent / "samples"


class Hsds:
    """Reads a list of full services, an API page (`{"contents": [...]}`), a service per line, or tables."""

    name: ClassVar[str] = "hsds"
    kind: ClassVar[Kind] = "community"
    title: ClassVar[str] = "Open Referral HSDS services (1.0 to 3.1)"
    publisher: ClassVar[str] = "The organization that publishes the file"
    licence: ClassVar[str] = "Stated by each publisher"
    formats: ClassVar[tuple[str, ...]] = ("json", "ndjson", "zip", "csv")
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for a web page, for what is not JSON or is cut short, and for
        tables without services or organizations."""
        warnings: list[str] = []
        if holds_tables(source.path):
            tables = Tables(source.path)
            joined = _read_tables(tables, source.timezone, warnings)
            count = tables.counts["service"]
            return [Reading(rows=joined, as_of=source.as_of, rows_expected=count, warnings=warnings)]
        outline = open_json(source.path)
        rows = _read_rows(outline, warnings)
        return [Reading(rows=rows, as_of=source.as_of, rows_expected=outline.count, warnings=warnings)]

    def samples(self) -> list[SourceFile]:
        """Invented services around Philadelphia, each marked as an example."""
        return [SourceFile(path=SAMPLES / "philadelphia_examples.json", feed="examples")]


def _read_rows(outline: Outline, warnings: list[str]) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    try:
        for number, item in enumerate(outline.items(), start=1):
            yield from service_records(number, item, tally)
    finally:
        tally.tell(warnings)


def _read_tables(
    tables: Tables, zone: str | None, warnings: list[str]
) -> Iterator[ListingRecord | Rejection]:
    tally = Tally()
    try:
        yield from tables.broken
        for number, service in Join(tables, zone, tally).services():
            if isinstance(service, Rejection):
                yield service
            else:
                yield from service_records(number, service, tally)
    finally:
        warnings += tables.warnings
        tally.tell(warnings)
        tables.close()
