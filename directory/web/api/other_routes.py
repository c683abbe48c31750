"""The public routes for programs that are no part of a blueprint of the API, described in one table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask_smorest import Api

TEXT: Mapping[str, Any] = {"type": "string"}
CHECKS: Mapping[str, Any] = {
    "type": "object",
    "required": ["status", "checks"],
    "properties": {
        "status": {"type": "string", "enum": ["ok", "failing"]},
        "checks": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
ALIVE: Mapping[str, Any] = {
    "type": "object",
    "required": ["status"],
    "properties": {"status": {"type": "string", "enum": ["ok"]}},
}
NUMBER: Mapping[str, Any] = {"type": "integer", "minimum": 1, "maximum": 9999}
PAGE = ("text/html", TEXT)
"""What answers outside the API say to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A route: its operation's id and summary, and its answers as status to (meaning, content type, shape);
    without a content type there is no content."""

    endpoint: str
    name: str
    summary: str
    tag: str
    answers: Mapping[int, tuple[str, str, Mapping[str, Any]]]
    path: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Shapes of what stands in the address."""

    def operation(self) -> dict[str, Any]:
        """As OpenAPI has it."""
        return {
            "operationId": self.name,
            "summary": self.summary,
            "tags": [self.tag],
            "responses": {
                str(status): {
                    "description": meaning,
                    **({"content": {kind: {"schema": dict(shape)}}} if kind else {}),
                }
                for status, (meaning, kind, shape) in self.answers.items()
            },
        }

    def parameters(self) -> list[dict[str, Any]]:
        """Those of the address."""
        return [
            {"in": "path", "name": name, "required": True, "schema": dict(shape)}
            for name, shape in self.path.items()
        ]


def _answers(kind: str, shape: Mapping[str, Any] = TEXT) -> dict[int, tuple[str, str, Mapping[str, Any]]]:
    return {200: ("OK", kind, shape)}


OTHERS = (
    Described(
        endpoint="api.describe",
        name="describe",
        summary="This description",
        tag="about",
        answers=_answers("application/json", {"type": "object"}),
    ),
    Described(
        endpoint="health.healthz",
        name="healthy",
        summary="Whether the process lives",
        tag="about",
        answers=_answers("application/json", ALIVE),
    ),
    Described(
        endpoint="health.readyz",
        name="ready",
        summary="Whether searches can be answered",
        tag="about",
        answers=_answers("application/json", CHECKS)
        | {503: ("One of the checks fails.", "application/json", CHECKS)},
    ),
    Described(
        endpoint="listing.meetings",
        name="meetings",
        summary="The coming meetings of a listing, as a calendar file",
        tag="listings",
        answers=_answers("text/calendar")
        | {
            301: ("Another listing stands for it: see `Location`.", *PAGE),
            404: ("There is no such listing, or it does not meet.", *PAGE),
            410: ("It is not offered now.", *PAGE),
        },
        path={"listing_id": {"type": "string", "format": "uuid"}},
    ),
    Described(
        endpoint="widget.widget",
        name="widgetScript",
        summary="The script of the widget: `1` the newest, or an exact version",
        tag="widget",
        answers=_answers("text/javascript") | {404: ("There is no such version.", "application/json", {})},
        path={"version": {"type": "string", "pattern": r"^[^/]+$"}},
    ),
    Described(
        endpoint="site.leave",
        name="leave",
        summary="Quick exit: clears what is kept on the device and leads away",
        tag="about",
        answers={303: ("See `Location`.", *PAGE)},
    ),
    Described(
        endpoint="crawlers.robots",
        name="robots",
        summary="What crawlers leave alone",
        tag="crawlers",
        answers=_answers("text/plain"),
    ),
    Described(
        endpoint="crawlers.opensearch",
        name="openSearch",
        summary="How a browser searches here (OpenSearch 1.1)",
        tag="crawlers",
        answers=_answers("application/opensearchdescription+xml"),
    ),
    Described(
        endpoint="crawlers.index",
        name="siteMaps",
        summary="The index of the site maps",
        tag="crawlers",
        answers=_answers("application/xml"),
    ),
    Described(
        endpoint="crawlers.pages",
        name="siteMapOfPages",
        summary="Site map of pages",
        tag="crawlers",
        answers=_answers("application/xml"),
    ),
    Described(
        endpoint="crawlers.listings",
        name="siteMapOfListings",
        summary="Site map of at most 50,000 listings",
        tag="crawlers",
        answers=_answers("application/xml") | {404: ("There are not so many listings.", *PAGE)},
        path={"number": NUMBER},
    ),
)

PAGES = frozenset({"docs.interactive", "docs.file", "docs.guide"})
"""Endpoints under `/api` that are pages for people."""


def describe_others(app: Flask, api: Api, rows: Iterable[Described] = OTHERS) -> None:
    """Puts the table into the description; the error shape stands for what answers as JSON."""
    error = {"$ref": "#/components/schemas/Error"}
    for row in rows:
        operation = row.operation()
        for answer in operation["responses"].values():
            for content in answer.get("content", {}).values():
                content["schema"] = content["schema"] or error
        rule = next(app.url_map.iter_rules(row.endpoint))
        api.spec.path(rule=rule, operations={"get": operation}, parameters=row.parameters())
