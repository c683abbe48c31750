"""The tables of a legal aid network's export: a folder or zip of CSV files, told apart by their columns."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers.archives import holds_tables, named_files
from importers.contract import Rejection
from importers.files import Limits
from importers.rows import Row, open_table

LIMITS = Limits(expanded=256 << 20)

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
    with tempfile.TemporaryDirectory() as folder:
        for each in _files(path, Path(folder)):
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


def _files(path: Path, folder: Path) -> list[Path]:
    """The CSV files of `path`; those of a zip, unpacked into `folder`."""
    if not holds_tables(path):
        return [path]
    found = named_files(path, folder, LIMITS)
    return [each for name, each in found.items() if name.endswith(".csv")]
