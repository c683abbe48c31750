"""Following and fetching everything: `/hsds/changes`, the daily data package, the files of our profile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from directory.database import db, session_factory
from directory.errors import RecordNotFound
from directory.listings.changes_feed import Told, changes_since
from directory.listings.hsds_profile import BASE, NAME, VERSION, profile_files, profile_text
from directory.listings.store_package import DailyPackage, current_package
from directory.phrases import N_
from directory.search.data_query import DataQuery
from directory.web.api.hsds import blueprint, route
from directory.web.api.hsds_answering import (
    PREFIX,
    REVALIDATED,
    Made,
    address,
    answer,
    stream,
    validator,
)
from directory.web.api.hsds_asking import ChangeParameters, parameters
from directory.web.api.hsds_contents import narrowed
from directory.web.headers import FOR_AN_HOUR
from directory.web.house import house
from directory.web.reading import reading

__all__ = ["blueprint"]
"""Of the whole HSDS API, with the routes of this file."""
CHANGES = 1_000
ZIP = "application/zip"


# --- changes --------------------------------------------------------------------------------------


def _as_json(told: Told) -> dict[str, Any]:
    return {
        "id": told.id,
        "action": told.action,
        "at": told.at.isoformat().replace("+00:00", "Z"),
        "service_id": told.service_id,
        "service_at_location_id": told.listing_id,
    }


@route(
    "/changes",
    "hsdsChanges",
    "What was put or removed, oldest first",
    "HsdsChanges",
    takes=ChangeParameters,
    streams="HsdsChange",
)
def changes() -> Response:
    """Ask again with `next` as `since`; a `put` is to be fetched, a `remove` to be dropped."""
    given = parameters(ChangeParameters)
    since, limit = given.get("since", 0), given.get("per_page", CHANGES)
    limits = narrowed(DataQuery())

    def made() -> Made:
        told = changes_since(reading(), since, limit=limit + 1, examples=limits.examples, today=limits.today)
        own = told[:limit]
        following = own[-1].id if own else since
        body = {
            "since": since,
            "next": following,
            "more": len(told) > limit,
            "changes": [_as_json(each) for each in own],
        }
        query = f"since={following}&per_page={limit}"
        link = f'<{address()}{request.path}?{query}>; rel="next"' if body["more"] else ""
        return Made(body, link)

    holds = validator(given)
    if given.get("format") != "ndjson":
        return answer(made, holds)
    sessions = session_factory(db.engine, read_only=True)

    def lines() -> Iterator[dict[str, Any]]:
        last = since
        while True:
            with sessions() as session:
                told = changes_since(
                    session, last, limit=CHANGES, examples=limits.examples, today=limits.today
                )
            yield from map(_as_json, told)
            if len(told) < CHANGES:
                return
            last = told[-1].id

    return stream(lines, holds)


# --- the data package -----------------------------------------------------------------------------


def _package() -> tuple[DailyPackage, Path]:
    found = current_package(house().settings.directory_home)
    if found is None:
        raise RecordNotFound(N_("The data package has not been made yet. It is made once a day."))
    return found


@route("/package.json", "hsdsPackageNote", "What the newest data package is", "HsdsPackage", wrong=(404,))
def package_note() -> Response:
    """Its digest, and when it was made."""
    found, _ = _package()
    told = {
        "url": f"{address()}{PREFIX}/package.zip",
        "sha256": found.sha256,
        "bytes": found.bytes,
        "listings": found.listings,
        "made_at": found.made_at.isoformat().replace("+00:00", "Z"),
    }
    return answer(lambda: Made(told))


@route(
    "/package.zip",
    "hsdsPackage",
    "Everything as an HSDS 3.1 data package, made once a day",
    {"type": "string", "contentMediaType": ZIP},
    kind=ZIP,
    wrong=(404,),
)
def package() -> Response:
    """A zip of CSV files; a download that broke off goes on by `Range` and `If-Range`."""
    found, path = _package()
    try:
        response = send_file(
            path,
            mimetype=ZIP,
            as_attachment=True,
            download_name=f"hsds-{found.made_at.date().isoformat()}.zip",
            conditional=True,
            etag=found.sha256,
            last_modified=found.made_at,
        )
    except RequestedRangeNotSatisfiable:
        response = Response(status=416, headers={"Content-Range": f"bytes */{found.bytes}"})
    response.headers["Cache-Control"] = REVALIDATED
    return response


# --- the profile ----------------------------------------------------------------------------------


@route("/profile/", "hsdsProfile", "Our profile of HSDS", "HsdsProfile")
def show_profile() -> Response:
    """Its files: JSON Merge Patch (RFC 7386) to those of the specification."""
    here = f"{address()}{PREFIX}/profile"
    told = {
        "name": NAME,
        "version": VERSION,
        "base": BASE,
        "files": [f"{here}/{each}" for each in profile_files()],
    }
    return answer(lambda: Made(told))


@route("/profile/<name>", "hsdsProfileFile", "One file of the profile", "HsdsPatch", wrong=(404,))
def profile_file(name: str) -> Response:
    """What it adds."""
    if name not in profile_files():
        raise RecordNotFound(N_("There is no such file."))
    response = Response(profile_text(name), mimetype="application/json")
    response.headers["Cache-Control"] = FOR_AN_HOUR
    return response
