"""How alike two names are, and whether two programmes of one body are told apart by theirs. Pure.

Words count by how much they tell: "Recovery" and "Center" are in thousands of names, the town is in many
names of that town, "Seabrook" is in one.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from rapidfuzz import fuzz

_COMMON_WORDS_TEXT = """
    addiction addictive adolescent adult affair agency alcohol alternative associate association
    behavioral care case center certified chemical child childrens clinic clinical co community
    comprehensive consultant consulting counseling county crisi day department dependency detox
    development disease disorder district division doctor drug dui dwi education evaluation family
    foundation free general group guidance habilitation health healthcare help home hospital house
    human inpatient institute integrated intensive intervention life living main management medical
    medication medicine men mental ministry new nonprofit occurring office opioid outpatient
    outreach partial prevention primary professional program project psychiatric psychiatry
    psychological psychology psychotherapy recovery regional rehabilitation residential resource
    satellite school service site social society solution state substance support system team
    therapy transitional treatment unit university use veteran wellbeing wellness women youth
"""
COMMON_WORDS = frozenset(_COMMON_WORDS_TEXT.split())
"""Words of the trade, singular, as `fold_name` gives them."""
COMMON_WEIGHT, TOWN_WEIGHT, OWN_WEIGHT = 0.2, 0.3, 1.0
_PLACE_WORDS_TEXT = """
    center clinic office site satellite main campus location service program treatment health
    healthcare behavioral mental county area region group care
"""
PLACE_WORDS = frozenset(_PLACE_WORDS_TEXT.split())
"""Words that do not tell one programme of a body from another."""
SAME_WORD = 85.0
"""rapidfuzz ratio from which two words are one misspelt."""
SHORTEST_STEM = 5
"""A cut word of so many letters stands for the whole: "Behav", "Recov"."""
FULL_NAME = 1.0
"""A name that weighs less than this is no proof by lying inside another ("Family Counseling")."""
CONTAINED, SHARED = 0.65, 0.35
"""A name wholly inside the other counts for so much; what both have of all words, for the rest."""
_YOUNG = "adolescent boy boys child children girl kids teen teenage teenager youth"
PEOPLE: Mapping[str, str] = {**dict.fromkeys(_YOUNG.split(), "young"), "women": "women", "men": "men"}
"""Words that say whom a programme is for, to whom."""
SAME_BODY = 0.75
OTHER_PROGRAMME = 0.6


@lru_cache(maxsize=200_000)
def is_same_word(one: str, other: str) -> bool:
    """One word, but for a slip or a cut. Numbers are the same only when equal."""
    if one == other:
        return True
    if one.isdigit() or other.isdigit():
        return False
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= SHORTEST_STEM and longer.startswith(shorter):
        return True
    return len(shorter) >= SHORTEST_STEM and fuzz.ratio(one, other, score_cutoff=SAME_WORD) > 0


def matched(one: Collection[str], other: Collection[str]) -> set[str]:
    """The words of `one` that `other` has too, spelled out, cut, misspelt or as initials."""
    found = set(one).intersection(other)
    for word in set(one) - found:
        if any(is_same_word(word, each) for each in other) or _are_initials(word, other):
            found.add(word)
    return found


def _are_initials(word: str, name: Iterable[str]) -> bool:
    """ "bhg" of Behavioral Health Group."""
    return 3 <= len(word) <= 6 and word in "".join(each[0] for each in name)


def _spelled_out(word: str, name: tuple[str, ...]) -> set[str]:
    """The words of `name` whose initials `word` is."""
    initials = "".join(each[0] for each in name)
    start = initials.find(word) if 3 <= len(word) <= 6 else -1
    return set(name[start : start + len(word)]) if start >= 0 else set()


def weight(words: Iterable[str], towns: Collection[str]) -> float:
    """How much these words tell."""
    return sum(
        COMMON_WEIGHT if each in COMMON_WORDS else TOWN_WEIGHT if each in towns else OWN_WEIGHT
        for each in words
    )


def names_alike(one: tuple[str, ...], other: tuple[str, ...], towns: Collection[str]) -> float:
    """0 to 1 for two folded names; `towns` are the folded words of both towns."""
    if not one or not other:
        return 0.0
    if set(one) == set(other):
        return 1.0
    ours, theirs = matched(one, other), matched(other, one)
    for word in (*one, *other):
        ours |= _spelled_out(word, one) if word in theirs else set()
        theirs |= _spelled_out(word, other) if word in ours else set()
    both = (weight(ours, towns) + weight(theirs, towns)) / 2
    total_one, total_other = weight(one, towns), weight(other, towns)
    inside = both / max(min(total_one, total_other), FULL_NAME)
    shared = both / max(total_one + total_other - both, both)
    return min(1.0, CONTAINED * min(1.0, inside) + SHARED * shared)


def are_other_programmes(one: Collection[str], other: Collection[str], towns: Collection[str]) -> bool:
    """True when both say which programme they are and it is not the same: "Detox" and "Outpatient"."""
    ours = {each for each in one if each not in PLACE_WORDS and each not in towns}
    theirs = {each for each in other if each not in PLACE_WORDS and each not in towns}
    if not ours or not theirs:
        return False
    shared = min(len(matched(ours, theirs)), len(matched(theirs, ours)))
    return shared / min(len(ours), len(theirs)) < OTHER_PROGRAMME
