"""Free text about hours, cut into what it says: days, clock times, phrases and what joins them.

The text is read once from left to right, so that its length is all the time it takes.
"""

import re
import unicodedata
from typing import NamedTuple

from importers.opening_clock import Clock
from importers.opening_words import (
    DAY_WORDS,
    LETTER_ROWS,
    LETTERS,
    LONGEST_SHORT_DAY,
    ORDINALS,
    PHRASES,
    SPANISH_DAYS,
)


class Token(NamedTuple):
    """One thing said. `kind` is a heading of `opening_words.PHRASES`, or one of: day, letter, letters, nth,
    clock; dash, comma, colon, slash, dot, hard (a clause ends), line (a line ends), junk."""

    kind: str
    text: str
    """Folded, as the phrase tables have it; a phone number is `#`."""
    start: int
    end: int
    clock: Clock | None = None


_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_APOSTROPHES = {ord(each): None for each in "'’`"}
_SCAN = re.compile(
    r"""
      (?P<phone>(?:\+?1[-. ])?(?:\(\d{3}\)|\b\d{3})[-. ]{0,2}\d{3}[-.]\d{4}(?!\d))
    | (?P<nth>\d{1,2}(?:st|nd|rd|th)(?![a-z]))
    | (?P<clock>(?P<hour>\d{1,2})(?:[:.]?(?P<minute>\d{2})(?::\d{2})?)?
        [ ]{0,2}(?P<half>[ap])(?:\.?[ ]?m(?![a-z])\.?|(?<=\d[ap])(?![a-z])\.?))
    | (?P<bare>(?P<bare_hour>\d{1,2}):(?P<bare_minute>\d{2})(?::\d{2})?(?![\d:])
        |(?P<run_hour>\d{2})(?P<run_minute>\d{2})(?!\d)
        |(?P<number>\d{1,2})(?![\d:]))
    | (?P<word>[a-z]+(?:['’`][a-z]+)*)
    | (?P<dash>-+)
    | (?P<comma>[,()\[\]])
    | (?P<hard>[;|•·●*])
    | (?P<line>\n)
    | (?P<colon>:)
    | (?P<slash>/)
    | (?P<dot>\.)
    | (?P<and>[&+])
    | (?P<junk>[^\s])
    """,
    re.VERBOSE | re.ASCII,
)


def fold(text: str) -> str:
    """The text in lower case without accents, every character still in its place."""
    if text.isascii():
        return text.lower()
    return "".join(_folded(each) for each in text.translate(_DASHES))


def _folded(character: str) -> str:
    if character < "\x80":
        return character.lower()
    # not NFKD, which would make "1½" an 11 and "8ª" an 8 in the morning
    bare = unicodedata.normalize("NFD", character)[0].lower()
    return bare if len(bare) == 1 else character


def scan(text: str) -> list[Token]:
    """The tokens of a folded text, phrases not yet put together; the kind of an unknown word is `junk`."""
    return [_token(found) for found in _SCAN.finditer(text)]


def _token(found: re.Match[str]) -> Token:
    kind = found.lastgroup or "junk"
    text = found[0]
    clock = None
    if kind == "clock":
        clock = _clock(found["hour"], found["minute"], found["half"])
    elif found["bare"]:
        kind, hour = "clock", found["bare_hour"] or found["run_hour"] or found["number"]
        clock = _clock(hour, found["bare_minute"] or found["run_minute"], "")
    elif kind == "word":
        text = text.translate(_APOSTROPHES)
        kind = _word_kind(text)
    elif kind == "and":
        text = "and"
    elif kind == "phone":
        kind, text = "junk", "#"
    if kind == "clock" and clock is None:
        kind = "junk"
    return Token(kind, text, found.start(), found.end(), clock)


def _word_kind(word: str) -> str:
    if word in DAY_WORDS:
        return "day"
    if word in LETTERS or word == "s":
        return "letter"
    if word in LETTER_ROWS:
        return "letters"
    return "nth" if word in ORDINALS else "junk"


def _clock(hour: str, minute: str | None, half: str) -> Clock | None:
    clock = Clock(int(hour), int(minute or 0), half, is_padded=hour.startswith("0"))
    if clock.minute > 59 or clock.hour > 24 or (half and not 1 <= clock.hour <= 12):
        return None
    return clock


def _phrase_table() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First token to the phrases that begin with it, the longest first."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, phrases in PHRASES.items():
        for phrase in phrases:
            texts = tuple(each.text for each in scan(phrase))
            table.setdefault(texts[0], []).append((texts, kind))
    for rows in table.values():
        rows.sort(key=lambda row: -len(row[0]))
    return table


_PHRASES = _phrase_table()
_NAMED_TIMES = {"noon": Clock(12, 0, "noon"), "midnight": Clock(0, 0, "midnight")}


def tokens_of(text: str) -> list[Token]:
    """What a folded text says, phrases put together and words that only glue left out."""
    found = scan(text)
    texts = [each.text for each in found]
    spanish = not SPANISH_DAYS.isdisjoint(texts)
    tokens: list[Token] = []
    at = 0
    while at < len(found):
        size, kind = _phrase_at(texts, at)
        token = found[at]
        if kind:
            last = found[at + size - 1]
            token = Token(kind, " ".join(texts[at : at + size]), token.start, last.end)
            token = _named_time(token)
        elif token.kind == "day":
            token = _checked_day(token, found, at, spanish=spanish)
        at += max(size, 1)
        if token.kind != "glue" and not _closes_short_word(token, tokens):
            tokens.append(token)
    return tokens


def _phrase_at(texts: list[str], at: int) -> tuple[int, str]:
    for phrase, kind in _PHRASES.get(texts[at], ()):
        if tuple(texts[at : at + len(phrase)]) == phrase:
            return len(phrase), kind
    return 0, ""


def _named_time(token: Token) -> Token:
    clock = _NAMED_TIMES.get(token.kind)
    return token if clock is None else token._replace(kind="clock", clock=clock)


def _checked_day(token: Token, found: list[Token], at: int, *, spanish: bool) -> Token:
    """`mar` is a day only among Spanish ones; `we` only beside a time or another day."""
    if token.text == "mar" and not spanish:
        return token._replace(kind="junk")
    if token.text == "we":
        beside = {found[near].kind for near in (at - 1, at + 1) if 0 <= near < len(found)}
        if beside.isdisjoint({"clock", "dash", "comma", "colon", "day"}):
            return token._replace(kind="junk")
    return token


def _closes_short_word(token: Token, before: list[Token]) -> bool:
    """Whether this is the dot of "Mon." or "appt.", which ends no sentence."""
    if token.kind != "dot" or not before or before[-1].end != token.start:
        return False
    last = before[-1]
    return last.kind == "letter" or (last.kind == "day" and len(last.text) <= LONGEST_SHORT_DAY)
