"""One JSON line per request on standard error, without anything a person typed.

Said are: request id, method, the route's rule (not its address), status, milliseconds. Never said are
query strings, addresses, forms, IP addresses, browsers, or the text of an exception (it may repeat what
was typed): an exception is told by its class and the places in the code it passed.
"""

import logging
import sys
import time
import traceback
import uuid

import structlog
from flask import Flask, Response, g, request

LEVELS = {"DEBUG": logging.DEBUG, "INFO": logging.INFO, "WARNING": logging.WARNING, "ERROR": logging.ERROR}


class StandardError:
    """Writes lines to whatever standard error is at that moment."""

    def msg(self, line: str) -> None:
        """One line."""
        sys.stderr.write(line + "\n")

    debug = info = warning = error = critical = msg


def make_log(level: str) -> structlog.typing.FilteringBoundLogger:
    """A logger of JSON lines at or above `level`."""
    log: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        StandardError(),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS.get(level.upper(), logging.INFO)),
    )
    return log


def places_of(problem: BaseException) -> list[str]:
    """Where in the code an exception passed, innermost last: `file.py:12 function`."""
    frames = traceback.extract_tb(problem.__traceback__)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-12:]]


def init_logs(app: Flask, level: str) -> None:
    """Gives every request an id (also in the answer, to quote when asking for help) and logs its end."""
    log = make_log(level)
    app.extensions["log"] = log
    # Flask's own logger would print an exception with its text.
    app.logger.disabled = True

    def begin() -> None:
        g.request_id = uuid.uuid4().hex[:16]
        g.began = time.perf_counter()

    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        took = round((time.perf_counter() - g.began) * 1000, 1)
        route = request.url_rule.rule if request.url_rule else None
        log.info(
            "request",
            id=g.request_id,
            method=request.method,
            route=route,
            status=response.status_code,
            ms=took,
        )
        return response

    app.before_request(begin)
    app.after_request(finish)
