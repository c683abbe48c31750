"""How fast it could be: the same questions over bare numpy arrays, without any feature of a product.

No files, updates, deletions, service areas, hours, languages, counts of the options not chosen: rows in
geographic order, posting lists in dicts, filters as bits. Like every engine it gives a page of 20 hits, the
exact total and the filter counts.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.search import ranking
from directory.search.columns import SegmentData
from directory.search.engine import Circle, EngineQuery, Hit, Region, SearchPage
from directory.search.geometry import key_spans
from directory.search.postings import FieldPostings, unpack
from directory.search.spelling import typing_errors
from directory.search.words import stems

Array = npt.NDArray[Any]
_BYTE_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(float)
_PLACES = np.arange(8) * 256


class LimitEngine:
    """Answers a `SearchPage`, as far as it knows."""

    name = "limit"

    def build(self, data: SegmentData, codes: Sequence[str]) -> None:
        """Takes the arrays that the engine writes to files, and keeps them as they are. `codes` by bit."""
        columns = data.columns
        self.ids, self.key, self.bits = data.ids, columns["key"], columns["bits"]
        self.x, self.y, self.z = columns["x"], columns["y"], columns["z"]
        self.codes = {code: place for place, code in enumerate(codes)}
        self.quality = columns["quality"] / 255.0 * ranking.QUALITY_WEIGHT
        self.needs = {code: rows for code, (rows, _) in _lists(data.fields["need"])}
        self.states: dict[str, Array] = {
            f"US-{code}": rows for code, (rows, _) in _lists(data.fields["state"])
        }
        for field in ("area", "video"):
            for code, (rows, _) in _lists(data.fields[field]):
                self.states[code] = np.union1d(self.states.get(code, rows[:0]), rows)
        self.words = dict(_lists(data.fields["word"]))
        self.fits = {
            word: weights / (weights + ranking.HALF_SATURATION) for word, (_, weights) in self.words.items()
        }
        self.rarities = {
            word: ranking.rarity(data.count, rows.size) for word, (rows, _) in self.words.items()
        }
        self.spelled: dict[str, list[str]] = defaultdict(list)
        offsets, texts = data.arrays["spell_offsets"].tolist(), data.arrays["spell_texts"].tobytes()
        for start, end in pairwise(offsets):
            for form in _forms(texts[start:end].decode(), 2):
                self.spelled[form].append(texts[start:end].decode())

    def search(self, query: EngineQuery) -> SearchPage:
        words = [group[0] for group in query.words]
        for place, word in enumerate(words):
            if word not in self.words:
                near = self._correct(word)
                if near is None:
                    return SearchPage(hits=(), total=0)
                words[place] = stems(near)[0]
        lists = [self.words[word][0] for word in words] + [self.needs[code] for code in query.needs]
        driver = min(lists, key=lambda each: each.size)
        rows = driver
        scores: Any = 0.0
        squared = None
        if isinstance(query.where, Circle):
            where = query.where
            spans = key_spans(where.latitude, where.longitude, where.radius_miles)
            lows = self.key.searchsorted(spans[0]).astype(np.uint32)
            highs = self.key.searchsorted(spans[1], side="right").astype(np.uint32)
            starts, ends = driver.searchsorted(lows).tolist(), driver.searchsorted(highs).tolist()
            rows = np.concatenate([driver[a:b] for a, b in zip(starts, ends, strict=True)])
        elif isinstance(query.where, Region):
            rows = np.intersect1d(driver, self.states[f"US-{query.where.state}"], assume_unique=True)
        rows = rows.astype(np.int64)
        for codes in query.filters.values():
            mask = np.uint64(sum(1 << self.codes[code] for code in codes))
            rows = rows[(self.bits[rows] & mask) != 0]
        if isinstance(query.where, Circle):
            x, y, z = ranking.unit_vector(query.where.latitude, query.where.longitude)
            dx, dy, dz = self.x[rows] - x, self.y[rows] - y, self.z[rows] - z
            squared = dx * dx + dy * dy + dz * dz
            near_enough = squared <= ranking.chord2_of(query.where.radius_miles)
            rows, squared = rows[near_enough], squared[near_enough]
            scores = ranking.CLOSENESS_WEIGHT * (
                1 - ranking.EARTH_RADIUS_MILES * np.sqrt(squared) / query.where.radius_miles
            )
        scores = scores + self.quality[rows]
        for word in words:
            listed, _ = self.words[word]
            places = np.minimum(listed.searchsorted(rows.astype(np.uint32)), listed.size - 1)
            there = listed[places] == rows
            rows, scores, places = rows[there], scores[there], places[there]
            squared = None if squared is None else squared[there]
            scores = scores + self.rarities[word] * self.fits[word][places]
        spread = self.bits[rows].view(np.uint8).reshape(-1, 8) + _PLACES
        counts = (np.bincount(spread.ravel(), minlength=2048).reshape(8, 256) @ _BYTE_BITS).ravel()
        best = np.argpartition(-scores, 20)[:20] if rows.size > 40 else np.arange(rows.size)
        best = best[np.lexsort((rows[best], -scores[best]))][:20]
        chords = [None] * best.size if squared is None else squared[best].tolist()
        hits = [
            Hit(id=id_.decode(), distance_miles=None if chord is None else ranking.miles_from_chord2(chord))
            for id_, chord in zip(self.ids[rows[best]].tolist(), chords, strict=True)
        ]
        facets = {code: int(count) for code, count in zip(self.codes, counts.tolist(), strict=False) if count}
        return SearchPage(hits=tuple(hits), total=rows.size, facets=facets)

    def _correct(self, word: str) -> str | None:
        near = {each for form in _forms(word, 2) for each in self.spelled.get(form, ())}
        ranked = [(typing_errors(word, each), each) for each in near]
        return min((each for each in ranked if each[0] <= 2), default=(0, None))[1]


def _lists(field: FieldPostings) -> Iterator[tuple[str, tuple[Array, Array]]]:
    """(term, (rows, values))"""
    for term, start, count in zip(field.terms, field.starts.tolist(), field.counts.tolist(), strict=True):
        listed = unpack(field.block, start, count)
        yield term.decode(), (listed.rows.copy(), listed.values.astype(np.float64))


def _forms(word: str, depth: int) -> set[str]:
    """The word with up to `depth` letters left out."""
    found = {word}
    for _ in range(depth):
        found |= {each[:place] + each[place + 1 :] for each in found for place in range(len(each))}
    return found
