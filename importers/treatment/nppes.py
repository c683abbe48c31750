"""Treatment organizations in the registry of national provider identifiers (NPPES): pages of its API v2.1.

Formats 2.3. Organizations only (NPI-2), only of the codes in `_nppes_items.py`, only where they see people
(address purpose LOCATION). The authorized official's name and telephone, mailing addresses and the numbers
that others gave the organization are never read.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode

import httpx

from directory.errors import SourceBroken
from directory.listings.record import Kind, ListingRecord
from directory.phrases import N_, Phrase
from importers.cleaning import clean_text
from importers.contract import Reading, Rejection, SourceFile
from importers.fetch import QUERY_FILE, Fetcher
from importers.json_rows import Outline, open_json
from importers.states import state_code
from importers.tally import Tally
from importers.treatment._locator_rows import UNKNOWN_QUERY
from importers.treatment._nppes_items import read_item

PAGE_SIZE, LAST_SKIP = 200, 1000
"""The most rows that the API gives at once and skips: 1,200 in all."""
ALWAYS = {"version": "2.1", "enumeration_type": "NPI-2"}
ERRORS, RESULTS = "Errors", "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    """What was asked for. `part` is None where the pages do not say, or do not give all of it."""

    part: str | None = None
    state: str = ""


@dataclass(slots=True)
class _Pages:
    """The pages of one query."""

    outlines: Sequence[Outline]
    query: _Query
    warnings: list[str] = field(default_factory=list)


class Nppes:
    """Reads a page or a folder of pages; fetches all pages of a query, which `version` and `enumeration_type`
    are added to.

    Each place of an organization is a listing: its own under its number, each further practice place under
    the number and its address. A query of more than 1,200 organizations is cut by the registry: its pages
    withdraw nothing, and a warning says to ask for less at once (by city, or by one taxonomy).
    """

    name: ClassVar[str] = "nppes"
    kind: ClassVar[Kind] = "treatment"
    title: ClassVar[str] = "NPI registry: treatment organizations"
    publisher: ClassVar[str] = "Centers for Medicare & Medicaid Services (CMS)"
    licence: ClassVar[str] = "Public domain (work of the United States government)"
    formats: ClassVar[tuple[str, ...]] = ("json",)
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        """One reading, the part of its query. Raises `SourceBroken` with the registry's own words where it
        answered with an error (which it sends with status 200)."""
        pages = _open(source.path)
        return [
            Reading(
                rows=_rows(pages),
                part=pages.query.part,
                as_of=source.as_of,
                rows_expected=sum(each.count for each in pages.outlines),
                is_whole=pages.query.part is not None,
                warnings=pages.warnings,
            )
        ]

    def samples(self) -> list[SourceFile]:
        """None: the National Directory's sample says more of the same places."""
        return []

    def fetch(
        self, url: str, folder: Path, fetcher: Fetcher, *, sleep: Callable[[float], None] = time.sleep
    ) -> Path:
        """Saves the pages of a query into `folder`, then the query beside them, and answers the folder.

        Raises `SourceBroken` for an error of the registry, and as `Fetcher.save` does.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for old in [*folder.glob("page-*.json"), *folder.glob(QUERY_FILE)]:
            old.unlink()
        asked = httpx.URL(url).copy_merge_params(ALWAYS)
        rows = count = 0
        for number, skip in enumerate(range(0, LAST_SKIP + 1, PAGE_SIZE), start=1):
            if skip:
                sleep(fetcher.limits.pause)
            address = asked.copy_merge_params({"limit": str(PAGE_SIZE), "skip": str(skip)})
            count = _open_page(fetcher.save(str(address), folder / f"page-{number:04d}.json")).count
            rows += count
            if count < PAGE_SIZE:
                break
        parameters = dict(parse_qsl(asked.query.decode()))
        query = {"parameters": parameters, "rows": rows, "is_all": count < PAGE_SIZE}
        (folder / QUERY_FILE).write_text(json.dumps(query, indent=1), encoding="utf-8")
        return folder


def _open_page(path: Path) -> Outline:
    """One answer. The registry's errors come as answers too: their descriptions are told."""
    outline = open_json(path, arrays=(RESULTS, ERRORS))
    if outline.prefix == f"{ERRORS}.item":
        told = [clean_text(each.get("description")) for each in outline.items() if isinstance(each, dict)]
        message = N_("The NPI registry refused the query: %(error)s.")
        raise SourceBroken(Phrase(message, {"error": "; ".join(filter(None, told)).rstrip(".")}))
    if outline.prefix != f"{RESULTS}.item":
        raise SourceBroken(Phrase(N_("%(name)s is not an answer of the NPI registry."), {"name": path.name}))
    return outline


def _open(path: Path) -> _Pages:
    if not path.is_dir():
        return _Pages([_open_page(path)], _Query(), [UNKNOWN_QUERY])
    found = [_open_page(each) for each in sorted(path.glob("*.json")) if each.name != QUERY_FILE]
    if not found:
        raise SourceBroken(Phrase(N_("There are no pages in %(name)s."), {"name": str(path)}))
    if not (path / QUERY_FILE).is_file():
        return _Pages(found, _Query(), [UNKNOWN_QUERY])
    saved = json.loads((path / QUERY_FILE).read_text(encoding="utf-8"))
    asked = {name: value for name, value in saved["parameters"].items() if name not in ("limit", "skip")}
    state = state_code(asked.get("state", ""))
    if not saved["is_all"]:
        warning = "The registry gives 1,200 organizations of a query and has more: nothing is withdrawn"
        return _Pages(found, _Query(state=state), [warning])
    return _Pages(found, _Query(part=urlencode(sorted(asked.items())), state=state))


def _rows(pages: _Pages) -> Iterator[ListingRecord | Rejection]:
    tally, number = Tally(), 0
    try:
        for outline in pages.outlines:
            for item in outline.items():
                number += 1
                yield from read_item(number, item, pages.query.state, tally)
    finally:
        tally.tell(pages.warnings)
