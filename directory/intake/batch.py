"""The rows of one batch, sorted into what is to be done with them. Opens nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.intake.decide import Decision
from directory.listings.record import ListingRecord

SAME_ID = "Another row of this file has the same identity but says something else."
UNSTORABLE = "A value of the row cannot be stored."
TOO_LONG = "The row says more than a listing can hold."
LONGEST_KEPT = 2_000
"""Characters of a rejected row's cell that are kept: enough to see what it is."""


COUNTER_OF: Mapping[Decision, str] = {
    "insert": "inserted",
    "update": "updated",
    "refresh": "unchanged",
    "unchanged": "unchanged",
}
WRITTEN: frozenset[Decision] = frozenset({"insert", "update", "refresh"})
"""Decisions by which a listing's rows are written."""


@dataclass(slots=True)
class Item:
    """A record of a batch on its way."""

    number: int
    key: str
    record: ListingRecord
    digest: str
    decision: Decision = "insert"


@dataclass(slots=True)
class Batch:
    """What is to be done with the rows of one batch."""

    rows: int
    items: list[Item] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    copies: int = 0
    kept: list[str] = field(default_factory=list)
    """Listings whose row was refused: the source still offers them, and they stay as they are."""

    def written(self) -> list[Item]:
        """The records whose rows are to be written, in the order read."""
        return [each for each in self.items if each.decision in WRITTEN]

    def unchanged(self) -> list[Item]:
        """The records that are there already, in the order read."""
        return [each for each in self.items if each.decision not in WRITTEN]

    def pieces(self, most: int) -> Iterator["Batch"]:
        """The batch in pieces of at most `most` records to write; what is no record goes with the last."""
        piece, writes, rest = Batch(0), 0, self.rows
        for item in self.items:
            if item.decision in WRITTEN:
                if writes == most:
                    yield piece
                    piece, writes = Batch(0), 0
                writes += 1
            piece.items.append(item)
            piece.rows += 1
            rest -= 1
        piece.rows += rest
        piece.refused, piece.copies, piece.kept = self.refused, self.copies, self.kept
        yield piece


def refusal(row: int, reason: str, values: Mapping[str, str]) -> dict[str, Any]:
    """A rejected row as the run log keeps it."""
    kept = {storable(name)[:LONGEST_KEPT]: storable(value)[:LONGEST_KEPT] for name, value in values.items()}
    return {"row": row, "reason": storable(reason), "values": kept}


def named(record: ListingRecord) -> dict[str, str]:
    """Enough to find a rejected record in its file."""
    return {
        "source_id": record.source_id,
        "organization": record.organization.name,
        "name": record.service.name,
    }


def storable(text: object) -> str:
    """Text that both databases can hold: no NUL, no half characters."""
    return str(text).replace("\0", "").encode("utf-8", "replace").decode()
