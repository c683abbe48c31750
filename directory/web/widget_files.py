"""The widget's script in its versions: one file each, which never changes once pages use it.

A page may name an exact version together with its digest (subresource integrity); the floating address gives
the newest. A new version is a new file `static/widget/<version>.js`; the others stay, because pages use them.
"""

import base64
import hashlib
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "widget"
FLOATING = "1"
"""The series whose newest version `/widget/v1/widget.js` gives."""
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def versions() -> dict[str, Path]:
    """Every version and its file, newest last."""
    found = {
        tuple(map(int, match.groups())): path
        for path in FOLDER.glob("*.js")
        if (match := _VERSION.fullmatch(path.stem))
    }
    return {path.stem: path for _, path in sorted(found.items())}


def exact_version() -> str:
    """The newest version."""
    return [each for each in versions() if each.split(".")[0] == FLOATING][-1]


def script(version: str) -> bytes | None:
    """The script of a version, or of the newest one for `FLOATING`; None where there is none."""
    path = versions().get(exact_version() if version == FLOATING else version)
    return path.read_bytes() if path else None


def integrity(version: str | None = None) -> str:
    """What a page writes into `integrity` beside the address of an exact version (default: the newest)."""
    content = script(version or exact_version())
    if content is None:
        raise ValueError(f"there is no version {version!r} of the widget")
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def address(version: str = FLOATING) -> str:
    """The path at which a version is served."""
    return f"/widget/v{version}/widget.js"


def reserved_em(rows: int) -> int:
    """How much room a page keeps for the widget until its script runs, in em: what it takes then in a column
    of 34 em; in a narrower one it takes more, which is below the screen."""
    return 26 + 17 * rows
