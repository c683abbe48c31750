"""The tables of a legal aid network's export: a folder or zip of CSV files, told apart by their columns."""

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers.contract import Rejection
from importers.files import DAMAGE, Limits, check_size, damaged
from importers.rows import Row, open_table

LIMITS = Limits(expanded=256 << 20)
MOST_FILES = 50

TABLES: Mapping[str, tuple[str, ...]] = {
    "services": ("service_uuid", "organization_uuid", "service_name"),
    "locations": ("location_uuid", "organization_uuid", "location_address"),
    "organizations": ("organization_uuid", "organization_url"),
    "places": ("location_id", "organization_id", "hours_of_operation"),
    "bodies": ("organization_id",),
}
"""A table by the columns that only it has. `services`, `locations` and `organizations` are Florida's shape;
`places` (locations that name their services) and `bodies` that of Illinois Legal Aid Online."""


class Table(NamedTuple):
    """One table's columns and rows, read whole: an export of a state has some hundred."""

    columns: tuple[str, ...]
    rows: list[Row | Rejection]


@dataclass(slots=True)
class Export:
    """The tables by their keys in `TABLES`, and what was odd about the files."""

    tables: dict[str, Table] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def open_export(path: Path) -> Export:
    """The tables in a folder, a zip or one file. Raises `SourceBroken` when none has listings in it."""
    export = Export()
    with _files(path) as files:
        for each in files:
            _add(export, each)
    if not export.tables.keys() & {"services", "places"}:
        told = {"name": path.name}
        message = N_("%(name)s holds no table of legal services (service_uuid) or places (Location_id).")
        raise SourceBroken(Phrase(message, told))
    return export


def _add(export: Export, path: Path) -> None:
    for kind, columns in TABLES.items():
        try:
            table = open_table(path, columns, limits=LIMITS)
        except SourceBroken as problem:
            wrong = problem
            continue
        if kind in export.tables:
            message = N_("There are two tables of the same kind; one is %(name)s.")
            raise SourceBroken(Phrase(message, {"name": path.name}))
        export.tables[kind] = Table(table.columns, list(table.rows()))
        export.warnings += table.warnings
        return
    export.warnings.append(f"Left out: {wrong}")


@contextmanager
def _files(path: Path) -> Iterator[list[Path]]:
    """The CSV files of `path`, unpacked for as long as they are read."""
    if path.is_dir():
        yield sorted(each for each in path.iterdir() if each.suffix.casefold() == ".csv")
    elif zipfile.is_zipfile(path):
        with tempfile.TemporaryDirectory() as folder:
            yield _unpacked(path, Path(folder))
    else:
        yield [path]


def _unpacked(path: Path, folder: Path) -> list[Path]:
    """The CSV members of a zip as files, under numbers instead of their names."""
    found, expanded, packed = [], 0, path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            members = [
                each
                for each in sorted(archive.infolist(), key=lambda each: each.filename)
                if each.filename.casefold().endswith(".csv") and not each.filename.startswith("__MACOSX/")
            ]
            for number, member in enumerate(members[:MOST_FILES]):
                target = folder / f"{number}.csv"
                with archive.open(member) as inner, target.open("wb") as file:
                    while chunk := inner.read(1 << 20):
                        expanded += len(chunk)
                        check_size(path.name, expanded, packed, LIMITS)
                        file.write(chunk)
                found.append(target)
    except DAMAGE as error:
        raise damaged(path.name) from error
    return found
