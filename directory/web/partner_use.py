"""How often a partner's visitors searched, as tables, charts and files."""

import datetime as dt
from collections.abc import Sequence

from babel.dates import format_skeleton

from directory.csv_cells import csv_text
from directory.partners.figures import LAST_DAYS, LONGEST_BY_WEEK, Use, by_need, by_region, by_time
from directory.partners.usage import NOTHING_NAMED, REST, SEVERAL
from directory.phrases import N_, Phrase
from directory.reports.cells import Column, Line, ReportTable
from directory.web.house import house
from directory.web.language import day_text, gettext, language, locale

SEARCHES = Column(N_("Searches"))
NAMES_OF_NEEDS = {
    NOTHING_NAMED: N_("No kind of help named"),
    SEVERAL: N_("Several kinds of help at once"),
    REST: N_("Others, each too few to tell"),
}
NAMES_OF_REGIONS = {
    NOTHING_NAMED: N_("No town or ZIP code named"),
    REST: N_("Others, each too few to tell"),
}
ALL = "all"
"""Code of the file with everything that is stored."""


def days_asked(typed: str | None, today: dt.date) -> tuple[int, dt.date, dt.date]:
    """How many days, the first and the last of them."""
    days = int(typed) if typed in {str(each) for each in LAST_DAYS} else LAST_DAYS[0]
    return days, today - dt.timedelta(days=days - 1), today


def tables(found: Sequence[Use], first: dt.date, last: dt.date) -> list[ReportTable]:
    """The searches over time, by need and by region."""
    times = [
        # nothing written down does not mean that nobody searched
        Line(day.isoformat(), _when(day, days=(last - first).days), (count or None,))
        for day, count in by_time(found, first, last)
    ]
    needs = [Line(code, need_name(code), (count,)) for code, count in by_need(found)]
    regions = [Line(code, region_name(code), (count,)) for code, count in by_region(found)]
    return [
        _table("time", Phrase(N_("Over time")), N_("When"), times),
        _table("needs", Phrase(N_("What people look for")), N_("Kind of help"), needs),
        _table("regions", Phrase(N_("Where they look")), N_("Region"), regions),
    ]


def _table(code: str, title: Phrase, rows_are: str, lines: Sequence[Line]) -> ReportTable:
    return ReportTable(
        code=code,
        title=title,
        rows_are=rows_are,
        columns=(SEARCHES,),
        lines=tuple(lines),
        names="plain",
        chart="bars",
    )


def _when(day: dt.date, *, days: int) -> str:
    if days > LONGEST_BY_WEEK:
        return format_skeleton("yMMM", day, locale=locale())
    return gettext("Week of %(day)s", day=day_text(day))


def need_name(code: str) -> str:
    """What a stored code of a need is called."""
    if code in NAMES_OF_NEEDS:
        return gettext(NAMES_OF_NEEDS[code])
    known = house().taxonomy.needs
    return house().taxonomy.label(code, language()) if code in known else code


def region_name(code: str) -> str:
    """What stored digits are called."""
    if code in NAMES_OF_REGIONS:
        return gettext(NAMES_OF_REGIONS[code])
    return gettext("ZIP codes that begin with %(digits)s", digits=code)


def everything(found: Sequence[Use]) -> str:
    """All stored sums as a file."""
    heading = [gettext("Day"), gettext("Kind of help"), gettext("Region"), gettext("Searches")]
    return csv_text(
        heading,
        [
            [each.day.isoformat(), need_name(each.need), region_name(each.zip3), each.searches]
            for each in found
        ],
    )
