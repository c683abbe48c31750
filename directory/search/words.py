"""Words as the index and the queries see them: folded, split, without stop words, lightly stemmed.

One function, `stems`, is used for listings, for queries and for the synonyms of needs, so that all three
meet. Stemming is deliberately light: it joins the forms of one word (English plurals, -ing, -ed; Spanish
plurals) and never two words ("dental" is not "mental", "care" is not "car").
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_ENGLISH = """
    a about after also am an and any are as at be been being but by can could did do does done for from
    had has have having he her hers him his how i if in into is it its just may me might my near need of
    on or our ours out please s shall she should so some such t than that the their them then there
    these they this those to too until upon us very was we were what when where which while who whom
    whose will with would you your yours want looking find
"""
_SPANISH = """
    al algun alguna algunas alguno algunos ante aqui busco buscar cerca con como cual cuando de del
    donde el ella ellas ellos en era eran eres es esa esas ese eso esos esta estas este esto estos estoy
    fue ha hay la las le les lo los mas me mi mis muy necesito nos o otra otras otro otros para pero por
    porque puede pueden que quien quiero se si ser sin sobre son su sus te tiene tienen tu tus u un una
    unas uno unos y ya yo
"""
STOP_WORDS = frozenset(f"{_ENGLISH} {_SPANISH}".split())
"""Folded words that carry no meaning of their own. "no" is kept: "no ID" means something."""

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼ"))
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.)+[^\W\d_]\b\.?")
_WORD = re.compile(r"[^\W_]+")
_PARTED = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
"""The same for plain ASCII by `translate`, three times as fast. No gaps: a missing one costs an exception."""
_AS_THEY_ARE = {"buses": "bus", "aids": "aids", "suite": "suite", "suites": "suite", "lens": "lens"}
"""Words that the rules below would join with another word."""
_VOWEL = re.compile(r"[aeiouy]")
_ES = ("sses", "ches", "shes", "xes", "zzes")
LONGEST = 64
"""A longer run of letters is no word; it is cut, so that it cannot fill the index."""


class Token(NamedTuple):
    """A folded word and where it stands in `fold(text)`."""

    word: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case, accents and apostrophes gone, initials joined ("N.A." is "na"), blanks single."""
    return " ".join(_plain(text).split())


def _plain(text: str) -> str:
    """`fold` but for the blanks."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
        text = "".join(each for each in decomposed if not unicodedata.combining(each))
    else:
        text = text.replace("'", "").replace("`", "")
    text = text.casefold()
    return _INITIALS.sub(_joined, text) if "." in text else text


def _joined(found: re.Match[str]) -> str:
    return found.group().replace(".", "")


def tokens(text: str) -> list[str]:
    """The folded words of a text in order, stop words included; hyphens and slashes part words."""
    plain = _plain(text)
    return plain.translate(_PARTED).split() if plain.isascii() else _WORD.findall(plain)


def located(text: str) -> Iterator[Token]:
    """`tokens` with their places in `fold(text)`."""
    for found in _WORD.finditer(fold(text)):
        yield Token(found.group(), found.start(), found.end())


def stems(text: str) -> list[str]:
    """The stems of a text in order, without stop words."""
    return [stem(each) for each in tokens(text) if each not in STOP_WORDS]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The common form of one folded word. Numbers and words of up to three letters stay as they are."""
    word = word[:LONGEST]
    if word in _AS_THEY_ARE:
        return _AS_THEY_ARE[word]
    if len(word) <= 3 or not word.isalpha():
        return word
    return _without_e(_without_ending(_singular(word)))


def _singular(word: str) -> str:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(_ES) else word[:-1]


def _without_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 4 and _VOWEL.search(rest) and not word.endswith("eed"):
            doubled = rest[-1] == rest[-2] and rest[-1] in "bdgmnprt"
            return _single_l(rest[:-1] if doubled else rest)
    return _single_l(word)


def _single_l(word: str) -> str:
    """Counselling and counseling, enroll and enrol."""
    return word[:-1] if len(word) >= 5 and word.endswith("ll") else word


def _without_e(word: str) -> str:
    """House and housing; also the last step of Spanish plurals (mujeres, mujere, mujer)."""
    return word[:-1] if len(word) >= 5 and word.endswith("e") and not word.endswith("ee") else word
