"""Tokens for programs of agencies: OAuth 2.0 client credentials (RFC 6749 section 4.4).

A program names itself by HTTP Basic, or in the form (section 2.3.1), never both. Errors are those of section
5.2, with the fields of every other error of this API beside them.
"""

from collections.abc import Mapping

from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from directory.accounts import programs
from directory.accounts.access import SCOPES
from directory.accounts.programs import TOKEN_LASTS, Granted
from directory.database import db
from directory.errors import DirectoryError
from directory.phrases import N_
from directory.web.access import public
from directory.web.api.schemas import ErrorSchema
from directory.web.bearer import credentials
from directory.web.guard import count_tries
from directory.web.house import house
from directory.web.language import gettext

blueprint = Blueprint(
    "oauth", __name__, url_prefix="/api/v1/oauth", description="Access tokens for programs of agencies."
)
FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
BEARER = "Bearer"
TAKEN = ("grant_type", "client_id", "client_secret", "scope")
ERRORS: Mapping[str, tuple[int, str]] = {
    "invalid_request": (400, N_("Please send one form, with each field once, and name the program once.")),
    "invalid_client": (401, N_("There is no such program, or this is not its secret.")),
    "unsupported_grant_type": (400, N_("Only client_credentials is offered here.")),
    "invalid_scope": (400, N_("The program was not given one of these scopes.")),
}
"""Codes of RFC 6749 section 5.2: status and sentence."""


class TokenRequest(Schema):
    """What is asked for. The program's id and secret go into the `Authorization` header, or in here."""

    grant_type = fields.String(required=True, metadata={"enum": [GRANT]})
    scope = fields.String(
        metadata={"description": "Scopes with spaces between; left out: all. There are: " + ", ".join(SCOPES)}
    )
    client_id = fields.String()
    client_secret = fields.String()


class TokenAnswer(Schema):
    """An access token (section 5.1)."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True, metadata={"enum": [BEARER]})
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})
    scope = fields.String(required=True)


class TokenError(ErrorSchema):
    """Why there is no token; `error` is a code of section 5.2."""

    error_description = fields.String(required=True)


class Refused(DirectoryError):
    """A request for a token that is refused; `code` is a key of `ERRORS`."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(ERRORS[code][1])


@public
def token() -> Response:
    """For the id and secret of a program. Ask for a new token when the old one is over, not for each call."""
    count_tries()
    try:
        granted = _granted()
    except Refused as problem:
        db.session.rollback()
        return _refusal(problem.code)
    db.session.commit()
    return _kept_by_nobody(
        jsonify(
            access_token=granted.token,
            token_type=BEARER,
            expires_in=granted.expires_in,
            scope=" ".join(granted.scopes),
        )
    )


def _granted() -> Granted:
    client_id, secret = _credentials()
    given = _asked()
    wanted = given["scope"].split() if "scope" in given else None
    found = programs.grant(db.session(), client_id, secret, wanted, house().now())
    if not isinstance(found, Granted):
        raise Refused(found)
    return found


def _asked() -> dict[str, str]:
    """The form, of which no field may come twice (section 3.2). Raises `Refused`."""
    if request.mimetype != FORM or any(len(request.form.getlist(name)) > 1 for name in TAKEN):
        raise Refused("invalid_request")
    given = {name: request.form[name] for name in TAKEN if request.form.get(name)}
    if "grant_type" not in given:
        raise Refused("invalid_request")
    if given["grant_type"] != GRANT:
        raise Refused("unsupported_grant_type")
    return given


def _credentials() -> tuple[str, str]:
    """The program's id and secret. Raises `Refused` for none, or for both ways at once (section 2.3)."""
    found = credentials()
    if found is None:
        raise Refused("invalid_client")
    if found.ways > 1:
        raise Refused("invalid_request")
    return found.name, found.secret


def _refusal(code: str) -> Response:
    status, sentence = ERRORS[code]
    told = gettext(sentence)
    response = jsonify(code=status, error=code, error_description=told, message=told, fields={})
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="api"'
    return _kept_by_nobody(response)


def _kept_by_nobody(response: Response) -> Response:
    """Section 5.1."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response


def _register() -> None:
    """The view with its description."""
    minutes = int(TOKEN_LASTS.total_seconds()) // 60
    found = blueprint.doc(
        operationId="token",
        summary=f"An access token, good for {minutes} minutes",
        security=[{"basic": []}, {}],
        requestBody={"content": {FORM: {"schema": TokenRequest}}, "required": True},
    )(token)
    found = blueprint.response(200, TokenAnswer)(found)
    for code, schema, meaning in (
        (400, TokenError, "The request is not one of section 4.4.2."),
        (401, TokenError, "Unknown program, or a wrong secret."),
        (429, ErrorSchema, "Too often; see `Retry-After`."),
    ):
        found = blueprint.alt_response(code, schema=schema, description=meaning)(found)
    blueprint.route("/token", methods=["POST"])(found)


_register()
