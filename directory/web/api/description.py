"""The API as a whole: its blueprints, how programs show who they are, and its description (OpenAPI 3.1).

The description is made from the schemas that check what is sent.
"""

from flask import Flask, Response, jsonify
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from directory.accounts.access import SCOPES
from directory.web.access import public
from directory.web.api import clients, handoffs, oauth, referrals, search, widget
from directory.web.api.asking import SCHEME
from directory.web.api.hsds_setup import init_hsds
from directory.web.api.other_routes import describe_others
from directory.web.api.schemas import ErrorSchema
from directory.web.errors import answer_error
from directory.web.headers import FOR_AN_HOUR
from directory.web.work import KeyConverter

TOKEN_ADDRESS = "/api/v1/oauth/token"  # noqa: S105  an address
ABOUT = """Finding help for people in recovery: the search of the site, its listings as open data (HSDS 3.1),
the search on partners' sites, and referrals for programs of agencies. Every error has one shape."""


class DirectoryApi(Api):  # type: ignore[misc]
    """flask-smorest, without its taking over of every error in the application."""

    ERROR_SCHEMA = ErrorSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        """All errors go one way: pages stay pages, and a 405 keeps its `Allow`."""
        return answer_error(error)


def init_api(app: Flask) -> None:
    """The API with its description at `/api/openapi.json`."""
    app.config.update(
        API_TITLE=app.config.get("API_TITLE", "Recovery Directory"),
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {"description": ABOUT},
            "externalDocs": {"description": "Guide with examples", "url": "/api/guide"},
        },
    )
    api = DirectoryApi(app)
    api.register_converter(KeyConverter, lambda _: {"type": "string", "format": "uuid"})
    api.spec.components.security_scheme(
        SCHEME,
        {
            "type": "oauth2",
            "description": "A program of an agency: `directory agency program add`.",
            "flows": {"clientCredentials": {"tokenUrl": TOKEN_ADDRESS, "scopes": dict(SCOPES)}},
        },
    )
    api.spec.components.security_scheme("basic", {"type": "http", "scheme": "basic"})
    for module in (search, oauth, clients, referrals, handoffs, widget):
        api.register_blueprint(module.blueprint)
    init_hsds(app, api)

    @public
    def describe() -> Response:
        response = jsonify(api.spec.to_dict())
        response.headers["Cache-Control"] = FOR_AN_HOUR
        return response

    app.add_url_rule("/api/openapi.json", "api.describe", describe, methods=["GET"])
    describe_others(app, api)
