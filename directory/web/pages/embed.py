"""`/embed`: a partner's search as a page to be framed, for sites that take no script. It works without one.

Only pages of the partner's origins may frame it. Where it cannot be shown, the frame holds the numbers that
always help and the reason; that page holds nothing else, and may stand in any frame.
"""

from flask import Blueprint, Response, current_app, g, make_response, render_template, request

from directory.partners.site import Site
from directory.web.access import public
from directory.web.errors import problem_of
from directory.web.headers import CONTENT_POLICY
from directory.web.language import say
from directory.web.logs import places_of
from directory.web.site_search import enter, search_on

FRAMED_BY_US = "frame-ancestors 'self'"
ANYBODY = ("*",)

blueprint = Blueprint("embed", __name__)


@blueprint.get("/embed")
@public
def show() -> str | Response:
    """The search form of the site of `?key=`, and what it finds."""
    given = request.args.to_dict(flat=False)
    site = g.framed_site = enter(given)
    page = search_on(site, given)
    carried = [(name, value) for name in ("key", "page_lang", "per_page") for value in given.get(name, ())]
    return render_template("embed/page.html", view=page, site=site, carried=carried)


@blueprint.errorhandler(Exception)
def answer_error(error: Exception) -> Response:
    """A page that fits into the frame, with a way on."""
    problem = problem_of(error)
    if problem.status >= 500:
        current_app.extensions["log"].error(
            "failed", id=g.get("request_id"), error=type(error).__name__, places=places_of(error)
        )
    given = request.args
    page = render_template(
        "embed/problem.html",
        message=say(problem.message),
        site=g.get("framed_site"),
        key="" if problem.status == 403 else given.get("key", "")[:64],
        near=given.get("near", "")[:100],
        fields={name: [say(each) for each in found] for name, found in problem.fields.items()},
    )
    response = make_response(page, problem.status)
    response.headers.update(problem.headers)
    return response


@blueprint.after_request
def frame(response: Response) -> Response:
    """Says who may frame it."""
    site: Site | None = g.get("framed_site")
    allowed = " ".join((FRAMED_BY_US, *(site.origins if site else ANYBODY)))
    response.headers["Content-Security-Policy"] = CONTENT_POLICY.replace(FRAMED_BY_US, allowed)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
