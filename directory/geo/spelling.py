"""Towns one typing error away."""

from collections.abc import Iterator

from directory.geo.gazetteer import Gazetteer
from directory.geo.names import squash
from directory.geo.points import CityPoint

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 5
"""Shorter names are one letter from far too many others."""


def nearest_town(name: str, state: str | None, gazetteer: Gazetteer) -> CityPoint | None:
    """The most populous town (in `state`, if given) one typing error away; None if there is none."""
    fold = squash(name)
    if not SHORTEST <= len(fold) <= 40:
        return None
    towns = (town for each in set(_one_error(fold)) for town in gazetteer.cities(each))
    fitting = [town for town in towns if state in (None, town.state)]
    return max(fitting, key=lambda town: (town.population, town.label), default=None)


def _one_error(word: str) -> Iterator[str]:
    """Every text that one dropped, swapped, wrong or added letter turns into `word`."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (before + letter + after for letter in _LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
