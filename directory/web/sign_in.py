"""Flask-Security, set up: it does passwords, the second step, recovery and reset for us; `passkeys.py` its
passkeys.

How strictly, says `sign_in_settings.py`; `sign_in_parts.py` has parts of it in our way. What it shows are our
templates, and its sessions are ours (`guard.py`).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    after_this_request,
    current_app,
    g,
    has_app_context,
    redirect,
    request,
    session,
    url_for,
)
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.signals import (
    password_changed,
    password_reset,
    tf_profile_changed,
    user_authenticated,
    wan_deleted,
    wan_registered,
)
from flask_security.utils import set_request_attr
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import sign_ins
from directory.accounts.access import SYSTEM
from directory.accounts.anchor import Anchor, forget_rollback, note_commit
from directory.accounts.app_secrets import app_secret
from directory.accounts.audit import Deed, append
from directory.accounts.limits import forget_tries
from directory.accounts.people import digest
from directory.accounts.tables import Passkey, User
from directory.database import db
from directory.errors import InstanceInvalid
from directory.phrases import N_
from directory.settings import Settings
from directory.web import passkeys
from directory.web.access import CLOSED, SIGNED_IN, SIGNING_IN, declare
from directory.web.guard import SID, forget_person, signed_in_person
from directory.web.house import house
from directory.web.session_cookie import FOR_CLIENT, WorkSessions
from directory.web.sign_in_parts import CodesOnce, LongPasswords, OutboxMail, Role, SignInForm, commit_after
from directory.web.sign_in_settings import configuration

ACCESS: Mapping[str, str] = {
    "login": SIGNING_IN,
    "logout": SIGNING_IN,
    "forgot_password": SIGNING_IN,
    "reset_password": SIGNING_IN,
    "two_factor_setup": SIGNING_IN,
    "two_factor_token_validation": SIGNING_IN,
    "mf_recovery": SIGNING_IN,
    "two_factor_rescue": CLOSED,
    "verify": SIGNED_IN,
    "change_password": SIGNED_IN,
    "two_factor_setup_validate": SIGNED_IN,
    "mf_recovery_codes": SIGNED_IN,
    **passkeys.ACCESS,
}
"""The library's endpoints and who may use them. Setting up the second step also happens while signed in: the
library then asks for a fresh sign-in itself."""

SECOND_STEP = frozenset({"security.two_factor_token_validation", "security.tf_select"})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def own_address() -> str:
    """The address that links in mail begin with: `PUBLIC_URL`. Only on one's own machine what the browser
    says; elsewhere it could be anybody's, and would send them the link."""
    if house().settings.public_url:
        return house().settings.public_url.rstrip("/")
    if (urlsplit(request.host_url).hostname or "") not in LOOPBACK:
        raise InstanceInvalid(N_("Set PUBLIC_URL, so that mail can hold links to this site."))
    return request.host_url.rstrip("/")


def load_user(user_id: str) -> User | None:
    """The library's user: whoever `guard.py` finds signed in, in the session of this request."""
    person = signed_in_person()
    if person is None or person.user.fs_uniquifier != user_id:
        return None
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return db.session.get(User, person.user.id)


# --- what follows from signing in and from changes ---------------------------------------------------


def _signed_in(_app: Flask, user: User, **_: Any) -> None:
    """A new id in the cookie, whatever and whomever it named before; the account's tries are forgotten."""
    now, work = house().now(), db.session()
    old = session.get(SID)
    if isinstance(old, str):
        sign_ins.end(work, user.id, digest(old))
    user.last_sign_in_at = now
    session[SID] = sign_ins.begin(work, user, request.headers.get("User-Agent", ""), now)
    session.pop(FOR_CLIENT, None)
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    secret = house().settings.kept_secret()
    forget_tries(work, "sign_in", user.email, secret=secret)
    forget_tries(work, "second_step", user.fs_uniquifier, secret=secret)
    _write_down(user, "sign_in.begin")
    forget_person()


def _signed_out(_app: Flask, user: User, **_: Any) -> None:
    """The cookie is worth nothing from now on, wherever a copy of it is."""
    token = session.get(SID)
    if isinstance(token, str):
        sign_ins.end(db.session(), user.id, digest(token))
        _write_down(user, "sign_in.end")
    after_this_request(commit_after)
    after_this_request(_forget_browser)
    forget_person()


def _forget_browser(response: Response) -> Response:
    session.clear()
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _secrets_changed(_app: Flask, user: User, **_: Any) -> None:
    """A new password, app or passkey, or one less: whoever else is signed in as this person no longer is."""
    kept = session.get(SID)
    sign_ins.end_all(db.session(), user.id, but=digest(kept) if isinstance(kept, str) else None)
    _write_down(user, "sign_in.secrets_changed")


def _write_down(user: User, action: str) -> None:
    deed = Deed(
        actor=SYSTEM,
        action=action,
        object_kind="user",
        object_ids=[user.id],
        request_id=g.get("request_id"),
    )
    append(db.session(), deed, house().now())


@event.listens_for(db.session, "after_commit")
def _note_commit(session: Session) -> None:
    if has_app_context() and "audit_anchor" in current_app.extensions:
        note_commit(session, current_app.extensions["audit_anchor"])


event.listen(db.session, "after_rollback", forget_rollback)


def init_sign_in(app: Flask, settings: Settings) -> None:
    """Sets the library up in `app`, and declares who may use its pages."""
    with app.app_context():
        secret = app_secret(db.engine, app.extensions["house"].keys, "sign_in")
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        **configuration(settings, secret),
    )
    app.session_interface = WorkSessions()
    security = Security(
        app,
        SQLAlchemyUserDatastore(db, User, Role, Passkey),
        login_form=SignInForm,
        mail_util_cls=OutboxMail,
        password_util_cls=LongPasswords,
        totp_cls=CodesOnce,
        webauthn_util_cls=passkeys.Passkeys,
        wan_signin_response_form=passkeys.AnswerForm,
        wan_delete_form=passkeys.RemoveForm,
    )
    security.want_json(passkeys.wants_options)
    _tame(app, security)
    app.before_request(_stay_signed_in)
    for name, access in ACCESS.items():
        declare(app.view_functions[f"security.{name}"], access)
    passkeys.init_passkeys(app)
    for signal in (password_changed, password_reset, tf_profile_changed, wan_registered, wan_deleted):
        signal.connect(_secrets_changed, app)
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    app.jinja_env.globals["own_address"] = own_address
    app.extensions["audit_anchor"] = Anchor.of(settings)


def _stay_signed_in() -> AnyResponse | None:
    """The library would sign out whoever opens the page of the second step without being on it."""
    if request.endpoint in SECOND_STEP and signed_in_person():
        return redirect(url_for("account.home"))
    return None


def _tame(app: Flask, security: Any) -> None:
    """Takes away what the library would do at every request, public ones too, and ways in that we do not
    offer: tokens in headers and addresses, and ids made of network addresses."""
    security.login_manager.user_loader(load_user)
    security.login_manager.request_loader(None)
    security.login_manager.session_protection = None
    security.principal.identity_loaders.clear()
    of_all = app.template_context_processors[None]
    of_all[:] = [each for each in of_all if each.__name__ != "_user_context_processor"]
