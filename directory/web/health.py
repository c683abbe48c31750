"""Whether the process lives (`/healthz`) and whether it can answer searches (`/readyz`)."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from directory.database import current_revision, db, head_revision
from directory.errors import DirectoryError
from directory.listings import store
from directory.web.access import public
from directory.web.house import house
from directory.web.reading import reading

blueprint = Blueprint("health", __name__)


def _check_database() -> str | None:
    reading().execute(text("SELECT 1"))
    return None


def _check_schema() -> str | None:
    have, want = current_revision(db.engine), head_revision()
    return None if have == want else f"at {have}, needs {want}"


def _check_index() -> str | None:
    indexed = house().engine.status().documents
    listed = store.count_documents(reading(), include_examples=house().settings.examples)
    return None if indexed == listed else f"holds {indexed} of {listed} listings"


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": _check_database,
    "schema": _check_schema,
    "index": _check_index,
}
"""Each answers what is wrong, or None. What is said names no address and no secret."""


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """200 while the process answers at all."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """200 when every check passes, else 503; each check is named."""
    found = {name: _outcome(check) for name, check in CHECKS.items()}
    ready = all(each == "ok" for each in found.values())
    return jsonify(status="ok" if ready else "failing", checks=found), 200 if ready else 503


def _outcome(check: Callable[[], str | None]) -> str:
    try:
        return check() or "ok"
    except (SQLAlchemyError, DirectoryError, OSError) as problem:
        return f"failed: {type(problem).__name__}"
