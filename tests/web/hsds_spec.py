"""The published HSDS 3.1 description and compiled schemas, as checks of answers. They stand in ../shared.

The description is a template: its references lead to the web and to version 3.0, and are led to the local
compiled schemas of 3.1. A list is the envelope with each of its contents by the compiled schema (the full one
where everything was asked for). `/service_at_locations/{id}` is described as a service there, by mistake.
"""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.conftest import SHARED

SPEC = SHARED / "hsds" / "spec_3.1"
PLURALS = {
    "services": "service",
    "service_at_locations": "service_at_location",
    "organizations": "organization",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
PLAIN = {"taxonomy", "taxonomy_term"}
"""Tables without a compiled schema of their own."""
CHECKED = FormatChecker(("uuid",))
"""Addresses are given as their source writes them."""


@cache
def spec() -> dict[str, Any]:
    """The description of the specification."""
    found: dict[str, Any] = json.loads((SPEC / "openapi.json").read_text())
    return found


@cache
def schema_of(table: str, *, listed: bool) -> Draft202012Validator:
    """What one object must keep to."""
    if table in PLAIN:
        found = _resolved(json.loads((SPEC / f"{table}.json").read_text()))
    else:
        name = f"{table}_list" if listed else table
        found = json.loads((SPEC / "compiled" / f"{name}.json").read_text())
    return Draft202012Validator(found, format_checker=CHECKED)


def _resolved(found: Any) -> Any:
    """With every reference to a file replaced by what it holds."""
    if isinstance(found, dict):
        if "$ref" in found:
            return _resolved(json.loads((SPEC / found["$ref"]).read_text()))
        return {name: _resolved(each) for name, each in found.items()}
    return [_resolved(each) for each in found] if isinstance(found, list) else found


@cache
def _envelope() -> Draft202012Validator:
    page = spec()["components"]["schemas"]["Page"]
    whole = {**page, "required": [*page["properties"], "contents"]}
    return Draft202012Validator(whole)


def faults(path: str, answer: Any) -> list[str]:
    """What an answer to that address (below `/hsds`) breaks of the specification."""
    plural, _, key = path.partition("?")[0].strip("/").partition("/")
    if not plural:
        shape = spec()["paths"]["/"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        return _told(Draft202012Validator({**shape, "required": list(shape["properties"])}), answer)
    assert f"/{plural}/{{id}}" in spec()["paths"]
    table = PLURALS[plural]
    if key:
        return _told(schema_of(table, listed=False), answer)
    listed = "full=true" not in path
    found = _told(_envelope(), answer)
    for each in answer["contents"]:
        found += _told(schema_of(table, listed=listed and table not in PLAIN), each)
    return found


def _told(validator: Draft202012Validator, answer: Any) -> list[str]:
    return [f"{list(each.path)}: {each.message[:200]}" for each in validator.iter_errors(answer)]
