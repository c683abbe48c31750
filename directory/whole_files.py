"""Small files that must be whole: written beside their place and on the disk before they take it."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, text: str, *, over: bool = True) -> None:
    """All or nothing, readable by the owner alone (mode 600), and on the disk before it is relied on.

    `over=False`: what is there already stays; whoever comes second reads what the first has written.
    Makes the folder (mode 700). Raises `OSError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if over:
            Path(name).replace(path)
        else:
            with suppress(FileExistsError):
                path.hardlink_to(name)
        _sync_folder(path.parent)
    finally:
        Path(name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """The new name too must outlast a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
