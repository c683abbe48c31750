"""Raw files as they were fetched: each with a note beside it, the ones before it kept by number.

`latest` is the newest, `latest.1` the one before, and so on. `.latest.fetched` is the note: what a server
needs to say "not changed since". Notes do not end in `.json`: no reader
of a folder takes one for data.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

LONGEST = 1_000
"""Characters of a validator that is kept and sent back."""
NOTE = ".fetched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One file's origin. `address` and `content` are SHA-256: an address may hold a key, a note may not."""

    address: str
    content: str
    size: int
    etag: str = ""
    last_modified: str = ""

    def conditions(self) -> dict[str, str]:
        """The headers of a conditional request (RFC 9110, 13.1)."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


def digest(text: str) -> str:
    """SHA-256 of an address."""
    return hashlib.sha256(text.encode()).hexdigest()


def make_note(url: str, content: str, size: int, headers: Mapping[str, str]) -> Note:
    """The note of an answer with `headers` (names in lower case)."""
    etag, last = headers.get("etag", ""), headers.get("last-modified", "")
    return Note(
        address=digest(url),
        content=content,
        size=size,
        etag=etag if len(etag) <= LONGEST else "",
        last_modified=last if len(last) <= LONGEST else "",
    )


def note_path(path: Path) -> Path:
    """Where the note of `path` is."""
    return path.with_name(f".{path.name}{NOTE}")


def read_note(path: Path) -> Note | None:
    """The note of a file that is still as it was fetched; None where there is none that can be used."""
    try:
        values = json.loads(note_path(path).read_text(encoding="utf-8"))
        note = Note(**{name: type_(values[name]) for name, type_ in Note.__annotations__.items()})
        return note if path.stat().st_size == note.size else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep_file(fresh: Path, path: Path, note: Note, *, keep: int) -> None:
    """Puts `fresh` and its note in the place of `path`.

    What was there is kept as `path.1`, what was that as `path.2`: `keep` files in all. `path` is there at
    every moment, in its old state or its new one. The same content again moves nothing.
    """
    before = read_note(path)
    if before is not None and before.content == note.content:
        fresh.unlink()
        _write_note(path, note)
        return
    note_path(path).unlink(missing_ok=True)
    if path.exists():
        _make_room(path, keep)
        if keep > 1:
            link_file(path, numbered(path, 1))
    fresh.replace(path)
    _write_note(path, note)


def keep_folder(fresh: Path, path: Path, *, keep: int) -> None:
    """Puts a folder of files and notes in the place of `path`, as `keep_file` does a file.

    Folders cannot be exchanged in one step: between two renames the older is only at `path.1`.
    """
    if path.is_dir() and _contents(fresh) == _contents(path):
        shutil.rmtree(fresh)
        return
    if path.exists():
        _make_room(path, max(keep, 2))
        path.rename(numbered(path, 1))
    fresh.rename(path)
    if keep < 2:
        _remove(numbered(path, 1))


def link_file(path: Path, other: Path) -> None:
    """`other` becomes the same file as `path`, or a copy where the disk knows no links."""
    other.unlink(missing_ok=True)
    try:
        os.link(path, other)
    except OSError:
        shutil.copy2(path, other)


def carry_over(kept: Path, path: Path) -> None:
    """`path` and its note become what `kept` and its note are; nothing where they are the same path."""
    if kept != path:
        link_file(kept, path)
        shutil.copy2(note_path(kept), note_path(path))


def numbered(path: Path, number: int) -> Path:
    """The file that was `path`, so many files ago."""
    return path.with_name(f"{path.name}.{number}")


def _make_room(path: Path, keep: int) -> None:
    """Moves `path.1` and on by one; those beyond `keep` go, also of a time when more were kept."""
    beyond = max(keep - 1, 1)
    while numbered(path, beyond).exists():
        _remove(numbered(path, beyond))
        beyond += 1
    for number in range(keep - 2, 0, -1):
        with suppress(FileNotFoundError):
            numbered(path, number).rename(numbered(path, number + 1))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _contents(folder: Path) -> dict[str, tuple[str, str] | bytes]:
    """What tells one fetch of a folder from another: addresses and contents of what was fetched, other files
    (small: `query.json`) as they are."""
    found: dict[str, tuple[str, str] | bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(NOTE):
            note = read_note(path)
            found[str(path.relative_to(folder))] = (
                (note.address, note.content) if note is not None else path.read_bytes()
            )
    return found


def _write_note(path: Path, note: Note) -> None:
    note_path(path).write_text(json.dumps(asdict(note), indent=1), encoding="utf-8")
