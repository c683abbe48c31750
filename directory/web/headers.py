"""Headers of every answer: what a page may load, what it tells others, and what is kept of it."""

from flask import Flask, Response, request

CONTENT_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "connect-src 'self'; "
    "font-src 'self'; "
    "base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'self'; "
    "manifest-src 'self'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    # Not `no-referrer`: forms over HTTPS are checked against it. Another site never learns the search.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LEAVE_NO_TRACE = "private, no-store"
"""Pages tell what a person looked for: neither a shared device nor a proxy keeps them."""
FOR_A_YEAR = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
SECURE_FOR = "max-age=31536000"


def set_headers(response: Response) -> Response:
    """Adds what is missing; a view that sets a header itself keeps it."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", SECURE_FOR)
    if request.endpoint == "static":
        # The address carries a digest of the file (`asset` in templates); without one it may change.
        response.headers["Cache-Control"] = FOR_A_YEAR if request.args.get("v") else "no-cache"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = LEAVE_NO_TRACE
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
    return response


def init_headers(app: Flask) -> None:
    """Sets the headers on every answer of `app`, errors included."""
    app.after_request(set_headers)
