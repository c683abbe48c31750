"""Faults in the taxonomy's data files are found, and named, when they are read."""

from typing import Any

import pytest

from directory.listings.needs import Taxonomy, read_taxonomy

BOTH: dict[str, Any] = {"en": "x", "es": "x"}


def a_need(name: str, **more: Any) -> dict[str, Any]:
    return {
        "label": {"en": name, "es": f"{name} es"},
        "about": BOTH,
        "words": {"en": [f"{name} word"], "es": [f"{name} palabra"]},
        **more,
    }


def small(
    needs: dict[str, Any] | None = None,
    facets: dict[str, Any] | None = None,
    codes: dict[str, Any] | None = None,
    presets: list[dict[str, Any]] | None = None,
) -> Taxonomy:
    group = {"care": {"label": BOTH}}
    return read_taxonomy(
        {"need": needs or {"one": a_need("one")}, "preset": presets or []},
        {"group": group, "facet": facets or {}},
        [{"scheme": codes or {}}],
    )


def facet_entry(name: str) -> dict[str, Any]:
    entry = a_need(name, group="care")
    del entry["about"]
    return entry


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"codes": {"A": {"main": ["two"]}}}, "scheme A: two is not a need"),
        ({"codes": {"A": {"filters": ["two"]}}}, "scheme A: two is not a filter"),
        ({"codes": {"A": {"removes": ["two"]}}}, "removes two"),
        ({"codes": {"A": {"mian": ["one"]}}}, "scheme A: give one of"),
        ({"codes": {"A": {}}}, "scheme A: give one of"),
        ({"codes": {"ignored": ["A"], "A": {"main": ["one"]}}}, "scheme A is mapped twice"),
        ({"needs": {"one": a_need("one", parent="none")}}, "its parent none is not given above it"),
        ({"needs": {"one": a_need("one", label={"en": "One"})}}, "need one: label.es is missing"),
        ({"needs": {"one": a_need("one", words={"en": ["a"]})}}, "need one: words.es is missing"),
        ({"facets": {"two": facet_entry("two") | {"group": "none"}}}, "filter two: there is no group none"),
        ({"facets": {"one": facet_entry("one")}}, "filter one: it is a need too"),
        ({"facets": {"two": facet_entry("one")}}, "means both one and two"),
        ({"facets": {f"f{n}": facet_entry(f"f{n}") for n in range(65)}}, "65 filters: at most 64"),
        ({"presets": [{"code": "now", "label": BOTH, "needs": ["two"]}]}, "preset now: two is not a need"),
    ],
)
def test_a_fault_in_the_data_is_named_when_it_is_read(fault: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small(**fault)


def test_a_filter_that_is_a_need_too_is_never_named_by_a_crosswalk() -> None:
    with pytest.raises(ValueError, match="one is a need too"):
        small(facets={"one": {"group": "care"}}, codes={"A": {"filters": ["one"]}})
