"""What a password must be: long, and not the first thing that somebody would try. Pure.

NIST SP 800-63B-4: at least 15 characters, at least 64 allowed, no rules on kinds of characters, no expiry,
compared with a list of common ones. The list is a rule here, since the common ones of that length are
short ones repeated or joined, keyboard rows, and the person's own name.
"""

import re
import unicodedata
from collections.abc import Iterable

from directory.phrases import N_, Phrase

SHORTEST = 15
LONGEST = 200
LEAST_DIFFERENT = 6
"""Different characters that a password has at least."""
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "0987654321", "abcdefghijklmnopqrstuvwxyz")
COMMON = ("password", "passwort", "contraseña", "letmein", "welcome", "iloveyou", "admin", "monkey", "dragon")
"""What the most common passwords are made of; joined or numbered they are as common."""


def normalized_password(password: str) -> str:
    """One form for the ways in which devices write the same letters (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, known: Iterable[str] = ()) -> Phrase | None:
    """Why this password will not do; None when it will. `known`: words that others know of the person."""
    text = normalized_password(password)
    if len(text) < SHORTEST:
        return Phrase(N_("Use at least 15 characters. A few words in a row are easy to keep in mind."))
    if len(text) > LONGEST:
        return Phrase(N_("Use at most 200 characters."))
    plain = text.casefold()
    if len(set(plain)) < LEAST_DIFFERENT or _repeats(plain):
        return Phrase(N_("This repeats itself too much. Please think of another."))
    if len(_without_common(plain, known)) < LEAST_DIFFERENT:
        return Phrase(N_("This is too easy to guess. Please think of another."))
    return None


def _repeats(text: str) -> bool:
    """Is it a short piece said again and again?"""
    return re.fullmatch(r"(.{1,20}?)\1+.{0,3}", text) is not None


def _without_common(text: str, known: Iterable[str]) -> str:
    """What is left when common words, keyboard rows and the person's own words are taken out."""
    words = {part for each in known for part in re.split(r"[\W_]+", each.casefold()) if len(part) > 3}
    for word in sorted((*COMMON, *words), key=len, reverse=True):
        text = text.replace(word, "")
    for row in ROWS:
        for size in range(len(row), 3, -1):
            for start in range(len(row) - size + 1):
                text = text.replace(row[start : start + size], "")
    return re.sub(r"[\W_]", "", text)
