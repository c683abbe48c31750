"""Pages about the site itself: quick exit, and the style sheet of parts (development only)."""

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from directory.web.access import public
from directory.web.house import house

blueprint = Blueprint("site", __name__)

NEUTRAL_PAGE = "https://www.weather.gov/"
"""Where quick exit leads: a page that anyone might look at."""


@blueprint.get("/exit")
@public
def leave() -> Response:
    """Quick exit: clears what this site keeps on the device, then goes to a neutral page."""
    response = make_response("", 303)
    response.headers["Location"] = NEUTRAL_PAGE
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/favicon.ico")
@public
def favicon() -> Response:
    """For browsers that ask without looking at the page."""
    response = make_response("", 301)
    response.headers["Location"] = url_for("static", filename="mark.svg")
    return response


@blueprint.get("/style")
@public
def style() -> str:
    """Every part of the design in one place; 404 outside development."""
    if not house().settings.development:
        abort(404)
    return render_template("site/style.html")
