"""JSON as sources publish it, read as a stream: an array, an array in an envelope, or one object per line.

A file is read twice: once for its outline, which finds what is cut short, wrong or absurdly nested before the
first row is used, and once for its items, one in memory at a time.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ijson

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers.files import LIMITS, Limits, Looked, look_at, open_text, refuse_page
from importers.json_text import JsonBytes

ARRAYS = ("rows", "contents", "meetings", "records", "values", "services")
"""Keys of an envelope under which the array of rows may be, as publishers name it."""
DEEPEST = 64
"""Levels of nesting; ijson's memory grows with their square."""

OPENINGS = ("start_map", "start_array")

Plain = str | int | float | bool | None


@dataclass(slots=True)
class Outline:
    """What a JSON file is made of. `prefix` is where its items are, for ijson; "" for whole objects."""

    looked: Looked
    prefix: str = ""
    count: int = 0
    envelopes: list[dict[str, Plain]] = field(default_factory=list)
    """The plain values around the array, such as `totalPages`, of each envelope in the file."""

    def items(self) -> Iterator[Any]:
        """The items, in order, one in memory at a time; afresh at each call."""
        with open_text(self.looked) as text:
            found = ijson.items(JsonBytes(text), self.prefix, use_float=True, multiple_values=True)
            yield from _told(found, self.looked)


def open_json(path: Path, *, arrays: Sequence[str] = ARRAYS, limits: Limits = LIMITS) -> Outline:
    """The outline of a JSON file: `[...]`, `{"rows": [...]}` (a key of `arrays`), several of these one after
    the other, or one object per line.

    Raises `SourceBroken` for a web page, for what is not JSON or is cut short, and for absurd nesting.
    """
    looked = look_at(path, limits)
    refuse_page(looked, "JSON")
    if looked.kind == "workbook" or looked.first not in ("[", "{"):
        raise SourceBroken(Phrase(N_("%(name)s is not JSON."), {"name": path.name}))
    return _outline(looked, arrays)


def _outline(looked: Looked, arrays: Sequence[str]) -> Outline:
    """Counts what lies at the first levels: values (0), their members (1), members of arrays in them (2)."""
    outline = Outline(looked)
    counts: Counter[str] = Counter()
    depth, key, is_list = 0, "", looked.first == "["
    for event, value in _events(looked):
        if event == "map_key":
            key = value if depth == 1 else key
        elif event in ("end_map", "end_array"):
            depth -= 1
        else:
            if depth == 0:
                counts[""] += 1
                outline.envelopes.append({})
            elif depth == 1:
                counts["item"] += 1
                if event == "start_array" and key in arrays and not is_list:
                    counts[key] += 0
                elif event not in OPENINGS:
                    outline.envelopes[-1][key] = value
            elif depth == 2 and key in counts:
                counts[key] += 1
            depth += event in OPENINGS
            if depth > DEEPEST:
                raise SourceBroken(Phrase(N_("%(name)s is nested too deeply."), {"name": looked.path.name}))
    named = "item" if is_list else next((each for each in arrays if each in counts), "")
    outline.prefix = f"{named}.item" if named and not is_list else named
    outline.count = counts[named]
    return outline


def _events(looked: Looked) -> Iterator[tuple[str, Any]]:
    with open_text(looked) as text:
        yield from _told(ijson.basic_parse(JsonBytes(text), use_float=True, multiple_values=True), looked)


def _told(found: Iterator[Any], looked: Looked) -> Iterator[Any]:
    """What ijson finds; its errors as ours."""
    try:
        yield from found
    except (ijson.JSONError, ValueError, OverflowError) as error:
        wrong = " ".join(str(error).splitlines()[:1])[:120]
        told = {"name": looked.path.name, "error": wrong}
        if "premature EOF" in wrong or not wrong:
            raise SourceBroken(Phrase(N_("%(name)s is cut short: its JSON does not end."), told)) from error
        raise SourceBroken(Phrase(N_("%(name)s is not valid JSON: %(error)s."), told)) from error
