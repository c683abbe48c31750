"""No small count can be read off a report, nor worked out from what is shown."""

import itertools
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.reports.suppression import (
    Line,
    Table,
    share_may_be_shown,
    suppress_line,
    suppress_table,
)
from directory.small_counts import is_small

counts = st.one_of(st.integers(0, 3), st.integers(0, 14), st.integers(0, 400))
lines = st.lists(counts, min_size=1, max_size=7)
tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda size: st.lists(
        st.lists(counts, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def grid(table: Table) -> list[list[int | None]]:
    """The table with its totals as the last row and column."""
    rows = [[*row, total] for row, total in zip(table.cells, table.row_totals, strict=True)]
    return [*rows, [*table.column_totals, table.total]]


def whole(table: Sequence[Sequence[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def determined(equations: Sequence[Sequence[int]]) -> set[int]:
    """Unknowns that a set of linear equations fixes: those alone in a row of the reduced echelon form."""
    rows = [[Fraction(each) for each in row] for row in equations]
    width = len(rows[0]) if rows else 0
    at = 0
    for column in range(width):
        pivot = next((row for row in range(at, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [each / rows[at][column] for each in rows[at]]
        for row in range(len(rows)):
            if row != at and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[at], strict=True)]
        at += 1
    alone = [[column for column, each in enumerate(row) if each] for row in rows]
    return {found[0] for found in alone if len(found) == 1}


def known_by_algebra(shown: list[list[int | None]]) -> set[tuple[int, int]]:
    """Hidden places of a table that its sums give away."""
    hidden = [
        (row, column) for row, line in enumerate(shown) for column, each in enumerate(line) if each is None
    ]
    place = {each: at for at, each in enumerate(hidden)}
    equations = []
    height, width = len(shown), len(shown[0])
    for line in [[(row, column) for column in range(width)] for row in range(height)] + [
        [(row, column) for row in range(height)] for column in range(width)
    ]:
        equation = [0] * len(hidden)
        for each in line:
            if each in place:
                equation[place[each]] = -1 if each == line[-1] else 1
        equations.append(equation)
    return {hidden[at] for at in determined(equations)}


@settings(deadline=None)
@given(tables)
def test_no_hidden_count_of_a_table_follows_from_its_sums(table: list[list[int]]) -> None:
    assert known_by_algebra(grid(suppress_table(table))) == set()


@settings(deadline=None)
@given(tables)
def test_every_small_count_is_hidden_and_what_is_shown_is_true(table: list[list[int]]) -> None:
    for shown, true in zip(grid(suppress_table(table)), whole(table), strict=True):
        for each, count in zip(shown, true, strict=True):
            assert each in {None, count}
            if is_small(count):
                assert each is None


@settings(deadline=None)
@given(tables)
def test_a_table_without_small_counts_is_shown_whole(table: list[list[int]]) -> None:
    large = [[each + 11 if each else 0 for each in row] for row in table]
    assert grid(suppress_table(large)) == whole(large)


@settings(deadline=None)
@given(lines)
def test_a_line_leaves_at_least_two_answers_for_every_hidden_count(line: list[int]) -> None:
    shown = suppress_line(line)
    hidden = [count for count, each in zip(line, shown.cells, strict=True) if each is None]
    for each, count in zip(shown.cells, line, strict=True):
        assert each in {None, count}
        assert each is None or not is_small(count)
    if not hidden:
        assert shown == Line(tuple(line), sum(line))
    elif shown.total is not None:
        # even who knows that nothing hidden is 0 can move one from somewhere to somewhere else
        assert len(hidden) >= 2
        assert all(count > 1 or sum(hidden) - count > len(hidden) - 1 for count in hidden)


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ([20, 30], (20, 30), 50),
        ([0, 30], (0, 30), 30),
        ([5, 30, 12], (None, 30, None), 47),
        ([5, 7, 30], (None, None, 30), 42),
        ([1, 1, 30], (None, None, None), 32),  # two hidden ones that add up to 2 would be 1 and 1
        ([5, 0], (None, 0), None),
        ([4, 5], (None, None), None),
        ([1] * 11, (None,) * 11, None),
        ([], (), 0),
    ],
)
def test_lines_as_people_would_check_them(
    counts: list[int], cells: tuple[int | None, ...], total: int | None
) -> None:
    assert suppress_line(counts) == Line(cells, total)


def test_the_bridge_between_two_pairs_is_no_hiding_place() -> None:
    # each row and column may have two hidden counts, and still one of them follows from two sums
    table = [[5, 40, 60, 70], [50, 40, 60, 70], [50, 40, 6, 70], [50, 40, 60, 70]]
    shown = grid(suppress_table(table))
    assert known_by_algebra(shown) == set()
    assert sum(each is None for line in shown for each in line) == 4


def test_totals_are_hidden_only_when_nothing_else_helps() -> None:
    found = suppress_table([[3, 50], [60, 70]])
    assert found == Table(((None, None), (None, None)), (53, 130), (63, 120), 183)
    assert suppress_table([[3]]) == Table(((None,),), (None,), (None,), None)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=2, max_size=2))
def test_of_a_very_small_table_no_hidden_count_is_certain(table: list[list[int]]) -> None:
    shown = grid(suppress_table(table))
    fits = [
        filled
        for cells in itertools.product(range(6), repeat=4)
        for filled in [whole([cells[:2], cells[2:]])]
        if all(
            each in {None, count} and (each is not None or count > 0 or not is_small(true))
            for line, given_line, true_line in zip(filled, shown, whole(table), strict=True)
            for count, each, true in zip(line, given_line, true_line, strict=True)
        )
    ]
    for row, line in enumerate(shown):
        for column, each in enumerate(line):
            if each is None:
                assert len({filled[row][column] for filled in fits}) > 1


def test_shares_of_few_people_are_not_shown() -> None:
    assert share_may_be_shown(40, 100)
    assert share_may_be_shown(0, 100)
    assert share_may_be_shown(100, 100)
    assert not share_may_be_shown(3, 100)
    assert not share_may_be_shown(97, 100)
    assert not share_may_be_shown(0, 9)


def test_what_is_no_table_of_counts_is_refused() -> None:
    with pytest.raises(ValueError, match="as many counts"):
        suppress_table([[1, 2], [3]])
    with pytest.raises(ValueError, match="below zero"):
        suppress_line([-1])
    assert suppress_table([]) == Table((), (), (), 0)
