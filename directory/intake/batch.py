"""The rows of one batch, sorted into what is to be done with them. Opens nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.intake.decide import Decision
from directory.listings.record import ListingRecord

SAME_ID = "Another row of this file has the same identity but says something else."
UNSTORABLE = "A value of the row cannot be stored."


COUNTER_OF: Mapping[Decision, str] = {
    "insert": "inserted",
    "update": "updated",
    "refresh": "unchanged",
    "unchanged": "unchanged",
}


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

    def wants(self, *decisions: Decision) -> list[Item]:
        """The records for which one of these was decided, in the order read."""
        return [each for each in self.items if each.decision in decisions]


def refusal(row: int, reason: str, values: Mapping[str, str]) -> dict[str, Any]:
    """A rejected row as the run log keeps it."""
    kept = {storable(name): storable(value) for name, value in values.items()}
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
