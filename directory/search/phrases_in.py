"""Phrases: stems side by side, within name or text, looked up in the token rows of few listings."""

from collections.abc import Sequence

import numpy as np

from directory.search.part import Stored
from directory.search.postings import Ints
from directory.search.word_lists import BETWEEN


def stand_in(stored: Stored, rows: Ints, phrases: Sequence[Sequence[str]]) -> Ints:
    """Places of the rows in which every phrase stands. All words of the phrases occur in the segment."""
    starts, tokens = stored.arrays["token_starts"], stored.arrays["tokens"]
    first = starts[rows].astype(np.int64)
    lengths = starts[rows + 1].astype(np.int64) - first
    within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    said = tokens[np.repeat(first, lengths) + within]
    owners = np.repeat(np.arange(lengths.size), lengths)
    fits = np.ones(rows.size, dtype=np.bool_)
    for phrase in phrases:
        wanted = [stored.posting("word", stem) for stem in phrase]
        size = said.size - len(phrase) + 1
        if not phrase:
            continue
        flags = owners[: max(size, 0)] == owners[len(phrase) - 1 :]
        for place, posting in enumerate(wanted):
            flags &= said[place : place + flags.size] == (BETWEEN if posting is None else posting.ordinal)
        has = np.zeros(rows.size, dtype=np.bool_)
        has[owners[: flags.size][flags]] = True
        fits &= has
    return np.flatnonzero(fits)
