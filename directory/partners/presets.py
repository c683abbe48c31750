"""What a partner sets of the search on its site: the value it starts with, and whether it may be changed.

Names are those of the search's own parameters (INTERFACES), with `theme` and `rows` beside them.
"""

from collections.abc import Iterable, Mapping, Sequence

from directory.errors import QueryInvalid
from directory.listings.needs import Taxonomy
from directory.phrases import N_, Phrase
from directory.search.query import SearchQuery

THEMES: Mapping[str, str] = {
    "calm": N_("Calm: warm paper, light or dark as the device is"),
    "plain": N_("Plain: light or dark as the device is"),
    "light": N_("Always light"),
    "dark": N_("Always dark"),
    "contrast": N_("High contrast"),
}
"""The looks that the widget has."""
ROWS = range(1, 21)
"""Results that the widget keeps room for, and shows at a time."""
OF_THE_SEARCH: Mapping[str, str] = {
    "need": N_("What help"),
    "near": N_("Where"),
    "radius": N_("How far, in miles"),
    "filter": N_("Filters"),
    "open": N_("Open now"),
    "kind": N_("Kind of place"),
    "attend": N_("How to attend"),
    "sort": N_("Order"),
    "lang": N_("Language"),
}
"""Parameter of the search to what it is called."""
OF_THE_WIDGET: Mapping[str, str] = {"theme": N_("Look"), "rows": N_("Rows")}
PRESETS: Mapping[str, str] = {**OF_THE_SEARCH, **OF_THE_WIDGET}
"""Everything that can be set and locked."""
SEVERAL = ("need", "filter", "kind")
"""Those of which there can be several."""

Presets = dict[str, str | tuple[str, ...]]
Typed = Mapping[str, Sequence[str]]
"""Name to its values, as a form or a query string has them."""


def read_presets(typed: Typed, taxonomy: Taxonomy, needs: Iterable[str]) -> Presets:
    """The presets that were typed, written as the search writes them; what is empty is no preset.

    `needs`: those that the site is limited to. Raises `QueryInvalid` naming each preset that means nothing.
    """
    given = {name: [each.strip() for each in values if each.strip()] for name, values in typed.items()}
    wrong: dict[str, Sequence[Phrase | str]] = {
        name: [Phrase(N_("There is nothing called “%(name)s” to set."), {"name": name[:40]})]
        for name, values in given.items()
        if values and name not in PRESETS
    }
    found: Presets = {}
    try:
        search = SearchQuery.parse({name: given.get(name, []) for name in OF_THE_SEARCH}, taxonomy)
        found.update(_written(search))
    except QueryInvalid as problem:
        wrong.update(problem.fields)
    for name, read in (("theme", _theme), ("rows", _rows)):
        try:
            found.update({name: read(given[name][0])} if given.get(name) else {})
        except QueryInvalid as problem:
            wrong[name] = [problem.phrase]
    outside = set(found.get("need", ())) - taxonomy.with_descendants(needs) if needs else set()
    if outside:
        wrong["need"] = [N_("The search starts with help that the site is not to show. Please choose again.")]
    if wrong:
        raise QueryInvalid(Phrase(N_("Please check what you wrote.")), wrong)
    return found


def read_locked(typed: Iterable[str]) -> tuple[str, ...]:
    """What can no longer be changed, in the order of the table. Raises `QueryInvalid`."""
    names = {each.strip() for each in typed if each.strip()}
    unknown = sorted(names - set(PRESETS))
    if unknown:
        sentence = Phrase(N_("There is nothing called “%(name)s” to set."), {"name": unknown[0][:40]})
        raise QueryInvalid(sentence, {"locked": [sentence]})
    return tuple(name for name in PRESETS if name in names)


def _written(search: SearchQuery) -> Presets:
    pairs: dict[str, list[str]] = {}
    for name, value in search.parameters():
        pairs.setdefault(name, []).append(value.removesuffix(".0") if name == "radius" else value)
    return {name: tuple(values) if name in SEVERAL else values[0] for name, values in pairs.items()}


def _theme(text: str) -> str:
    if text not in THEMES:
        raise QueryInvalid(Phrase(N_("Please use one of these: %(values)s."), {"values": ", ".join(THEMES)}))
    return text


def _rows(text: str) -> str:
    if not text.isdecimal() or len(text) > 3 or int(text) not in ROWS:
        between = {"smallest": ROWS[0], "largest": ROWS[-1]}
        raise QueryInvalid(Phrase(N_("Please use a whole number from %(smallest)s to %(largest)s."), between))
    return str(int(text))
