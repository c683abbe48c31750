"""A person's private link: to follow, answer and stop the one referral that is about them (R8).

The address holds the token in its fragment, which browsers send to no server and no log; a key of sixteen
letters is typed where there are no scripts, or from paper. Both are kept as digests only. A link is open in
one browser at a time, for half an hour after the last look.

    made = own_link.make(acting, referral_id)              # show made.token and made.reference once
    visit = own_link.open_visit(acting, typed)             # cookie: visit.secret
    inside = own_link.resume(acting, secret)               # then own_page.follow(inside), moves.move(…)
"""

import datetime as dt
import secrets
from dataclasses import dataclass, replace

from sqlalchemy import or_, select, update

from directory.accounts.access import Actor
from directory.accounts.people import digest
from directory.accounts.tables import new_id
from directory.errors import LinkRefused, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting
from directory.referrals.history import add_event, note_event
from directory.referrals.links import new_reference, plain_reference
from directory.referrals.sides import find, part_as
from directory.referrals.tables import Referral
from directory.referrals.tables_doors import PersonLink

PERSON = Actor(role="client")
LIFE = dt.timedelta(days=180)
VISIT = dt.timedelta(minutes=30)
"""How long the page stays open after it was last looked at."""
REFERENCE_LENGTH = 16
"""Of 30 letters each: nobody tries them all, not even with the digests in hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLink:
    """Shown once, kept nowhere."""

    id: str
    token: str
    reference: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the browser keeps in which the link is open."""

    secret: str
    until: dt.datetime


# --- made by a worker -------------------------------------------------------------------------------


def make(acting: Acting, referral_id: str) -> OwnLink:
    """A private link for the client of a referral that was sent; those made before open no more.

    Needs a sender's part in it. Raises `RecordNotFound`, `TransitionRefused` for a draft.
    """
    row = _as_sender(acting, referral_id)
    if row.sent_at is None:
        raise TransitionRefused("not_sent", N_("This was not sent yet."))
    close_all(acting, row.id)
    made = new_link(acting, row.id)
    _write_down(acting, row, "own_link_made")
    return made


def take_back(acting: Acting, referral_id: str) -> None:
    """No private link of this referral opens any more. Needs a sender's part in it."""
    row = _as_sender(acting, referral_id)
    close_all(acting, row.id)
    _write_down(acting, row, "own_link_closed")


def link_of(acting: Acting, row: Referral) -> PersonLink | None:
    """The link that opens now, if there is one. Part of a page that is audited."""
    query = select(PersonLink).where(
        PersonLink.referral_id == row.id,
        PersonLink.revoked_at.is_(None),
        PersonLink.expires_at > acting.now,
    )
    return acting.session.scalars(query.order_by(PersonLink.made_at.desc()).limit(1)).one_or_none()


def _as_sender(acting: Acting, referral_id: str) -> Referral:
    row = find(acting.session, referral_id, lock=True)
    part_as(acting, row, "sender", write=True)
    return row


def _write_down(acting: Acting, row: Referral, event: str) -> None:
    line = add_event(acting, row, event, "sender_worker", from_status=row.status, version_before=row.version)
    note_event(acting, line)


# --- made for whoever may have one ------------------------------------------------------------------


def new_link(acting: Acting, referral_id: str) -> OwnLink:
    """The row alone; rights, history and audit are the caller's."""
    token, reference = secrets.token_urlsafe(32), new_reference(REFERENCE_LENGTH)
    link = PersonLink(
        id=new_id(),
        referral_id=referral_id,
        token_hash=digest(token),
        reference_hash=digest(plain_reference(reference)),
        expires_at=acting.now + LIFE,
        made_by=acting.actor.user_id,
        made_at=acting.now,
    )
    acting.session.add(link)
    acting.session.flush()
    return OwnLink(id=link.id, token=token, reference=reference, expires_at=link.expires_at)


def close_all(acting: Acting, referral_id: str) -> None:
    """Every link of the referral, wherever it is open."""
    acting.session.execute(
        update(PersonLink)
        .where(PersonLink.referral_id == referral_id, PersonLink.revoked_at.is_(None))
        .values(revoked_at=acting.now, visit_hash=None, visit_until=None)
    )


# --- used by the person -----------------------------------------------------------------------------


def open_visit(acting: Acting, typed: str) -> Visit:
    """Opens the link in this browser, and closes it in any other. Raises `LinkRefused`."""
    link, secret = _link(acting, typed), secrets.token_urlsafe(32)
    link.visit_hash, link.visit_until = digest(secret), acting.now + VISIT
    acting.session.flush()
    _inside(acting, link).note("own_link.open", "person_link", [link.id, link.referral_id], count=1)
    return Visit(secret=secret, until=acting.now + VISIT)


def resume(acting: Acting, secret: str) -> Acting:
    """The person in whose browser it is open; it stays so for another half hour. Raises `LinkRefused`."""
    link = _visited(acting, secret)
    if link is None or not _opens(link, acting.now) or (link.visit_until or acting.now) <= acting.now:
        raise refused()
    link.visit_until = acting.now + VISIT
    acting.session.flush()
    return _inside(acting, link)


def close_visit(acting: Acting, secret: str) -> None:
    """The page is closed in the browser with that secret; the link can be opened again."""
    link = _visited(acting, secret)
    if link is not None:
        link.visit_hash = link.visit_until = None
        acting.session.flush()
        _inside(acting, link).note("own_link.close", "person_link", [link.id, link.referral_id])


def refused() -> LinkRefused:
    """Said of every link that does not open."""
    return LinkRefused(Phrase(N_("This link does not open. It may have ended, or have a typing error.")))


def _link(acting: Acting, typed: str) -> PersonLink:
    token, reference = digest(typed.strip()), digest(plain_reference(typed))
    link = acting.session.scalars(
        select(PersonLink)
        .where(or_(PersonLink.token_hash == token, PersonLink.reference_hash == reference))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if link is None or not _opens(link, acting.now):
        raise refused()
    return link


def _visited(acting: Acting, secret: str) -> PersonLink | None:
    query = select(PersonLink).where(PersonLink.visit_hash == digest(secret))
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return acting.session.scalars(query).one_or_none()


def _inside(acting: Acting, link: PersonLink) -> Acting:
    return replace(acting, actor=PERSON, channel="link", own_referral_id=link.referral_id)


def _opens(link: PersonLink, now: dt.datetime) -> bool:
    return link.revoked_at is None and link.expires_at > now
