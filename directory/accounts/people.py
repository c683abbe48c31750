"""People: invited by e-mail to one agency in one role, and members once they have taken that up.

Callers commit. A link's token is known only to whoever was given the link; here is its digest.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from directory.accounts.access import ROLES, Actor
from directory.accounts.agencies import is_address
from directory.accounts.audit import Deed, append
from directory.accounts.tables import Agency, Invitation, Membership, User
from directory.errors import QueryInvalid, RecordNotFound
from directory.mail.message import Mail
from directory.mail.outbox import put
from directory.phrases import N_, Phrase

INVITATION_LASTS = dt.timedelta(days=7)
TOKEN_BYTES = 32
LONGEST_NAME = 100
INVITED = (
    "You are invited to sign in to {site}.\n\n"
    "Open this link within seven days. It works once:\n{link}\n\n"
    "If you did not expect this, you can leave it alone.\n"
)
"""No agency is named: who works where is nobody else's business."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation, and the token that opens it: shown once, stored nowhere."""

    invitation: Invitation
    token: str

    @property
    def path(self) -> str:
        """Where the invitation is taken up."""
        return f"/account/invitation/{self.token}"


def folded_email(text: str) -> str:
    """The one way to write an address: two that differ in case only are one person's.

    Raises `QueryInvalid` when it is no address.
    """
    folded = text.strip().casefold()
    if not is_address(folded):
        sentence = Phrase(N_("This is not one e-mail address."))
        raise QueryInvalid(sentence, {"email": [sentence]})
    return folded


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    session: Session,
    *,
    email: str,
    agency: Agency,
    role: str,
    actor: Actor,
    now: dt.datetime,
    channel: str = "web",
) -> Invited:
    """Invites somebody to be `role` for the agency; an open invitation to the same is no longer good.

    Raises `QueryInvalid` for an address or role that is none, or somebody who is that already.
    """
    if role not in ROLES:
        told = {"roles": ", ".join(ROLES)}
        sentence = Phrase(N_("That is no role. There are: %(roles)s."), told)
        raise QueryInvalid(sentence, {"role": [sentence]})
    address = folded_email(email)
    if _is_member(session, address, agency, role):
        sentence = Phrase(N_("This person has that role there already."))
        raise QueryInvalid(sentence, {"email": [sentence]})
    same = (Invitation.email == address, Invitation.agency_id == agency.id, Invitation.role == role)
    for old in session.scalars(select(Invitation).where(*same, Invitation.used_at.is_(None))):
        old.expires_at = min(old.expires_at, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        token_hash=digest(token),
        email=address,
        agency_id=agency.id,
        role=role,
        invited_by=actor.user_id,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    session.add(invitation)
    session.flush()
    append(session, _deed(actor, "invitation.make", invitation, channel), now)
    return Invited(invitation, token)


def mail_invitation(session: Session, invited: Invited, *, site: str, base: str, now: dt.datetime) -> None:
    """Puts the link into the outbox. `base`: the address that people reach this site at."""
    body = INVITED.format(site=site, link=base.rstrip("/") + invited.path)
    key = f"invitation:{invited.invitation.id}"
    mail = Mail(
        to=invited.invitation.email,
        subject=f"Your invitation to {' '.join(site.split())}",
        body=body,
        kind="invitation",
        dedupe_key=key,
    )
    put(session, mail, now)


def open_invitation(session: Session, token: str, now: dt.datetime, *, lock: bool = False) -> Invitation:
    """The invitation that the token opens. Raises `RecordNotFound`, alike for unknown, used and expired.

    `lock`: nobody else takes it up until the commit.
    """
    query = select(Invitation).where(Invitation.token_hash == digest(token))
    found = session.scalars(query.with_for_update(of=Invitation) if lock else query).unique().one_or_none()
    if found is None or found.used_at is not None or found.expires_at <= now or found.agency.left_at:
        raise RecordNotFound(Phrase(N_("This invitation is no longer good. Ask for a new one.")))
    return found


def user_of(session: Session, email: str) -> User | None:
    """The person with that (folded) address."""
    return session.scalars(select(User).where(User.email == email)).one_or_none()


def take_up(
    session: Session, invitation: Invitation, *, name: str, password_hash: str | None, now: dt.datetime
) -> Membership:
    """Makes the invited person a member. A new person gets an account with that name and password; for one
    who has an account neither is used: the caller has made sure that it is this person who is signed in.

    Raises `QueryInvalid` when a new person gives no name.
    """
    user = user_of(session, invitation.email)
    if user is None:
        user = _new_user(session, invitation.email, name, password_hash, now)
    same = {"user_id": user.id, "agency_id": invitation.agency_id, "role": invitation.role}
    member = session.scalars(select(Membership).filter_by(**same)).one_or_none()
    if member is None:  # else somebody gave the person that role meanwhile
        member = Membership(**same, created_at=now)
        session.add(member)
    invitation.used_at = now
    session.flush()
    actor = Actor(role=invitation.role, user_id=user.id, agency_id=invitation.agency_id)
    append(session, _deed(actor, "invitation.take_up", invitation, "web"), now)
    return member


def _new_user(session: Session, email: str, name: str, password_hash: str | None, now: dt.datetime) -> User:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or password_hash is None:
        sentence = Phrase(N_("Please write your name."))
        raise QueryInvalid(sentence, {"name": [sentence]})
    user = User(email=email, name=name, password=password_hash, created_at=now)
    session.add(user)
    session.flush()
    return user


def _is_member(session: Session, email: str, agency: Agency, role: str) -> bool:
    query = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(User.email == email, Membership.agency_id == agency.id, Membership.role == role)
    )
    return session.scalar(query) is not None


def memberships(session: Session, user_id: str) -> list[Membership]:
    """What the person may act as, by agency and role; not for agencies that have left the network."""
    query = (
        select(Membership)
        .join(Agency, Agency.id == Membership.agency_id)
        .options(contains_eager(Membership.agency))
        .where(Membership.user_id == user_id, Agency.left_at.is_(None))
        .order_by(Agency.name, Membership.role)
    )
    return list(session.scalars(query))


def _deed(actor: Actor, action: str, invitation: Invitation, channel: str) -> Deed:
    return Deed(
        actor=actor, action=action, object_kind="invitation", object_ids=[invitation.id], channel=channel
    )
