"""The words for needs and filters, ready to be found in what a person typed.

A phrase is kept in two forms. `full` holds all its words. `bare` holds it without stop words, so that "help
for people with no ID" meets "help with no ID"; but only where at least two words are left, because "walk in"
must not be found in every "walk".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from directory.listings.needs import Taxonomy
from directory.search.spelling_list import SpellingList, compile_spellings
from directory.search.typed_words import CONNECTOR, Typed, Word
from directory.search.words import stem

NEGATIONS = frozenset({"no", "not", "non", "without", "sin", "never", "dont", "nunca"})
"""Directly before a phrase, they turn it around."""


class Meaning(NamedTuple):
    """What a phrase stands for."""

    what: Literal["need", "filter"]
    code: str


class Found(NamedTuple):
    """A phrase in the words typed: from `start` to before `end`; `negation` is where its "no" stands."""

    start: int
    end: int
    meaning: Meaning
    negation: int | None = None


Key = tuple[str, ...]


@dataclass
class PhraseTable:
    """Phrases of all languages: words may be in one and labels in another."""

    full: dict[Key, Meaning] = field(default_factory=dict)
    bare: dict[Key, Meaning] = field(default_factory=dict)
    doings: set[Key] = field(default_factory=set)
    """Single words in -ing, not found without it: "housing" is a need, "house" stands in many names."""
    longest: int = 1
    vocabulary: dict[str, None] = field(default_factory=dict)
    """Every whole word of the table, for corrections, in the order of the taxonomy."""

    def add(self, phrase: str, meaning: Meaning) -> None:
        """Keeps a phrase; the first meaning of a phrase stands (needs come before filters)."""
        typed = Typed(phrase)
        full = tuple(each.stem for each in typed.words)
        bare = tuple(each.stem for each in typed.words if not each.is_stop)
        if not typed.left and len(full) < 2:
            return
        is_new = full not in self.full
        self.full.setdefault(full, meaning)
        self.longest = max(self.longest, len(full))
        self.vocabulary.update((each.folded, None) for each in typed.left)
        if len(full) == 1:
            only_doing = typed.words[0].folded.endswith("ing") and (full in self.doings or is_new)
            (self.doings.add if only_doing else self.doings.discard)(full)
        joined = tuple(each for each in bare if each != CONNECTOR)
        for key in (bare, joined):
            if len(joined) > 1:
                self.bare.setdefault(key, meaning)

    def find(self, typed: Typed) -> list[Found]:
        """Phrases among the words not yet taken: longest first, none overlapping, in reading order."""
        found = sorted(self._all(typed.words), key=lambda each: (each[0], each[1].start))
        chosen: list[Found] = []
        for _, each in found:
            if all(each.end <= other.start or other.end <= each.start for other in chosen):
                chosen.append(each)
        return sorted(chosen)

    def means(self, phrase: str) -> bool:
        """Whether these words are exactly one phrase of the table."""
        typed = Typed(phrase)
        return bool(typed.words) and tuple(each.stem for each in typed.words) in self.full

    def correct(self, word: str) -> str | None:
        """The word of the table nearest to a folded word that it lacks; a phrase by itself goes first."""
        if word in self.vocabulary:
            return None
        near = self._spellings.near(word)
        return min(near)[2] if near else None

    @cached_property
    def _spellings(self) -> SpellingList:
        """The vocabulary; a word that is a phrase by itself counts as the more frequent."""
        spelled = sorted(self.vocabulary)
        alone = [int((stem(each),) in self.full) for each in spelled]
        return SpellingList(compile_spellings(spelled, np.array(alone, dtype=np.int64)))

    def _all(self, words: list[Word]) -> Iterator[tuple[tuple[int, int], Found]]:
        for start, word in enumerate(words):
            if word.taken:
                continue
            for end in range(start + 1, min(len(words), start + 2 * self.longest) + 1):
                if words[end - 1].taken:
                    break
                meaning = self._meaning(words[start:end])
                if meaning:
                    strong = sum(not each.is_stop or each.folded in NEGATIONS for each in words[start:end])
                    yield (-strong, start - end), Found(start, end, meaning, _negation(words, start))

    def _meaning(self, words: list[Word]) -> Meaning | None:
        full = tuple(each.stem for each in words)
        if full in self.full:
            is_other_word = len(words) == 1 and full in self.doings and not words[0].folded.endswith("ing")
            return None if is_other_word else self.full[full]
        if len(words) == 1 or words[0].is_stop or words[-1].is_stop:
            return None
        return self.bare.get(tuple(each.stem for each in words if not each.is_stop))


def _negation(words: list[Word], start: int) -> int | None:
    """Where a negation stands before the phrase, at most other stop words between."""
    for place in range(start - 1, -1, -1):
        word = words[place]
        if word.taken or word.is_connector:
            return None
        if word.folded in NEGATIONS:
            return place
        if not word.is_stop:
            return None
    return None


def _phrases(labels: Mapping[str, str], synonyms: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    yield from labels.values()
    for each in synonyms.values():
        yield from each


def compile_table(taxonomy: Taxonomy) -> PhraseTable:
    """The table of a taxonomy: labels and synonyms of needs, then of filters."""
    table = PhraseTable()
    for need in taxonomy.needs.values():
        for phrase in _phrases(need.labels, need.synonyms):
            table.add(phrase, Meaning("need", need.code))
    for facet in taxonomy.facets.values():
        if facet.code not in taxonomy.needs:
            for phrase in _phrases(facet.labels, facet.synonyms):
                table.add(phrase, Meaning("filter", facet.code))
    return table


_COMPILED: dict[int, tuple[Taxonomy, PhraseTable]] = {}


def phrase_table(taxonomy: Taxonomy) -> PhraseTable:
    """`compile_table`, once per taxonomy (which is kept, so that its identity stays its own)."""
    known = _COMPILED.get(id(taxonomy))
    if known is None:
        known = _COMPILED[id(taxonomy)] = taxonomy, compile_table(taxonomy)
    return known[1]
