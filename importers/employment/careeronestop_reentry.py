"""Reentry programs from CareerOneStop: help with work after jail or prison (formats 4).

The API: `https://api.careeronestop.org/v1/reentryprogramfinder/{user}/GetAll`, with the key in the settings
CAREERONESTOP_USER and CAREERONESTOP_TOKEN. There is no bulk file.
"""

from pathlib import Path
from typing import ClassVar

from directory.listings.record import Code, Kind
from importers.capitals import calm_capitals
from importers.cleaning import clean_text
from importers.contract import Reading, SourceFile
from importers.employment._careeronestop import (
    LICENCE,
    PUBLISHER,
    SCHEME,
    Center,
    Kept,
    fetch_all,
    read_file,
)
from importers.fetch import Fetcher


class CareeronestopReentry:
    """Reads reentry programs: JSON of the API."""

    name: ClassVar[str] = "careeronestop_reentry"
    kind: ClassVar[Kind] = "employment"
    title: ClassVar[str] = "Reentry programs (CareerOneStop)"
    publisher: ClassVar[str] = PUBLISHER
    licence: ClassVar[str] = LICENCE
    formats: ClassVar[tuple[str, ...]] = ("json",)
    needs_key: ClassVar[bool] = True

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for an error of the API or a web page."""
        return read_file(source, KEPT)

    def samples(self) -> list[SourceFile]:
        """None."""
        return []

    def fetch(self, url: str, folder: Path, fetcher: Fetcher) -> Path:
        """Saves all programs. `{user}` in the address stands for our id."""
        return fetch_all(url, folder / "programs", fetcher)


def _program(center: Center, state: str) -> tuple[str, str]:
    name = calm_capitals(clean_text(center["Name"]))
    return f"{state}|{name}".casefold(), name


KEPT = Kept(
    array="ReEntryProgramList",
    base_code=Code(SCHEME, "Reentry Program"),
    body=_program,
    more=(Code("filter", "justice_involved"),),
)
