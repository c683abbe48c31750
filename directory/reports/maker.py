"""What the tables of a report are built with, once for both readers: whole for the agency's own supervisor,
guarded (`leaves`) for a file or for the network.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from directory.phrases import N_, Phrase
from directory.referrals.handoffs import WARMTHS, Warmth
from directory.referrals.metric_rows import Measure, ReferralRow, Share
from directory.referrals.metrics import Group, grouped
from directory.referrals.states import PRIORITIES, Priority
from directory.reports import leaving
from directory.reports.cells import (
    GUARDED_SHARE_COLUMNS,
    NOT_SAID,
    OTHERS,
    SHARE_COLUMNS,
    Cell,
    Column,
    Line,
    Names,
    ReportTable,
)
from directory.reports.figures import Figure
from directory.reports.load import Loaded


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A way to break figures down: what it is called, and what its groups' labels are."""

    label: str
    rows_are: str
    names: Names = "plain"


GROUP_ROWS: Mapping[Group, GroupRow] = {
    "need": GroupRow(N_("by need"), N_("Need"), "need"),
    "area": GroupRow(N_("by area"), N_("Area")),
    "receiver": GroupRow(N_("by receiver"), N_("Receiver")),
    "warmth": GroupRow(N_("by warmth of the handoff"), N_("Handoff"), "phrase"),
    "priority": GroupRow(N_("by how soon"), N_("How soon"), "phrase"),
}


@dataclass(frozen=True)
class Maker:
    """Builds the tables of one report."""

    loaded: Loaded
    by: Group
    leaves: bool

    @property
    def rows(self) -> list[ReferralRow]:
        """The referrals that count."""
        return self.loaded.rows

    @cached_property
    def groups(self) -> dict[str, list[ReferralRow]]:
        """By the grouping that was asked for; those that say nothing of it stand together."""
        found = grouped(self.rows, self.by)
        if self.by == "need" and (bare := [each for each in self.rows if not each.needs]):
            found[""] = bare
        return leaving.join_groups(found) if self.leaves else found

    def line(self, key: str, cells: Iterable[Cell], *, working: bool = False) -> Line:
        """The line of a group."""
        return Line(key or "(none)", self.name(key), tuple(cells), working=working)

    def name(self, key: str) -> Phrase | str:
        """What a group is called."""
        if key == leaving.OTHERS:
            return OTHERS
        if self.by == "warmth":
            return Phrase(WARMTHS[_warmth(key)])
        if self.by == "priority":
            return Phrase(PRIORITIES[_priority(key)])
        if self.by == "receiver" and key in self.loaded.receivers:
            return self.loaded.receivers[key].name
        return key or NOT_SAID

    def cells(self, figure: Figure, rows: Sequence[ReferralRow]) -> tuple[Cell, ...]:
        """The cells of a figure over some rows."""
        found = figure.of(rows, self.loaded.reporting)
        if isinstance(found, Measure):
            return leaving.time_cells(found, leaves=self.leaves)
        if isinstance(found, Share):
            return leaving.share_cells(found, leaves=self.leaves)
        return (leaving.count_cell(found, leaves=self.leaves),)

    def share_columns(self) -> tuple[Column, ...]:
        """What is told of a share."""
        return GUARDED_SHARE_COLUMNS if self.leaves else SHARE_COLUMNS

    def share_table(self, code: str, title: str, rows_are: str, lines: Iterable[Line]) -> ReportTable:
        """A table of shares with bars."""
        columns = self.share_columns()
        return ReportTable(
            code=code,
            title=Phrase(title),
            rows_are=rows_are,
            columns=columns,
            lines=tuple(lines),
            chart="bars",
            charted=len(columns) - 1,
        )


def _warmth(key: str) -> Warmth:
    return next(each for each in WARMTHS if each == key)


def _priority(key: str) -> Priority:
    return "urgent" if key == "urgent" else "routine"
