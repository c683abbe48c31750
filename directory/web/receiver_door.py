"""The door of a receiver without an account: the cookie of a claimed link, and who acts by it.

The cookie goes only to pages under `/r` and lasts as long as the link: a claimed link opens in no other
browser, so whoever answers on two days has to find it still there. What it holds is compared with a digest in
the database each time, which decides.
"""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.wrappers import Response

from directory.accounts.tables import Agency
from directory.database import read_only
from directory.errors import LinkRefused
from directory.referrals import links
from directory.referrals.acting import Acting
from directory.referrals.links import Claimed
from directory.referrals.sides import find
from directory.referrals.tables import Referral
from directory.web import work as at_work

PATH = "/r"
PLAIN_NAME = "link"
SECURE_NAME = "__Secure-link"
"""Browsers take a cookie of such a name only over HTTPS."""


class Entered(NamedTuple):
    """Who acts, on which referral, by which link."""

    work: Acting
    referral_id: str
    link_id: str


def keep(response: Response, claimed: Claimed) -> None:
    """From now on this browser opens the link."""
    response.set_cookie(
        _name(),
        f"{claimed.link_id}.{claimed.secret}",
        expires=claimed.expires_at,
        path=PATH,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def forget(response: Response) -> None:
    """This browser opens no link any more; nor do pages of one that it may still hold."""
    response.delete_cookie(_name(), path=PATH, secure=request.is_secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'


def held() -> tuple[str, str] | None:
    """(id, secret) of the link that this browser says it has claimed."""
    link_id, _, secret = request.cookies.get(_name(), "").partition(".")
    return (link_id, secret) if link_id and secret else None


def is_open() -> bool:
    """Does a link open in this browser?"""
    found = held()
    if found is None:
        return False
    work = at_work.acting_as(links.LINK, "link")
    read_only(work.session)
    try:
        links.enter(work, *found)
    except LinkRefused:
        return False
    finally:
        work.session.rollback()
    return True


def come_in() -> Entered:
    """Who acts by the link from here on, by the receiver's clock. Raises `LinkRefused`."""
    found = held()
    if found is None:
        raise links.refused()
    work = links.enter(at_work.acting_as(links.LINK, "link"), *found)
    if work.own_referral_id is None:
        raise links.refused()
    row = find(work.session, work.own_referral_id)
    return Entered(at_work.come_in(work, _clock(work, row)), row.id, found[0])


def _clock(work: Acting, row: Referral) -> ZoneInfo:
    """Where the receiver works: the agency's zone; without one the listing's, else the sender's."""
    agency = work.session.get(Agency, row.to_agency_id) if row.to_agency_id else None
    listed = str(row.snapshot.get("timezone") or "")
    return ZoneInfo(
        agency.timezone if agency else listed or work.session.get_one(Agency, row.from_agency_id).timezone
    )


def _name() -> str:
    return SECURE_NAME if request.is_secure else PLAIN_NAME
