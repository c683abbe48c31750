"""`/api/v1`: the search and the completions as JSON."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.search.parameters import cleaned
from directory.search.query import SearchQuery
from directory.search.suggest import suggest as find_suggestions
from directory.web.access import public
from directory.web.api.schemas import (
    AnswerSchema,
    ErrorSchema,
    SearchParameters,
    SuggestionsSchema,
    SuggestParameters,
)
from directory.web.house import house
from directory.web.language import language, say
from directory.web.pages.search import answer_to

LONGEST_PREFIX = 60

blueprint = Blueprint("api", __name__, url_prefix="/api/v1", description="Finding help.")
_BODY = {
    "content": {
        "application/json": {"schema": SearchParameters},
        "application/x-www-form-urlencoded": {"schema": SearchParameters},
    }
}


View = TypeVar("View", bound=Callable[[], Response])


def route(method: str, rule: str, schema: type[Schema], **description: Any) -> Callable[[View], View]:
    """Registers a view with its description: what it answers, and that a 422 names the parameter at fault."""

    def register(view: View) -> View:
        wrong = "A parameter means nothing; `fields` says which."
        described = blueprint.doc(**description)(public(view))
        described = blueprint.response(200, schema)(described)
        described = blueprint.alt_response(422, schema=ErrorSchema, description=wrong)(described)
        blueprint.route(rule, methods=[method])(described)
        return view

    return register


@route(
    "GET",
    "/search",
    AnswerSchema,
    summary="The same search as the page",
    operationId="search",
    parameters=[{"in": "query", "schema": SearchParameters}],
)
def search() -> Response:
    """Parameters in the address."""
    return _answer(request.args.to_dict(flat=False))


@route(
    "POST",
    "/search",
    AnswerSchema,
    summary="The same, with nothing in the address",
    operationId="searchPrivately",
    requestBody=_BODY,
)
def search_privately() -> Response:
    """Parameters as a JSON object or a form."""
    return _answer(posted_parameters())


@route(
    "GET",
    "/suggest",
    SuggestionsSchema,
    summary="Completions of what is being typed",
    operationId="suggest",
    parameters=[{"in": "query", "schema": SuggestParameters}],
)
def suggest() -> Response:
    """Needs and organizations for `q`, places for `near`."""
    parts = house()
    found = find_suggestions(
        cleaned(request.args.get("q", ""))[:LONGEST_PREFIX],
        cleaned(request.args.get("near", ""))[:LONGEST_PREFIX],
        engine=parts.engine,
        taxonomy=parts.taxonomy,
        gazetteer=parts.gazetteer,
        now=parts.now(),
        lang=language(),
    )
    return jsonify(found.as_json())


def _answer(parameters: Mapping[str, list[str]]) -> Response:
    return jsonify(answer_to(SearchQuery.parse(parameters, house().taxonomy)).as_json(say))


def posted_parameters() -> dict[str, list[str]]:
    """What was posted, in the form of a parsed query string. Raises `QueryInvalid` for other types."""
    if not request.is_json:
        return request.form.to_dict(flat=False)
    schema = SearchParameters()
    body = request.get_json()
    if not isinstance(body, dict):
        raise QueryInvalid(N_("Please send one JSON object."))
    try:
        loaded = schema.load(body)
    except ValidationError as problem:
        raise QueryInvalid(N_("Some values are of the wrong type."), _sentences(problem)) from problem
    names = {name: field.data_key or name for name, field in schema.fields.items()}
    return {names[name]: value if isinstance(value, list) else [value] for name, value in loaded.items()}


def _sentences(problem: ValidationError) -> dict[str, list[Phrase | str]]:
    messages = problem.messages_dict
    return {name: [each for each in found if isinstance(each, str)] for name, found in messages.items()}
