"""Posting lists as raw arrays: for each term the rows that have it, and one small number per row.

All lists of a field lie in one block. A list is `ordinal` (uint32: the term's place among the sorted terms),
`rows` (uint32, ascending), `values` (uint8, padded to four bytes), little-endian.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
LARGEST_VALUE = 255
_ROWS_AT_ONCE = 16_384


class Posting(NamedTuple):
    """The rows of one term (ascending) and their values. Read-only views into the index."""

    rows: Rows
    values: Bytes
    ordinal: int = 0


NOTHING = Posting(np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.uint8))


@dataclass(frozen=True)
class FieldPostings:
    """All lists of one field. `starts`: a byte offset into `block` per term; `counts`: the rows of each."""

    terms: Sequence[bytes]
    block: Bytes
    starts: Ints
    counts: Ints
    weights: Ints
    """Sum of the values of each list."""
    greatest: Ints
    """Largest value of each list."""


def pack(
    terms: Sequence[bytes], ordinals: Ints, rows: Ints, values: Ints, *, first: int = 0
) -> FieldPostings:
    """Lists out of (ordinal, row, value) triples sorted by ordinal and row, each pair once.

    `terms` are sorted; every one occurs. Values above 255 count as 255. `first`: the place of the first term
    among those of the whole field.
    """
    counts = np.bincount(ordinals, minlength=len(terms)).astype(np.int64)
    words = 1 + counts + (counts + 3) // 4
    starts = np.cumsum(words) - words
    block = np.zeros(int(words.sum()), dtype="<u4")
    block[starts] = np.arange(first, first + len(terms), dtype="<u4")
    firsts = np.cumsum(counts) - counts
    within = np.arange(len(rows)) - np.repeat(firsts, counts)
    block[np.repeat(starts + 1, counts) + within] = rows
    flat: Bytes = block.view(np.uint8)
    values = np.minimum(values, LARGEST_VALUE)
    flat[np.repeat((starts + 1 + counts) * 4, counts) + within] = values
    filled = bool(len(rows))
    return FieldPostings(
        terms=terms,
        block=flat,
        starts=starts * 4,
        counts=counts,
        weights=np.add.reduceat(values, firsts) if filled else counts,
        greatest=np.maximum.reduceat(values, firsts) if filled else counts,
    )


def join(parts: Sequence[FieldPostings]) -> FieldPostings:
    """One field out of parts of it, whose terms follow each other."""
    if not parts:
        nothing = np.empty(0, dtype=np.int64)
        return pack([], nothing, nothing, nothing)
    sizes = np.cumsum([0, *(each.block.size for each in parts)])
    return FieldPostings(
        terms=[term for each in parts for term in each.terms],
        block=np.concatenate([each.block for each in parts]),
        starts=np.concatenate([each.starts + size for each, size in zip(parts, sizes, strict=False)]),
        counts=np.concatenate([each.counts for each in parts]),
        weights=np.concatenate([each.weights for each in parts]),
        greatest=np.concatenate([each.greatest for each in parts]),
    )


def unpack(block: Bytes, start: int, count: int) -> Posting:
    """The list at a byte offset, without copying. `block` begins at a multiple of four bytes."""
    words = block[start : start + 4 * (1 + count)].view("<u4")
    values = block[start + 4 * (1 + count) : start + 4 * (1 + count) + count]
    return Posting(words[1:], values, int(words[0]))


def in_order(items: Array, lengths: Ints, final: Ints) -> tuple[Array, Ints]:
    """Rows of different lengths, all behind each other, with row i moved to place `final[i]`."""
    source = np.empty(len(final), dtype=np.int64)
    source[final] = np.arange(len(final))
    starts = np.cumsum(lengths) - lengths
    moved = lengths[source]
    ends = np.cumsum(moved)
    put = np.empty_like(items)
    for first in range(0, len(source), _ROWS_AT_ONCE):
        some, sizes = source[first : first + _ROWS_AT_ONCE], moved[first : first + _ROWS_AT_ONCE]
        begin = int(ends[first] - moved[first])
        stop = begin + int(sizes.sum())
        within = np.arange(stop - begin) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        put[begin:stop] = items[np.repeat(starts[some], sizes) + within]
    return put, moved
