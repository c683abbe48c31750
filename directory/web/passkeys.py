"""Passkeys (WebAuthn) as the second step beside the app for codes, and to confirm: where we are stricter than
the sign-in library, whose endpoints `static/passkeys.js` asks.
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Request, redirect, request, session, url_for
from flask_security.utils import get_message
from flask_security.webauthn import WebAuthnDeleteForm, WebAuthnSigninResponseForm
from flask_security.webauthn_util import WebauthnUtil
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts.second_steps import ONLY_ONE, held_user, is_only_one
from directory.accounts.tables import User
from directory.database import db
from directory.web.access import SIGNED_IN, SIGNING_IN
from directory.web.fresh import is_fresh
from directory.web.guard import signed_in_person
from directory.web.language import gettext

ACCESS: Mapping[str, str] = {
    "tf_select": SIGNING_IN,
    "wan_signin": SIGNING_IN,
    "wan_signin_response": SIGNING_IN,
    "wan_register": SIGNED_IN,
    "wan_register_response": SIGNED_IN,
    "wan_delete": SIGNED_IN,
    "wan_verify": SIGNED_IN,
    "wan_verify_response": SIGNED_IN,
}
"""The library's endpoints about passkeys and who may use them."""
ASKED_BY_SCRIPT = frozenset({"security.wan_register", "security.wan_signin", "security.wan_verify"})
"""They give the script what the browser's own dialog is opened with."""


class Passkeys(WebauthnUtil):  # type: ignore[misc]
    """What we want of a passkey."""

    def authenticator_selection(self, _user: User, _usage: str) -> AuthenticatorSelectionCriteria:
        """Any kind; it need not be found without a name, since the password comes first."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        )

    def user_verification(self, _user: User | None, _usage: list[str]) -> UserVerificationRequirement:
        """After the password, having it is enough. By itself it confirms only with the owner's finger, face
        or PIN: a key may be left in a machine."""
        if request.endpoint == "security.wan_verify":
            return UserVerificationRequirement.REQUIRED
        return UserVerificationRequirement.PREFERRED


class AnswerForm(WebAuthnSigninResponseForm):  # type: ignore[misc]
    """The passkey's answer. As a second step it must be of whoever gave the password."""

    def validate(self, **kept: Any) -> bool:
        """The library takes any known passkey here, also another person's."""
        if not super().validate(**kept):
            return False
        if self.is_secondary and self.user.fs_uniquifier != session.get("tf_user_id"):
            self.credential.errors.append(get_message("WEBAUTHN_UNKNOWN_CREDENTIAL_ID")[0])
            return False
        return True


class RemoveForm(WebAuthnDeleteForm):  # type: ignore[misc]
    """Removes a passkey, but never the only second step."""

    def validate(self, **kept: Any) -> bool:
        """Decided while nobody else changes them."""
        person = signed_in_person()
        if person is not None and is_only_one(db.session(), held_user(db.session(), person.user.id)):
            self.name.errors = [ONLY_ONE]
            return False
        return bool(super().validate(**kept))


def wants_options(asked: Request) -> bool:
    """Is it the script that asks? Everything else is answered with a page."""
    return asked.endpoint in ASKED_BY_SCRIPT and asked.accept_mimetypes.best == "application/json"


def hold_registration() -> AnyResponse | None:
    """A new passkey is taken only right after signing in: the library asks for that a step before, in what
    may have been another session."""
    if request.endpoint == "security.wan_register_response" and not is_fresh():
        return redirect(url_for("security.verify", next=url_for("security.wan_register")))
    return None


def init_passkeys(app: Flask) -> None:
    """After the guard has let a request through."""
    app.before_request(hold_registration)
    app.jinja_env.globals.update(passkey_words=passkey_words, has_app=has_app)


def has_app() -> bool:
    """Has whoever is signed in set up an app for codes?"""
    person = signed_in_person()
    return person is not None and bool(person.user.tf_primary_method)


def passkey_words() -> dict[str, str]:
    """What the script says."""
    return {
        "wait": gettext("Please follow what your device asks."),
        "failed": gettext("That did not work. You can try again."),
        "none": gettext("This browser does not know passkeys on this page."),
    }
