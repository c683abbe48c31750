"""A table of a report, the same for a page and for a file: lines of numbers under headings."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from directory.phrases import N_, Phrase


class Hidden(Enum):
    """A number that is not told because it is about too few."""

    HIDDEN = "hidden"


HIDDEN = Hidden.HIDDEN
Cell = int | float | None | Hidden
"""A count, hours, a share from 0 to 1, or a mean; None: there is none."""
Kind = Literal["count", "hours", "share", "mean"]
Names = Literal["phrase", "need", "plain"]
"""What the labels of lines are: sentences to translate, codes of needs, or words as they are."""
Chart = Literal["", "bars", "spread"]
"""`bars`: one bar per line, of the column `charted`. `spread`: median and 90th percentile on one scale."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `label` is a message id."""

    label: str
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of numbers."""

    code: str
    label: Phrase | str
    cells: tuple[Cell, ...]
    hint: str = ""
    """What it counts (a message id)."""
    working: bool = False
    """Its hours are working hours, of which a day has fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """One table. `code` stands in addresses; `title`, `about` and `rows_are` are for reading."""

    code: str
    title: Phrase
    rows_are: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    names: Names = "phrase"
    about: str = ""
    chart: Chart = ""
    charted: int = 0
    """Which column the bars are of."""


COUNT_COLUMN = Column(N_("Referrals"))
TIME_COLUMNS = (
    Column(N_("How many")),
    Column(N_("Middle (median)"), "hours"),
    Column(N_("9 of 10 within"), "hours"),
    Column(N_("Still open"), "share"),
)
SHARE_COLUMNS = (Column(N_("Yes")), Column(N_("Out of")), Column(N_("Share"), "share"))
GUARDED_SHARE_COLUMNS = (Column(N_("Share"), "share"),)
EVERYTHING = Phrase(N_("All referrals"))
OTHERS = Phrase(N_("All others"))
NOT_SAID = Phrase(N_("Not said"))
