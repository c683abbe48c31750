"""The catalogues of translations: collected from code and templates, merged, compiled.

`python -m directory.web.catalogue` brings every `messages.po` up to date and compiles it; it prints what
is still to be translated and then ends with 1. A test holds the committed files to the same measure.
"""

import ast
import io
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from directory.web.language import LOCALE_FOLDER

ROOT = LOCALE_FOLDER.parent.parent
CONFIGURATION = LOCALE_FOLDER / "babel.cfg"
CALLS = {"_": 1, "gettext": 1, "N_": 1, "ngettext": 2}
"""Functions whose first argument (or two, singular and plural) is a message."""

Extracted = tuple[int, str, str | tuple[str, ...], list[str]]


def extract_python(
    file: io.BytesIO,
    _keywords: Collection[str],
    _comments: Collection[str],
    options: dict[str, Any],  # noqa: ARG001  Babel gives it by this name
) -> Iterator[Extracted]:
    """Babel extractor of Python files. Beside what Babel's own knows, two `N_()` side by side that both count
    `%(num)s` are one countable message (`Phrase(N_(one), values, plural=N_(many))`, or a row of a table)."""
    nodes = list(ast.walk(ast.parse(file.read())))
    pairs = [pair for pair in map(_countable, nodes) if pair]
    paired = {id(call) for pair in pairs for call in pair}
    for one, many in pairs:
        yield one.lineno, "ngettext", (_text(one), _text(many)), []
    for node in nodes:
        if not isinstance(node, ast.Call) or id(node) in paired:
            continue
        name = _name(node.func)
        texts = tuple(_constant(each) for each in node.args[: CALLS.get(name, 0)])
        if texts and all(texts):
            yield node.lineno, name, texts if len(texts) > 1 else texts[0], []


def _countable(node: ast.AST) -> tuple[ast.Call, ast.Call] | None:
    if isinstance(node, ast.Call):
        parts = [*node.args, *(each.value for each in node.keywords)]
    elif isinstance(node, ast.Tuple):
        parts = node.elts
    else:
        return None
    marked = [
        part
        for part in parts
        if isinstance(part, ast.Call) and _name(part.func) == "N_" and "%(num)s" in _text(part)
    ]
    return (marked[0], marked[1]) if len(marked) == 2 else None


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _text(call: ast.Call) -> str:
    return _constant(call.args[0]) if call.args else ""


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def extracted() -> Catalog:
    """Every message of the program as it is now."""
    with CONFIGURATION.open("r", encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, str(CONFIGURATION))  # type: ignore[no-untyped-call]
    catalog = Catalog(project="recovery-directory", charset="utf-8")
    for name, _, message, comments, context in extract_from_dir(
        ROOT, methods, options, directory_filter=_ours
    ):
        # No line numbers: they would change the file with every edit of a page.
        catalog.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalog


def _ours(folder: str | Path) -> bool:
    inside = Path(folder).resolve().relative_to(ROOT).parts
    return not inside or inside[0] in ("directory", "templates")


def read(language: str) -> Catalog:
    """The committed catalogue of a language."""
    with _po(language).open("rb") as file:
        return pofile.read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the `.mo` file of a catalogue."""
    buffer = io.BytesIO()
    mofile.write_mo(buffer, catalog)
    return buffer.getvalue()


def missing(catalog: Catalog, found: Catalog) -> list[str]:
    """Messages of the program that the catalogue lacks, has untranslated, or holds only as a guess."""
    wanted = [message for message in found if message.id]
    return [
        str(message.id) for message in wanted if not _translated(catalog.get(message.id, message.context))
    ]


def _translated(message: Any) -> bool:
    if message is None or message.fuzzy:
        return False
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(texts)


def _po(language: str) -> Path:
    return LOCALE_FOLDER / language / "LC_MESSAGES" / "messages.po"


def bring_up_to_date(language: str) -> list[str]:
    """Writes `messages.po` and `messages.mo` of a language; answers what is still to be translated."""
    found = extracted()
    catalog = read(language) if _po(language).exists() else Catalog(locale=language, charset="utf-8")
    catalog.update(found, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    _po(language).parent.mkdir(parents=True, exist_ok=True)
    with _po(language).open("wb") as file:
        pofile.write_po(
            file, catalog, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False
        )
    _po(language).with_suffix(".mo").write_bytes(compiled(read(language)))
    return missing(read(language), found)


def main() -> int:
    """The command."""
    left = [
        f"{folder.name}: {message}" for folder in _languages() for message in bring_up_to_date(folder.name)
    ]
    sys.stdout.writelines(f"{line}\n" for line in left)
    return 1 if left else 0


def _languages() -> list[Path]:
    return sorted(folder for folder in LOCALE_FOLDER.iterdir() if folder.is_dir())


if __name__ == "__main__":
    sys.exit(main())
