"""The cookie of people who sign in. It is read and set only where people work with an account.

Everywhere else the session is empty and forgotten: a public page neither sees nor sets a cookie.

The cookie is signed, not secret. It holds how far a person is in signing in, and afterwards the random id of
a row of `user_session`, which decides; when they last gave their password; the id of the client for whom they
look for help; the form token; and what the next page is to say.
"""

import hashlib

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

from directory.accounts.sign_ins import LONGEST

WORK = ("/account", "/referrals", "/inbox", "/steward", "/partners", "/r", "/mine")
"""Paths under which people work, with an account or by a link."""
FOR_CLIENT = "for_client"
"""Key of the client whom the next draft is about. It ends with the membership in which it was set."""
PLAIN_NAME = "session"
SECURE_NAME = "__Host-session"
"""Browsers take a cookie of such a name only over HTTPS, for this very host and the whole of it."""


def is_work(path: str) -> bool:
    """Is this an address where people work with an account?"""
    return any(path == each or path.startswith(each + "/") for each in WORK)


class WorkSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, under a safer name over HTTPS, and only under `WORK`."""

    digest_method = staticmethod(hashlib.sha256)

    def get_cookie_name(self, _app: Flask) -> str:
        """By the protocol of the request."""
        return SECURE_NAME if request.is_secure else PLAIN_NAME

    def get_cookie_secure(self, _app: Flask) -> bool:
        """By the protocol of the request."""
        return request.is_secure

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request at work, at most twelve hours old; an empty one elsewhere."""
        if not is_work(request.path):
            return self.session_class()
        value = request.cookies.get(self.get_cookie_name(app))
        signer = self.get_signing_serializer(app)
        if signer is None or not value:
            return self.session_class()
        try:
            return self.session_class(signer.loads(value, max_age=int(LONGEST.total_seconds())))
        except BadSignature:
            return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Sets the cookie at work; nothing elsewhere."""
        if is_work(request.path):
            super().save_session(app, session, response)
