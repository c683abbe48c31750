"""What a person typed, as a row of words that the steps of understanding take from, one after another.

Every word knows the piece of the input it came from, so that a phrase can be shown as it was typed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from directory.search import words

CONNECTORS = frozenset({"and", "or", "y", "o", "e", "u"})
"""Words that join two wishes: "housing and counseling" is not housing counseling."""
CONNECTOR = "&"
"""Stands for all of them, and for "&", "+" and commas."""
_QUOTED = re.compile('["“”«»„]([^"“”«»„]*)["“”«»„]')
_EDGES = " \t.,;:!?¡¿()[]{}<>*'’\"“”"


@dataclass(slots=True)
class Word:
    """One folded word. `piece` is its place among the blank-separated pieces of the input."""

    folded: str
    stem: str
    piece: int
    is_stop: bool = False
    taken: bool = False

    @property
    def is_connector(self) -> bool:
        """It joins or parts two wishes."""
        return self.stem == CONNECTOR


class Typed:
    """The words of one input. `phrases` are the parts that were typed in quotes; their words are not here."""

    def __init__(self, text: str):
        self.phrases = tuple(
            tuple(words.tokens(each)) for each in _QUOTED.findall(text) if words.tokens(each)
        )
        self.pieces = _QUOTED.sub(" ", text).split()
        self.words: list[Word] = []
        for piece, typed in enumerate(self.pieces):
            self.words.extend(_words_of(typed, piece))

    def take(self, start: int, end: int) -> str:
        """Takes the words from `start` to before `end`; answers them as they were typed."""
        for word in self.words[start:end]:
            word.taken = True
        return self.shown(start, end)

    def shown(self, start: int, end: int) -> str:
        """The pieces in which the words from `start` to before `end` stand."""
        first, last = self.words[start].piece, self.words[end - 1].piece
        return " ".join(self.pieces[first : last + 1]).strip(_EDGES)

    def folded(self, start: int, length: int) -> tuple[str, ...] | None:
        """`length` folded words from `start`, none of them taken; None where there are not so many."""
        found = self.words[start : start + length]
        if len(found) < length or any(each.taken for each in found):
            return None
        return tuple(each.folded for each in found)

    def take_all(self, phrases: Iterable[Sequence[str]]) -> None:
        """Takes every occurrence of the given rows of folded words, longer ones first."""
        for phrase in sorted(phrases, key=len, reverse=True):
            for start in range(len(self.words)):
                if self.folded(start, len(phrase)) == tuple(phrase):
                    self.take(start, start + len(phrase))

    @property
    def left(self) -> list[Word]:
        """Words that nobody took and that mean something."""
        return [each for each in self.words if not (each.taken or each.is_stop or each.is_connector)]


def _words_of(typed: str, piece: int) -> list[Word]:
    """The words of one piece; a comma behind it, or a piece that is a plus sign, becomes a connector."""
    if typed in ("&", "+"):
        return [Word(folded=CONNECTOR, stem=CONNECTOR, piece=piece)]
    found = [
        Word(
            folded=each,
            stem=CONNECTOR if each in CONNECTORS else words.stem(each),
            piece=piece,
            is_stop=each in words.STOP_WORDS and each not in CONNECTORS,
        )
        for each in words.tokens(typed)
    ]
    if typed.endswith(",") and found:
        found.append(Word(folded=",", stem=CONNECTOR, piece=piece))
    return found
