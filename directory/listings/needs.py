"""The needs that people search by, the filters beside them, and what follows from a source's codes.

The words live in data files of this folder: `needs.toml` (the tree and the home page's presets),
`facets.toml` (filters in groups), `crosswalks.toml` and `open_eligibility.toml` (source codes). They are
read once and checked: an unknown code, a word that means two things, a missing Spanish text or too many
filters raise `ValueError` with the entry at fault.

One namespace: a code that is both a need and a filter (care levels, medications) means the same, because
such a filter follows from the need, main or also, and from nothing else.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from directory.listings.crosswalk import Effect, read_crosswalks
from directory.listings.need_tree import (
    LANGUAGES,
    MOST_FACETS,
    Facet,
    FacetGroup,
    Need,
    Preset,
    check_words,
    fold_word,
    read_facets,
    read_groups,
    read_needs,
    read_preset,
)
from directory.listings.record import Code

__all__ = [
    "AROUND_THE_CLOCK",
    "LANGUAGES",
    "MOST_FACETS",
    "Derived",
    "Facet",
    "FacetGroup",
    "Need",
    "Preset",
    "Taxonomy",
    "fold_word",
    "read_taxonomy",
    "taxonomy",
]

AROUND_THE_CLOCK = "around_the_clock"
KEPT_NAMES = 4096
"""Combinations of codes whose names are kept ready."""
"""The filter that follows from a listing's setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What follows from a listing's codes. All sorted; needs come with their ancestors."""

    needs: tuple[str, ...] = ()
    """What the listing is."""
    also: tuple[str, ...] = ()
    """What it offers to its own clients only, without `needs`."""
    filters: tuple[str, ...] = ()
    around_the_clock: bool = False


class _Masks(NamedTuple):
    """An `Effect` as bits over the sorted needs and filters: a row has seventy codes, a file a million."""

    main: int
    also: int
    filters: int
    removes_needs: int
    removes_filters: int
    restricted: int


@dataclass(frozen=True, kw_only=True)
class Taxonomy:
    """Needs, filters, presets, and the meaning of source codes."""

    needs: Mapping[str, Need]
    facets: Mapping[str, Facet]
    groups: tuple[FacetGroup, ...]
    presets: tuple[Preset, ...]
    effects: Mapping[Code, Effect] = field(repr=False)

    @cached_property
    def top(self) -> tuple[Need, ...]:
        """The top needs, in the order of the file."""
        return tuple(each for each in self.needs.values() if each.parent is None)

    @cached_property
    def _ancestors(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for need in self.needs.values():
            found[need.code] = () if need.parent is None else (need.parent, *found[need.parent])
        return found

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The needs above, nearest first. `KeyError` for a code that is no need."""
        return self._ancestors[code]

    def with_descendants(self, codes: Iterable[str]) -> frozenset[str]:
        """The given needs and all under them."""
        found: set[str] = set()
        for code in codes:
            found.add(code)
            found |= self.with_descendants(self.needs[code].children)
        return frozenset(found)

    def label(self, code: str, lang: str) -> str:
        """The name of a need or filter; English where the language is not ours. `KeyError` if unknown."""
        labels = (self.needs.get(code) or self.facets[code]).labels
        return labels.get(lang, labels["en"])

    def knows(self, code: Code) -> bool:
        """Whether a crosswalk maps (or deliberately ignores) this source code."""
        return code in self.effects

    def derive(self, codes: Iterable[Code]) -> Derived:
        """Needs, filters and 24-hour care of a listing with these codes; codes nobody knows add nothing."""
        main = also = filters = no_needs = no_filters = restricted = 0
        masks = self._masks
        for code in codes:
            found = masks.get(code)
            if found is not None:
                is_main, is_also, holds, no_need, no_filter, only = found
                main |= is_main
                also |= is_also
                filters |= holds
                no_needs |= no_need
                no_filters |= no_filter
                restricted |= only
        main &= ~no_needs
        if restricted:
            also |= main & ~restricted
            main &= restricted
        return self._derived(main, also & ~no_needs, filters & ~no_filters)

    @cached_property
    def _derived(self) -> "_Meaning":
        return _Meaning(self)

    @cached_property
    def _masks(self) -> Mapping[Code, _Masks]:
        needs = _bits(self.needs)
        filters = _bits(self.facets)
        return {
            code: _Masks(
                main=_mask(effect.main, needs),
                also=_mask(effect.also, needs),
                filters=_mask(effect.filters, filters),
                removes_needs=_mask(effect.removes, needs),
                removes_filters=_mask(effect.removes, filters),
                restricted=_mask(effect.main, needs) if effect.own_clients_only else 0,
            )
            for code, effect in self.effects.items()
            if effect != Effect()
        }


class _Meaning:
    """Turns masks of needs and filters, as the codes said them, into a `Derived`."""

    def __init__(self, known: Taxonomy):
        needs, filters = _bits(known.needs), _bits(known.facets)
        self._closure = {bit: bit | _mask(known.ancestors(code), needs) for code, bit in needs.items()}
        self._shared = [(needs[code], filters[code]) for code in known.facets if code in needs]
        self._staffed = _mask((each.code for each in known.needs.values() if each.around_the_clock), needs)
        self._staffed_filter = filters.get(AROUND_THE_CLOCK, 0)
        self._need_names = lru_cache(maxsize=KEPT_NAMES)(_Names(needs))
        self._filter_names = lru_cache(maxsize=KEPT_NAMES)(_Names(filters))

    def __call__(self, main: int, also: int, filters: int) -> Derived:
        around_the_clock = bool(main & self._staffed)
        needs = self._with_ancestors(main)
        others = self._with_ancestors(also) & ~needs
        for need, facet in self._shared:
            if (needs | others) & need:
                filters |= facet
        if around_the_clock:
            filters |= self._staffed_filter
        return Derived(
            needs=self._need_names(needs),
            also=self._need_names(others),
            filters=self._filter_names(filters),
            around_the_clock=around_the_clock,
        )

    def _with_ancestors(self, mask: int) -> int:
        found, rest = 0, mask
        while rest:
            lowest = rest & -rest
            found |= self._closure[lowest]
            rest ^= lowest
        return found


class _Names:
    """The codes of a mask, sorted."""

    def __init__(self, bits: Mapping[str, int]):
        self._codes = {bit: code for code, bit in bits.items()}

    def __call__(self, mask: int) -> tuple[str, ...]:
        found = []
        while mask:
            lowest = mask & -mask
            found.append(self._codes[lowest])
            mask ^= lowest
        return tuple(found)


def _bits(codes: Iterable[str]) -> dict[str, int]:
    """A bit per code, rising in the order of the alphabet, so that bits read upwards are sorted."""
    return {code: 1 << place for place, code in enumerate(sorted(codes))}


def _mask(codes: Iterable[str], bits: Mapping[str, int]) -> int:
    mask = 0
    for code in codes:
        mask |= bits.get(code, 0)
    return mask


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy packaged with the program, read once per process."""
    folder = files("directory.listings")
    read = {
        name: tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("needs", "facets", "crosswalks", "open_eligibility")
    }
    return read_taxonomy(read["needs"], read["facets"], (read["crosswalks"], read["open_eligibility"]))


def read_taxonomy(
    needs_file: Mapping[str, Any], facets_file: Mapping[str, Any], crosswalks: Iterable[Mapping[str, Any]]
) -> Taxonomy:
    """A taxonomy from parsed files, checked. Raises `ValueError` naming the entry at fault."""
    needs = read_needs(needs_file["need"])
    facets = read_facets(facets_file["facet"], needs)
    groups = read_groups(facets_file["group"], facets)
    presets = tuple(read_preset(each, needs) for each in needs_file.get("preset", ()))
    check_words(needs, facets)
    own = {Code("need", code): Effect(main=(code,)) for code in needs} | {
        Code("filter", code): Effect(main=(code,)) if facet.is_need else Effect(filters=(code,))
        for code, facet in facets.items()
    }
    effects = read_crosswalks(crosswalks, needs=needs, facets=facets)
    return Taxonomy(needs=needs, facets=facets, groups=groups, presets=presets, effects=own | effects)
