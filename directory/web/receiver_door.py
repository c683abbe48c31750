"""The door of a receiver without an account: the cookie of a claimed link, and who acts by it.

The cookie goes only to pages under `/r` and lasts as long as the link: a claimed link opens in no other
browser, so whoever answers on two days has to find it still there. What it holds is compared with a digest in
the database each time, which decides.
"""

from typing import NamedTuple
from zoneinfo import ZoneInfo

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
from directory.web.door_cookie import DoorCookie

PATH = "/r"
COOKIE = DoorCookie("link", PATH, "Lax")


class Entered(NamedTuple):
    """Who acts, on which referral, by which link."""

    work: Acting
    referral_id: str
    link_id: str


def keep(response: Response, claimed: Claimed) -> None:
    """From now on this browser opens the link."""
    COOKIE.keep(response, f"{claimed.link_id}.{claimed.secret}", claimed.expires_at)


def forget(response: Response) -> None:
    """This browser opens no link any more; nor do pages of one that it may still hold."""
    COOKIE.forget(response)


def held() -> tuple[str, str] | None:
    """(id, secret) of the link that this browser says it has claimed."""
    told, _, secret = COOKIE.held().partition(".")
    link_id = at_work.as_key(told)
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
