"""Words for where, inside a search: "near 19104", "en Pittsburgh", "detox Austin, TX".

A place is taken only where its words say so: behind a preposition, as a ZIP code at either end, or as a town
with its state at the end. "In recovery" is no place, because no place is called so.
"""

import re

from directory.geo.distance import KM_PER_MILE
from directory.geo.gazetteer import Gazetteer
from directory.geo.recognize import looks_like_place
from directory.geo.states import state_code
from directory.search.phrase_table import PhraseTable
from directory.search.typed_words import Typed
from directory.search.words import STOP_WORDS

LONGEST_PLACE = 8
"""Words in a place, at most: a street address."""
_MARKERS = tuple(
    tuple(each.split())
    for each in (
        "cerca de la ciudad de",
        "en la ciudad de",
        "in the city of",
        "somewhere near",
        "close to",
        "near to",
        "cerca del",
        "cerca de",
        "cerca a",
        "alrededor de",
        "nearby",
        "near",
        "around",
        "outside",
        "within",
        "in",
        "cerca",
        "en",
    )
)
_HERE = tuple(
    tuple(each.split())
    for each in (
        "near my location",
        "close to home",
        "close to me",
        "near my home",
        "around here",
        "in my area",
        "around me",
        "near here",
        "near by",
        "close by",
        "near me",
        "nearby",
        "cerca de donde estoy",
        "cerca de mi casa",
        "cerca de aqui",
        "cerca de mi",
        "por aqui",
        "en mi zona",
        "en mi area",
    )
)
_RADIUS_BEFORE = ((), ("within",), ("in",), ("a", "menos", "de"), ("dentro", "de"), ("en",), ("less", "than"))
_MILES = {
    **dict.fromkeys(("mile", "miles", "mi", "milla", "millas"), 1.0),
    **dict.fromkeys(("km", "kilometer", "kilometers", "kilometro", "kilometros"), 1 / KM_PER_MILE),
}
_ZIP = re.compile(r"\d{5}(-?\d{4})?")


def take_place(typed: Typed, table: PhraseTable, gazetteer: Gazetteer) -> tuple[str, str] | None:
    """Takes the place out of the words typed, and words such as "near me", which name none.

    Answers the whole phrase as typed ("near 19104") and the place in it ("19104"); None where there is none.
    """
    found = _marked(typed, table, gazetteer) or _bare_zip(typed, gazetteer) or _town_at_end(typed, gazetteer)
    typed.take_all(_HERE)
    if found is None:
        return None
    marker, start, end = found
    place = typed.shown(start, end)
    return typed.take(marker, end), place


def take_radius(typed: Typed) -> tuple[str, float] | None:
    """Takes a distance ("within 10 miles"); answers it as typed, and in miles."""
    for at in range(len(typed.words)):
        for before in sorted(_RADIUS_BEFORE, key=len, reverse=True):
            end = at + len(before) + 2
            found = typed.folded(at, len(before) + 2)
            if found is None or found[:-2] != before:
                continue
            number, unit = found[-2:]
            if re.fullmatch(r"[1-9]\d{0,2}", number) and unit in _MILES:
                if end < len(typed.words) and typed.words[end].folded in ("of", "from", "de"):
                    typed.words[end].folded = "near"  # "10 miles of Akron" says it as "near Akron" does
                return typed.take(at, end), float(number) * _MILES[unit]
    return None


def _marked(typed: Typed, table: PhraseTable, gazetteer: Gazetteer) -> tuple[int, int, int] | None:
    for at in range(len(typed.words)):
        for marker in _MARKERS:
            if typed.folded(at, len(marker)) != marker:
                continue
            start = at + len(marker)
            end = _place_end(typed, start, table, gazetteer)
            if end is not None:
                return at, start, end
    return None


def _place_end(typed: Typed, start: int, table: PhraseTable, gazetteer: Gazetteer) -> int | None:
    """Where the longest place that starts here ends."""
    for end in range(min(len(typed.words), start + LONGEST_PLACE), start, -1):
        if not _is_whole(typed, start, end) or typed.words[end - 1].is_connector:
            continue
        shown = typed.shown(start, end)
        if _ZIP.fullmatch(shown) or (
            not _is_plain_word(shown) and not table.means(shown) and looks_like_place(shown, gazetteer)
        ):
            return end
    return None


def _is_whole(typed: Typed, start: int, end: int) -> bool:
    """The words are whole pieces of the input, none of them taken."""
    words = typed.words
    if any(each.taken for each in words[start:end]):
        return False
    first = start == 0 or words[start - 1].piece != words[start].piece
    last = end == len(words) or words[end].piece != words[end - 1].piece or words[end].folded == ","
    return first and last


def _is_plain_word(shown: str) -> bool:
    """A stop word ("me", "or", "hi") is a state only in capitals."""
    return shown.casefold() in STOP_WORDS and not shown.isupper()


def _bare_zip(typed: Typed, gazetteer: Gazetteer) -> tuple[int, int, int] | None:
    """A known ZIP code as the first or the last thing typed."""
    count = len(typed.words)
    for start, end in ((count - 1, count), (count - 2, count), (0, 1), (0, 2)):
        if not 0 <= start < end <= count or not _is_whole(typed, start, end):
            continue
        shown = typed.shown(start, end)
        if _ZIP.fullmatch(shown) and gazetteer.zip(shown[:5]) is not None:
            return start, start, end
    return None


def _town_at_end(typed: Typed, gazetteer: Gazetteer) -> tuple[int, int, int] | None:
    """A known town with its state as the last thing typed: "Austin, TX", "new york ny"."""
    words = typed.words
    count = len(words)
    for state_start in (count - 2, count - 1):
        if state_start < 1 or not _is_whole(typed, state_start, count):
            continue
        state = state_code(typed.shown(state_start, count))
        if state is None:
            continue
        town_end = state_start - 1 if words[state_start - 1].folded == "," else state_start
        for start in range(max(0, town_end - 4), town_end):
            whole = _is_whole(typed, start, town_end)
            if whole and gazetteer.city(typed.shown(start, town_end), state) is not None:
                return start, start, count
    return None
