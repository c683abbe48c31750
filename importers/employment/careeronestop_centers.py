"""American Job Centers from CareerOneStop: its API's JSON, or its bulk file, which needs no key (formats 4).

The API: `https://api.careeronestop.org/v1/ajcfinder/{user}/GetAll`, with the key in the settings
CAREERONESTOP_USER and CAREERONESTOP_TOKEN. The bulk file: a workbook (.xls, .xlsx) or CSV with hours as text.
Both give the same ids; the API says more: services, position, when it was changed.
"""

from pathlib import Path
from typing import ClassVar

from directory.listings.record import Code, Kind
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
from importers.states import STATE_NAMES


class CareeronestopCenters:
    """Reads American Job Centers: JSON of the API, or the bulk file."""

    name: ClassVar[str] = "careeronestop_centers"
    kind: ClassVar[Kind] = "employment"
    title: ClassVar[str] = "American Job Centers (CareerOneStop)"
    publisher: ClassVar[str] = PUBLISHER
    licence: ClassVar[str] = LICENCE
    formats: ClassVar[tuple[str, ...]] = ("json", "xls", "xlsx", "csv")
    needs_key: ClassVar[bool] = True

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading. Raises `SourceBroken` for an error of the API, a web page, or missing columns."""
        return read_file(source, KEPT)

    def samples(self) -> list[SourceFile]:
        """None."""
        return []

    def fetch(self, url: str, folder: Path, fetcher: Fetcher) -> Path:
        """Saves all centers. `{user}` in the address stands for our id."""
        return fetch_all(url, folder / "centers", fetcher)


def _system(center: Center, state: str) -> tuple[str, str]:
    """The workforce area that runs a center, else the workforce system of its state."""
    name = clean_text(center.get("Area")) or f"{STATE_NAMES[state]} workforce system"
    return f"{state}|{name}".casefold(), name


KEPT = Kept(array="OneStopCenterList", base_code=Code(SCHEME, "American Job Center"), body=_system)
