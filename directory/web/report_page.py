"""Reports in words and pictures: what was asked, numbers as people read them, bars as wide as they are."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from directory.csv_cells import csv_text
from directory.phrases import Phrase
from directory.referrals.actors import ReferralSide
from directory.reports.cells import HIDDEN, Cell, Column, Kind, Line, ReportTable
from directory.reports.figures import FIGURES
from directory.reports.maker import GROUP_ROWS
from directory.reports.period import LAST_DAYS, Period, Quarter, between, last_days, quarters
from directory.reports.report import GROUPS_OF, SIDE_LABELS, Asked
from directory.web.house import house
from directory.web.language import gettext, language, ngettext, number_text, say
from directory.web.work import read_day

USUAL_DAYS = 90
HOURS_SHOWN = 48
"""Up to so many hours a time is told in hours, then in days."""
LONGEST_LABEL = 40
"""Letters of a label in a chart; the table has it whole."""
WIDEST = 54
"""In 100 of a chart's width; the rest is for the number beside the bar, also on a small phone."""
NOTHING = "0.0%"
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart. `width` and `mark` are lengths in 100 of the chart's width; `open`: it goes on,
    but nobody knows how far."""

    label: str
    text: str
    width: str
    mark: str = ""
    open: bool = False
    widest: ClassVar[str] = f"{WIDEST}%"


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as a page has it: every cell in words."""

    table: ReportTable
    title: str
    lines: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(label, what it counts, cells)."""
    bars: tuple[Bar, ...]


# --- what was asked ---------------------------------------------------------------------------------


def read_asked(given: MultiDict[str, str], now: dt.datetime, zone: ZoneInfo) -> Asked:
    """What the form asks of the own agency's report. Raises `QueryInvalid` for days that are wrong."""
    side: ReferralSide = "receiver" if given.get("side") == "receiver" else "sender"
    return Asked(_period(given, now, zone), side, given.get("by", ""), given.get("figure", ""))


def _period(given: MultiDict[str, str], now: dt.datetime, zone: ZoneInfo) -> Period:
    first, last = read_day(given.get("first", ""), "first"), read_day(given.get("last", ""), "last")
    if first is not None or last is not None:
        return between(first, last, zone)
    days = given.get("days", USUAL_DAYS, type=int)
    return last_days(days if days in LAST_DAYS else USUAL_DAYS, now, zone)


def read_quarter(given: MultiDict[str, str], now: dt.datetime, zone: ZoneInfo) -> tuple[Quarter, Asked]:
    """What the form asks of the network's report: a quarter that is over, the last one unless it says
    another."""
    known = quarters(now, zone)
    found = next((each for each in known if str(each) == given.get("quarter")), known[0])
    return found, Asked(found.period(zone), "sender", given.get("by", ""), given.get("figure", ""))


def in_address(asked: Asked) -> dict[str, str]:
    """The same again, as an address says it."""
    days = {"first": asked.period.first.isoformat(), "last": asked.period.last.isoformat()}
    return {**days, "side": asked.side, "by": asked.group, "figure": asked.figure_code}


def choices(asked: Asked) -> dict[str, Choices]:
    """What the form offers."""
    return {
        "sides": [(code, gettext(text)) for code, text in SIDE_LABELS.items()],
        "groups": [(code, gettext(GROUP_ROWS[code].label)) for code in GROUPS_OF[asked.side]],
        "figures": [(each.code, gettext(each.label)) for each in FIGURES],
    }


def quarter_choices(now: dt.datetime, zone: ZoneInfo) -> Choices:
    """Quarters that are over."""
    return [
        (str(each), gettext("Quarter %(number)s of %(year)s", number=each.number, year=str(each.year)))
        for each in quarters(now, zone)
    ]


# --- in words -----------------------------------------------------------------------------------------


def shown(tables: Sequence[ReportTable]) -> list[Shown]:
    """Every table in words, with its chart."""
    return [
        Shown(
            table=each,
            title=say(each.title),
            lines=tuple(
                (label_text(each, line), gettext(line.hint) if line.hint else "", _texts(each, line))
                for line in each.lines
            ),
            bars=_bars(each),
        )
        for each in tables
    ]


def label_text(table: ReportTable, line: Line) -> str:
    """What a line is called."""
    if isinstance(line.label, Phrase):
        return say(line.label)
    if table.names == "need" and line.label in house().taxonomy.needs:
        return house().taxonomy.label(line.label, language())
    return line.label


def _texts(table: ReportTable, line: Line) -> tuple[str, ...]:
    nothing = line.cells[0] == 0
    return tuple(
        _text(cell, column.kind, working=line.working, nothing=nothing)
        for cell, column in zip(line.cells, table.columns, strict=True)
    )


def _text(cell: Cell, kind: Kind, *, working: bool, nothing: bool) -> str:
    if cell is HIDDEN:
        return gettext("hidden")
    if cell is None:
        return gettext("not reached") if kind == "hours" and not nothing else "–"
    if kind == "hours":
        return hours_text(float(cell), working=working)
    if kind == "share":
        return gettext("%(number)s %%", number=number_text(100 * cell))
    return number_text(cell, 1)


def hours_text(hours: float, *, working: bool = False) -> str:
    """A time: `5 hours`, `12.5 days`. Working hours are never made into days."""
    if working or hours < HOURS_SHOWN:
        rounded = round(hours, 1)
        return ngettext(
            "%(number)s hour", "%(number)s hours", _plural(rounded), number=number_text(rounded, 1)
        )
    days = round(hours / 24, 1)
    return ngettext("%(number)s day", "%(number)s days", _plural(days), number=number_text(days, 1))


def _plural(number: float) -> int:
    return 1 if round(number, 1) == 1 else 2


# --- in pictures --------------------------------------------------------------------------------------


def _bars(table: ReportTable) -> tuple[Bar, ...]:
    if not table.chart:
        return ()
    found = _plain_bars(table) if table.chart == "bars" else _spread(table)
    # a chart in which nothing is drawn is only in the way
    return found if any(each.width != NOTHING for each in found) else ()


def _plain_bars(table: ReportTable) -> tuple[Bar, ...]:
    """A bar per line that has a number; shares against 100 in 100, counts against the largest."""
    column = table.columns[table.charted]
    numbers = [(line, _number(line.cells[table.charted])) for line in table.lines]
    largest = 1.0 if column.kind == "share" else max((number or 0 for _, number in numbers), default=0)
    return tuple(
        Bar(
            label=_short(label_text(table, line)),
            text=_texts(table, line)[table.charted],
            width=_percent(number / largest if number is not None and largest else 0),
        )
        for line, number in numbers
    )


def _spread(table: ReportTable) -> tuple[Bar, ...]:
    """From nothing to the 90th percentile, with a mark at the median, all on one scale."""
    times = [(line, _number(line.cells[1]), _number(line.cells[2])) for line in table.lines]
    largest = max((each or 0 for _, *both in times for each in both), default=0)
    found = []
    for line, median, ninth in times:
        texts = _texts(table, line)
        is_open = ninth is None and median is not None
        found.append(
            Bar(
                label=_short(label_text(table, line)),
                text=f"{texts[1]} · {texts[2]}" if median is not None else texts[1],
                width=_percent(1 if is_open else (ninth or 0) / (largest or 1)),
                mark=_percent(median / (largest or 1)) if median is not None else "",
                open=is_open,
            )
        )
    return tuple(found)


def _number(cell: Cell) -> float | None:
    return None if cell is HIDDEN or cell is None else float(cell)


def _percent(share: float) -> str:
    return f"{WIDEST * share:.1f}%"


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"


# --- as a file ----------------------------------------------------------------------------------------


def as_csv(table: ReportTable) -> str:
    """A table for spreadsheets: hours and shares as plain numbers."""
    heading = [gettext(table.rows_are), *(_heading(each) for each in table.columns)]
    lines = [[label_text(table, line), *(_plain(each) for each in line.cells)] for line in table.lines]
    return csv_text(heading, lines)


def _heading(column: Column) -> str:
    name = gettext(column.label)
    return gettext("%(name)s (hours)", name=name) if column.kind == "hours" else name


def _plain(cell: Cell) -> object:
    if cell is HIDDEN:
        return gettext("hidden")
    return round(cell, 3) if isinstance(cell, float) else cell
