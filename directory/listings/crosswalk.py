"""What a source's codes mean in our words: which needs they are, which they only come with, which filters.

Read from `crosswalks.toml` and `open_eligibility.toml`: one table per scheme (`samhsa_substance`,
`meeting_guide`, ...), one entry per code:

    DT = { main = ["detox"] }                        what the listing is
    HS = { also = ["housing"] }                      help for its own clients (DESIGN, "Main and also")
    SS = { filters = ["sliding_fee"] }
    NAUT = { removes = ["alcohol_treatment"] }       takes back what another code said
    DUO = { main = ["dui_program"], own_clients_only = true }
    ignored = ["AIM", ...]                           known, and deliberately without meaning for a search

`own_clients_only` says that nobody else is let in: all other main needs of that listing become `also`.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from directory.listings.record import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one source code means. Empty for a code that is known and ignored."""

    main: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    own_clients_only: bool = False


IGNORED = Effect()
_KEYS = frozenset(each.name for each in fields(Effect))


def read_crosswalks(
    tables: Iterable[Mapping[str, Any]], *, needs: Container[str], facets: Container[str]
) -> dict[Code, Effect]:
    """The effects of all codes in the given parsed files. Raises `ValueError` naming the code at fault."""
    effects: dict[Code, Effect] = {}
    for schemes in tables:
        for scheme, entries in schemes.items():
            for code, effect in _read_scheme(scheme, entries):
                if code in effects:
                    raise ValueError(f"{scheme} {code.value} is mapped twice")
                _check_effect(code, effect, needs, facets)
                effects[code] = effect
    return effects


def _read_scheme(scheme: str, entries: Mapping[str, Any]) -> Iterable[tuple[Code, Effect]]:
    for value, entry in entries.items():
        if value == "ignored":
            yield from ((Code(scheme, each), IGNORED) for each in entry)
            continue
        unknown = set(entry) - _KEYS
        if unknown or not entry:
            raise ValueError(
                f"{scheme} {value}: give one of {sorted(_KEYS)}, not {sorted(unknown) or 'nothing'}"
            )
        yield Code(scheme, value), _read_effect(entry)


def _read_effect(entry: Mapping[str, Any]) -> Effect:
    return Effect(
        main=tuple(entry.get("main", ())),
        also=tuple(entry.get("also", ())),
        filters=tuple(entry.get("filters", ())),
        removes=tuple(entry.get("removes", ())),
        own_clients_only=entry.get("own_clients_only", False),
    )


def _check_effect(code: Code, effect: Effect, needs: Container[str], facets: Container[str]) -> None:
    where = f"{code.scheme} {code.value}"
    for need in (*effect.main, *effect.also):
        if need not in needs:
            raise ValueError(f"{where}: {need} is not a need")
    for facet in effect.filters:
        if facet not in facets:
            raise ValueError(f"{where}: {facet} is not a filter")
        if facet in needs:
            raise ValueError(f"{where}: {facet} is a need too: name it as main or also, the filter follows")
    for each in effect.removes:
        if each not in needs and each not in facets:
            raise ValueError(f"{where}: removes {each}, which is neither a need nor a filter")
