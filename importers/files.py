"""Opening a source's file safely: gzip and zip are unwrapped as a stream, bombs refused, broken text decoded.

Every file is looked at once, from end to end, before anything is read from it: so a cut or swollen file
stops the run before its first row.
"""

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase

CHUNK = 1 << 20
DAMAGE = (EOFError, OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile)
"""What the standard library raises for containers that are cut, corrupt, encrypted or packed in odd ways."""
GZIP, ZIP, OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WORKBOOK_MEMBER = "xl/workbook.xml"
IGNORED_MEMBERS = ("__macosx/", "readme", "licen")
"""Beginnings of names inside a zip that are not the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may grow to. `ratio` counts from `free` bytes on, because small files may compress well."""

    expanded: int = 1 << 30
    ratio: int = 150
    free: int = 16 << 20


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What looking at a file told. `encoding` is that of its text; `lines` guesses its rows."""

    path: Path
    kind: Literal["text", "workbook"]
    encoding: str = "utf-8"
    first: str = ""
    """The first character that is not a space."""
    lines: int = 0
    is_mended: bool = False
    """True where bytes that are not UTF-8 are read as Windows-1252."""
    limits: Limits = LIMITS


def _mend(error: UnicodeError) -> tuple[str, int]:
    """A byte that is not UTF-8, read as Windows-1252, or as U+FFFD where that has none either."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", errors="replace"), error.end


codecs.register_error("cp1252_residue", _mend)


class _Counted(io.RawIOBase):
    """A stream that refuses to become larger than its limits, and names damage as `SourceBroken`."""

    def __init__(self, inner: IO[bytes] | gzip.GzipFile, name: str, packed: int, limits: Limits):
        self._inner, self._name, self._packed, self._limits = inner, name, packed, limits
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            found = self._inner.read(len(buffer))
        except (*DAMAGE, zlib.error) as error:
            raise damaged(self._name) from error
        self._count += len(found)
        check_size(self._name, self._count, self._packed, self._limits)
        buffer[: len(found)] = found
        return len(found)


def damaged(name: str) -> SourceBroken:
    """The error for a container that cannot be unpacked to its end."""
    return SourceBroken(Phrase(N_("The file %(name)s is damaged or cut short."), {"name": name}))


def check_size(name: str, expanded: int, packed: int, limits: Limits) -> None:
    """Raises `SourceBroken` when `expanded` bytes are more than a source's file may hold."""
    if expanded > limits.expanded or (expanded > limits.free and expanded > limits.ratio * max(packed, 1)):
        raise SourceBroken(
            Phrase(N_("The file %(name)s unpacks to more than it plausibly holds: refused."), {"name": name})
        )


@contextmanager
def open_bytes(path: Path, limits: Limits = LIMITS) -> Iterator[IO[bytes]]:
    """The file's bytes, one layer of gzip or zip unwrapped, within `limits`."""
    if not path.is_file():
        raise SourceBroken(Phrase(N_("There is no file %(name)s."), {"name": str(path)}))
    size = path.stat().st_size
    with path.open("rb") as raw:
        magic = raw.read(4)
        raw.seek(0)
        if magic.startswith(GZIP):
            with gzip.GzipFile(fileobj=raw) as inner:
                yield io.BufferedReader(_Counted(inner, path.name, size, limits), CHUNK)
        elif magic == ZIP:
            with _zip_member(path, limits) as inner:
                yield io.BufferedReader(_Counted(inner, path.name, size, limits), CHUNK)
        else:
            yield io.BufferedReader(_Counted(raw, path.name, size, limits), CHUNK)


@contextmanager
def _zip_member(path: Path, limits: Limits) -> Iterator[IO[bytes]]:
    """The one data file inside a zip; a workbook, itself a zip, is given as it is."""
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGE as error:
        raise damaged(path.name) from error
    with archive:
        if WORKBOOK_MEMBER in archive.namelist():
            with path.open("rb") as raw:
                yield raw
            return
        members = [
            each
            for each in archive.infolist()
            if not each.is_dir() and not each.filename.casefold().startswith(IGNORED_MEMBERS)
        ]
        if len(members) != 1:
            told = {"name": path.name, "count": len(members)}
            raise SourceBroken(Phrase(N_("The zip file %(name)s holds %(count)s files, not one."), told))
        check_size(path.name, members[0].file_size, members[0].compress_size, limits)
        try:
            inner = archive.open(members[0])
        except DAMAGE as error:
            raise damaged(path.name) from error
        with inner:
            yield inner


def look_at(path: Path, limits: Limits = LIMITS) -> Looked:
    """Reads the file once, keeping nothing: what it is, how its text is encoded, how long it is.

    Raises `SourceBroken` for a missing, empty, damaged or swollen file.
    """
    with open_bytes(path, limits) as file:
        chunk = file.read(CHUNK)
        if not chunk.strip():
            raise SourceBroken(Phrase(N_("The file %(name)s is empty."), {"name": path.name}))
        if chunk.startswith((ZIP, OLE)):
            return Looked(path=path, kind="workbook", limits=limits)
        encoding = _encoding_by_mark(chunk)
        decoder = codecs.getincrementaldecoder(encoding)()
        first, lines, returns, is_mended = "", 0, 0, False
        while chunk:
            lines, returns = lines + chunk.count(b"\n"), returns + chunk.count(b"\r")
            if not is_mended:
                try:
                    text = decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    is_mended, text = True, chunk[: error.start].decode(encoding, errors="ignore")
                first = first or text.lstrip("\ufeff \t\r\n\x00")[:1]
            chunk = file.read(CHUNK)
    return Looked(
        path=path,
        kind="text",
        encoding=encoding,
        first=first,
        lines=max(lines, returns),
        is_mended=is_mended,
        limits=limits,
    )


def _encoding_by_mark(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


@contextmanager
def open_text(looked: Looked) -> Iterator[IO[str]]:
    """The file's text, its line ends as they are; bytes that are not UTF-8 read as Windows-1252."""
    with open_bytes(looked.path, looked.limits) as file:
        text = io.TextIOWrapper(file, encoding=looked.encoding, errors="cp1252_residue", newline="")
        try:
            yield text
        finally:
            text.detach()


def refuse_page(looked: Looked, wanted: str) -> None:
    """Raises `SourceBroken` when the file is a web page: what a firewall sends in place of data."""
    if looked.first == "<":
        told = {"name": looked.path.name, "wanted": wanted}
        message = N_("%(name)s is a web page (perhaps an error page), not %(wanted)s.")
        raise SourceBroken(Phrase(message, told))
