"""The daily data package of an instance: which file is the current one, and when a new one is due.

A package is written beside the others under the name of its digest, then named as the current one in one
step: whoever looks at any moment finds a whole file with its own digest. The one before is kept, so that a
download that has begun ends.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = "exports"
"""In the instance folder."""
CURRENT = "hsds.json"
EVERY = dt.timedelta(hours=24)

Write = Callable[[Path], int]
"""Writes a package to a path; answers how many listings it holds (`store_export.export_hsds`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyPackage:
    """A data package that can be fetched. `sha256`: of the file, 64 hexadecimal digits."""

    name: str
    sha256: str
    bytes: int
    listings: int
    made_at: dt.datetime


def current_package(home: Path) -> tuple[DailyPackage, Path] | None:
    """The newest package and where it lies; None before there is one."""
    folder = home / FOLDER
    try:
        said = json.loads((folder / CURRENT).read_text(encoding="utf-8"))
        found = DailyPackage(**said | {"made_at": dt.datetime.fromisoformat(said["made_at"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    path = folder / found.name
    return (found, path) if path.is_file() else None


def is_due(home: Path, now: dt.datetime) -> bool:
    """There is no package, or it is a day old."""
    found = current_package(home)
    return found is None or now - found[0].made_at >= EVERY


def make_package(home: Path, write: Write, now: dt.datetime) -> DailyPackage:
    """Makes a new package the current one. One at a time: the caller holds the lock."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "hsds.zip.new"
    listings = write(draft)
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    made = DailyPackage(
        name=f"hsds-{digest[:16]}.zip",
        sha256=digest,
        bytes=draft.stat().st_size,
        listings=listings,
        made_at=now,
    )
    before = current_package(home)
    draft.replace(folder / made.name)
    note = folder / f"{CURRENT}.new"
    said = asdict(made) | {"made_at": now.isoformat()}
    note.write_text(json.dumps(said) + "\n", encoding="utf-8")
    note.replace(folder / CURRENT)
    kept = {made.name, *([before[0].name] if before else [])}
    for each in folder.glob("hsds-*.zip"):
        if each.name not in kept:
            each.unlink(missing_ok=True)
    return made
