"""Names that start with, or have a word that starts with, what a person has typed so far.

Every word start of every name is one 8-byte key, all sorted; a prefix is a stretch of them. Names are
numbered in the order in which they are offered: those of most listings first, then by alphabet.
"""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.search import words
from directory.search.postings import Ints, in_order

Arrays = Mapping[str, npt.NDArray[Any]]
KEY_BYTES = 8


class NameReader:
    """Takes the names of listings one by one; `finish` gives the arrays of a `NameList`."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._of_listing = array("I")
        self._lengths = array("I")

    def add(self, names: Sequence[str]) -> None:
        """One listing's names (the lines of its `name`)."""
        for name in names:
            self._of_listing.append(self._numbers.setdefault(name, len(self._numbers)))
        self._lengths.append(len(names))

    def finish(self, final: Ints) -> dict[str, npt.NDArray[Any]]:
        """The arrays, listing i becoming row `final[i]`."""
        numbers = np.frombuffer(self._of_listing, dtype=np.uint32).astype(np.int64)
        lengths = np.frombuffer(self._lengths, dtype=np.uint32).astype(np.int64)
        names = list(self._numbers)
        folded = [words.fold(name) for name in names]
        counts = np.bincount(numbers, minlength=len(names))
        by_alphabet = sorted(range(len(names)), key=lambda number: f"{folded[number]}\0{names[number]}")
        alphabet = np.array(by_alphabet, dtype=np.int64)
        order = alphabet[np.argsort(-counts[alphabet], kind="stable")]
        place = np.empty(len(names), dtype=np.int64)
        place[order] = np.arange(len(names))
        rows, lengths = in_order(place[numbers], lengths, final)
        texts = [names[number].encode() for number in order.tolist()]
        keys, owners = _word_starts([folded[number] for number in order.tolist()])
        return {
            "name_starts": np.concatenate(([0], np.cumsum(lengths))).astype("<u4"),
            "name_rows": rows.astype("<u4"),
            "name_counts": counts[order].astype("<u4"),
            "name_offsets": np.cumsum([0, *map(len, texts)]).astype("<u4"),
            "name_texts": np.frombuffer(b"".join(texts), dtype=np.uint8),
            "name_keys": keys,
            "name_owners": owners,
        }


def _word_starts(folded: Sequence[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """(key, owner) of every word start, sorted; an owner is twice the name's number, plus 1 for its start."""
    # every name ends with as many zeros as a key is long, so that no key reaches into the next name
    texts = [text.encode() + bytes(KEY_BYTES) for text in folded]
    joined = np.frombuffer(b"".join(texts) or bytes(KEY_BYTES), dtype=np.uint8)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    firsts = np.cumsum(lengths) - lengths
    inner = np.flatnonzero(joined[:-1] == ord(" ")) + 1
    starts = np.concatenate([firsts, inner])
    owners = np.concatenate(
        [np.arange(len(texts)) * 2 + 1, (firsts.searchsorted(inner, side="right") - 1) * 2]
    )
    keys = np.zeros(starts.size, dtype=np.uint64)
    for place in range(KEY_BYTES):
        keys = (keys << np.uint64(8)) | joined[starts + place]
    order = np.argsort(keys, kind="stable")
    return keys[order].astype("<u8"), owners[order].astype("<u4")


class NameList:
    """The names of one set of listings."""

    def __init__(self, arrays: Arrays) -> None:
        self._rows_starts = arrays["name_starts"]
        self._rows: Ints = arrays["name_rows"]
        self._counts: Ints = arrays["name_counts"]
        self._offsets = arrays["name_offsets"]
        self._texts = arrays["name_texts"]
        self._keys = arrays["name_keys"]
        self._owners: Ints = arrays["name_owners"]

    def live_counts(self, deleted: Ints) -> Ints:
        """How many listings have each name, without the given rows."""
        counts = self._counts.astype(np.int64)
        for row in deleted.tolist():
            first, last = self._rows_starts[row : row + 2].tolist()
            counts[self._rows[first:last]] -= 1
        return counts

    def starting_with(self, prefix: str) -> tuple[Ints, Ints]:
        """Numbers of names that start with the folded `prefix`; of those that only have a word that does."""
        low, high = self._stretch(prefix)
        owners = np.unique(self._owners[low:high]).astype(np.int64)
        if len(prefix.encode()) > KEY_BYTES:
            kept = [owner for owner in owners.tolist() if self._fits(owner, prefix)]
            owners = np.array(kept, dtype=np.int64)
        at_start = owners[owners & 1 == 1] >> 1
        return at_start, np.setdiff1d(owners[owners & 1 == 0] >> 1, at_start)

    def count_of(self, name: str, counts: Ints) -> int:
        """How many listings have just this name."""
        low, high = self._stretch(words.fold(name)[:KEY_BYTES])
        owners = self._owners[low:high]
        numbers = [each >> 1 for each in owners.tolist() if each & 1 and self.text(each >> 1) == name]
        return sum(int(counts[number]) for number in numbers)

    def text(self, number: int) -> str:
        """A name as it is written."""
        first, last = self._offsets[number : number + 2].tolist()
        return self._texts[first:last].tobytes().decode()

    def _fits(self, owner: int, prefix: str) -> bool:
        text = words.fold(self.text(owner >> 1))
        return text.startswith(prefix) if owner & 1 else f" {prefix}" in text

    def _stretch(self, prefix: str) -> tuple[int, int]:
        """The keys that begin with the first eight bytes of `prefix`."""
        start = prefix.encode()[:KEY_BYTES]
        low = int.from_bytes(start.ljust(KEY_BYTES, b"\x00"), "big")
        high = int.from_bytes(start.ljust(KEY_BYTES, b"\xff"), "big")
        left = self._keys.searchsorted(np.uint64(low), side="left")
        return int(left), int(self._keys.searchsorted(np.uint64(high), side="right"))
