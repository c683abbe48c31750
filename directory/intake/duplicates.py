"""Listings of different sources that are the same place: an explained score for each pair. Pure (PRODUCT I6).

`find_duplicates(sites)` answers the pairs a steward should see; a person merges them or keeps them apart.
Points are added for what speaks for a pair and taken off for what speaks against it; every point has its
reason (`duplicate_rules`). How well that goes on labelled pairs: `python -m benchmarks.duplicates`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from directory.intake.blocking import candidates, metres_apart
from directory.intake.duplicate_rules import RULES, Look, Reason, best_possible, have_same_door
from directory.intake.likeness import names_alike
from directory.intake.sites import Site

Band = Literal["same", "likely", "unlikely"]
BANDS: tuple[tuple[Band, float], ...] = (("same", 0.75), ("likely", 0.50), ("unlikely", 0.0))
"""The lowest score of each band, highest band first."""

CLEARLY_BETTER = 0.1
"""Of two matches of one site in one source, the lesser by so much is left out."""
SHARED_BY = 6
"""A number that so many listings of one source give is a head office's, not a door's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Score 0 to 1, its band, and why, strongest reason first."""

    score: float
    band: Band
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A pair of listings that may be one. `first` is the smaller id, so that a pair is named one way only."""

    first: str
    second: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a pair from all other listings.

    `shared_phones`: numbers that `SHARED_BY` or more listings of one source give, at several addresses.
    `lone`: ids of listings that are the only ones of their source at their street number and ZIP.
    """

    shared_phones: frozenset[str] = frozenset()
    lone: frozenset[str] = frozenset()


NOTHING_KNOWN = Surroundings()


def find_duplicates(
    sites: Iterable[Site], *, least: Band = "likely", apart: Collection[tuple[str, str]] = ()
) -> list[Duplicate]:
    """All pairs across sources of the band `least` or better, best first, then by ids.

    `apart` are pairs that a person decided to be two, the smaller id first.
    """
    listed = list(sites)
    around = surroundings(listed)
    lowest = dict(BANDS)[least]
    found: list[Duplicate] = []
    for first, second in candidates(listed).pairs:
        one, other = sorted((listed[first], listed[second]), key=lambda site: site.id)
        if (one.id, other.id) in apart or best_possible(one, other) < lowest:
            continue
        verdict = compare(one, other, around)
        if verdict.score >= lowest:
            found.append(Duplicate(one.id, other.id, verdict))
    found.sort(key=lambda each: (-each.verdict.score, each.first, each.second))
    return _best_only(found, {site.id: site.source for site in listed})


def _best_only(found: Sequence[Duplicate], sources: Mapping[str, str]) -> list[Duplicate]:
    """Without pairs of which one half has a clearly better match in the same other source.

    A source lists a place once: where "Unit 1" meets its "Unit 1", its likeness to "Unit 2" is no news.
    """
    best: dict[tuple[str, str], float] = {}
    kept: list[Duplicate] = []
    for each in found:
        ends = ((each.first, sources[each.second]), (each.second, sources[each.first]))
        score = each.verdict.score
        if all(best.get(end, score) - score < CLEARLY_BETTER for end in ends):
            kept.append(each)
        for end in ends:
            best.setdefault(end, score)
    return kept


def surroundings(sites: Iterable[Site]) -> Surroundings:
    """What all listings together tell about each."""
    phones: dict[tuple[str, str], set[str]] = defaultdict(set)
    counts: Counter[tuple[str, str]] = Counter()
    doors: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for site in filter(lambda site: site.is_comparable, sites):
        for phone in site.phones:
            counts[site.source, phone] += 1
            phones[site.source, phone].add(f"{site.postal_code} {site.street}")
        if site.door.number and site.postal_code:
            doors[site.source, site.schemes, site.times, site.postal_code, site.door.number].append(site.id)
    many = (key for key, count in counts.items() if count >= SHARED_BY and len(phones[key]) > 1)
    return Surroundings(
        shared_phones=frozenset(phone for _, phone in many),
        lone=frozenset(ids[0] for ids in doors.values() if len(ids) == 1),
    )


def compare(one: Site, other: Site, around: Surroundings = NOTHING_KNOWN) -> Verdict:
    """How likely two sites are one place. Whether they may be compared at all is `blocking.may_be_one`.

    The order of the two does not matter.
    """
    towns = frozenset((*one.town_words, *other.town_words))
    look = Look(
        one=one,
        other=other,
        shared_phones=around.shared_phones,
        are_lone=one.id in around.lone and other.id in around.lone,
        towns=towns,
        alike=names_alike(one.words, other.words, towns),
        metres=metres_apart(one, other),
        has_same_door=have_same_door(one, other),
    )
    reasons = [reason for rule in RULES if (reason := rule(look))]
    reasons.sort(key=lambda each: -abs(each.points))
    score = round(min(1.0, max(0.0, sum(each.points for each in reasons))), 2)
    return Verdict(score, band_of(score), tuple(reasons))


def band_of(score: float) -> Band:
    """The band of a score."""
    return next(band for band, lowest in BANDS if score >= lowest)
