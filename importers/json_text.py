r"""JSON text made fit for a strict reader: half letters (lone surrogates such as "\ud83d") become U+FFFD.

Programs that cut texts by UTF-16 units cut emoji in half. One such row would end the reading of its whole
file: the parser stops at it.
"""

import re
from typing import IO

_ESCAPE = re.compile(
    r"(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r"|\\.",
    re.DOTALL,
)
_FIRST_HALF = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}$")
_LONGEST = 12
"""Characters of two escapes that are one letter."""


class JsonBytes:
    """A binary reader that gives JSON text as clean UTF-8 (ijson takes nothing else)."""

    def __init__(self, text: IO[str]):
        self._text = text
        self._kept = ""

    def read(self, size: int = -1) -> bytes:
        """About `size` characters, as bytes; empty at the end only."""
        while True:
            more = self._text.read(size)
            text = self._kept + more
            end = _last_boundary(text) if more else len(text)
            self._kept = text[end:]
            if end or not more:
                return whole_letters(text[:end]).encode("utf-8", errors="replace")


def whole_letters(text: str) -> str:
    """The JSON text with U+FFFD for every escape that is half a letter. Begins between two escapes."""
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _ESCAPE.sub(lambda found: r"\ufffd" if found["half"] else found[0], text)


def _last_boundary(text: str) -> int:
    """Where to cut the text so that no escape, and no pair of them, is cut: near its end."""
    end = text.find("\\", max(0, len(text) - _LONGEST + 1))
    if end < 0:
        return len(text)
    end = _between_escapes(text, end)
    if _FIRST_HALF.search(text, max(0, end - _LONGEST // 2), end):
        end = _between_escapes(text, end - _LONGEST // 2)
    return end


def _between_escapes(text: str, end: int) -> int:
    r"""`end`, or one less where a backslash before it begins an escape: they go in pairs."""
    run = end
    while run and text[run - 1] == "\\":
        run -= 1
    return end - (end - run) % 2
