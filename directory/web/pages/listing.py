"""The page of one listing, and its meetings as a calendar file."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from directory.errors import ListingNotFound, ListingWithdrawn
from directory.phrases import N_
from directory.referrals.drafts import receiver_here
from directory.web.access import public
from directory.web.calendar_file import calendar_file
from directory.web.house import house
from directory.web.indexing import site_address
from directory.web.listing_page import ListingPage
from directory.web.reading import document, now_at, reading
from directory.web.structured import listing_facts

blueprint = Blueprint("listing", __name__, url_prefix="/listings")


@blueprint.get("/<uuid:listing_id>")
@public
def show(listing_id: UUID) -> str | AnyResponse:
    """Everything known about one listing; one that is merged leads to the listing that stands for it."""
    found = _found(listing_id)
    if not isinstance(found, dict):
        return found
    page = ListingPage(found, house().taxonomy, house().now())
    return render_template(
        "listing/listing.html",
        document=page.document,
        view=page,
        facts=listing_facts(page, site_address()),
        back=_results_before(),
        takes_requests=receiver_here(reading(), found["organization_id"]) is not None,
    )


@blueprint.get("/<uuid:listing_id>.ics")
@public
def meetings(listing_id: UUID) -> AnyResponse:
    """Its coming meetings, to add to a calendar; 404 when there are none."""
    found = _found(listing_id, ".ics")
    if not isinstance(found, dict):
        return found
    page = ListingPage(found, house().taxonomy, house().now())
    content = calendar_file(page.document, page.schedules, page.now) if page.is_meeting else None
    if content is None:
        raise ListingNotFound(N_("This listing has no meeting times to add to a calendar."))
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{listing_id}.ics"'
    return response


def _found(listing_id: UUID, ending: str = "") -> dict[str, Any] | AnyResponse:
    """The listing; or the way on to the one that stands for it since it was merged."""
    try:
        return document(str(listing_id))
    except ListingWithdrawn:
        if other := now_at(str(listing_id)):
            return _moved(f"/listings/{other}{ending}")
        raise


def _moved(path: str) -> AnyResponse:
    """There for good, and yet asked again each time: a merge can be taken back."""
    query = request.query_string.decode("ascii", "ignore")
    answer = redirect(f"{path}?{query}" if query else path, 301)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _results_before() -> str | None:
    """The results page that led here, when the browser tells (the referrer never leaves this site)."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host and came_from.path == "/search" and came_from.query:
        return f"{came_from.path}?{came_from.query}"
    return None
