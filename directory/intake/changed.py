"""What a run changes, or would change: counted per field, and told listing by listing up to a measure.

Only what is public of a listing is compared and kept (PRODUCT L3): a report goes into the run log and into
mail.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from sqlalchemy.orm import Session

from directory.geo.gazetteer import Gazetteer
from directory.geo.locate import place_record
from directory.intake.batch import Item, storable
from directory.intake.difference import HIDDEN, Difference, differences
from directory.intake.overrides import comparable
from directory.listings import store
from directory.listings.public_record import public_record
from directory.listings.record import ListingRecord

ChangeKind = Literal["new", "changed", "back", "withdrawn"]
CHANGE_KINDS: tuple[ChangeKind, ...] = ("new", "changed", "back", "withdrawn")
"""`back`: it had been withdrawn, and its source has it again."""
TITLES: Mapping[ChangeKind, str] = {
    "new": "New",
    "changed": "Changed",
    "back": "Back again",
    "withdrawn": "Withdrawn",
}
MOST_KEPT = 100
"""Listings of each kind that the run log keeps."""
MOST_TOLD = 2_000
"""Listings of each kind that a dry run tells of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One listing that is another now."""

    id: str
    name: str
    kind: ChangeKind
    differences: tuple[Difference, ...] = ()

    def lines(self) -> Iterator[str]:
        """Its name, and each difference on a line of its own."""
        yield f"  {self.name}  ({self.id})"
        yield from (f"    {each}" for each in self.differences)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReport:
    """What one reading changes. `fields` counts the listings in which a field differs.

    `digest` is the same for the same changes of the same listings, in whatever order they were read.
    """

    counts: Mapping[ChangeKind, int]
    fields: Mapping[str, int]
    listings: Sequence[Changed]
    digest: str

    @property
    def total(self) -> int:
        """Listings that change."""
        return sum(self.counts.values())

    def in_short(self) -> str:
        """One line: "3 new, 2 changed, 1 withdrawn"."""
        told = [f"{self.counts[each]:,} {TITLES[each].lower()}" for each in CHANGE_KINDS if self.counts[each]]
        return ", ".join(told) or "nothing changed"

    def lines(self, most: int | None = None) -> Iterator[str]:
        """The report as text, at most so many listings of each kind."""
        for kind in CHANGE_KINDS:
            yield from self.lines_of(kind, most)

    def lines_of(self, kind: ChangeKind, most: int | None = None) -> Iterator[str]:
        """The listings of one kind as text; nothing when there is none."""
        if not self.counts[kind]:
            return
        yield f"{TITLES[kind]}: {self.counts[kind]:,}"
        told = [each for each in self.listings if each.kind == kind][:most]
        for each in told:
            yield from each.lines()
        if len(told) < self.counts[kind]:
            yield f"  … and {self.counts[kind] - len(told):,} more"

    def as_json(self) -> dict[str, Any]:
        """Everything, as `directory import --dry-run --json` prints it."""
        return self._summary() | {
            "listings": [
                {
                    "id": each.id,
                    "name": each.name,
                    "kind": each.kind,
                    "changes": [
                        {"field": one.field, "old": one.old, "new": one.new} for one in each.differences
                    ],
                }
                for each in self.listings
            ]
        }

    def as_kept(self) -> dict[str, Any]:
        """As the run log keeps it: which fields, not what they said."""
        return self._summary() | {
            "listings": [
                {
                    "id": each.id,
                    "name": each.name,
                    "kind": each.kind,
                    "fields": [one.field for one in each.differences],
                }
                for each in self.listings
            ]
        }

    def _summary(self) -> dict[str, Any]:
        counts: dict[str, Any] = {kind: self.counts[kind] for kind in CHANGE_KINDS}
        return counts | {"fields": dict(self.fields), "more": self.total - len(self.listings)}


def merged(reports: Sequence[ChangeReport]) -> ChangeReport:
    """The reports of several parts as one."""
    fields: Counter[str] = Counter()
    for each in reports:
        fields.update(each.fields)
    return ChangeReport(
        counts={kind: sum(each.counts[kind] for each in reports) for kind in CHANGE_KINDS},
        fields=dict(fields.most_common()),
        listings=[listing for each in reports for listing in each.listings],
        digest=" ".join(each.digest for each in reports),
    )


class _Seen(NamedTuple):
    """A record of the batch at hand."""

    kind: ChangeKind
    item: Item
    differences: tuple[Difference, ...] = ()


@dataclass
class ChangeLog:
    """Collects what a reading changes, up to `most` listings of each kind. `as_of`: the date of its file."""

    gazetteer: Gazetteer
    as_of: dt.date
    most: int
    counts: Counter[ChangeKind] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    listings: list[Changed] = field(default_factory=list)
    _batch: list[_Seen] = field(default_factory=list)
    _sum: int = 0

    def look(self, session: Session, items: Iterable[Item]) -> None:
        """Compares the records of a batch with those stored, before they are overwritten. Loads those of
        updated rows only."""
        self._batch = [_Seen("new", each) for each in items if each.decision == "insert"]
        updated = [each for each in items if each.decision == "update"]
        if not updated:
            return
        pairs = comparable(session, {each.key: each.record for each in updated})
        known = store.known_listings(session, [each.key for each in updated])
        for item in updated:
            found = self._compared(*pairs[item.key])
            if known[item.key].status == "withdrawn":
                self._batch.append(_Seen("back", item, found))
            else:
                self._batch.append(_Seen("changed", item, found or (Difference(HIDDEN, None, None),)))

    def take(self, items: Iterable[Item]) -> None:
        """Counts what was looked at, once it is stored: those of `items`, which may come in pieces."""
        kept = {each.key for each in items} if self._batch else set()
        for each in self._batch:
            if each.item.key in kept:
                record = each.item.record
                name = _named(record.organization.name, record.service.name)
                self._count(each.kind, each.item.key, each.item.digest, name, each.differences)

    def note_withdrawn(self, session: Session, ids: Sequence[str]) -> None:
        """Takes in listings that are withdrawn. Loads those that are told by name."""
        named = store.load_documents(session, ids[: self.most])
        for each in ids:
            name = _named(named[each]["organization"], named[each]["name"]) if each in named else each
            self._count("withdrawn", each, "", name)

    def report(self) -> ChangeReport:
        """What was collected so far."""
        return ChangeReport(
            counts={each: self.counts[each] for each in CHANGE_KINDS},
            fields=dict(self.fields.most_common()),
            listings=tuple(self.listings),
            digest=f"{self._sum:032x}",
        )

    def _compared(self, stored: ListingRecord, record: ListingRecord) -> tuple[Difference, ...]:
        placed = place_record(record, self.gazetteer)
        if record.place and record.place.latitude is None:  # then intake made them up, not the source
            stored, placed = _without_points(stored), _without_points(placed)
        return differences(public_record(stored, as_of=self.as_of), public_record(placed, as_of=self.as_of))

    def _count(
        self, kind: ChangeKind, key: str, digest: str, name: str, found: tuple[Difference, ...] = ()
    ) -> None:
        if self.counts[kind] < self.most:
            self.listings.append(Changed(id=key, name=name, kind=kind, differences=found))
        self.counts[kind] += 1
        self.fields.update({each.field for each in found})
        token = hashlib.blake2b(f"{kind} {key} {digest}".encode(), digest_size=16).digest()
        self._sum = (self._sum + int.from_bytes(token, "big")) % (1 << 128)


def _named(organization: str, service: str) -> str:
    return storable(organization if organization == service else f"{organization}: {service}")


def _without_points(record: ListingRecord) -> ListingRecord:
    bare = tuple(replace(each, latitude=None, longitude=None, precision=None) for each in record.locations)
    return replace(record, locations=bare)
