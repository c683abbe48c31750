"""The widget's script, for any page: newest (kept five minutes) and exact versions (kept for good)."""

import hashlib

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from directory.web.access import public
from directory.web.headers import FOR_A_YEAR
from directory.web.widget_files import FLOATING, script

FOR_FIVE_MINUTES = "public, max-age=300"

blueprint = Blueprint("widget", __name__)


@blueprint.get("/widget/v<version>/widget.js")
@public
def widget(version: str) -> AnyResponse:
    """One file; pages of every origin may load it, and check its digest."""
    content = script(version)
    if content is None:
        abort(404)
    response = Response(content, mimetype="text/javascript")
    response.headers["Cache-Control"] = FOR_FIVE_MINUTES if version == FLOATING else FOR_A_YEAR
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.set_etag(hashlib.sha256(content).hexdigest()[:16])
    return response.make_conditional(request)
