"""The people of an agency: who they are, inviting, changing and ending what they are there.

A supervisor sees to their own agency; a network administrator to any, which `agency` names.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import members
from directory.accounts.access import ROLE_NAMES, Actor
from directory.accounts.members import NETWORK, OWN, Member
from directory.accounts.people import Invited, mail_invitation
from directory.accounts.tables import Agency
from directory.database import db
from directory.errors import QueryInvalid
from directory.phrases import N_
from directory.web.access import needs
from directory.web.fresh import confirmed
from directory.web.guard import acting, forget_person
from directory.web.house import house
from directory.web.language import gettext
from directory.web.reading import reading
from directory.web.sign_in import own_address
from directory.web.talk import Answer
from directory.web.work import Filled, fresh, key_of

blueprint = Blueprint("people", __name__, url_prefix="/account/people")


def _agency_id(actor: Actor) -> str | None:
    """Whose people: the agency that was asked for, else one's own."""
    return key_of(request.values.get("agency")) or actor.agency_id


def _there(place: Agency, actor: Actor) -> dict[str, str]:
    """What an address holds besides: the agency, where it is not one's own."""
    return {} if place.id == actor.agency_id else {"agency": place.id}


def _people(there: dict[str, str]) -> str:
    """The list's address."""
    return url_for("people.overview", agency=there.get("agency"))


def _roles(actor: Actor) -> list[tuple[str, str]]:
    return [(role, gettext(ROLE_NAMES[role])) for role in members.roles_to_give(actor)]


@blueprint.get("")
@needs(OWN, NETWORK)
def overview() -> str:
    """Everybody of the agency, and who is invited."""
    actor, work = acting(), reading()
    place = members.place_of(work, actor, _agency_id(actor))
    return render_template(
        "account/people.html",
        agency=place,
        there=_there(place, actor),
        members=members.members(work, place),
        invitations=members.open_invitations(work, place, house().now()),
        roles=ROLE_NAMES,
        given=members.roles_to_give(actor),
    )


@blueprint.get("/invite")
@needs(OWN, NETWORK)
@confirmed("people.invite")
def invite() -> str:
    """The form to invite somebody."""
    return _invite_page(Filled(fresh(role="caseworker")))


@blueprint.post("/invite")
@needs(OWN, NETWORK)
@confirmed("people.invite")
def send_invitation() -> Answer:
    """Invites them: the link goes out by mail."""
    actor, work, now = acting(), db.session(), house().now()
    form = request.form
    try:
        invited = members.invite_to(
            work, actor, _agency_id(actor) or "", form.get("email", ""), form.get("role", ""), now
        )
    except QueryInvalid as problem:
        work.rollback()
        return _invite_page(Filled.wrong(form, problem)), 422
    return _invited(invited)


def _invite_page(form: Filled) -> str:
    actor = acting()
    place = members.place_of(reading(), actor, _agency_id(actor))
    return render_template(
        "account/invite.html", agency=place, there=_there(place, actor), form=form, roles=_roles(actor)
    )


def _invited(invited: Invited) -> str | AnyResponse:
    """By mail. Where mail is only written to files, the link is shown, once, to whoever made it."""
    work, settings = db.session(), house().settings
    work.expire_on_commit = False
    mail_invitation(work, invited, site=settings.site_name, base=own_address(), now=house().now())
    place = invited.invitation.agency
    work.commit()
    there = _there(place, acting())
    if settings.mail_url:
        flash(N_("The invitation is on its way. Its link works once, for seven days."), "info")
        return redirect(_people(there))
    link = own_address() + invited.path
    return render_template("account/invited.html", there=there, invitation=invited.invitation, link=link)


@blueprint.post("/invitations/<key:invitation_id>/again")
@needs(OWN, NETWORK)
@confirmed("people.overview")
def invite_again(invitation_id: str) -> str | AnyResponse:
    """Sends a new link for an invitation; the one before is no longer good."""
    return _invited(members.invite_again(db.session(), acting(), invitation_id, house().now()))


@blueprint.post("/invitations/<key:invitation_id>/cancel")
@needs(OWN, NETWORK)
@confirmed("people.overview")
def cancel_invitation(invitation_id: str) -> AnyResponse:
    """Takes an invitation back."""
    actor, work = acting(), db.session()
    work.expire_on_commit = False
    found = members.cancel_invitation(work, actor, invitation_id, house().now())
    there = _there(found.agency, actor)
    work.commit()
    flash(N_("The invitation is taken back. Its link no longer works."), "info")
    return redirect(_people(there))


# --- one of them ------------------------------------------------------------------------------------


@blueprint.get("/<key:membership_id>")
@needs(OWN, NETWORK)
@confirmed("people.member")
def member(membership_id: str) -> str:
    """One member: their role, and the forms to change or end it."""
    return _member_page(membership_id)


@blueprint.post("/<key:membership_id>/role")
@needs(OWN, NETWORK)
@confirmed("people.member")
def change_role(membership_id: str) -> Answer:
    """Gives them another role."""
    actor, work, role = acting(), db.session(), request.form.get("role", "")
    try:
        place, found = members.member(work, actor, membership_id)
        members.change_role(work, actor, membership_id, role, house().now())
    except QueryInvalid as problem:
        work.rollback()
        return _member_page(membership_id, Filled.wrong(request.form, problem)), 422
    return _changed(place, actor, found, N_("The role is changed."))


@blueprint.post("/<key:membership_id>/end")
@needs(OWN, NETWORK)
@confirmed("people.member")
def end(membership_id: str) -> Answer:
    """They are no longer that; where they are signed in as such, no longer."""
    actor, work = acting(), db.session()
    try:
        place, found = members.member(work, actor, membership_id)
        members.end_membership(work, actor, membership_id, house().now())
    except QueryInvalid as problem:
        work.rollback()
        return _member_page(membership_id, Filled.wrong(fresh(role=found.role), problem)), 422
    return _changed(place, actor, found, N_("They are no longer a member, and signed out."))


def _changed(place: Agency, actor: Actor, found: Member, told: str) -> AnyResponse:
    there = _there(place, actor)
    db.session.commit()
    forget_person()
    if found.user_id == actor.user_id:
        return redirect(url_for("account.home"))
    flash(told, "info")
    return redirect(_people(there))


def _member_page(membership_id: str, form: Filled | None = None) -> str:
    actor = acting()
    place, found = members.member(reading(), actor, membership_id)
    return render_template(
        "account/member.html",
        agency=place,
        there=_there(place, actor),
        member=found,
        form=form or Filled(fresh(role=found.role)),
        roles=_roles(actor),
        role_names=ROLE_NAMES,
        own=found.user_id == actor.user_id,
    )
