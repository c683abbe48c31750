"""The tables of an HSDS package, in a temporary file while they are joined, so that a large package needs
little memory."""

import json
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers import rows
from importers.archives import named_files, remove_folder
from importers.cleaning import clean_text
from importers.contract import Rejection
from importers.files import Limits
from importers.general._hsds_versions import LEFT_OUT, TABLES, Cells, Table, table_of
from importers.tally import Tally

LIMITS = Limits(expanded=2 << 30)
"""All tables together, unpacked. The joined form takes about as much again on disk."""
LARGEST_PACKAGE = 4 << 20
"""Bytes of a `datapackage.json` that is read."""
MUST_HAVE = ("organization", "service")
KEYS = (("id",), ("taxonomy_id",), ("service_id",), ())
"""Columns that a header must name, the first that do: some 1.x tables have no id."""
_SCHEMA = """
create table entity (kind text, id text, number integer, data text, primary key (kind, id));
create table part (kind text, owner text, owner_id text, data text);
"""
TWICE = "The service's id stands twice: the first row counts."


class Tables:
    """Entities by kind and id, and parts by what they belong to. Gone with this object."""

    def __init__(self, path: Path):
        self.warnings: list[str] = []
        self.counts: dict[str, int] = {}
        self.broken: list[Rejection] = []
        self._owners: set[tuple[str, str]] = set()
        self._tally = Tally()
        folder = Path(tempfile.mkdtemp(prefix="hsds-"))
        self._database = sqlite3.connect(
            folder / "joined.sqlite", isolation_level=None, check_same_thread=False
        )
        self.close = weakref.finalize(self, _clean_up, self._database, folder)
        try:
            self._load(path, folder)
        except BaseException:
            self.close()
            raise
        self._tally.tell(self.warnings)

    def _load(self, path: Path, folder: Path) -> None:
        self._database.executescript(f"pragma journal_mode=off; pragma synchronous=off; {_SCHEMA}")
        self._database.execute("begin")
        files = named_files(path, folder, LIMITS)
        stems = _package_names(files.get("datapackage.json"))
        known = {id(table): at for at, table in enumerate(TABLES.values())}
        found: list[tuple[int, Table, Path]] = []
        for name, file in files.items():
            stem = stems.get(name, name.removesuffix(".csv"))
            table = table_of(stem)
            if table is not None and name.endswith(".csv"):
                found.append((known[id(table)], table, file))
            elif name.endswith(".csv") and stem not in LEFT_OUT:
                self.warnings.append(f"Left out: {name} is no table of HSDS")
        for _, table, file in sorted(found, key=lambda each: each[0]):
            self._load_table(table, file)
        self._database.execute("commit")
        self._database.execute("create index part_owner on part (owner, owner_id)")
        missing = [f"{kind}s.csv" for kind in MUST_HAVE if not self.counts.get(kind)]
        if missing:
            told = {"name": path.name, "tables": ", ".join(missing)}
            raise SourceBroken(Phrase(N_("%(name)s has no rows in these HSDS tables: %(tables)s."), told))

    def _load_table(self, table: Table, file: Path) -> None:
        try:
            opened = _open(file)
        except SourceBroken:
            if table.kind in MUST_HAVE:
                raise
            self.warnings.append(f"Left out: the table of {table.kind} cannot be read")
            return
        rename = {old: new for old, new in table.rename.items() if new not in opened.columns}
        self.warnings += opened.warnings
        for row in opened.rows():
            if isinstance(row, Rejection):
                values = {"table": table.kind, "id": clean_text(row.values.get("id"))}
                self.broken.append(Rejection(row=row.row, reason=row.reason, values=values))
                continue
            cells = {
                rename.get(name, name): cell for name, cell in row.values.items() if name and cell.strip()
            }
            self.counts[table.kind] = self.counts.get(table.kind, 0) + 1
            if table.owners:
                self._add_part(table, cells)
            else:
                self._add_entity(table.kind, row.number, cells)

    def _add_entity(self, kind: str, number: int, cells: Cells) -> None:
        key = clean_text(cells.get("id")) or f"#{number}"
        added = self._database.execute(
            "insert or ignore into entity values (?, ?, ?, ?)", (kind, key, number, json.dumps(cells))
        )
        if added.rowcount:
            return
        if kind == "service":
            self.broken.append(Rejection(row=number, reason=TWICE, values={"table": kind, "id": key}))
        else:
            self._tally.count(f"Id of a {kind} stands twice", key)

    def _add_part(self, table: Table, cells: Cells) -> None:
        made = table.make(cells) if table.make else cells
        if made is None:
            self._tally.count(f"Row without meaning among {table.kind}", "left out")
            return
        named = ((owner, clean_text(cells.get(column))) for column, owner in table.owners)
        owner, key = next((each for each in named if each[1]), ("", ""))
        if not key:
            self._tally.count(f"Row that belongs to nothing among {table.kind}", "left out")
            return
        owner = owner or clean_text(cells.get("link_entity")).casefold().removesuffix("s")
        self._owners.add((table.kind, owner))
        data = json.dumps({"id": cells.get("id", ""), **made})
        self._database.execute("insert into part values (?, ?, ?, ?)", (table.kind, owner, key, data))

    def entities(self, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every entity of a kind with its row's number, in the order of its table."""
        found = self._database.execute(
            "select number, data from entity where kind = ? order by rowid", (kind,)
        )
        for number, data in found:
            yield number, json.loads(data)

    def entity(self, kind: str, key: str) -> dict[str, Any] | None:
        """One entity; None where there is none of that id."""
        found = self._database.execute("select data from entity where kind = ? and id = ?", (kind, key))
        row = found.fetchone()
        return json.loads(row[0]) if row else None

    def parts(self, owner: str, key: str) -> dict[str, list[dict[str, Any]]]:
        """What belongs to an entity, by kind."""
        found: dict[str, list[dict[str, Any]]] = {}
        if key:
            statement = "select kind, data from part where owner = ? and owner_id = ? order by rowid"
            for kind, data in self._database.execute(statement, (owner, key)):
                found.setdefault(kind, []).append(json.loads(data))
        return found

    def has(self, kind: str, owner: str) -> bool:
        """True where any part of that kind belongs to an owner of that kind."""
        return (kind, owner) in self._owners

    def lost(self, kind: str, column: str, entity: str) -> Iterator[dict[str, Any]]:
        """Parts of a kind that name, in a column, an entity that is not in its table."""
        statement = (
            "select data from part where kind = ? and not exists (select 1 from entity"
            " where entity.kind = ? and entity.id = trim(json_extract(part.data, '$.' || ?))) order by rowid"
        )
        for (data,) in self._database.execute(statement, (kind, entity, column)):
            yield json.loads(data)


def _clean_up(database: sqlite3.Connection, folder: Path) -> None:
    database.close()
    remove_folder(folder)


def _package_names(path: Path | None) -> dict[str, str]:
    """File names of a data package by what their resources are called; empty without a readable one."""
    if path is None or path.stat().st_size > LARGEST_PACKAGE:
        return {}
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    found = given.get("resources") if isinstance(given, dict) else None
    named = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    pairs = ((str(each.get("path")).rpartition("/")[2].casefold(), each.get("name")) for each in named)
    return {file: name for file, name in pairs if isinstance(name, str) and table_of(name)}


def _open(path: Path) -> rows.Table:
    wrong: SourceBroken | None = None
    for keys in KEYS:
        try:
            return rows.open_table(path, keys, limits=LIMITS)
        except SourceBroken as problem:
            wrong = wrong or problem
    raise wrong or SourceBroken(Phrase(N_("%(name)s is not a table."), {"name": path.name}))
