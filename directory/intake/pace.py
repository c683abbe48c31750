"""How much an import writes at a time, so that others wait no longer than a blink for the write lock. Pure.

What a record costs to write grows with the database (every index is touched in another place), and differs
between disks by more than ten: the size is found by measuring, not stated.
"""

from dataclasses import dataclass

HELD_SECONDS = 0.025
"""What a transaction should take with its commit. Twice that is the most that a person may have to wait."""
FIRST, LEAST, MOST = 75, 20, 300
"""Records."""
SLOWER, FASTER = 0.8, 1.25
"""How far one measurement moves the size: now and then SQLite copies its log back at a commit, which takes
three times as long and says nothing about the next one."""


@dataclass(slots=True)
class Pace:
    """The size of one import's transactions: at most `most` records written."""

    most: int = FIRST

    def note(self, written: int, seconds: float) -> None:
        """Learns from a transaction; one that wrote little tells of its fixed costs only."""
        if 2 * written < self.most:
            return
        fitting = written * HELD_SECONDS / max(seconds, 1e-6)
        moved = min(max(fitting, self.most * SLOWER), self.most * FASTER)
        self.most = min(max(round(moved), LEAST), MOST)
