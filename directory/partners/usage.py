"""How often a partner's visitors search, without anything about a visitor (PRODUCT P1).

Searches are summed in memory, per day, need and first three digits of the ZIP code. A sum is written once it
is no longer small, and starts again from zero; so whatever is stored is made of lumps of eleven and more, and
no two states of the database tell one search apart. When a day is over, what remained is joined, first over
places, then over needs, and written where that is enough; else it is forgotten. Every stored cell counts
searches that no other cell counts, so subtracting tells nothing.

Each process sums by itself: with several, a little more is forgotten.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.partners.site import Site
from directory.partners.tables import Partner, PartnerUse
from directory.small_counts import SMALLEST_SHOWN, is_small

NOTHING_NAMED = "-"
"""Stands for a need or a place where a search named none."""
SEVERAL = "+"
"""Stands for the needs of a search that named more than one: each search is counted once."""
REST = "*"
"""Stands for needs or places that were too few to be told apart."""


class Cell(NamedTuple):
    """What is counted together."""

    partner_id: str
    day: dt.date
    need: str
    zip3: str


Sums = Mapping[Cell, int]


def enough(sums: Sums) -> dict[Cell, int]:
    """The sums that may be written."""
    return {cell: count for cell, count in sums.items() if count and not is_small(count)}


def joined(sums: Sums) -> dict[Cell, int]:
    """What remains of days that are over: small sums joined until they are small no longer, or dropped."""
    found = enough(sums)
    rest = {cell: count for cell, count in sums.items() if cell not in found}
    for whole in (_everywhere, _for_anything):
        wider: Counter[Cell] = Counter()
        for cell, count in rest.items():
            wider[whole(cell)] += count
        found |= enough(wider)
        rest = {cell: count for cell, count in wider.items() if cell not in found}
    return found


def _everywhere(cell: Cell) -> Cell:
    return cell._replace(zip3=REST)


def _for_anything(cell: Cell) -> Cell:
    return cell._replace(need=REST)


@dataclass(slots=True)
class Usage:
    """The sums of one process. Methods may be called from several threads."""

    _sums: Counter[Cell] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def count(self, site: Site, needs: Sequence[str], zip3: str | None, today: dt.date) -> None:
        """One search of the site: the needs and the place that it named."""
        named = set(needs) or {NOTHING_NAMED}
        need = named.pop() if len(named) == 1 else SEVERAL
        with self._lock:
            self._sums[Cell(site.partner_id, today, need, zip3 or NOTHING_NAMED)] += 1

    def is_due(self, today: dt.date) -> bool:
        """Is there anything to write or to forget?"""
        with self._lock:
            return any(cell.day < today or count >= SMALLEST_SHOWN for cell, count in self._sums.items())

    def flush(self, session: Session, today: dt.date, *, last: bool = False) -> None:
        """Writes what may be written of today, and closes earlier days; `last`: today too.

        The caller commits; where that fails, the sums are lost, never counted twice.
        """
        with self._lock:
            closing = {cell: count for cell, count in self._sums.items() if last or cell.day < today}
            lumps = enough({cell: count for cell, count in self._sums.items() if cell not in closing})
            for cell in (*closing, *lumps):
                del self._sums[cell]
        _write(session, {**lumps, **joined(closing)})


def _write(session: Session, sums: Sums) -> None:
    """Adds to what is there, in one order, so that two processes never wait for each other in turn."""
    partners = {cell.partner_id for cell in sums}
    there = set(session.scalars(select(Partner.id).where(Partner.id.in_(partners)))) if partners else set()
    for cell, count in sorted(sums.items()):
        if cell.partner_id not in there:  # it was taken off meanwhile
            continue
        row = session.get(PartnerUse, tuple(cell), with_for_update=True)
        if row is None:
            session.add(PartnerUse(**cell._asdict(), count=count))
        else:
            row.count += count
    session.flush()
