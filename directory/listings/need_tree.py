"""The parts of the taxonomy, and how they are read from `needs.toml` and `facets.toml`, checked.

Every reader raises `ValueError` naming the entry at fault.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("en", "es")
MOST_FACETS = 64
"""The engine keeps the filters of a listing in one 64-bit number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One need of the tree, top or leaf. Texts are keyed by language (`en`, `es`)."""

    code: str
    labels: Mapping[str, str]
    descriptions: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]
    """What people type for it, beside the label."""
    parent: str | None = None
    children: tuple[str, ...] = ()
    remote: bool = False
    """A visit by phone or video meets it, so that a listing also given by video counts."""
    urgent: bool = False
    """Crisis and detox with all under them: 24-hour care comes first (PRODUCT S18)."""
    around_the_clock: bool = False
    """A place that is this has staff day and night, by its setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One filter. `is_need`: it is a need as well, and follows from it."""

    code: str
    group: str
    labels: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]
    is_need: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetGroup:
    """Filters of which one is enough (OR); groups all hold together (AND)."""

    code: str
    labels: Mapping[str, str]
    facets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A stage on the home page and the needs that come first in it."""

    code: str
    labels: Mapping[str, str]
    needs: tuple[str, ...]


def read_needs(entries: Mapping[str, Any]) -> dict[str, Need]:
    """The needs by code, in the order of the file: parents before children."""
    needs: dict[str, Need] = {}
    for code, entry in entries.items():
        where = f"need {code}"
        parent = entry.get("parent")
        if parent is not None and parent not in needs:
            raise ValueError(f"{where}: its parent {parent} is not given above it")
        needs[code] = Need(
            code=code,
            labels=_texts(where, entry, "label"),
            descriptions=_texts(where, entry, "about"),
            synonyms=_words(where, entry),
            parent=parent,
            children=tuple(each for each, other in entries.items() if other.get("parent") == code),
            remote=entry.get("remote", False),
            urgent=entry.get("urgent", False) or (parent is not None and needs[parent].urgent),
            around_the_clock=entry.get("around_the_clock", False),
        )
    return needs


def read_facets(entries: Mapping[str, Any], needs: Mapping[str, Need]) -> dict[str, Facet]:
    """The filters by code. One that is a need as well takes its words from there."""
    if len(entries) > MOST_FACETS:
        raise ValueError(f"{len(entries)} filters: at most {MOST_FACETS} fit into one number")
    facets: dict[str, Facet] = {}
    for code, entry in entries.items():
        where = f"filter {code}"
        need = needs.get(code)
        if need is not None and set(entry) != {"group"}:
            raise ValueError(f"{where}: it is a need too, so it takes its words from there")
        facets[code] = Facet(
            code=code,
            group=entry["group"],
            labels=need.labels if need else _texts(where, entry, "label"),
            synonyms=need.synonyms if need else _words(where, entry),
            is_need=need is not None,
        )
    return facets


def read_groups(entries: Mapping[str, Any], facets: Mapping[str, Facet]) -> tuple[FacetGroup, ...]:
    """The groups in the order of the file, each with its filters."""
    for facet in facets.values():
        if facet.group not in entries:
            raise ValueError(f"filter {facet.code}: there is no group {facet.group}")
    return tuple(
        FacetGroup(
            code=code,
            labels=_texts(f"group {code}", entry, "label"),
            facets=tuple(each.code for each in facets.values() if each.group == code),
        )
        for code, entry in entries.items()
    )


def read_preset(entry: Mapping[str, Any], needs: Mapping[str, Need]) -> Preset:
    """One stage of the home page."""
    where = f"preset {entry['code']}"
    for need in entry["needs"]:
        if need not in needs:
            raise ValueError(f"{where}: {need} is not a need")
    return Preset(code=entry["code"], labels=_texts(where, entry, "label"), needs=tuple(entry["needs"]))


def _texts(where: str, entry: Mapping[str, Any], name: str) -> dict[str, str]:
    texts = entry.get(name, {})
    for lang in LANGUAGES:
        if not texts.get(lang, "").strip():
            raise ValueError(f"{where}: {name}.{lang} is missing")
    return dict(texts)


def _words(where: str, entry: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    words = entry.get("words", {})
    for lang in LANGUAGES:
        if not words.get(lang):
            raise ValueError(f"{where}: words.{lang} is missing")
    return {lang: tuple(each) for lang, each in words.items()}


def fold_word(word: str) -> str:
    """A word as compared between entries: small letters, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return " ".join("".join(each for each in plain if not unicodedata.combining(each)).split())


def check_words(needs: Mapping[str, Need], facets: Mapping[str, Facet]) -> None:
    """A word or label that means two codes could be understood as neither."""
    meant: dict[str, str] = {}
    entries: list[Need | Facet] = [*needs.values(), *(each for each in facets.values() if not each.is_need)]
    for entry in entries:
        said = {fold_word(each) for lang in LANGUAGES for each in (entry.labels[lang], *entry.synonyms[lang])}
        for word in said:
            other = meant.setdefault(word, entry.code)
            if other != entry.code:
                raise ValueError(f'"{word}" means both {other} and {entry.code}')
