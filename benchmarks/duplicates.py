"""How well duplicates are found, on labelled pairs of real rows, and how fast, on 100,000 generated sites.

`python -m benchmarks.duplicates [--size 10k|100k] [--json FILE]`

The pairs and how they were labelled: `tests/samples/duplicates/labelled_pairs.md`.
"""

import csv
import re
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import listings
from benchmarks.report import SIZES, parser, peak_mb, show, write
from directory.intake.blocking import may_be_one
from directory.intake.duplicates import BANDS, Band, Surroundings, Verdict, compare, find_duplicates
from directory.intake.sites import Site
from directory.listings.record import ListingRecord
from importers.treatment._samhsa import facility_names

SAMPLE = Path(__file__).parent.parent / "tests" / "samples" / "duplicates" / "labelled_pairs.csv"
HALVES = ("tune", "test", "check")
SOURCES = 5
COPIED = 10
"""Every so many-th generated site is in a second source too, a little differently written."""


@dataclass(frozen=True)
class LabelledPair:
    """Two rows of the sample as sites of two sources, and what a person said of them."""

    number: int
    half: str
    label: str
    one: Site
    other: Site
    lone: frozenset[str]
    is_within_one_list: bool

    @property
    def verdict(self) -> Verdict:
        """What the rules say, with what is known of each row's neighbours in its list."""
        return compare(self.one, self.other, Surroundings(lone=self.lone))


def labelled_pairs() -> list[LabelledPair]:
    """The sample."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return [_pair(row) for row in csv.DictReader(file)]


def _pair(row: Mapping[str, str]) -> LabelledPair:
    return LabelledPair(
        number=int(row["pair"]),
        half=row["half"],
        label=row["label"],
        one=_site(row, "a"),
        other=_site(row, "b"),
        lone=frozenset(f"{row['pair']}{end}" for end in "ab" if row[f"{end}_listed_there"] == "1"),
        is_within_one_list=row["a_source"] == row["b_source"],
    )


def _site(row: Mapping[str, str], end: str) -> Site:
    cells = {name.removeprefix(f"{end}_"): cell for name, cell in row.items() if name.startswith(f"{end}_")}
    organization, service = facility_names(cells["name1"], cells["name2"])
    street = cells["street1"].strip("- ")
    digits = (re.sub(r"\D", "", cells[name])[:10] for name in ("phone", "phone2"))
    return Site(
        id=f"{row['pair']}{end}",
        source=f"{cells['source']}/{end}",
        kind="treatment",
        organization=organization,
        service=service,
        street=street,
        unit=cells["street2"] if street else "",
        city=cells["city"],
        state=cells["state"],
        postal_code=cells["zip"] if street else "",
        phones=frozenset(filter(None, digits)),
        latitude=float(cells["lat"]) if cells["lat"] else None,
        longitude=float(cells["lon"]) if cells["lon"] else None,
        is_exact=bool(cells["lat"]),
        visibility="full" if street else "partial",
    )


def figures(pairs: Iterable[LabelledPair], least: Band) -> dict[str, float]:
    """Precision and recall of calling a pair one place from the band `least` on.

    Counted are pairs labelled "same" or "different" of two lists; pairs within one list, moves, withheld and
    undecided ones are not. What may never be compared counts as not found.
    """
    lowest = dict(BANDS)[least]
    counts: Counter[tuple[str, bool]] = Counter()
    for pair in pairs:
        if pair.label in ("same", "different") and not pair.is_within_one_list:
            is_found = may_be_one(pair.one, pair.other) and pair.verdict.score >= lowest
            counts[pair.label, is_found] += 1
    right, wrong, missed = counts["same", True], counts["different", True], counts["same", False]
    return {
        "pairs": counts.total(),
        "precision": right / max(1, right + wrong),
        "recall": right / max(1, right + missed),
    }


def accuracy() -> list[dict[str, Any]]:
    """The figures of each half of the sample and of all, for each band."""
    pairs = labelled_pairs()
    return [
        {
            "half": half,
            "from": least,
            **figures([each for each in pairs if half in ("all", each.half)], least),
        }
        for half in (*HALVES, "all")
        for least in ("same", "likely")
    ]


# --- speed ----------------------------------------------------------------------------------------


def generated_sites(size: int) -> Iterator[Site]:
    """So many sites of five sources, every tenth a copy of the one before, in the next source."""
    for number, record in enumerate(listings.records(size - size // COPIED)):
        site = _generated(record, f"source {number % SOURCES}")
        yield site
        if number % (COPIED - 1) == 0:
            name = site.service.replace("Center", "Ctr").replace("Services", "Servs")
            yield replace(
                site,
                id=f"{site.id}-copy",
                source=f"source {(number + 1) % SOURCES}",
                service=f"{name} LLC",
                street=site.street.replace("Street", "St."),
            )


def _generated(record: ListingRecord, source: str) -> Site:
    place = record.place
    address = place.address if place else None
    town = f"{address.city} {address.state_province}" if address else ""
    return Site(
        id=record.source_id,
        source=source,
        kind=record.kind,
        organization=record.organization.name,
        service=record.service.name,
        street=address.address_1 if address else "",
        city=address.city if address else "",
        state=address.state_province if address else "",
        postal_code=f"{zlib.crc32(town.encode()) % 100_000:05d}" if address else "",
        phones=frozenset(each.number[-10:] for each in record.service.phones),
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        is_exact=place is not None,
        visibility="full" if address else None,
        times=_times(record) if record.kind == "peer_group" else frozenset(),
    )


def _times(record: ListingRecord) -> frozenset[str]:
    return frozenset(f"{each.byday} {each.opens_at}" for each in record.service.schedules)


def speed(size: int) -> dict[str, Any]:
    """Seconds to find all duplicates of so many sites, and the share of the planted ones that were found."""
    sites = list(generated_sites(size))
    planted = {each.id for each in sites if each.id.endswith("-copy")}
    began = time.perf_counter()
    found = find_duplicates(sites)
    seconds = time.perf_counter() - began
    pairs = {(each.first, each.second) for each in found}
    hit = sum((each.removesuffix("-copy"), each) in pairs for each in planted)
    return {
        "sites": len(sites),
        "seconds": seconds,
        "pairs": len(found),
        "planted": len(planted),
        "planted_found": hit,
        "peak_mb": peak_mb(),
    }


def main() -> None:
    """Prints both, and writes them if asked."""
    options = parser(__doc__ or "")
    options.add_argument("--size", choices=SIZES, default="100k", help="generated sites (default: 100k)")
    chosen = options.parse_args()
    told, fast = accuracy(), speed(SIZES[chosen.size])
    show("Duplicates on labelled pairs", told)
    show("Duplicates among generated sites", [fast])
    write(chosen.json, {"accuracy": told, "speed": fast})


if __name__ == "__main__":
    main()
