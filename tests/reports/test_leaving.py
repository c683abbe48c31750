"""What leaves an agency tells nothing about few people, not by itself and not by subtraction."""

import datetime as dt
import itertools
from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from directory.errors import QueryInvalid
from directory.referrals import check_in_rows
from directory.referrals.decision import REFUSALS
from directory.referrals.metric_rows import Measure, ReferralRow, Share
from directory.referrals.metrics import GROUPS, Group, Reporting
from directory.referrals.outcomes import CheckIn
from directory.referrals.states import STATES
from directory.reports import leaving
from directory.reports.cells import HIDDEN
from directory.reports.figures import FIGURE, FIGURES, OUTCOMES, outcome_of
from directory.reports.kept_calendar import KeptCalendar
from directory.reports.load import CheckIns, Loaded
from directory.reports.maker import Maker
from directory.reports.period import LONGEST, between, last_days, quarters
from directory.reports.report import TABLES, Asked, Report, build_report
from directory.reports.suppression import suppress_table
from directory.small_counts import is_small
from tests.reports.stored import NOW, Path, histories
from tests.reports.test_suppression import grid, known_by_algebra, tables

ZONE = ZoneInfo("America/New_York")
PERIOD = between(dt.date(2026, 7, 1), dt.date(2026, 9, 30), ZONE)
many = st.lists(st.tuples(histories(("first", "second")), st.integers(1, 40)), min_size=1, max_size=6)


def repeated(found: list[tuple[tuple[ReferralRow, Path], int]]) -> list[ReferralRow]:
    """Each of the rows that count so many times."""
    numbers = itertools.count()
    counting = [(row, count) for (row, _), count in found if row.state != "entered_in_error"]
    return [replace(row, id=f"r{next(numbers)}") for row, count in counting for _ in range(count)]


few_or_many = st.one_of(st.integers(0, 12), st.integers(0, 60))


@st.composite
def beside(draw: st.DrawFn) -> dict[str, object]:
    """What a report is counted from beside its referrals."""
    told = st.sampled_from([None, True, False])
    answers = st.builds(CheckIn, st.just("r"), st.sampled_from(check_in_rows.DAYS), told, told, told, told)
    answered = tuple(draw(st.lists(st.tuples(answers, few_or_many), max_size=3)))
    flat = tuple(each for each, count in answered for _ in range(count))
    silent = draw(few_or_many)
    asked = {days: silent + sum(each.days == days for each in flat) for days in check_in_rows.DAYS}
    codes = draw(st.dictionaries(st.sampled_from(sorted(REFUSALS)), few_or_many, max_size=3))
    counts = draw(st.dictionaries(st.sampled_from(sorted(STATES)), few_or_many, max_size=4))
    return {
        "in_states": {state: Measure(count, 5.0, 9.0, 0.25) for state, count in counts.items()},
        "check_ins": CheckIns(asked=asked, answered=flat),
        "refused": [code for code, count in codes.items() for _ in range(count)],
    }


NOTHING: dict[str, object] = {
    "in_states": {},
    "check_ins": CheckIns(asked={}, answered=()),
    "refused": [],
}


def whole(rows: list[ReferralRow], more: dict[str, object] = NOTHING) -> Loaded:
    return Loaded(
        rows=rows,
        chain=[],
        capacity=[NOW - dt.timedelta(days=30)] * 3,
        receivers={},
        **more,  # type: ignore[arg-type]
        reporting=Reporting(NOW, lambda _: KeptCalendar()),
    )


def report(
    rows: list[ReferralRow],
    by: str,
    *,
    leaves: bool,
    more: dict[str, object] = NOTHING,
    only: str | None = None,
) -> Report:
    asked = Asked(PERIOD, "sender", by, "connected")
    return build_report(asked, whole(rows, more), leaves=leaves, only=only)


@settings(max_examples=60, deadline=None)
@given(many, st.sampled_from(list(GROUPS)), beside())
def test_no_table_that_leaves_tells_a_count_from_1_to_10(
    found: list[tuple[tuple[ReferralRow, Path], int]], by: Group, more: dict[str, object]
) -> None:
    rows = repeated(found)
    made = report(rows, by, leaves=True, more=more)
    counts = [
        cell
        for table in made.tables
        for line in table.lines
        if line.code != "capacity"  # of statements of room, not of people
        for cell, column in zip(line.cells, table.columns, strict=True)
        if column.kind == "count" and isinstance(cell, int)
    ]
    assert not [each for each in counts if is_small(each)]
    assert made.sent is None or made.sent >= 11


@settings(max_examples=60, deadline=None)
@given(many, st.sampled_from(list(GROUPS)))
def test_only_the_table_of_outcomes_tells_exact_counts_and_its_totals_are_the_same_however_it_is_split(
    found: list[tuple[tuple[ReferralRow, Path], int]], by: Group
) -> None:
    rows = repeated(found)
    made, other = report(rows, by, leaves=True), report(rows, "priority", leaves=True)
    for table in made.tables:
        if table.code != "outcomes":
            for line in (each for each in table.lines if each.code != "capacity"):
                for cell, column in zip(line.cells, table.columns, strict=True):
                    if column.kind == "count" and isinstance(cell, int):
                        assert cell % 10 == 0
                    if column.kind == "share" and isinstance(cell, float):
                        assert round(cell * 20) == pytest.approx(cell * 20)
    outcomes, again = made.table("outcomes"), other.table("outcomes")
    if outcomes is not None and again is not None:
        assert outcomes.lines[0].cells == again.lines[0].cells
        assert outcomes.columns == again.columns


@settings(max_examples=30, deadline=None)
@given(many, st.sampled_from(list(GROUPS)), beside(), st.booleans())
def test_a_file_has_the_very_table_of_the_page(
    found: list[tuple[tuple[ReferralRow, Path], int]], by: Group, more: dict[str, object], leaves: bool
) -> None:
    rows = repeated(found)
    made = report(rows, by, leaves=leaves, more=more)
    for code in (code for row in TABLES for code in row.codes):
        alone = report(rows, by, leaves=leaves, more=more, only=code)
        assert alone.table(code) == made.table(code)
        assert len(alone.tables) <= len(next(row.codes for row in TABLES if code in row.codes))


@settings(deadline=None)
@given(tables)
def test_with_known_totals_no_hidden_count_follows_from_them(table: list[list[int]]) -> None:
    assume(len(table) > 1 and len(table[0]) > 1)
    large = [[each + 60 for each in row] for row in table]
    large[0][0] = 3
    shown = suppress_table(large, totals_known=True)
    assert None not in (*shown.row_totals, *shown.column_totals, shown.total)
    hidden = [
        (at, place) for at, line in enumerate(shown.cells) for place, each in enumerate(line) if each is None
    ]
    assert (0, 0) in hidden
    assert known_by_algebra(grid(shown)) == set()


def test_a_known_total_may_not_be_small() -> None:
    with pytest.raises(ValueError, match="known total is small"):
        suppress_table([[3, 4]], totals_known=True)


def test_where_nothing_covers_a_small_count_all_counts_are_hidden() -> None:
    shown = suppress_table([[3, 0, 20], [11, 0, 0]], totals_known=True)
    assert shown.cells[0][0] is None
    assert shown.cells[1][0] is None
    assert shown.column_totals == (14, 0, 20)


def test_small_groups_are_joined_until_they_are_not_small() -> None:
    assert leaving.join_small({"a": 4, "b": 20, "c": 30, "d": 0}) == {
        "a": leaving.OTHERS, "b": leaving.OTHERS, "c": "c", "d": "d",
    }  # fmt: skip
    assert leaving.join_small({"a": 6, "b": 5, "c": 30})["c"] == "c"
    assert leaving.join_small({"a": 11, "b": 30}) == {"a": "a", "b": "b"}


def test_a_referral_with_two_needs_counts_once_among_all_others() -> None:
    twice = [ReferralRow(id=f"{number}", state="sent", needs=("x", "y")) for number in range(6)]
    large = [ReferralRow(id=f"l{number}", state="sent", needs=("z",)) for number in range(20)]
    found = leaving.join_groups({"x": twice, "y": twice, "z": large})
    assert {key: len(rows) for key, rows in found.items()} == {leaving.OTHERS: 26}


def test_one_number_at_a_time() -> None:
    assert [leaving.count_cell(each, leaves=True) for each in (0, 1, 10, 14, 15, 26)] == [
        0, HIDDEN, HIDDEN, HIDDEN, 20, 30,
    ]  # fmt: skip
    assert leaving.count_cell(3, leaves=False) == 3
    assert leaving.share_cells(Share(20, 47), leaves=True) == (0.45,)
    assert leaving.share_cells(Share(40, 47), leaves=True) == (HIDDEN,)
    assert leaving.share_cells(Share(40, 47), leaves=False) == (40, 47, 40 / 47)
    assert leaving.time_cells(Measure(26, 4.6, None, 0.5), leaves=True) == (30, 5.0, None, 0.5)
    assert leaving.time_cells(Measure(26, 4.6, None, 0.75), leaves=True) == (HIDDEN,) * 4


@settings(max_examples=60, deadline=None)
@given(many, st.sampled_from(list(GROUPS)))
def test_inside_the_agency_every_count_is_told_and_adds_up(
    found: list[tuple[tuple[ReferralRow, Path], int]], by: Group
) -> None:
    rows = repeated(found)
    counting = [each for each in rows if each.state != "entered_in_error"]
    table = report(rows, by, leaves=False).table("outcomes")
    if not counting:
        assert table is None
        return
    assert table is not None
    counted = Counter(outcome_of(each) for each in counting)
    assert table.lines[0].cells == (*(counted[each.code] for each in OUTCOMES), len(counting))
    groups = Maker(whole(rows), by, leaves=False).groups
    assert [line.cells[-1] for line in table.lines[1:]] == [len(each) for each in groups.values()]


def test_every_figure_says_what_it_counts_and_gives_what_it_is() -> None:
    kinds = {"time": Measure, "share": Share, "count": int}
    for each in FIGURES:
        assert each.counts
        assert isinstance(each.of([], Reporting(NOW, lambda _: KeptCalendar())), kinds[each.kind])
    assert len(FIGURE) == len(FIGURES)


# --- periods ------------------------------------------------------------------------------------------


def test_days_are_days_of_the_agency() -> None:
    found = last_days(30, dt.datetime(2026, 11, 2, 3, tzinfo=dt.UTC), ZONE)  # still 1 November there
    assert (found.first, found.last) == (dt.date(2026, 10, 3), dt.date(2026, 11, 1))
    # the clock goes back that night: the last day has 25 hours
    assert found.start == dt.datetime(2026, 10, 3, 4, tzinfo=dt.UTC)
    assert found.end == dt.datetime(2026, 11, 2, 5, tzinfo=dt.UTC)


def test_quarters_that_are_over_do_not_overlap() -> None:
    found = quarters(dt.datetime(2026, 1, 5, tzinfo=dt.UTC), ZONE)
    assert [str(each) for each in found[:3]] == ["2025-4", "2025-3", "2025-2"]
    periods = [each.period(ZONE) for each in found]
    assert all(later.start == earlier.end for later, earlier in itertools.pairwise(periods))


def test_days_that_make_no_period_are_refused() -> None:
    day = dt.date(2026, 5, 1)
    for first, last in ((None, day), (day, None), (day, day - dt.timedelta(1)), (day, day + 2 * LONGEST)):
        with pytest.raises(QueryInvalid):
            between(first, last, ZONE)
