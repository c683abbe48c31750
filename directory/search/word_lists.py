"""Words of many listings at once: from texts to posting lists, token rows and the spelling vocabulary."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.search import words
from directory.search.postings import Bools, FieldPostings, Ints, in_order, join, pack

Rows = npt.NDArray[np.uint32]
NAME_WEIGHT = 3
"""As in `ranking.NAME_WEIGHT`, whole: a list keeps 3 x (times in the name) + (times in the text)."""
BETWEEN = 0xFFFFFFFF
"""Stands between name and text in the token rows, so that no phrase runs across."""
_SHORT_LINE = 40
"""Lines up to this length recur (labels, towns, programmes); their words are kept ready."""
_KEPT_LINES = 50_000
_LISTINGS_AT_ONCE = 16_384
_TOKENS_AT_ONCE = 1 << 20
_MOST_PARTS = 16
"""Each part looks through all tokens once."""


class _Vocabulary(dict[str, int]):
    """Numbers words as they come."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


@dataclass(frozen=True)
class WordLists:
    """What `TextReader` found. Listings are numbered in their final order."""

    postings: FieldPostings
    token_starts: npt.NDArray[np.uint64]
    tokens: Rows
    """Ordinals of stems, all listings behind each other; `BETWEEN` parts name and text."""
    spellings: list[str]
    """Words as they are written (folded), sorted."""
    listings_with: Ints
    """How many listings have each of `spellings`."""


class TextReader:
    """Takes the words of listings one by one; `finish` makes the lists."""

    def __init__(self) -> None:
        self._vocabulary = _Vocabulary({"": 0})
        self._tokens = array("I")
        self._lengths = array("I")
        self._lines: dict[str, array[int]] = {}

    def add(self, name: str, text: str) -> None:
        """One listing's words. Word 0 marks the place between name and text."""
        tokens = self._tokens
        before = len(tokens)
        tokens.extend(map(self._vocabulary.__getitem__, words.tokens(name)))
        tokens.append(0)
        for line in text.split("\n"):
            tokens.extend(self._read(line))
        self._lengths.append(len(tokens) - before)

    def _read(self, line: str) -> "array[int]":
        known = self._lines.get(line)
        if known is None:
            known = array("I", map(self._vocabulary.__getitem__, words.tokens(line)))
            if len(line) <= _SHORT_LINE and len(self._lines) < _KEPT_LINES:
                self._lines[line] = known
        return known

    def finish(self, final: Ints) -> WordLists:
        """The lists, listing i becoming row `final[i]`. What was taken down is let go.

        Tokens are many: what needs long numbers of each is done a part at a time, so that memory stays small.
        """
        lengths = np.frombuffer(self._lengths, dtype=np.uint32)
        tokens = np.frombuffer(self._tokens, dtype=np.uint32)
        surfaces = list(self._vocabulary)
        self._vocabulary = _Vocabulary()
        stem_of, stems = _stems(surfaces)
        spelled, listings_with = _spellings(tokens, lengths, surfaces, stem_of)
        stemmed, is_mark = stem_of[tokens], tokens == 0
        del tokens
        self._tokens, self._lines = array("I"), {}
        rows = np.repeat(final.astype(np.uint32), lengths)
        # every listing has one mark, behind its name
        marks = is_mark.nonzero()[0].astype(np.uint32)
        in_name = _before(marks, lengths)
        postings = _postings(stems, stemmed, rows, in_name, len(lengths))
        del rows, in_name
        wanted = (stemmed >= 0) | is_mark
        kept = np.add.reduceat(wanted, _starts(lengths), dtype=np.int64) if len(lengths) else _starts(lengths)
        # the mark, -1 among the stems, is `BETWEEN` without its sign
        ordered, kept = in_order(stemmed[wanted].view(np.uint32).astype("<u4", copy=False), kept, final)
        return WordLists(
            postings=postings,
            token_starts=np.concatenate(([0], np.cumsum(kept))).astype("<u8"),
            tokens=ordered,
            spellings=spelled,
            listings_with=listings_with,
        )


def _before(marks: Rows, lengths: Rows) -> Bools:
    """Whether each token stands before the mark of its listing; three bytes a token while it is found out."""
    steps = np.zeros(int(lengths.sum(dtype=np.int64)) + 1, dtype=np.int8)
    steps[_starts(lengths)] += 1
    steps[marks] -= 1  # the same place where a listing has no name
    return np.cumsum(steps[:-1], dtype=np.int8).view(np.bool_)


def _starts(lengths: Rows) -> Ints:
    ends = np.cumsum(lengths, dtype=np.int64)
    return ends - lengths


def _spellings(tokens: Rows, lengths: Rows, surfaces: Sequence[str], stem_of: Ints) -> tuple[list[str], Ints]:
    """The words that are no stop words, sorted, and how many listings have each."""
    counts = np.zeros(len(surfaces), dtype=np.int64)
    starts = _starts(lengths)
    for first in range(0, len(lengths), _LISTINGS_AT_ONCE):
        some = lengths[first : first + _LISTINGS_AT_ONCE]
        begin = int(starts[first])
        part = tokens[begin : begin + int(some.sum())].astype(np.uint64) << np.uint64(32)
        part |= np.repeat(np.arange(len(some), dtype=np.uint64), some)
        part.sort()
        counts += np.bincount((part[_firsts(part)] >> np.uint64(32)).astype(np.int64), minlength=len(counts))
    kept = sorted((surfaces[number], number) for number in (stem_of >= 0).nonzero()[0].tolist())
    return [word for word, _ in kept], counts[[number for _, number in kept]].astype(np.int64)


def _stems(surfaces: Sequence[str]) -> tuple[Ints, list[str]]:
    """The ordinal of each word's stem among the sorted stems; -1 for stop words and for the mark (word 0)."""
    stemmed = [None if word in words.STOP_WORDS or not word else words.stem(word) for word in surfaces]
    stems = sorted({each for each in stemmed if each is not None}, key=str.encode)
    ordinals = {stem: number for number, stem in enumerate(stems)}
    found = [-1 if each is None else ordinals[each] for each in stemmed]
    return np.array(found, dtype=np.int32), stems


def _postings(stems: Sequence[str], stemmed: Ints, rows: Rows, in_name: Bools, count: int) -> FieldPostings:
    """One (stem, row, weight) per stem and row, the weights of its tokens added up; some stems at a time."""
    ends = np.cumsum(np.bincount(stemmed[stemmed >= 0], minlength=len(stems)))
    at_once = max(_TOKENS_AT_ONCE, len(stemmed) // _MOST_PARTS)
    parts, first = [], 0
    while first < len(stems):
        done = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + at_once, side="right")))
        some = (stemmed >= first) & (stemmed < last)
        triples = _triples(stemmed[some] - first, rows[some], in_name[some], count)
        parts.append(pack([stem.encode() for stem in stems[first:last]], *triples, first=first))
        first = last
    return join(parts)


def _triples(stemmed: Ints, rows: Rows, in_name: Bools, count: int) -> tuple[Ints, Ints, Ints]:
    """(stem, row, weight) in order, each stem and row once."""
    # the weight rides in the two lowest bits, so that one sort of plain numbers does it all
    keys = stemmed.astype(np.int64)
    keys *= max(count, 1)
    keys += rows
    keys <<= 2
    keys |= np.where(in_name, np.uint8(NAME_WEIGHT), np.uint8(1))
    keys.sort()
    weights = (keys & 3).astype(np.uint8)
    keys >>= 2
    firsts = _firsts(keys)
    keys = keys[firsts]
    return keys // max(count, 1), keys % max(count, 1), np.add.reduceat(weights, firsts, dtype=np.int64)


def _firsts(keys: npt.NDArray[Any]) -> Ints:
    """Where each key stands first, of sorted ones."""
    is_first = np.ones(keys.size, dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=is_first[1:])
    return is_first.nonzero()[0]
