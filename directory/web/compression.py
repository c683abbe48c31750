"""Answers squeezed for slow phones. Public pages hold no secret beside what a person typed, so that the size
of an answer tells a listener nothing about one (the BREACH attack needs a secret and a reflection)."""

import gzip

from flask import Flask, Response, request

SQUEEZED = frozenset(
    {"text/html", "text/css", "text/javascript", "text/calendar", "application/json", "image/svg+xml"}
)
LEAST_BYTES = 1_000
"""A smaller answer fits in one packet as it is."""
LEVEL = 5
"""A results page: 47 kB become 7 in about a millisecond; higher levels win little."""


def squeeze(response: Response) -> Response:
    """Compresses a whole text answer when the browser takes gzip."""
    if response.mimetype not in SQUEEZED:
        return response
    response.vary.add("Accept-Encoding")
    takes_it = request.accept_encodings["gzip"] > 0
    if not takes_it or response.status_code != 200 or "Content-Encoding" in response.headers:
        return response
    response.direct_passthrough = False  # a static file is read whole; ours are small
    body = response.get_data()
    if len(body) >= LEAST_BYTES:
        # No time stamp: the same page is the same bytes.
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        if tag := response.get_etag()[0]:
            response.set_etag(tag, weak=True)  # the same page, not the same bytes
    return response


def init_compression(app: Flask) -> None:
    """Squeezes the answers of `app`."""
    app.after_request(squeeze)
