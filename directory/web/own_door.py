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
from directory.web.door_cookie import DoorCookie
from directory.web.house import house

PATH = "/mine"
COOKIE = DoorCookie("mine", PATH, "Strict")
ANYWHERE = "America/New_York"
"""The clock where a listing names none."""


def site_address() -> str:
    """What the person types before `/mine`: shown beside the key, and printed on the sheet they carry."""
    return (house().settings.public_url or request.host_url).rstrip("/")


def keep(response: Response, visit: Visit) -> None:
    """From now on the link is open in this browser."""
    COOKIE.keep(response, visit.secret)


def forget(response: Response) -> None:
    """Nothing of it stays in this browser; somebody who works here with an account stays signed in."""
    COOKIE.forget(response)
    if guard.SID not in session:
        session.clear()


def held() -> str:
    """What this browser says it has open."""
    return COOKIE.held()


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
