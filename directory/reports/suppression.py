"""Small counts hidden, and enough others with them that nobody can work them out (PRODUCT R10).

A count from 1 to 10 is hidden; 0 is not (threshold below 11, as health agencies use it). A hidden count
could be found by subtracting from a total, so others are hidden with it. A table with its totals is a
network: rows and columns are nodes, counts are edges. A hidden count is safe when it lies on a cycle of
hidden counts along which one can be added and taken away in turn with every sum kept, and no hidden count
falling to 0; then at least two tables fit all that is shown. For each small count the cheapest such cycle
is hidden. Totals go last, zeros before.
"""

import heapq
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from directory.small_counts import is_small

_ZERO_COST = 10**6
_TOTAL_COST = 10**9


@dataclass(frozen=True, slots=True)
class Line:
    """Counts with their sum; None is hidden."""

    cells: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with all its sums; None is hidden."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


class _Edge(NamedTuple):
    key: Hashable
    start: Hashable
    end: Hashable
    number: int
    is_margin: bool
    """A sum of others: it grows when they grow, so along a cycle it counts the other way round."""
    cost: int

    def can(self, *, forward: bool) -> bool:
        """Whether the count may change by one when the cycle runs through this edge in that direction."""
        return forward != self.is_margin or self.number > 1


class _Step(NamedTuple):
    edge: _Edge
    to: Hashable


class _Network:
    """Counts as edges between two kinds of nodes."""

    def __init__(self, edges: Sequence[_Edge]):
        self.edges = edges
        self.safe = True
        """Whether every small count has a cycle."""
        self.hidden: set[Hashable] = {each.key for each in edges if is_small(each.number)}
        self.steps: dict[Hashable, list[_Step]] = {}
        for edge in edges:
            if edge.can(forward=True):
                self.steps.setdefault(edge.start, []).append(_Step(edge, edge.end))
            if edge.can(forward=False):
                self.steps.setdefault(edge.end, []).append(_Step(edge, edge.start))

    def protect(self) -> set[Hashable]:
        """The keys to hide: all small counts, and for each the cheapest cycle that keeps it unknown."""
        for edge in sorted(self.edges, key=lambda each: each.number):
            if is_small(edge.number):
                cycle = self._cheapest_cycle(edge)
                self.safe = self.safe and bool(cycle)
                self.hidden.update(each.key for each in cycle)
        return self.hidden

    def _cheapest_cycle(self, edge: _Edge) -> list[_Edge]:
        found = [
            path
            for forward in (True, False)
            if edge.can(forward=forward)
            for path in [self._path(edge, forward=forward)]
            if path is not None
        ]
        return min(found, key=lambda path: (sum(map(self._cost, path)), len(path)), default=[])

    def _cost(self, edge: _Edge) -> int:
        return 0 if edge.key in self.hidden else edge.cost

    def _path(self, edge: _Edge, *, forward: bool) -> list[_Edge] | None:
        """The cheapest way back from one end of `edge` to the other, not through itself (Dijkstra)."""
        origin, goal = (edge.end, edge.start) if forward else (edge.start, edge.end)
        best: dict[Hashable, tuple[int, int]] = {origin: (0, 0)}
        came: dict[Hashable, tuple[Hashable, _Edge]] = {}
        queue: list[tuple[int, int, int, Hashable]] = [(0, 0, 0, origin)]
        pushed = 0
        while queue:
            cost, length, _, node = heapq.heappop(queue)
            if node == goal:
                return list(self._walk_back(came, origin, goal))
            if (cost, length) > best[node]:
                continue
            for step in self.steps.get(node, ()):
                reached = (cost + self._cost(step.edge), length + 1)
                if step.edge.key != edge.key and reached < best.get(step.to, (reached[0] + 1, 0)):
                    best[step.to], came[step.to] = reached, (node, step.edge)
                    pushed += 1
                    heapq.heappush(queue, (*reached, pushed, step.to))
        return None

    @staticmethod
    def _walk_back(
        came: dict[Hashable, tuple[Hashable, _Edge]], origin: Hashable, goal: Hashable
    ) -> Iterator[_Edge]:
        node = goal
        while node != origin:
            node, edge = came[node]
            yield edge


def _edge(
    key: Hashable, start: Hashable, end: Hashable, count: int, *, is_margin: bool, is_sum: bool
) -> _Edge:
    if count < 0:
        raise ValueError("a count cannot be below zero")
    cost = _TOTAL_COST + count if is_sum else count or _ZERO_COST
    return _Edge(key, start, end, count, is_margin, cost)


def suppress_line(counts: Sequence[int]) -> Line:
    """Counts that add up to a total, with what must be hidden taken out. Raises ValueError below zero."""
    total = sum(counts)
    edges = [
        _edge(at, "line", "sum", count, is_margin=False, is_sum=False) for at, count in enumerate(counts)
    ]
    edges.append(_edge("total", "line", "sum", total, is_margin=True, is_sum=True))
    hidden = _Network(edges).protect()
    return Line(
        tuple(None if at in hidden else count for at, count in enumerate(counts)),
        None if "total" in hidden else total,
    )


def suppress_table(counts: Sequence[Sequence[int]], *, totals_known: bool = False) -> Table:
    """A table of counts with row, column and grand totals. Raises ValueError when rows differ in length.

    `totals_known`: its totals stand elsewhere too (in another table of the same report), so they are all
    shown, and nothing is hidden behind them; where that leaves a small count no cover, all counts are
    hidden. Raises ValueError when a total itself is small.
    """
    widths = {len(row) for row in counts}
    if len(widths) > 1:
        raise ValueError("every row has as many counts as the first")
    rows, columns = len(counts), next(iter(widths), 0)
    whole = [[*row, sum(row)] for row in counts]
    whole.append([sum(column) for column in zip(*whole, strict=True)] if whole else [0])
    edges = [
        _edge(
            (row, column),
            ("row", row),
            ("column", column),
            whole[row][column],
            is_margin=(row == rows) != (column == columns),
            is_sum=row == rows or column == columns,
        )
        for row in range(rows + 1)
        for column in range(columns + 1)
    ]
    hidden = _hidden_within(edges, rows, columns) if totals_known else _Network(edges).protect()
    shown = [
        [None if (row, column) in hidden else count for column, count in enumerate(line)]
        for row, line in enumerate(whole)
    ]
    return Table(
        cells=tuple(tuple(line[:columns]) for line in shown[:rows]),
        row_totals=tuple(line[columns] for line in shown[:rows]),
        column_totals=tuple(shown[rows][:columns]),
        total=shown[rows][columns],
    )


def _hidden_within(edges: Sequence[_Edge], rows: int, columns: int) -> set[Hashable]:
    """What to hide of a table whose totals are known: counts alone."""
    totals = {("row", rows), ("column", columns)}
    inner = [each for each in edges if not totals & {each.start, each.end}]
    if any(is_small(each.number) for each in edges if totals & {each.start, each.end}):
        raise ValueError("a known total is small")
    network = _Network(inner)
    hidden = network.protect()
    return hidden if network.safe else {each.key for each in inner}


def share_may_be_shown(part: int, whole: int) -> bool:
    """Whether "part of whole" may leave: neither those counted nor the others are too few."""
    return not is_small(part) and not is_small(whole) and not is_small(whole - part)
