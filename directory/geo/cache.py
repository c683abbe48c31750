"""Keeps the gazetteer's tables in the instance folder, so that a process has them in a blink.

One `.npz` of plain arrays, read without pickle. Its name carries a digest of everything it is made from, so
a new package or data file makes a new one; a damaged or unreadable file is made again.
"""

import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import zipcodes
from numpy.typing import NDArray

from directory.geo import counties, names, sources
from directory.geo import tabulate as columns
from directory.geo.sources import DATA
from directory.geo.tabulate import Tables, tabulate

FORMAT = 1
"""Raise when the meaning of a column changes."""


def load_tables(folder: Path | None) -> Tables:
    """The tables: from `folder` if they are kept there, else made (and kept there if that is possible)."""
    if folder is None:
        return tabulate()
    path = folder / f"gazetteer-{digest()}.npz"
    kept = _read(path)
    if kept is not None:
        return kept
    return _made_beside(folder, path) or tabulate()


def _made_beside(folder: Path, path: Path) -> Tables | None:
    """Made by another process: making them takes 100 MB, of which this one would keep nearly all for good.
    None where that cannot be, as with a folder that is read only."""
    line = [sys.executable, "-m", "directory.geo.cache", str(folder)]
    with contextlib.suppress(OSError):
        subprocess.run(line, check=False, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    return _read(path)


def make(folder: Path) -> None:
    """Makes the tables and keeps them in `folder`. Raises `OSError` where it cannot be written."""
    _write(folder / f"gazetteer-{digest()}.npz", tabulate())


def digest() -> str:
    """16 digits that change with the package, the data files, the code that reads them, and the format."""
    heart = hashlib.sha256(f"{FORMAT} {zipcodes.__version__} {np.lib.format.MAGIC_PREFIX!r}".encode())
    code = (Path(sources.__file__), Path(columns.__file__), Path(names.__file__), Path(counties.__file__))
    for path in (DATA / "cities.csv.gz", DATA / "counties.csv.gz", *code):
        heart.update(path.read_bytes())
    return heart.hexdigest()[:16]


def _read(path: Path) -> Tables | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            values: dict[str, Any] = {
                each.name: _unpacked(each.type, kept[each.name]) for each in fields(Tables)
            }
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return Tables(**values)


def _unpacked(kind: object, column: NDArray[np.uint8]) -> object:
    return column.tobytes().decode().split("\n") if kind == list[str] else column


def _packed(column: object) -> NDArray[np.uint8]:
    text = "\n".join(column).encode() if isinstance(column, list) else None
    return np.frombuffer(text, np.uint8) if text is not None else np.asarray(column)


def _write(path: Path, tables: Tables) -> None:
    """All or nothing: written beside, then renamed; older versions are removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".gazetteer-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(
                file,
                allow_pickle=False,
                **{each.name: _packed(getattr(tables, each.name)) for each in fields(Tables)},
            )
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    for old in path.parent.glob("gazetteer-*.npz"):
        if old != path:
            old.unlink(missing_ok=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
