"""A call of the API as a line for curl.

`$NAME` stands for a value that the reader has: given to them (`$ID`, `$SECRET`, `$KEY`), or kept from an
earlier answer (`Call.keeps`).
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

Pairs = tuple[tuple[str, str], ...]
_VARIABLE = re.compile(r"\$[A-Z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the API, with what it is for (`says`) and what comes back (`answers`)."""

    name: str
    says: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    form: Pairs = ()
    json: str = ""
    signs_in: bool = False
    """By HTTP Basic, as `$ID` with `$SECRET`."""
    shows_headers: bool = False
    saves: str = ""
    """The file that the answer goes to; a download that broke off goes on."""
    status: int = 200
    keeps: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict)
    """Name to the way to it in the answer."""

    @property
    def method(self) -> str:
        """A body makes it a POST."""
        return "POST" if self.form or self.json else "GET"

    def address(self, site: str) -> str:
        """Its whole address, variables unfilled."""
        asked = "&".join(f"{name}={_encoded(value)}" for name, value in self.query)
        return f"{site}{self.path}?{asked}" if asked else f"{site}{self.path}"

    def line(self, site: str) -> str:
        """As typed into a shell, an option in a line."""
        parts = ["curl -sS"]
        if self.shows_headers:
            parts.append("-i")
        if self.saves:
            parts.append(f"-C - -o {shlex.quote(self.saves)}")
        if self.signs_in:
            parts.append('-u "$ID:$SECRET"')
        parts += [f"-H {_word(f'{name}: {value}')}" for name, value in self.headers]
        parts += [f"--data-urlencode {_word(f'{name}={value}')}" for name, value in self.form]
        if self.json:
            parts.append(f"-H 'Content-Type: application/json' -d {_word(self.json)}")
        parts.append(_word(self.address(site)))
        return " \\\n  ".join(parts)


def _encoded(value: str) -> str:
    return value if _VARIABLE.fullmatch(value) else quote(value, safe=",:")


def _word(text: str) -> str:
    """One word of a shell. Where a variable is in it, only that is filled in."""
    if not _VARIABLE.search(text):
        return shlex.quote(text)
    return '"' + re.sub(r'(["\\`])', r"\\\1", text) + '"'


@dataclass(frozen=True, slots=True)
class Section:
    """Calls that belong together. `texts` come before them."""

    code: str
    title: str
    texts: tuple[str, ...]
    calls: tuple[Call, ...]
