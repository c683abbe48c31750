"""Counting what looked odd while a file was read, so that each oddity is told once, with its count."""

from collections import Counter


class Tally:
    """Oddities of one reading: `count("Unknown code", "XYZ")`; `tell(warnings)` writes them, most first."""

    LONGEST = 30
    """Kinds of oddity told one by one; the rest are told as a number."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def count(self, what: str, which: str) -> None:
        """Notes one case of `what` (a fixed phrase) at `which` (the value met)."""
        self._counts[what, which[:80]] += 1

    def tell(self, warnings: list[str]) -> None:
        """Appends one line per kind of oddity to `warnings`."""
        ordered = sorted(self._counts.items(), key=lambda each: (-each[1], each[0]))
        warnings += [f"{what}: {which} ({number})" for (what, which), number in ordered[: self.LONGEST]]
        if len(ordered) > self.LONGEST:
            warnings.append(f"{len(ordered) - self.LONGEST} more kinds of oddity were met")
