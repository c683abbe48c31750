"""Rows that share an id, told apart by a digest of their other fields, never by position (DESIGN, Keys)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b


@dataclass(slots=True)
class Survey:
    """What one look over a file told: how many rows, and which ids stand for rows that differ.

    Every row is noted before any is read. Two numbers are kept per row, so that 100,000 rows stay small; they
    are Python's own hashes, true within one process, which is all that they are for.
    """

    rows: int = 0
    contents: dict[int, int] = field(default_factory=dict)
    shared: set[int] = field(default_factory=set)

    def note(self, identity: Iterable[str], others: Iterable[str]) -> None:
        """Counts a row: the cells that identify it, and all others that the source gives."""
        self.rows += 1
        key, content = _hash(identity), _hash(others)
        if self.contents.setdefault(key, content) != content:
            self.shared.add(key)

    def source_id(self, plain_id: str, identity: Iterable[str], others: Iterable[str]) -> str:
        """`plain_id`, followed by a digest of `others` where rows of the same identity differ in them.

        Rows that are the same in everything keep one id: the second is a copy.
        """
        if self.shared and _hash(identity) in self.shared:
            return f"{plain_id}-{digest(others)}"
        return plain_id


def digest(cells: Iterable[str]) -> str:
    """16 hexadecimal digits of the cells, each trimmed, single-spaced and case-folded."""
    folded = "\x1f".join(" ".join(cell.split()).casefold() for cell in cells)
    return blake2b(folded.encode(), digest_size=8).hexdigest()


def _hash(cells: Iterable[str]) -> int:
    return hash(" ".join(" | ".join(cells).casefold().split()))
