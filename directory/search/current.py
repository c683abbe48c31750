"""The one small file that says which index is current, replaced in one step.

Whatever it does not name is not read, so a process killed at any moment leaves the old index or the new one.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from zlib import crc32

CURRENT = "current"
FORMAT = 2
"""Of the files; an index of another format is rebuilt."""


@dataclass(frozen=True)
class Manifest:
    """What a reader must know before it opens anything. `codes` are the filters by bit."""

    folder: str
    generation: int
    last_change: int
    documents: int
    codes: list[str]
    files: dict[str, int] = field(default_factory=dict)
    """What the store notes of its files, to know a damaged one."""


class CurrentFile:
    """`current` in the index folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / CURRENT

    def stamp(self) -> tuple[int, int] | None:
        """Another value whenever the index has changed; None when there is none."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def read(self) -> Manifest:
        """What is current. Raises `OSError` or `ValueError` where nothing usable is."""
        read = json.loads(self._path.read_text())
        if not isinstance(read, dict) or read.pop("format", None) != FORMAT:
            raise ValueError("an index of another format")
        manifest = Manifest(**read)
        if not manifest.files or manifest.files != _checks(self._folder / manifest.folder, manifest.files):
            raise ValueError("the index is damaged")
        return manifest

    def switch(self, manifest: Manifest, names: Iterable[str], *, safely: bool) -> None:
        """Makes an index of these files current. `safely`: on disk, not only with the operating system."""
        manifest = replace(manifest, files=_checks(self._folder / manifest.folder, names))
        draft = self._folder / f"{CURRENT}.new"
        draft.write_text(json.dumps({"format": FORMAT, **asdict(manifest)}))
        if safely:
            sync(draft)
        draft.replace(self._path)
        if safely:
            sync(self._folder)


def _checks(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """What tells a damaged file: the length of a segment, the CRC-32 of a table of contents."""
    return {
        name: (folder / name).stat().st_size if name.endswith(".seg") else crc32((folder / name).read_bytes())
        for name in names
    }


def sync(path: Path) -> None:
    """Has a file or folder written to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
