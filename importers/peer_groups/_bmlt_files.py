"""What a BMLT server answered, in one file or a folder: meetings, formats and service bodies, told apart by
what their rows hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from directory.errors import SourceBroken
from directory.listings.record import Language
from directory.phrases import N_, Phrase
from importers.cleaning import clean_text
from importers.json_rows import Outline, open_json
from importers.languages import language_named
from importers.tally import Tally

Row = Mapping[str, Any]

MEETING_MARKS = frozenset({"id_bigint", "weekday_tinyint", "meeting_name", "service_body_bigint"})


class Formats:
    """Formats by id and by key: keys differ from server to server, so what counts is the `world_id`."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], dict[tuple[str, str], None]] = {}

    def add(self, row: Row) -> None:
        """Notes one format: its world id, and its name for those that are languages."""
        meaning = clean_text(row.get("world_id")), clean_text(row.get("name_string")).casefold()
        root = clean_text(row.get("root_server_uri"))
        for name in ("id", "key_string"):
            if value := clean_text(row.get(name)):
                for server in {root, ""}:
                    self._found.setdefault((server, name, value), {})[meaning] = None

    def of(self, row: Row, tally: Tally) -> tuple[list[str], list[Language]]:
        """World ids, each once, and languages of a meeting: by format ids where it gives them, else by keys.

        A key that stands for several formats, as an aggregator's does, counts only where all agree.
        """
        root = clean_text(row.get("root_server_uri"))
        name = "id" if clean_text(row.get("format_shared_id_list")) else "key_string"
        given = clean_text(row.get("format_shared_id_list" if name == "id" else "formats"))
        codes: dict[str, None] = {}
        languages: dict[Language, None] = {}
        for value in filter(None, (each.strip() for each in given.split(","))):
            meanings = self._found.get((root, name, value))
            if meanings is None:
                tally.count("Unknown format", value)
                continue
            ids = {code for code, _ in meanings}
            if len(ids) > 1:
                tally.count("Format with several meanings", value)
                continue
            codes |= dict.fromkeys(ids - {""})
            if ids <= {"", "LANG"}:
                spoken = (language_named(called) for _, called in meanings)
                languages |= dict.fromkeys(each for each in spoken if each)
        return list(codes), list(languages)


@dataclass(slots=True)
class BmltFiles:
    """The meetings of one server, and what its other answers say about them."""

    meetings: list[Outline] = field(default_factory=list)
    formats: Formats = field(default_factory=Formats)
    bodies: dict[str, Row] = field(default_factory=dict)
    """Service bodies by id."""

    def rows(self) -> Iterator[tuple[int, Any]]:
        """Each item of each answer with its number, 1 the first; an empty object is an empty answer."""
        items = chain.from_iterable(outline.items() for outline in self.meetings)
        return enumerate((item for item in items if item != {}), start=1)


def open_bmlt(path: Path) -> BmltFiles:
    """The answers in a file, or in the JSON files of a folder in the order of their names.

    Raises `SourceBroken` for what is not JSON or is cut short, and for a folder without meetings.
    """
    found = BmltFiles()
    for each in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        _add(found, each)
    if not found.meetings:
        raise SourceBroken(Phrase(N_("%(name)s holds no answer with meetings."), {"name": path.name}))
    return found


def _add(found: BmltFiles, path: Path) -> None:
    outline = open_json(path, arrays=("meetings",))
    first = next((item for item in outline.items() if isinstance(item, dict)), {})
    if "key_string" in first:
        _add_formats(found, outline)
    elif "parent_id" in first and not first.keys() & MEETING_MARKS:
        for row in outline.items():
            if isinstance(row, dict):
                found.bodies[clean_text(row.get("id"))] = row
    elif not first or first.keys() & MEETING_MARKS:
        found.meetings.append(outline)
        used = open_json(path, arrays=("formats",))
        if used.prefix == "formats.item":
            _add_formats(found, used)


def _add_formats(found: BmltFiles, outline: Outline) -> None:
    for row in outline.items():
        if isinstance(row, dict):
            found.formats.add(row)
