"""The people of an agency: who they are, inviting, changing and ending what they are there.

A supervisor does so for their own agency, a network administrator for any; commands act as the system.
Whoever may give a role may also take it away, and nobody gives one to themselves. Callers commit.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory.accounts.access import ROLES, Actor, may, need_over
from directory.accounts.audit import Deed, append
from directory.accounts.people import Invited, folded_email, invite
from directory.accounts.tables import Agency, Invitation, Membership, Passkey, User, UserSession
from directory.errors import QueryInvalid, RecordNotFound
from directory.phrases import N_, Phrase

OWN, NETWORK = "people.invite", "network.people"
GIVES: Mapping[str, frozenset[str]] = {
    OWN: frozenset({"caseworker", "provider_staff", "supervisor", "privacy_officer", "partner_admin"}),
    NETWORK: frozenset(ROLES),
}
"""Right to the roles that it gives. A role that reaches beyond an agency is the network's to give."""
KEPT: Mapping[str, str] = {
    "supervisor": N_("This is the only supervisor of the agency. Please make somebody else one first."),
    "network_admin": N_(
        "This is the only network administrator of the agency. Please make somebody else one first."
    ),
}
"""Roles of which an agency that has one keeps one, and why."""


NOT_TO_ONESELF = N_("Nobody gives a role to themselves. Please ask somebody else who may.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in one role of an agency, as those see it who keep its people."""

    id: str
    """Of the membership."""
    user_id: str
    name: str
    email: str
    role: str
    since: dt.datetime
    last_sign_in_at: dt.datetime | None
    second_step: tuple[str, ...]
    """`app`, `passkey`; neither: not set up yet."""
    active: bool


def roles_to_give(actor: Actor) -> tuple[str, ...]:
    """The roles that the actor may give and take away, in the order of the table."""
    if actor.role == "system":
        return tuple(ROLES)
    given = frozenset[str]().union(*(roles for right, roles in GIVES.items() if may(actor, right)))
    return tuple(each for each in ROLES if each in given)


def place_of(session: Session, actor: Actor, agency_id: str | None, *, lock: bool = False) -> Agency:
    """The agency, whose people the actor may see to. Raises what `need_over` raises.

    `lock`: until the commit nobody else changes its people.
    """
    query = select(Agency).where(Agency.id == agency_id, Agency.left_at.is_(None))
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if actor.role != "system":
        right = NETWORK if may(actor, NETWORK) else OWN
        need_over(actor, right, [found.id] if found else [])
    if found is None:
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    return found


def members(session: Session, agency: Agency) -> list[Member]:
    """Everybody of the agency, by name and role."""
    query = (
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.agency_id == agency.id)
        .order_by(User.name, User.email, Membership.role)
    )
    rows = session.execute(query).all()
    people = {user.id for _, user in rows}
    keys = set(session.scalars(select(Passkey.user_id).where(Passkey.user_id.in_(people))))
    return [_as_member(row, user, has_passkey=user.id in keys) for row, user in rows]


def member(session: Session, actor: Actor, membership_id: str) -> tuple[Agency, Member]:
    """One of them, and of which agency. Raises what `need_over` raises, word for word the same for a foreign
    one and one that is not there."""
    row, place = _membership(session, actor, membership_id)
    user = session.get_one(User, row.user_id)
    keys = session.scalars(select(Passkey.id).where(Passkey.user_id == user.id)).first()
    return place, _as_member(row, user, has_passkey=keys is not None)


def _as_member(row: Membership, user: User, *, has_passkey: bool) -> Member:
    steps = (("app", bool(user.tf_primary_method)), ("passkey", has_passkey))
    return Member(
        id=row.id,
        user_id=user.id,
        name=user.name,
        email=user.email,
        role=row.role,
        since=row.created_at,
        last_sign_in_at=user.last_sign_in_at,
        second_step=tuple(name for name, there in steps if there),
        active=user.active,
    )


# --- invitations ------------------------------------------------------------------------------------


def open_invitations(session: Session, agency: Agency, now: dt.datetime) -> Sequence[Invitation]:
    """Those that still can be taken up, the newest first."""
    query = (
        select(Invitation)
        .where(Invitation.agency_id == agency.id, Invitation.used_at.is_(None), Invitation.expires_at > now)
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )
    return session.scalars(query).all()


def invite_to(  # noqa: PLR0917  what an invitation needs
    session: Session, actor: Actor, agency_id: str, email: str, role: str, now: dt.datetime
) -> Invited:
    """Invites somebody to the agency. Raises `QueryInvalid` naming what is wrong."""
    place = place_of(session, actor, agency_id)
    _need_to_give(actor, role)
    own = session.get(User, actor.user_id) if actor.user_id else None
    if own is not None and own.email == folded_email(email):
        raise _wrong("email", NOT_TO_ONESELF)
    return invite(session, email=email, agency=place, role=role, actor=actor, now=now)


def invite_again(session: Session, actor: Actor, invitation_id: str, now: dt.datetime) -> Invited:
    """A new link for the same; the one before is no longer good."""
    found = _invitation(session, actor, invitation_id, now)
    return invite_to(session, actor, found.agency_id, found.email, found.role, now)


def cancel_invitation(session: Session, actor: Actor, invitation_id: str, now: dt.datetime) -> Invitation:
    """Its link is no longer good."""
    found = _invitation(session, actor, invitation_id, now)
    _need_to_give(actor, found.role)
    found.expires_at = now
    _write_down(session, actor, "invitation.cancel", "invitation", [found.id], now)
    return found


def _invitation(session: Session, actor: Actor, invitation_id: str, now: dt.datetime) -> Invitation:
    peeked = session.get(Invitation, invitation_id)
    place_of(session, actor, peeked.agency_id if peeked else None, lock=True)
    found = session.get(Invitation, invitation_id, populate_existing=True, with_for_update=True)
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    return found


# --- memberships ------------------------------------------------------------------------------------


def change_role(  # noqa: PLR0917  who makes whom what, and when
    session: Session, actor: Actor, membership_id: str, role: str, now: dt.datetime, channel: str = "web"
) -> Membership:
    """Gives a member another role; where they act in the old one, they are signed out.

    Raises `QueryInvalid` for one's own, for a role that the actor may not give or take, that the member has
    already, or of which this is the last one.
    """
    row, place = _membership(session, actor, membership_id, lock=True)
    if row.role == role:
        return row
    _need_to_give(actor, role)
    _need_to_take(session, actor, row)
    if row.user_id == actor.user_id:
        raise _wrong("role", NOT_TO_ONESELF)
    same = (
        Membership.user_id == row.user_id,
        Membership.agency_id == place.id,
        Membership.role == role,
    )
    if session.scalar(select(Membership.id).where(*same)) is not None:
        raise _wrong("role", N_("This person has that role there already."))
    row.role = role
    _sign_out(session, row)
    ids = [row.id, row.user_id, place.id]
    _write_down(session, actor, "membership.change_role", "membership", ids, now, channel)
    return row


def end_membership(
    session: Session, actor: Actor, membership_id: str, now: dt.datetime, channel: str = "web"
) -> Member:
    """The person is no longer that for the agency; where they act so, they are signed out at once.

    Raises `QueryInvalid` for a role that the actor may not take, or of which this is the last one.
    """
    row, place = _membership(session, actor, membership_id, lock=True)
    _need_to_take(session, actor, row)
    gone = _as_member(row, session.get_one(User, row.user_id), has_passkey=False)
    _sign_out(session, row)
    session.delete(row)
    session.flush()
    ids = [gone.id, gone.user_id, place.id]
    _write_down(session, actor, "membership.end", "membership", ids, now, channel)
    return gone


def _membership(
    session: Session, actor: Actor, membership_id: str, *, lock: bool = False
) -> tuple[Membership, Agency]:
    row = session.get(Membership, membership_id)
    place = place_of(session, actor, row.agency_id if row else None, lock=lock)
    if lock:  # somebody else may have ended it while this waited
        row = session.get(Membership, membership_id, populate_existing=True)
    if row is None:
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    return row, place


def _need_to_give(actor: Actor, role: str) -> None:
    if role not in roles_to_give(actor):
        raise _wrong("role", N_("This role is given by whoever runs the network."))


def _need_to_take(session: Session, actor: Actor, row: Membership) -> None:
    if row.role not in roles_to_give(actor):
        raise _wrong("role", N_("This role is taken away by whoever runs the network."))
    others = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.agency_id == row.agency_id,
            Membership.role == row.role,
            Membership.id != row.id,
            User.active,
        )
    )
    if row.role in KEPT and session.scalars(others).first() is None:
        raise _wrong("role", KEPT[row.role])


def _sign_out(session: Session, row: Membership) -> None:
    session.execute(delete(UserSession).where(UserSession.membership_id == row.id))


def _write_down(  # noqa: PLR0917  what a line of the audit has
    session: Session,
    actor: Actor,
    action: str,
    kind: str,
    ids: Sequence[str],
    now: dt.datetime,
    channel: str = "web",
) -> None:
    deed = Deed(actor=actor, action=action, object_kind=kind, object_ids=ids, channel=channel)
    append(session, deed, now)


def _wrong(field: str, sentence: str) -> QueryInvalid:
    phrase = Phrase(sentence)
    return QueryInvalid(phrase, {field: [phrase]})
