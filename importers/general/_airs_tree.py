"""XML read as a stream without anything that XML can do harm with: no document type, no entities, nothing
fetched, and limits on size and nesting. One child of the root is in memory at a time."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers.cleaning import clean_text
from importers.files import LIMITS, Limits, look_at, open_text

DEEPEST = 40
MOST_NODES = 2_000_000
"""Elements of one child of the root; an agency with a thousand sites has some hundred thousand."""
PIECE = 1 << 16
NO = frozenset({"false", "0", "no", "n"})


@dataclass(slots=True)
class Node:
    """An element by its local name: attributes and children without their namespaces."""

    name: str
    attributes: dict[str, str]
    texts: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, as written."""
        return "".join(self.texts).strip()

    def all(self, *names: str) -> list["Node"]:
        """The children of these names, in order."""
        return [each for each in self.children if each.name in names]

    def shown(self, *names: str) -> list["Node"]:
        """The children of these names that are not confidential."""
        return [each for each in self.all(*names) if not each.is_secret()]

    def is_secret(self, flag: str = "Confidential") -> bool:
        """True unless the flag is absent or says no: `Confidential="partial"` does not mean no."""
        stated = self.flag(flag)
        return bool(stated) and stated not in NO

    def first(self, *names: str) -> str:
        """What the first child of one of these names says, as one line: its own text, or that of its child of
        the same name (`<Phone><Phone>`), or of `Address` or `Name`. Nothing of a confidential one."""
        for child in self.shown(*names):
            inner = [child, *child.all(child.name, "Address", "Name")]
            if text := next(filter(None, (clean_text(each.text) for each in inner)), ""):
                return text
        return ""

    def flag(self, name: str) -> str:
        """What an attribute (3.0) or a child (4.0) of that name says, in lower case; empty for neither."""
        value = self.attributes.get(name) or next((each.text for each in self.all(name)), "")
        return value.strip().casefold()


class _Builder:
    """Builds one child of the root after the other."""

    def __init__(self, path: Path):
        self.root = ""
        self.done: deque[Node] = deque()
        self._path = path
        self._open: list[Node] = []
        self._depth = self._nodes = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._nodes += 1
        if self._depth > DEEPEST or self._nodes > MOST_NODES:
            raise SourceBroken(Phrase(N_("%(name)s is nested too deeply."), {"name": self._path.name}))
        if self._depth == 1:
            self.root = _local(name)
            return
        node = Node(_local(name), {_local(each): value for each, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        node = self._open.pop()
        if not self._open:
            self.done.append(node)
            self._nodes = 0

    def characters(self, text: str) -> None:
        if self._open:
            self._open[-1].texts.append(text)

    def refuse(self, *_given: object) -> NoReturn:
        message = N_("%(name)s declares a document type or entities: refused.")
        raise SourceBroken(Phrase(message, {"name": self._path.name}))


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def read_children(path: Path, root: str, limits: Limits = LIMITS) -> Iterator[Node]:
    """The children of the root element, one after the other; afresh at each call.

    Raises `SourceBroken` for what is not XML, ends early, has another root, or declares anything.
    """
    looked = look_at(path, limits)
    if looked.kind == "workbook" or looked.first != "<":
        raise _not_xml(path, "no tag at its beginning")
    builder = _Builder(path)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    parser.ExternalEntityRefHandler = builder.refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    with open_text(looked) as text:
        while True:
            piece = text.read(PIECE)
            try:
                parser.Parse(piece, not piece)
            except expat.ExpatError as error:
                raise _not_xml(path, str(error)) from error
            if builder.root and builder.root != root:
                raise _not_xml(path, f"<{builder.root[:40]}>")
            while builder.done:
                yield builder.done.popleft()
            if not piece:
                return


def _not_xml(path: Path, error: str) -> SourceBroken:
    told = {"name": path.name, "error": error}
    return SourceBroken(Phrase(N_("%(name)s is not XML of the kind expected: %(error)s."), told))
