"""A first mapping file for a table, proposed from its column titles and the words in its cells, for a person
to read through: what is guessed, what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from directory.errors import SourceBroken
from directory.listings.needs import taxonomy
from directory.phrases import N_, Phrase
from importers.cleaning import clean_text
from importers.general._spreadsheet_mapping import REPEATED, TARGETS, column_title
from importers.general.spreadsheet import split_words
from importers.rows import Row, Table, open_table

WANTED: Mapping[str, str] = {
    "phone": "how to reach it",
    "address_1": "where it is",
    "city": "where it is",
    "postal_code": "where it is, and the distance to it",
    "hours": "when it is open",
    "website": "where to read more",
    "description": "what to expect",
    "eligibility": "who may come",
    "fees": "what it costs",
}
"""What people look for in a listing."""
MOST_WORDS = 60
"""Words of a "needs" column that are listed; a column with more holds sentences."""
LONGEST_WORD = 80


def propose(titles: Iterable[str]) -> dict[str, str]:
    """The targets that titles suggest, each target once unless several columns may share it; a title that
    suggests nothing is left out."""
    found: dict[str, str] = {}
    for title in map(column_title, titles):
        plain = title.partition("#")[0]
        target = next((name for name, titles_of in TARGETS.items() if plain in titles_of), "")
        if target and (target in REPEATED or target not in found.values()):
            found[title] = target
    return found


def open_unmapped(path: Path) -> Table:
    """A table whose header is not known: the first row that has a title for a name, else the first row."""
    for title in (*TARGETS["name"], *TARGETS["organization"]):
        try:
            return open_table(path, (title,))
        except SourceBroken:
            continue
    return open_table(path, ())


def proposed_mapping(path: Path) -> str:
    """A mapping file's text for a table. It can be used as it is where a column was taken for the name.
    Raises `SourceBroken` as `open_table` does, and for what is no table at all."""
    table = open_unmapped(path)
    titles = [title for title in table.columns if title]
    if not titles or not all(map(str.isprintable, titles)):
        raise SourceBroken(Phrase(N_("%(name)s does not look like a table."), {"name": path.name}))
    found = propose(titles)
    if found and "name" not in found.values() and "organization" in found.values():
        found = {title: "name" if target == "organization" else target for title, target in found.items()}
    return "\n".join(
        [
            f"# Proposed for {_one_line(path.name)}: guessed from its column titles. Read it through.",
            *(f"# Missing: {each}" for each in _missing(found)),
            *_settings(found),
            "",
            "[columns]",
            *(f"{_quoted(title)} = {_quoted(target)}" for title, target in found.items()),
            *_not_guessed([title for title in titles if title not in found]),
            "",
            "[needs]",
            *words_of(table, [title for title, target in found.items() if target == "needs"]),
            "",
        ]
    )


def _missing(found: Mapping[str, str]) -> Iterator[str]:
    targets = set(found.values())
    if "name" not in targets:
        yield 'a column that is the "name" of the service or place. Nothing can be imported without it.'
    if "needs" not in targets:
        yield 'what each row offers: map a column to "needs", or fill needs_of_all.'
    for target, meaning in WANTED.items():
        if target not in targets:
            yield f'"{target}" ({meaning}).'
    if "confidential" not in targets and targets & {"address_1", "latitude"}:
        yield '"confidential": all addresses will be shown. Map the column that says which may not be.'


def _settings(found: Mapping[str, str]) -> Iterator[str]:
    targets = set(found.values())
    yield ""
    yield '# kind = "community"             # of every row; left out, it follows from the needs'
    if "state" not in targets:
        yield '# state = "PA"                   # no column gives the state: say it here'
    if "hours" in targets:
        yield '# timezone = "America/New_York"  # of the hours'
    yield "needs_of_all = []                # need codes of every row"
    yield "ignored = []                     # columns left out on purpose"


def _not_guessed(titles: list[str]) -> Iterator[str]:
    if titles:
        yield "# No meaning was guessed for these. What stays without one is never read:"
    for title in titles:
        yield f'# {_quoted(title)} = ""'


def words_of(table: Table, titles: list[str]) -> Iterator[str]:
    """The words of the "needs" columns, with the need that is called so."""
    words = _words_in(table, titles)
    if words is None:
        yield "# The column holds sentences or too many words to list: write down those that matter."
        return
    guessed = {plain: code for plain in words if (code := _needs_by_name().get(plain))}
    for plain in sorted(guessed):
        yield f"{_quoted(words[plain])} = [{_quoted(guessed[plain])}]"
    if len(guessed) < len(words):
        yield "# These words have no need yet; a row is found by its needs:"
    for plain in sorted(words.keys() - guessed):
        yield f"# {_quoted(words[plain])} = []"


def _words_in(table: Table, titles: list[str]) -> dict[str, str] | None:
    """Words that are no need's code, by their folded form. None as soon as they are too many, or too long, to
    be listed."""
    words: dict[str, str] = {}
    for row in table.rows() if titles else ():
        if not isinstance(row, Row):
            continue
        for word in chain.from_iterable(split_words(row.values[title]) for title in titles):
            plain = word.casefold()
            if plain not in taxonomy().needs:
                words[plain] = word
            if len(words) > MOST_WORDS or len(word) > LONGEST_WORD:
                return None
    return words


@cache
def _needs_by_name() -> dict[str, str]:
    """Need codes by what people call them, in every language; the first need of a name has it."""
    found: dict[str, str] = {}
    for need in taxonomy().needs.values():
        for name in need.labels.values():
            found.setdefault(name.casefold(), need.code)
    for need in taxonomy().needs.values():
        for names in need.synonyms.values():
            for name in names:
                found.setdefault(name.casefold(), need.code)
    return found


def _one_line(text: str) -> str:
    return clean_text("".join(letter if letter.isprintable() else " " for letter in text))


def _quoted(text: str) -> str:
    """A TOML string."""
    plain = _one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
