"""Pages for people who write programs: `/api/docs` (Swagger UI) and `/api/guide` (plain HTML).

Swagger UI comes from the installed wheel: nothing is asked of another site, and the pages' policy stays as
strict as everywhere.
"""

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from directory.web.access import public
from directory.web.guide import ERRORS, SECTIONS, SNIPPET
from directory.web.headers import FOR_A_YEAR
from directory.web.house import house
from directory.web.indexing import site_address

blueprint = Blueprint("docs", __name__, url_prefix="/api")

DIST = files("flask_swagger_ui") / "dist"
TYPES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
"""Files of Swagger UI that its page loads."""


class Asset(NamedTuple):
    """A file as it is sent."""

    whole: bytes
    squeezed: bytes
    tag: str


@cache
def asset(name: str) -> Asset:
    """One of `TYPES`; read, squeezed and digested once."""
    whole = (DIST / name).read_bytes()
    return Asset(whole, gzip.compress(whole, mtime=0), hashlib.sha256(whole).hexdigest()[:10])


@blueprint.get("/docs")
@public
def interactive() -> str:
    """Every operation, to try out."""
    return render_template("docs/interactive.html", tags={name: asset(name).tag for name in TYPES})


@blueprint.get("/docs/<name>")
@public
def file(name: str) -> AnyResponse:
    """A file of Swagger UI; its address carries its digest."""
    if name not in TYPES:
        abort(404)
    found = asset(name)
    takes_it = request.accept_encodings["gzip"] > 0
    response = Response(found.squeezed if takes_it else found.whole, mimetype=TYPES[name])
    if takes_it:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = FOR_A_YEAR if request.args.get("v") == found.tag else "no-cache"
    response.set_etag(f"{found.tag}-gzip" if takes_it else found.tag)
    return response.make_conditional(request)


@blueprint.get("/guide")
@public
def guide() -> str:
    """How programs search, refer and read listings, with lines to copy."""
    address, name = site_address(), house().settings.site_name
    snippet = SNIPPET.format(site=address, name=name)
    return render_template(
        "docs/guide.html", sections=SECTIONS, address=address, snippet=snippet, errors=ERRORS
    )
