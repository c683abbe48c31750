"""What of a figure may leave an agency: the one place through which every file and every report of the
network goes.

Inside its agency a supervisor sees every count. What leaves tells no count from 1 to 10, and nothing from
which one follows:

- One table tells exact counts: where referrals stand, by one grouping. Groups and columns that are too small
  are joined, so every total may be known, and `suppress_table` hides what is small within, with cover.
- Every other figure is rounded (counts to tens, shares to steps of 5 in 100, times to hours), so that
  nothing exact can be subtracted from anything else; what is about too few is hidden.

This holds within a report. Two reports on days that overlap could be subtracted: the network's are of whole
quarters that are over, and an agency is told on the page not to give out two such files.
"""

from collections.abc import Mapping, Sequence

from directory.referrals.metric_rows import Measure, ReferralRow, Share
from directory.reports.cells import HIDDEN, Cell
from directory.reports.suppression import share_may_be_shown, suppress_table
from directory.small_counts import SMALLEST_SHOWN, is_small

OTHERS = "(others)"
"""Stands for everything that was joined; no code or name of ours has brackets."""
_TENS = 10
_STEPS = 20


def enough(rows: Sequence[ReferralRow]) -> bool:
    """Whether anything at all may leave about these."""
    return len(rows) >= SMALLEST_SHOWN


# --- one number -------------------------------------------------------------------------------------


def count_cell(count: int, *, leaves: bool) -> Cell:
    """A count; rounded to tens when it leaves, and hidden where that would be ten or less."""
    if not leaves or count == 0:
        return count
    rounded = _to_tens(count)
    return HIDDEN if rounded < SMALLEST_SHOWN else rounded


def share_cell(found: Share, *, leaves: bool) -> Cell:
    """A share; in steps of 5 in 100 when it leaves."""
    if not leaves or found.value is None:
        return found.value
    return _to_steps(found.value) if share_may_be_shown(found.part, found.whole) else HIDDEN


def mean_cell(mean: float, count: int, *, leaves: bool) -> Cell:
    """A mean over `count` referrals."""
    return HIDDEN if leaves and is_small(count) else round(mean, 1)


def share_cells(found: Share, *, leaves: bool) -> tuple[Cell, ...]:
    """The cells of `SHARE_COLUMNS`; those of `GUARDED_SHARE_COLUMNS` when it leaves."""
    value = share_cell(found, leaves=leaves)
    return (value,) if leaves else (found.part, found.whole, value)


def time_cells(found: Measure, *, leaves: bool) -> tuple[Cell, ...]:
    """The cells of `TIME_COLUMNS`."""
    if not leaves or found.n == 0 or found.open_share is None:
        return found.n, found.median_hours, found.p90_hours, found.open_share
    still_open = round(found.open_share * found.n)
    reached = found.n - still_open
    if reached < SMALLEST_SHOWN:
        return (HIDDEN,) * 4
    return (
        count_cell(found.n, leaves=True),
        _whole(found.median_hours),
        _whole(found.p90_hours),
        share_cell(Share(still_open, found.n), leaves=True),
    )


def _to_tens(count: int) -> int:
    return (count + _TENS // 2) // _TENS * _TENS


def _to_steps(value: float) -> float:
    return round(value * _STEPS) / _STEPS


def _whole(hours: float | None) -> float | None:
    return None if hours is None else float(round(hours))


# --- groups, and the table of counts ----------------------------------------------------------------


def join_small(counts: Mapping[str, int]) -> dict[str, str]:
    """Key to what it counts under: itself, or `OTHERS`, so that nothing counts from 1 to 10 unless all do."""
    joined = {key for key, count in counts.items() if is_small(count)}
    larger = sorted((key for key in counts if counts[key] >= SMALLEST_SHOWN), key=counts.__getitem__)
    if joined and is_small(sum(counts[key] for key in joined)):
        joined.update(larger[:1])
    return {key: OTHERS if key in joined else key for key in counts}


def join_groups(groups: Mapping[str, list[ReferralRow]]) -> dict[str, list[ReferralRow]]:
    """The groups with the small ones joined. One referral may be in several; it counts once in `OTHERS`."""
    sizes = {key: len({row.id for row in rows}) for key, rows in groups.items()}
    under = join_small(sizes)
    apart = {key: rows for key, rows in groups.items() if under[key] == key}
    joined = {row.id: row for key, rows in groups.items() if under[key] == OTHERS for row in rows}
    while joined and is_small(len(joined)) and apart:
        next_one = min(apart, key=lambda key: len(apart[key]))
        joined.update((row.id, row) for row in apart.pop(next_one))
    return {**apart, **({OTHERS: list(joined.values())} if joined else {})}


def guarded_counts(counts: Sequence[Sequence[int]]) -> list[tuple[Cell, ...]]:
    """Lines of counts, each with its total. Every total of a line or a column is 0 or 11 and more."""
    found = suppress_table(counts, totals_known=True)
    return [
        (*(HIDDEN if each is None else each for each in line), total)
        for line, total in zip(found.cells, found.row_totals, strict=True)
    ]
