"""The door of a person to their own page: the cookie in which their private link is open, and who acts by it.

The cookie goes only to pages under `/mine` and is forgotten when the browser closes, or with the button. What
it holds is compared with a digest in the database each time; half an hour after the last look it is worth
nothing.
"""

from zoneinfo import ZoneInfo

from flask import request, session
from werkzeug.wrappers import Response

from directory.errors import LinkRefused
from directory.referrals import own_link
from directory.referrals.acting import Acting
from directory.referrals.own_link import PERSON, Visit
from directory.referrals.sides import find
from directory.web import guard
from directory.web import work as at_work
from directory.web.house import house

PATH = "/mine"
PLAIN_NAME = "mine"
SECURE_NAME = "__Secure-mine"
"""Browsers take a cookie of such a name only over HTTPS."""
ANYWHERE = "America/New_York"
"""The clock where a listing names none."""


def site_address() -> str:
    """What the person types before `/mine`. It is shown to nobody but the browser that asked."""
    return (house().settings.public_url or request.host_url).rstrip("/")


def keep(response: Response, visit: Visit) -> None:
    """From now on the link is open in this browser."""
    response.set_cookie(
        _name(), visit.secret, path=PATH, secure=request.is_secure, httponly=True, samesite="Strict"
    )


def forget(response: Response) -> None:
    """Nothing of it stays in this browser; somebody who works here with an account stays signed in."""
    response.delete_cookie(_name(), path=PATH, secure=request.is_secure, httponly=True, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache"'
    if guard.SID not in session:
        session.clear()


def held() -> str:
    """What this browser says it has open."""
    return request.cookies.get(_name(), "")


def come_in() -> Acting:
    """The person, from here on in this request. Raises `LinkRefused`. That the page was looked at is
    committed by itself, so that no lock is held when the view begins."""
    secret = held()
    if not secret:
        raise own_link.refused()
    work = at_work.acting_as(PERSON, "link")
    try:
        inside = own_link.resume(work, secret)
        row = find(work.session, inside.own_referral_id or "")
    except LinkRefused:
        work.session.rollback()
        raise
    work.session.commit()
    return at_work.come_in(inside, ZoneInfo(str(row.snapshot.get("timezone") or ANYWHERE)))


def _name() -> str:
    return SECURE_NAME if request.is_secure else PLAIN_NAME
