"""How the HSDS API answers: validators made before any listing is read, gzip, streams, open to every site."""

import datetime as dt
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from gzip import compress
from threading import BoundedSemaphore
from typing import Any, NamedTuple

from flask import Flask, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.http import is_resource_modified

from directory.database import to_json
from directory.errors import PaceExceeded
from directory.intake.tables import ImportRun
from directory.listings.changes_feed import newest_change
from directory.phrases import N_
from directory.web.house import house
from directory.web.reading import reading

PREFIX = "/hsds"
SHAPE = 1
"""Counted up when answers to the same question look otherwise than before."""
REVALIDATED = "public, no-cache"
"""May be kept, and is asked for anew each time: mostly 304."""
LEVEL = 3
"""A page of 50 full services: 2.7 MB become 0.5 in half the time of level 5, which wins a tenth."""
NDJSON = "application/x-ndjson"
STREAMS = 2
"""So many streams of everything run at once in a process; the data package is there for more."""
RUNS_LOOKED_AT = 8
CORS: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Last-Modified, Link, Content-Range, Accept-Ranges, Retry-After, Content-Disposition"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT: Mapping[str, str] = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match, If-Modified-Since, If-Range, Range",
    "Access-Control-Max-Age": "86400",
}
PERIODS: Mapping[str, Callable[[dt.datetime], dt.datetime]] = {
    "day": lambda now: now.replace(hour=0, minute=0, second=0, microsecond=0),
    "hour": lambda now: now.replace(minute=0, second=0, microsecond=0),
    "minute": lambda now: now.replace(second=0, microsecond=0),
}
"""How long an answer holds by the clock alone: what is shown changes with the day, for the search with the
hour of a time zone, and what is open with the minute."""
_streams = BoundedSemaphore(STREAMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """`tag` changes with the answer; so does `modified`, to the second. None: not known."""

    tag: str
    modified: dt.datetime | None


def validator(
    given: Mapping[str, Any], *, period: str = "day", by_index: bool = False, session: Session | None = None
) -> Validator:
    """The validator of an answer to these parameters at this address, without reading any listing: of the
    last change, the last imports (which move dates), the clock, and for searches the index."""
    session, now = session or reading(), house().now()
    change, changed_at = newest_change(session)
    runs, ran_at = _runs(session, now)
    begun = PERIODS[period](now.astimezone(dt.UTC))
    known: list[Any] = [SHAPE, change, runs, begun.isoformat(), house().settings.examples, request.path]
    modified: dt.datetime | None = max(each for each in (changed_at, ran_at, begun) if each)
    if by_index:
        status = house().engine.status()
        known += [status.engine, status.generation, status.last_change]
        if status.last_change != change:
            modified = None
    known.append(sorted((name, str(value)) for name, value in given.items()))
    digest = hashlib.sha256(to_json(known).encode(errors="surrogatepass")).hexdigest()
    return Validator(tag=digest[:32], modified=modified)


def _runs(session: Session, now: dt.datetime) -> tuple[list[list[Any]], dt.datetime | None]:
    """The last imports, and when they last wrote."""
    query = select(
        ImportRun.id, ImportRun.status, ImportRun.rows_read, ImportRun.started_at, ImportRun.seconds
    )
    rows = session.execute(query.order_by(ImportRun.started_at.desc()).limit(RUNS_LOOKED_AT)).all()
    ended = [
        now if row.status == "running" else row.started_at + dt.timedelta(seconds=row.seconds) for row in rows
    ]
    return [[row.id, row.status, row.rows_read] for row in rows], max(ended, default=None)


# --- answers --------------------------------------------------------------------------------------


def takes_gzip() -> bool:
    """Does whoever asks take it?"""
    return request.accept_encodings["gzip"] > 0


class Made(NamedTuple):
    """The JSON of an answer, and its `Link`."""

    body: Any
    link: str = ""


def answer(
    found: Callable[[], Made], holds: Validator | None = None, *, is_private: bool = False
) -> Response:
    """The JSON answer, made only where what is known already does not hold any more. `is_private`: it tells
    what a person looked for, and nobody keeps it."""
    if request.method == "POST":
        holds, is_private = None, True
    zipped = takes_gzip()
    tag = f"{holds.tag}-gzip" if holds and zipped else holds.tag if holds else None
    if holds and not is_resource_modified(request.environ, tag, last_modified=holds.modified):
        response = Response(status=304)
    else:
        made = found()
        response = Response(mimetype="application/json")
        body = to_json(made.body).encode(errors="replace")
        # No time stamp: the same answer is the same bytes, as a strong tag says.
        response.set_data(compress(body, LEVEL, mtime=0) if zipped else body)
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        if made.link:
            response.headers["Link"] = made.link
    if holds and tag:
        response.set_etag(tag)
        response.last_modified = holds.modified
    return _kept(response, is_private=is_private)


def stream(lines: Callable[[], Iterable[Any]], holds: Validator, *, is_private: bool = False) -> Response:
    """Everything, an object in a line. `lines` is asked within the request; what it answers is gone through
    while it is sent, when the request is over. The tag is that of the beginning, and weak: what changes
    meanwhile may be in it already. Raises `PaceExceeded` while others stream."""
    if request.method == "POST":
        is_private = True
    elif not is_resource_modified(request.environ, f'W/"{holds.tag}"', last_modified=holds.modified):
        response = Response(status=304)
        response.set_etag(holds.tag, weak=True)
        return _kept(response, is_private=is_private)
    found = lines()
    turn = _Turn()
    texts = _texts(found, turn)
    response = Response(_zipped(texts) if takes_gzip() else texts, mimetype=NDJSON)
    response.call_on_close(turn.end)
    if takes_gzip():
        response.headers["Content-Encoding"] = "gzip"
    if request.method != "POST":
        response.set_etag(holds.tag, weak=True)
        response.last_modified = holds.modified
    return _kept(response, is_private=is_private)


class _Turn:
    """One of the few streams that may run; ends once. Raises `PaceExceeded` while there are too many."""

    def __init__(self) -> None:
        if not _streams.acquire(blocking=False):
            busy = N_("Others are fetching everything just now. Please try again in a minute.")
            raise PaceExceeded(busy, 60)
        self._is_over = False

    def end(self) -> None:
        """It is over: everything was sent, or nobody listens any more."""
        if not self._is_over:
            self._is_over = True
            _streams.release()


def _texts(found: Iterable[Any], turn: _Turn) -> Iterator[bytes]:
    try:
        for each in found:
            yield to_json(each).encode(errors="replace") + b"\n"
    finally:
        turn.end()


def _zipped(texts: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    for each in texts:
        if packed := packer.compress(each):
            yield packed
    yield packer.flush()


def _kept(response: Response, *, is_private: bool) -> Response:
    response.vary.add("Accept-Encoding")
    if not is_private:
        response.headers["Cache-Control"] = REVALIDATED
    return response


def address() -> str:
    """Where this instance is reached, without a slash at its end."""
    return (house().settings.public_url or request.host_url).rstrip("/")


# --- open to every site ---------------------------------------------------------------------------


def open_to_all(response: Response) -> Response:
    """Every site's scripts may read what is public, errors included."""
    if request.path == PREFIX or request.path.startswith(f"{PREFIX}/"):
        response.headers.update(CORS)
        if request.method == "OPTIONS":
            response.headers.update(PREFLIGHT)
    return response


def init_cors(app: Flask) -> None:
    """Opens the HSDS API of `app`."""
    app.after_request(open_to_all)
