"""`/api/openapi.json`: valid, whole, and true. That answers fit it, every call of `programs.py` checks."""

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from directory.accounts.access import SCOPES
from directory.referrals.client_fields import ClientFields
from directory.referrals.event_rows import EVENTS
from directory.referrals.payloads import DraftFields, MovePayload
from directory.web.access import PUBLIC, access_of, scopes_of
from directory.web.api.asking import SCHEME
from directory.web.api.client_schemas import ClientSchema
from directory.web.api.move_schemas import IN_GROUPS, MOVE_ROUTES, asked_of
from directory.web.api.other_routes import OTHERS, PAGES
from directory.web.api.referral_schemas import Draft
from directory.web.move_form import VISIT, fields_for
from tests.web.programs import check_answer, description


def operations(app: Flask) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description(app)["paths"].items():
        for method, operation in methods.items():
            if method in {"get", "post", "put", "delete", "patch"}:
                yield method.upper(), path, operation


def references(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        if isinstance(found.get("$ref"), str):
            yield found["$ref"]
        for each in found.values():
            yield from references(each)
    elif isinstance(found, list):
        for each in found:
            yield from references(each)


FOR_PROGRAMS = ("/api", "/hsds", "/widget")


def routes_of(app: Flask) -> dict[tuple[str, str], str]:
    """Method and path, as descriptions write it, to endpoint."""
    return {
        (method, re.sub(r"<(?:\w+(?:\(.*?\))?:)?(\w+)>", r"{\1}", rule.rule)): rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_for_programs_is_described_and_nothing_that_is_not_there(app: Flask) -> None:
    described = {(method, path) for method, path, _ in operations(app)}
    routes = routes_of(app)
    assert described - set(routes) == set()
    wanted = {
        (method, path)
        for (method, path), endpoint in routes.items()
        if path.startswith(FOR_PROGRAMS) and endpoint not in PAGES
    }
    assert wanted - described == set()


def test_each_row_beside_the_blueprints_describes_a_public_route(app: Flask) -> None:
    described = {operation["operationId"] for _, _, operation in operations(app)}
    assert {each.name for each in OTHERS} <= described
    assert {access_of(app.view_functions[each.endpoint]) for each in OTHERS} == {PUBLIC}


def test_the_description_hangs_together(app: Flask) -> None:
    whole = description(app)
    assert whole["openapi"] == "3.1.0"
    for reference in references(whole):
        found: Any = whole
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    names = [operation["operationId"] for _, _, operation in operations(app)]
    assert len(names) == len(set(names))
    for _, path, operation in operations(app):
        parameters = [
            *description(app)["paths"][path].get("parameters", []),
            *operation.get("parameters", []),
        ]
        in_path = {each["name"] for each in parameters if each.get("in") == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), path
        assert operation["responses"], path
    for name, schema in whole["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema.get("type") == "object", name


def test_each_operation_names_the_scopes_that_its_route_wants(app: Flask) -> None:
    whole = description(app)
    scheme = whole["components"]["securitySchemes"][SCHEME]
    flow = scheme["flows"]["clientCredentials"]
    assert (scheme["type"], flow["tokenUrl"]) == ("oauth2", "/api/v1/oauth/token")
    assert flow["scopes"] == dict(SCOPES)
    views = {route: app.view_functions[endpoint] for route, endpoint in routes_of(app).items()}
    for method, path, operation in operations(app):
        told = [scope for each in operation.get("security", []) for scope in each.get(SCHEME, [])]
        assert told == scopes_of(views[method, path]), (method, path)


@pytest.mark.parametrize(
    "path", ["/search?q=detox&near=19104", "/search?q=unicorn", "/search?radius=-1", "/suggest?q=deto"]
)
def test_the_search_answers_as_described(http: FlaskClient, app: Flask, path: str) -> None:
    check_answer(app, "GET", path, http.get(f"/api/v1{path}"))


def test_what_is_described_is_what_the_use_cases_take() -> None:
    assert set(ClientSchema().fields) == {each.name for each in fields(ClientFields)}
    not_for_programs = {"consent_id", "ground"}
    assert set(Draft().fields) == {each.name for each in fields(DraftFields)} - not_for_programs


def test_each_event_of_workers_has_its_route_with_the_fields_of_its_form() -> None:
    known = {each.name for each in fields(MovePayload)} | set(VISIT) | {"version"}
    for route in MOVE_ROUTES:
        names = set(route.schema().fields)
        assert names <= known, route.event
        assert {each.name for each in asked_of(route.rule)} <= names
        assert ("share_fields" in names) == any(each.name == IN_GROUPS for each in fields_for(route.rule))
    left_out = set(EVENTS) - {route.event for route in MOVE_ROUTES}
    assert left_out == {"expire", "consent_revoked", "void"}
