"""`/hsds/`: listings as the HSDS 3.1 API has them, read only, open to everybody, without a key."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema

from directory.listings import store_hsds
from directory.listings.hsds_objects import Object, taxonomy_object, term_object
from directory.listings.package_terms import parent_term, taxonomy_id, term_id
from directory.listings.record import Code
from directory.search.data_query import DataQuery
from directory.web.access import public
from directory.web.api.hsds_answering import NDJSON, PREFIX, Made, address, answer, stream, validator
from directory.web.api.hsds_asking import (
    Asked,
    OneOrganizationParameters,
    OrganizationParameters,
    PlaceParameters,
    ServiceParameters,
    TaxonomyParameters,
    TermParameters,
    asked,
    parameters,
)
from directory.web.api.hsds_contents import envelope, everything, narrowed, page, terms
from directory.web.api.hsds_described import page_name, shape_name
from directory.web.api.schemas import ErrorSchema
from directory.web.house import house
from directory.web.reading import reading

VERSION = "3.1"
EVERYTHING = DataQuery()
blueprint = Blueprint("hsds", __name__, url_prefix=PREFIX, description="Listings in HSDS 3.1.")
View = TypeVar("View", bound=Callable[..., Response])
_WRONG: Mapping[int, str] = {
    404: "There is no such thing here.",
    410: "It is not shown any more.",
    422: "A parameter means nothing; `fields` says which.",
    429: "Others are fetching everything just now.",
}


def route(
    rule: str,
    name: str,
    summary: str,
    answers: str | dict[str, Any],
    *,
    takes: type[Schema] | None = None,
    posts: bool = False,
    streams: str | None = None,
    kind: str | None = None,
    wrong: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Registers a public view with its description: `answers` and, line by line, `streams` name schemas of
    `hsds_described`; `kind` is its content type where that is not JSON; one that `posts` takes the same
    parameters as a JSON object or a form."""

    def register(view: View) -> View:
        methods = ("GET", "POST") if posts else ("GET",)
        for method in methods:
            own = name if method == "GET" else f"{name}Privately"
            described: dict[str, Any] = {"summary": summary, "operationId": own}
            if takes is not None and method == "GET":
                described["parameters"] = [{"in": "query", "schema": takes}]
            elif takes is not None:
                kinds = ("application/json", "application/x-www-form-urlencoded")
                described["requestBody"] = {"content": {kind: {"schema": takes} for kind in kinds}}
            found = blueprint.doc(**described)(public(view))
            found = blueprint.response(200, answers, content_type=kind)(found)
            if streams:
                line = {"schema": streams, "content_type": NDJSON, "description": "One in a line."}
                found = blueprint.alt_response(200, **line)(found)
            codes = {*wrong, *([422] if takes is not None else []), *([429] if streams else [])}
            for code in sorted(codes):
                found = blueprint.alt_response(code, schema=ErrorSchema, description=_WRONG[code])(found)
            blueprint.route(rule, methods=[method], endpoint=own)(found)
        return view

    return register


# --- what this is ---------------------------------------------------------------------------------


@route("/", "hsds", "What this API is", "HsdsRoot")
def root() -> Response:
    """Version, profile, description."""
    here = address()
    told = {
        "version": VERSION,
        "profile": f"{here}{PREFIX}/profile/",
        "openapi_url": f"{here}/api/openapi.json",
        "changes_url": f"{here}{PREFIX}/changes",
        "package_url": f"{here}{PREFIX}/package.zip",
    }
    return answer(lambda: Made(told))


# --- lists ----------------------------------------------------------------------------------------


def _list(table: str, question: Asked) -> Response:
    query = question.query
    period = "minute" if query.open else "hour" if query.needs_engine else "day"
    holds = validator(question.given, period=period, by_index=query.needs_engine or query.names_terms)
    if question.is_stream:
        return stream(lambda: everything(table, question), holds, is_private=query.needs_engine)
    return answer(lambda: page(table, question), holds, is_private=query.needs_engine)


@route(
    "/services",
    "hsdsServices",
    "Services, a page at a time",
    page_name("service"),
    takes=ServiceParameters,
    posts=True,
    streams=shape_name("service"),
)
def services() -> Response:
    """What is offered."""
    return _list("service", asked(ServiceParameters))


@route(
    "/service_at_locations",
    "hsdsServiceAtLocations",
    "Services at their locations, a page at a time",
    page_name("service_at_location"),
    takes=PlaceParameters,
    posts=True,
    streams=shape_name("service_at_location"),
)
def service_at_locations() -> Response:
    """What is offered where."""
    return _list("service_at_location", asked(PlaceParameters))


@route(
    "/organizations",
    "hsdsOrganizations",
    "Organizations, a page at a time",
    page_name("organization"),
    takes=OrganizationParameters,
    posts=True,
    streams=shape_name("organization"),
)
def organizations() -> Response:
    """Who offers it."""
    return _list("organization", asked(OrganizationParameters))


# --- one ------------------------------------------------------------------------------------------


@route("/services/<key:key>", "hsdsService", "One service, whole", shape_name("service"), wrong=(404, 410))
def service(key: str) -> Response:
    """With everything that belongs to it."""

    def made() -> Made:
        limits = narrowed(EVERYTHING)
        listing = store_hsds.listing_of_service(reading(), key, examples=limits.examples, today=limits.today)
        rows = store_hsds.load_rows(reading(), [listing], house().taxonomy)
        return Made(rows.service(key, full=True))

    return answer(made, validator({}))


@route(
    "/service_at_locations/<key:key>",
    "hsdsServiceAtLocation",
    "One service at one location, whole",
    shape_name("service_at_location"),
    wrong=(404, 410),
)
def service_at_location(key: str) -> Response:
    """With the service and the location."""

    def made() -> Made:
        limits = narrowed(EVERYTHING)
        listing = store_hsds.listing_of_place(reading(), key, examples=limits.examples, today=limits.today)
        rows = store_hsds.load_rows(reading(), [listing], house().taxonomy)
        if not rows.has("service_at_location", key):
            raise store_hsds.not_found()
        return Made(rows.service_at_location(key, full=True))

    return answer(made, validator({}))


@route(
    "/organizations/<key:key>",
    "hsdsOrganization",
    "One organization, whole",
    shape_name("organization"),
    takes=OneOrganizationParameters,
    wrong=(404,),
)
def organization(key: str) -> Response:
    """With its services."""
    given = parameters(OneOrganizationParameters)

    def made() -> Made:
        limits = narrowed(EVERYTHING)
        found = store_hsds.load_organizations(
            reading(),
            [key],
            house().taxonomy,
            full=True,
            full_service=bool(given.get("full_service")),
            examples=limits.examples,
            today=limits.today,
        )
        if not found:
            raise store_hsds.not_found()
        return Made(found[0])

    return answer(made, validator(given))


# --- taxonomies -----------------------------------------------------------------------------------


def _matching(found: Iterator[tuple[Object, str]], words: str) -> list[Object]:
    wanted = words.casefold()
    return [made for made, text in found if wanted in text.casefold()]


def _plain_list(question: Asked, found: Callable[[], list[Object]]) -> Response:
    """A list that fits in memory."""
    holds = validator(question.given)
    if question.is_stream:
        return stream(found, holds)

    def made() -> Made:
        all_of_them = found()
        own = all_of_them[question.offset : question.offset + question.per_page]
        return envelope(own, question, total=len(all_of_them))

    return answer(made, holds)


@route(
    "/taxonomies",
    "hsdsTaxonomies",
    "Taxonomies whose terms services have",
    page_name("taxonomy"),
    takes=TaxonomyParameters,
    posts=True,
    streams=shape_name("taxonomy"),
)
def taxonomies() -> Response:
    """By id."""
    question = asked(TaxonomyParameters)

    def found() -> list[Object]:
        made = ((taxonomy_object(scheme), scheme) for _, scheme in terms().schemes())
        return _matching(made, question.query.search)

    return _plain_list(question, found)


@route("/taxonomies/<key:key>", "hsdsTaxonomy", "One taxonomy", shape_name("taxonomy"), wrong=(404,))
def taxonomy(key: str) -> Response:
    """Its name is the scheme of its codes."""

    def made() -> Made:
        scheme = terms().scheme(key)
        if scheme is None:
            raise store_hsds.not_found()
        return Made(taxonomy_object(scheme))

    return answer(made, validator({}))


@route(
    "/taxonomy_terms",
    "hsdsTaxonomyTerms",
    "Terms that services have",
    page_name("taxonomy_term"),
    takes=TermParameters,
    posts=True,
    streams=shape_name("taxonomy_term"),
)
def taxonomy_terms() -> Response:
    """By id."""
    question = asked(TermParameters)
    known = house().taxonomy

    def fits(term: Code) -> bool:
        parent = parent_term(term, known)
        wanted, above = question.query.taxonomy_id, question.given.get("parent_id")
        return (
            (wanted is None or taxonomy_id(term.scheme) == wanted)
            and (above is None or (parent is not None and term_id(parent) == str(above)))
            and not (question.given.get("top_only") and parent is not None)
        )

    def found() -> list[Object]:
        own = (term_object(term, known) for _, term in terms().terms() if fits(term))
        return _matching(((each, f"{each['name']} {each['code']}") for each in own), question.query.search)

    return _plain_list(question, found)


@route("/taxonomy_terms/<key:key>", "hsdsTaxonomyTerm", "One term", shape_name("taxonomy_term"), wrong=(404,))
def taxonomy_term(key: str) -> Response:
    """With its taxonomy."""

    def made() -> Made:
        term = terms().term(key)
        if term is None:
            raise store_hsds.not_found()
        return Made(term_object(term, house().taxonomy))

    return answer(made, validator({}))
