"""One's own account: for whom one acts, where one is signed in, and taking up an invitation."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_security.utils import hash_password
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import people, second_steps, sign_ins
from directory.accounts.access import ROLE_NAMES
from directory.accounts.passwords import normalized_password, weakness
from directory.accounts.sign_ins import SignedIn
from directory.accounts.tables import Invitation
from directory.database import db
from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.web.access import signed_in, signing_in
from directory.web.fresh import confirmed
from directory.web.guard import forget_person, signed_in_person
from directory.web.house import house
from directory.web.language import say
from directory.web.reading import reading
from directory.web.session_cookie import FOR_CLIENT
from directory.web.talk import Answer

blueprint = Blueprint("account", __name__, url_prefix="/account")


def _person() -> SignedIn:
    """Who is signed in; the guard has seen to it that somebody is."""
    found = signed_in_person()
    if found is None:
        abort(401)
    return found


@blueprint.get("")
@signed_in
def home() -> str:
    """The account: agency and role in use, and where to change what."""
    person = _person()
    codes = len(person.user.mf_recovery_codes or [])
    return render_template("account/home.html", person=person, roles=ROLE_NAMES, codes_left=codes)


@blueprint.post("/acting")
@signed_in
def act_as() -> AnyResponse:
    """Takes another membership into use; one that is not the person's is 404."""
    work = db.session()
    if sign_ins.choose(work, _person(), request.form.get("membership", "")) is None:
        abort(404)
    work.commit()
    session.pop(FOR_CLIENT, None)
    forget_person()
    return redirect(url_for("account.home"))


@blueprint.get("/sessions")
@signed_in
def sessions() -> str:
    """Where the person is signed in."""
    person = _person()
    rows = sign_ins.of_user(reading(), person.user.id, house().now())
    return render_template("account/sessions.html", rows=rows, here=person.session_id)


@blueprint.post("/sessions")
@signed_in
def end_session() -> AnyResponse:
    """Signs out one browser (`session`), or all others (`others`)."""
    person, work = _person(), db.session()
    if request.form.get("others"):
        sign_ins.end_all(work, person.user.id, but=person.session_id)
    else:
        sign_ins.end(work, person.user.id, request.form.get("session", ""))
    work.commit()
    forget_person()
    return redirect(url_for("account.sessions"))


@blueprint.post("/app-remove")
@signed_in
@confirmed("security.wan_register")
def remove_app() -> AnyResponse:
    """Takes the app for codes away from whoever has a passkey."""
    person, work = _person(), db.session()
    try:
        second_steps.remove_app(work, person.user.id, house().now(), kept_session=person.session_id)
    except QueryInvalid as problem:
        work.rollback()
        flash(problem.phrase.message, "info")
        return redirect(url_for("security.wan_register"))
    work.commit()
    forget_person()
    flash(N_("The app is removed. Other devices are signed out."), "info")
    return redirect(url_for("security.wan_register"))


# --- invitations ------------------------------------------------------------------------------------


@blueprint.get("/invitation/<token>")
@signing_in
def invitation(token: str) -> str:
    """What the invitation is for, and the form to take it up."""
    found = people.open_invitation(reading(), token, house().now())
    return _invitation_page(found, token)


@blueprint.post("/invitation/<token>")
@signing_in
def accept_invitation(token: str) -> Answer:
    """Takes it up. A new person gives a name and a password; who has an account must be signed in to it."""
    now, person = house().now(), signed_in_person()
    found = people.open_invitation(reading(), token, now)
    known, name, hashed = people.user_of(reading(), found.email), "", None
    if known is None:
        name, password = request.form.get("name", ""), request.form.get("password", "")
        if wrong := _wrong(found, name, password):
            return _invitation_page(found, token, wrong=wrong, name=name), 422
        hashed = hash_password(normalized_password(password))
    elif person is None or person.user.id != known.id:
        return _invitation_page(found, token)
    work = db.session()
    work.rollback()  # it was for reading, and hashing takes long; what follows is written
    held = people.open_invitation(work, token, now, lock=True)
    if known is None and people.user_of(work, held.email) is not None:  # they got an account meanwhile
        work.rollback()
        return redirect(url_for("account.invitation", token=token))
    people.take_up(work, held, name=name, password_hash=hashed, now=now)
    work.commit()
    if known is not None:
        return redirect(url_for("account.home"))
    flash(N_("Your account is ready. Sign in, and you will set up the second step."), "info")
    return redirect(url_for("security.login"))


def _wrong(found: Invitation, name: str, password: str) -> dict[str, str]:
    """Field to what is wrong with it."""
    wrong: dict[str, str] = {}
    if not 0 < len(" ".join(name.split())) <= people.LONGEST_NAME:
        wrong["name"] = say(Phrase(N_("Please write your name.")))
    weak = weakness(password, [found.email, name, house().settings.site_name])
    if weak is not None:
        wrong["password"] = say(weak)
    elif normalized_password(password) != normalized_password(request.form.get("again", "")):
        wrong["again"] = say(Phrase(N_("The two passwords are not the same.")))
    return wrong


def _invitation_page(
    found: Invitation, token: str, *, wrong: dict[str, str] | None = None, name: str = ""
) -> str:
    person = signed_in_person()
    known = people.user_of(reading(), found.email)
    return render_template(
        "account/invitation.html",
        invitation=found,
        token=token,
        role=ROLE_NAMES[found.role],
        known=known is not None,
        mine=person is not None and known is not None and person.user.id == known.id,
        wrong=wrong or {},
        name=name[: people.LONGEST_NAME],
    )
