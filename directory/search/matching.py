"""Which rows of one part match a query: the rules of `engine`, carried out on whole arrays.

The rarest condition gives the candidates, cut to the circle's stretches of rows; every further condition is
one lookup for all candidates at once.
"""

import numpy as np

from directory.listings.record import KINDS
from directory.search.engine import Circle
from directory.search.matches import Asked, Matches
from directory.search.part import Part
from directory.search.phrases_in import stand_in
from directory.search.postings import Bools, Bytes, Ints
from directory.search.reaching import anywhere, fulfil, in_circle, in_region

_PEER_GROUP = KINDS.index("peer_group")
_SEVERAL = 255
_ONLY_BIT: Bytes = np.full(1 << 16, _SEVERAL, dtype=np.uint8)
"""By the filter groups (of at most 16) that a row fails: 0 for none, n for only the n-th, else `_SEVERAL`."""
_ONLY_BIT[0] = 0
_ONLY_BIT[1 << np.arange(16)] = np.arange(1, 17)


def match(part: Part, asked: Asked) -> Matches | None:
    """The rows that fulfil everything but the filters, of which they miss at most one group. None: none."""
    query = asked.query
    conditions = asked.conditions(part)
    for each in conditions:
        if not each.rows.size:
            return None
    if isinstance(query.where, Circle):
        found = in_circle(part, asked, query.where, conditions)
    elif query.where is None:
        found = anywhere(part, conditions)
    else:
        found = in_region(part, asked, query.where, conditions)
    _narrow(part, asked, found)
    if len(found.values) < len(conditions):
        others = set(range(len(conditions))) - set(found.values)
        for place in sorted(others, key=lambda at: conditions[at].rows.size):
            fulfil(part, found, place, conditions[place])
    if query.phrases:
        found.take(stand_in(part.stored, found.rows, query.phrases))
    _pass_filters(part, asked, found)
    return found


def is_meeting(part: Part, rows: Ints) -> Bools:
    """`ranking.is_meeting` for rows."""
    flags: Bools = (part.small["attendance"][rows] != 0) | (part.small["kind"][rows] == _PEER_GROUP)
    return flags


def _narrow(part: Part, asked: Asked, found: Matches) -> None:
    """Live rows of the right kind, attendance and hours, in the selection."""
    query, rows, selection = asked.query, found.rows, asked.query.selection
    flags: list[Bools] = []
    if part.live is not None:
        flags.append(part.live[rows])
    if asked.kinds is not None:
        flags.append(asked.kinds[part.small["kind"][rows]])
    if query.attendance:
        flags.append((part.small["attendance"][rows] & asked.attendance) != 0)
    if query.open_at is not None:
        flags.append(part.timetable.open_at(part.pattern[rows], query.open_at))
    if query.weekday is not None or query.time_from is not None or query.time_to is not None:
        starts = part.timetable.starts_within(
            part.pattern[rows], query.weekday, query.time_from, query.time_to
        )
        flags.append(is_meeting(part, rows) & starts)
    if selection.needs:
        flags.append(part.any_of("need", selection.needs).among(rows, part.count) != 0)
    if selection.states:
        flags.append(part.touching(selection.states, by_video=query.remote_ok)[rows])
    if flags:
        found.take((np.logical_and.reduce(flags) if len(flags) > 1 else flags[0]).nonzero()[0])


def _pass_filters(part: Part, asked: Asked, found: Matches) -> None:
    """Keeps what misses no filter group, or just one: those count for the options of that group."""
    if asked.masks:
        failed = np.zeros(found.rows.size, dtype=np.uint16)
        for number, (_, mask) in enumerate(asked.masks):
            failed += part.failing(mask)[found.rows] * np.uint16(1 << number)
        missed = _ONLY_BIT[failed]
        if len(asked.masks) > 1:
            kept = (missed != _SEVERAL).nonzero()[0]
            found.take(kept)
            missed = missed[kept]
        found.missed = missed
    found.bits = part.bits[found.rows]
