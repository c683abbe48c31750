"""Errors to HTTP, in one table. A page gets a page with a way on; `/api/` gets one JSON shape."""

from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    RequestEntityTooLarge,
    RequestURITooLarge,
    TooManyRequests,
)

from directory import errors
from directory.phrases import N_, Phrase
from directory.referrals.decision import REFUSALS
from directory.web.language import gettext, say
from directory.web.logs import places_of


@dataclass(frozen=True, slots=True)
class Wording:
    """What a status is called: `name` in JSON, `title` and `message` for people."""

    name: str
    title: str
    message: str


STATUS_OF_ERROR: dict[type[Exception], int] = {
    errors.PlaceUnknown: 422,
    errors.QueryInvalid: 422,
    errors.ListingNotFound: 404,
    errors.ListingWithdrawn: 410,
    errors.AccessRefused: 403,
    errors.TokenRefused: 401,
    errors.RecordNotFound: 404,
    errors.LinkRefused: 404,
    errors.TransitionRefused: 409,
    errors.DisclosureRefused: 409,
    errors.VersionConflict: 409,
    errors.RequestDiffers: 422,
    errors.ConsentIncomplete: 422,
    errors.PartnerRefused: 403,
    errors.PaceExceeded: 429,
    errors.IndexUnavailable: 503,
    errors.GeocoderUnavailable: 503,
    OperationalError: 503,
}
"""The nearest class of an exception decides; what is not here is a fault of ours: 500."""

WORDINGS: dict[int, Wording] = {
    400: Wording(
        "bad_request", N_("That did not come through"), N_("We could not read that. Please try again.")
    ),
    401: Wording("unauthorized", N_("Please sign in first"), N_("You are no longer signed in.")),
    403: Wording("forbidden", N_("This page is not open to you"), N_("You may not see this page.")),
    404: Wording(
        "not_found",
        N_("We could not find that page"),
        N_("It may have moved, or the address may have a typing error. You can search for help here."),
    ),
    405: Wording(
        "method_not_allowed",
        N_("That does not work here"),
        N_("This page cannot be used that way. Please search again."),
    ),
    409: Wording(
        "conflict",
        N_("That cannot be done right now"),
        N_("Something has changed meanwhile. Please look again, then decide."),
    ),
    410: Wording(
        "gone",
        N_("This listing is not offered now"),
        N_("It was taken off the list. You can search for others near you."),
    ),
    413: Wording("too_large", N_("That is too much at once"), N_("Please send less, or use shorter words.")),
    414: Wording("too_long", N_("That address is too long"), N_("Please use fewer words.")),
    415: Wording(
        "unsupported_media_type", N_("We could not read that"), N_("Please send a form or a JSON object.")
    ),
    422: Wording(
        "invalid", N_("Please check your search"), N_("Something in this search could not be understood.")
    ),
    429: Wording(
        "too_many", N_("One moment, please"), N_("That was a lot at once. Please try again in a minute.")
    ),
    500: Wording(
        "internal",
        N_("Something went wrong on our side"),
        N_("It is not your fault. Please try again, or use the numbers at the top of this page."),
    ),
    503: Wording(
        "unavailable",
        N_("The search is resting for a moment"),
        N_("Please try again in a minute, or use the numbers at the top of this page."),
    ),
}


JSON_UNDER = ("/api/", "/widget/", "/hsds")
"""Addresses that programs ask: they get the one JSON shape."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, ready to be said. `fields`: parameter to sentences."""

    status: int
    message: Phrase
    fields: dict[str, list[Phrase]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    """Codes for programs: of the consent gate, of the condition that a move does not meet, or why a partner's
    key does not open."""
    details: dict[str, str] = field(default_factory=dict)
    """What a program needs to answer well, such as the id of the live referral."""


STATUS_OF_REFUSAL = {"unavailable": 503, "forbidden": 403, "conflict": 409}
"""How a refusal of the consent gate is answered, by its gravest code (`referrals/decision.py`)."""


def status_of(error: Exception) -> int:
    """The HTTP status of an exception. A move that asks for something to be mended is 422."""
    if isinstance(error, errors.DisclosureRefused):
        kinds = {REFUSALS[name].kind for each in error.codes if (name := each.partition(":")[0]) in REFUSALS}
        return next((status for kind, status in STATUS_OF_REFUSAL.items() if kind in kinds), 409)
    if isinstance(error, errors.TransitionRefused) and error.fields:
        return 422
    return next((STATUS_OF_ERROR[each] for each in type(error).__mro__ if each in STATUS_OF_ERROR), 500)


def problem_of(error: Exception) -> Problem:
    """The problem that an exception stands for; never its text, unless it was written for people."""
    if isinstance(error, HTTPException):
        return _problem_of_http(error)
    status = status_of(error)
    headers = {"Retry-After": "60"} if status == 503 else {}
    if isinstance(error, errors.PaceExceeded):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.DirectoryError) and status < 500:
        reasons, details = _codes_of(error)
        return Problem(status, error.phrase, error.fields, headers, reasons, details)
    return Problem(status, Phrase(WORDINGS[status].message), {}, headers)


def _codes_of(error: errors.DirectoryError) -> tuple[tuple[str, ...], dict[str, str]]:
    if isinstance(error, errors.DisclosureRefused | errors.ConsentIncomplete):
        return error.codes, {}
    if isinstance(error, errors.TransitionRefused):
        return (error.code,), error.details
    if isinstance(error, errors.PartnerRefused):
        return (error.reason,), {}
    return (), {}


def _problem_of_http(error: HTTPException) -> Problem:
    status = error.code if error.code in WORDINGS else 400 if (error.code or 500) < 500 else 500
    if isinstance(error, RequestEntityTooLarge | RequestURITooLarge):
        status = error.code
    headers = {}
    if isinstance(error, TooManyRequests) and error.retry_after:
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return Problem(status or 500, Phrase(WORDINGS[status or 500].message), {}, headers)


def answer_error(error: Exception) -> Response:
    """The answer to a request that failed: JSON under `/api/`, else a page. A fault of ours is logged."""
    problem = problem_of(error)
    if problem.status >= 500:
        current_app.extensions["log"].error(
            "failed", id=g.get("request_id"), error=type(error).__name__, places=places_of(error)
        )
    response = _as_json(problem) if request.path.startswith(JSON_UNDER) else _as_page(problem)
    response.headers.update(problem.headers)
    return response


def _as_json(problem: Problem) -> Response:
    response = jsonify(
        code=problem.status,
        error=WORDINGS[problem.status].name,
        message=say(problem.message),
        fields=_said(problem),
        **({"reasons": list(problem.reasons)} if problem.reasons else {}),
        **({"details": problem.details} if problem.details else {}),
    )
    response.status_code = problem.status
    return response


def _as_page(problem: Problem) -> Response:
    unread = problem.status == RequestEntityTooLarge.code
    given = request.form if request.method == "POST" and not unread else request.args
    page = render_template(
        "error.html",
        status=problem.status,
        title=gettext(WORDINGS[problem.status].title),
        message=say(problem.message),
        fields=_said(problem),
        near=given.get("near", "")[:100],
        q=given.get("q", "")[:100],
    )
    return make_response(page, problem.status)


def _said(problem: Problem) -> dict[str, list[str]]:
    return {name: [say(each) for each in sentences] for name, sentences in problem.fields.items()}


def init_errors(app: Flask) -> None:
    """One handler for everything that views raise."""
    app.register_error_handler(Exception, answer_error)
