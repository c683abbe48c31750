"""The tables of one export: CSV files in a folder or a zip, by their names, unpacked within limits."""

import shutil
import zipfile
from pathlib import Path

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers.files import CHUNK, DAMAGE, LIMITS, Limits, check_size, damaged

MOST_FILES = 100
SUFFIXES = (".csv", ".json")


def holds_tables(path: Path) -> bool:
    """True for a folder with CSV files, or a zip with any."""
    if path.is_dir():
        return any(each.suffix.casefold() == ".csv" for each in path.iterdir())
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(each.casefold().endswith(".csv") for each in archive.namelist())
    except DAMAGE as error:
        raise damaged(path.name) from error


def named_files(path: Path, folder: Path, limits: Limits = LIMITS) -> dict[str, Path]:
    """CSV and JSON files of `path` by their names in lower case, without folders and in that order.

    A zip is unpacked into `folder` under numbers, so that no name in it becomes a path. Raises `SourceBroken`
    for a damaged or swollen zip and for too many files.
    """
    if path.is_dir():
        found = {each.name.casefold(): each for each in path.iterdir() if each.suffix.casefold() in SUFFIXES}
    else:
        found = _unpacked(path, folder, limits)
    if len(found) > MOST_FILES:
        told = {"name": path.name, "count": len(found)}
        raise SourceBroken(Phrase(N_("%(name)s holds %(count)s files: too many for one source."), told))
    return dict(sorted(found.items()))


def _unpacked(path: Path, folder: Path, limits: Limits) -> dict[str, Path]:
    found: dict[str, Path] = {}
    expanded, packed = 0, path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            for number, member in enumerate(archive.infolist()[: 10 * MOST_FILES]):
                name = member.filename.rpartition("/")[2].casefold()
                if not name.endswith(SUFFIXES) or member.filename.startswith("__MACOSX/"):
                    continue
                target = folder / f"{number}{Path(name).suffix}"
                with archive.open(member) as inner, target.open("wb") as file:
                    while chunk := inner.read(CHUNK):
                        expanded += len(chunk)
                        check_size(path.name, expanded, packed, limits)
                        file.write(chunk)
                found[name] = target
    except DAMAGE as error:
        raise damaged(path.name) from error
    return found


def remove_folder(folder: Path) -> None:
    """Takes a temporary folder away; quietly, because nothing depends on it any more."""
    shutil.rmtree(folder, ignore_errors=True)
