"""Whatever a program sends, the API answers as described and never with a fault.

Schemathesis makes the calls from the description: such as fit it, and such as do not. They are the same in
every run.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.errors import InvalidSchema
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Err, Ok

from tests.web.office import RIVER_LISTING, SENDER, Office
from tests.web.partner_sites import add_site
from tests.web.programs import Caller, description

Operation = schemathesis.APIOperation[Any, Any, Any, Any]
REFUSED = ("401", "403", "404", "409", "410", "422", "429")
EXAMPLES = 4
"""Calls of each kind to each operation."""
QUIET = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


class Known(NamedTuple):
    """Values that stand for something that is there, by the name of the parameter."""

    in_path: Mapping[str, str]
    in_query: Mapping[str, str]


NOTHING = Known({}, {})


class Plan(NamedTuple):
    """What is sent: calls that fit the description or do not, how many to each operation, with what."""

    mode: GenerationMode
    examples: int
    headers: Mapping[str, str]
    known: Known = NOTHING


CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            # What no schema can say (that a place is there, that one name needs another) is 422 too.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", *REFUSED]},
            "negative_data_rejection": {"expected-statuses": ["400", "413", "415", *REFUSED]},
        }
    }
)


@pytest.fixture(scope="module")
def caller(office: Office) -> Caller:
    """A program with every scope."""
    return Caller.of(office, SENDER)


@pytest.fixture(scope="module")
def known(caller: Caller) -> Known:
    """Things that are there: a referral that was sent, a client, a listing, the key of a site."""
    there = {"referral_id": caller.sent(), "client_id": caller.client(), "listing_id": RIVER_LISTING}
    return Known(there, {"key": add_site(caller.app, "Whoever calls")})


def told(label: str, status: int, found: FailureGroup) -> Iterator[str]:
    """Each failure in a line."""
    for each in found.exceptions:
        yield " ".join(f"{label}: {status} {type(each).__name__} {each}".split())[:600]


def call_one(operation: Operation, plan: Plan) -> list[str]:
    """What goes wrong with one operation."""
    problems: list[str] = []

    @settings(QUIET, max_examples=plan.examples)
    @given(operation.as_strategy(generation_mode=plan.mode))
    def call(case: Case[Operation]) -> None:
        assume(not names_nothing(case))
        fill_in(case.path_parameters, plan.known.in_path)
        fill_in(case.query, plan.known.in_query)
        response = case.call(headers={**plan.headers, "Accept-Encoding": "identity"})
        if response.status_code >= 500:
            problems.append(f"{operation.label}: {response.status_code}")
        try:
            case.validate_response(response)
        except FailureGroup as found:
            problems.extend(told(operation.label, response.status_code, found))

    # an operation that takes nothing cannot be sent what does not fit
    with suppress(Unsatisfiable):
        call()
    return list(dict.fromkeys(problems))


def made(found: Ok[Operation] | Err[InvalidSchema]) -> Operation:
    """An operation that the description describes well."""
    assert isinstance(found, Ok), found
    return found.ok()


def names_nothing(case: Case[Operation]) -> bool:
    """Whether something is named without a value, which is the same as not naming it. An object in a query is
    written as its own names, and names that are not known are passed over."""
    in_query, body = (case.query or {}).values(), case.body
    return any(each in ("", []) or isinstance(each, dict) for each in in_query) or (
        isinstance(body, dict) and "" in body.values()
    )


def fill_in(given: dict[str, Any] | None, there: Mapping[str, str]) -> None:
    """Puts what is there in the place of what was made up."""
    for name in set(given or ()) & set(there):
        assert given is not None
        given[name] = there[name]


def finishing(app: Flask) -> WSGIApplication:
    """The application behind a server that closes every answer, as real ones do."""

    def finish(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with closing(app(environ, start_response)) as answer:  # type: ignore[type-var]
            return [b"".join(answer)]

    return finish


def call_everything(app: Flask, plan: Plan) -> Iterator[str]:
    """What goes wrong, one line each."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", finishing(app), config=CONFIG)
    for each in schema.get_all_operations():
        yield from call_one(made(each), plan)


def test_a_program_is_answered_as_described(caller: Caller, known: Known) -> None:
    plan = Plan(GenerationMode.POSITIVE, EXAMPLES, {"Authorization": f"Bearer {caller.token}"}, known)
    problems = list(call_everything(caller.app, plan))
    assert not problems, "\n".join(problems)


def test_a_program_that_sends_what_does_not_fit_is_told_so(caller: Caller) -> None:
    plan = Plan(GenerationMode.NEGATIVE, EXAMPLES - 1, {"Authorization": f"Bearer {caller.token}"})
    problems = list(call_everything(caller.app, plan))
    assert not problems, "\n".join(problems)


def test_whoever_has_no_token_is_answered_as_described(app: Flask) -> None:
    problems = list(call_everything(app, Plan(GenerationMode.POSITIVE, 1, {})))
    assert not problems, "\n".join(problems)


def test_every_operation_is_called(app: Flask) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = [made(each) for each in schema.get_all_operations()]
    called = {(each.path, each.method) for each in operations}
    described: dict[str, dict[str, Any]] = description(app)["paths"]
    methods = {"get", "post", "put", "delete", "patch"}
    wanted = {(path, method) for path, each in described.items() for method in each if method in methods}
    assert wanted - called == {("/api/openapi.json", "get")}, "which is read to make the calls"
