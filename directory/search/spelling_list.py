"""The nearest written word, found without comparing against all: symmetric deletion.

Two words at most two typing errors apart have a common form after taking at most two letters from each.
Of every word of the index all such forms are kept as hashes, sorted, with the word's number; a typed word's
forms are looked up among them, and what is found is compared letter by letter by the rule of `spelling`.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from directory.search.postings import Ints
from directory.search.spelling import allowed_errors, typing_errors

Arrays = Mapping[str, npt.NDArray[Any]]
Hashes = npt.NDArray[np.uint64]
LONGEST = 20
"""Longer words are not corrected: their forms would be many and their typing errors are few."""
SHORTEST = 3
_MASK = 0xFFFFFFFF


def compile_spellings(
    spelled: Sequence[str], listings_with: Ints, *, forms: bool = True
) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a `SpellingList`. `spelled` are folded words, sorted. Without `forms` (a segment so small
    that it is soon written again) they are made when first asked for."""
    texts = [word.encode() for word in spelled]
    return {
        "spell_offsets": np.cumsum([0, *map(len, texts)]).astype("<u4"),
        "spell_texts": np.frombuffer(b"".join(texts), dtype=np.uint8),
        "spell_counts": listings_with.astype("<u4"),
    } | ({"spell_forms": _all_forms(spelled)} if forms else {})


def _all_forms(spelled: Sequence[str]) -> Hashes:
    """(hash << 32 | word) of every form of every word, sorted."""
    forms = [_forms(length, numbers, spelled) for length, numbers in _by_length(spelled).items()]
    keys = np.concatenate(forms) if forms else np.empty(0, dtype=np.uint64)
    keys.sort()
    return keys[np.concatenate(([True], keys[1:] != keys[:-1]))].astype("<u8") if keys.size else keys


def _by_length(spelled: Sequence[str]) -> dict[int, list[int]]:
    """Numbers of the words that a correction may give, by length."""
    found: dict[int, list[int]] = {}
    for number, word in enumerate(spelled):
        if SHORTEST <= len(word) <= LONGEST:
            found.setdefault(len(word), []).append(number)
    return found


def _forms(length: int, numbers: Sequence[int], spelled: Sequence[str]) -> Hashes:
    """(hash << 32 | word) of every form of the words of one length."""
    letters = np.array([spelled[number] for number in numbers], dtype=f"U{length}")
    codes = letters.view(np.uint32).reshape(len(numbers), length).astype(np.uint64)
    owners = np.array(numbers, dtype=np.uint64)
    deepest = 2 if length >= 4 else 1
    return np.concatenate(
        [
            (_hashed([codes[:, place] for place in range(length) if place not in left_out]) << np.uint64(32))
            | owners
            for depth in range(deepest + 1)
            for left_out in combinations(range(length), depth)
        ]
    )


def _hashed(columns: Sequence[npt.NDArray[np.uint64]]) -> Hashes:
    """`_hash_of` for many words, given letter by letter."""
    found = np.full(len(columns[0]) if columns else 1, _MASK, dtype=np.uint64)
    for column in columns:
        found = _CRC[(found ^ column) & np.uint64(255)] ^ (found >> np.uint64(8))
    return found ^ np.uint64(_MASK)


def _crc_table() -> Hashes:
    """What each byte does to a CRC-32."""
    table = np.arange(256, dtype=np.uint64)
    for _ in range(8):
        table = np.where(
            table & np.uint64(1), (table >> np.uint64(1)) ^ np.uint64(0xEDB88320), table >> np.uint64(1)
        )
    return table


_CRC = _crc_table()


def _forms_of(word: str, depth: int) -> set[int]:
    """Hashes of the word without up to `depth` letters: CRC-32 of the low bytes of the letters left."""
    letters = bytes(ord(letter) & 255 for letter in word)
    forms = {letters}
    for _ in range(depth):
        forms |= {form[:place] + form[place + 1 :] for form in forms for place in range(len(form))}
    return {crc32(form) for form in forms}


class SpellingList:
    """The written words of one set of listings."""

    def __init__(self, arrays: Arrays) -> None:
        self._offsets = arrays["spell_offsets"]
        self._texts = arrays["spell_texts"]
        self._counts = arrays["spell_counts"]
        stored = arrays.get("spell_forms")
        self._forms = (
            _all_forms([self._word(each) for each in range(self._counts.size)]) if stored is None else stored
        )

    def near(self, word: str) -> list[tuple[int, int, str]]:
        """(typing errors, -listings, written word) of every word within the errors that `word` may have."""
        limit = allowed_errors(word)
        if not limit or len(word) > LONGEST or not self._forms.size:
            return []
        found = []
        for number in self._candidates(word, limit):
            spelled = self._word(number)
            errors = typing_errors(word, spelled, limit)
            if errors <= limit:
                found.append((errors, -int(self._counts[number]), spelled))
        return found

    def _word(self, number: int) -> str:
        first, last = self._offsets[number : number + 2].tolist()
        return self._texts[first:last].tobytes().decode()

    def _candidates(self, word: str, limit: int) -> list[int]:
        hashes = np.array(sorted(_forms_of(word, limit)), dtype=np.uint64) << np.uint64(32)
        lows = self._forms.searchsorted(hashes)
        met = self._forms[np.minimum(lows, self._forms.size - 1)] >> np.uint64(32) == hashes >> np.uint64(32)
        hashes, lows = hashes[met], lows[met]
        highs = self._forms.searchsorted(hashes | np.uint64(_MASK), side="right")
        spans = [self._forms[low:high] for low, high in zip(lows.tolist(), highs.tolist(), strict=True)]
        return np.unique(np.concatenate(spans) & np.uint64(_MASK)).tolist() if spans else []
