"""How strictly the sign-in library is set up, and what it says.

Its defaults that are too weak for client data are set here (reference/referrals.md, section 10).
"""

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from directory.accounts.passwords import SHORTEST
from directory.phrases import N_
from directory.settings import Settings

MESSAGES: Mapping[str, str] = {
    "GENERIC_AUTHN_FAILED": N_("The e-mail address or the password is not right. Please try again."),
    "PASSWORD_RESET_REQUEST": N_("If we know this address, an e-mail with a link is on its way to it."),
    "INVALID_EMAIL_ADDRESS": N_("This is not one e-mail address."),
    "EMAIL_NOT_PROVIDED": N_("Please write your e-mail address."),
    "PASSWORD_NOT_PROVIDED": N_("Please write your password."),
    "INVALID_PASSWORD": N_("The password is not right."),
    "PASSWORD_IS_THE_SAME": N_("Please choose a password other than the old one."),
    "RETYPE_PASSWORD_MISMATCH": N_("The two passwords are not the same."),
    "PASSWORD_CHANGE": N_("Your password is changed. Other devices are signed out."),
    "PASSWORD_RESET_NO_LOGIN": N_("Your password is changed. Please sign in with it."),
    "INVALID_RESET_PASSWORD_TOKEN": N_("This link is no longer good. You can ask for a new one here."),
    "PASSWORD_RESET_EXPIRED": N_("This link is no longer good. You can ask for a new one here."),
    "TWO_FACTOR_INVALID_TOKEN": N_("This code is not right, or was used before. Wait for the next one."),
    "TWO_FACTOR_PERMISSION_DENIED": N_("Please sign in first."),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": N_("You are signed in."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": N_("Your app is set up. Other devices are signed out."),
    "TWO_FACTOR_SETUP_EXPIRED": N_("That took too long. Please begin again."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": N_("Please set up an app for codes."),
    "INVALID_RECOVERY_CODE": N_("This recovery code is not right, or was used before."),
    "NO_RECOVERY_CODES_SETUP": N_("You have no recovery codes left."),
    "REAUTHENTICATION_REQUIRED": N_("Please write your password once more. It keeps your account safe."),
    "REAUTHENTICATION_SUCCESSFUL": N_("Thank you. You can go on."),
    "UNAUTHENTICATED": N_("Please sign in first."),
    "API_ERROR": N_("That did not work. Please try again."),
    "INVALID_INPUT": N_("Please choose a plain name of letters and numbers."),
    "INVALID_INPUT_LENGTH": N_("Please choose a shorter name."),
    "WEBAUTHN_EXPIRED": N_("That took too long. Please begin again."),
    "WEBAUTHN_NAME_REQUIRED": N_("Please give it a name."),
    "WEBAUTHN_NAME_INUSE": N_("You have a passkey of that name already."),
    "WEBAUTHN_NAME_NOT_FOUND": N_("You have no passkey of that name."),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": N_("Please choose a plain name of letters and numbers."),
    "WEBAUTHN_CREDENTIAL_DELETED": N_("The passkey is removed. Other devices are signed out."),
    "WEBAUTHN_REGISTER_SUCCESSFUL": N_("Your passkey is set up. Other devices are signed out."),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": N_("This passkey is set up already."),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": N_("This passkey does not belong to this account."),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": N_("This passkey does not belong to this account."),
    "WEBAUTHN_NO_VERIFY": N_("That did not work. Please try again."),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": N_("This passkey does not belong to this account."),
    "WEBAUTHN_MISMATCH_USER_HANDLE": N_("This passkey does not belong to this account."),
}
"""What the library says, in our words; translated where it is shown."""

SUBJECTS: Mapping[str, str] = {
    "EMAIL_SUBJECT_PASSWORD_RESET": N_("A new password for your account"),
    "EMAIL_SUBJECT_PASSWORD_NOTICE": N_("Your password was changed"),
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": N_("Your password was changed"),
}

FRESH_FOR = dt.timedelta(minutes=15)
"""How long after signing in somebody may do what is asked to be confirmed otherwise."""


ARGON2: dict[str, Any] = {"type": "ID", "memory_cost": 65_536, "time_cost": 3, "parallelism": 2}
"""Cost of a password: 64 MiB. A hash of other cost is made anew when its owner signs in."""


ADDRESSES: Mapping[str, str] = {
    "URL_PREFIX": "/account",
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "RESET_URL": "/reset",
    "CHANGE_URL": "/password",
    "VERIFY_URL": "/confirm",
    "TWO_FACTOR_SETUP_URL": "/app",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/code",
    "TWO_FACTOR_RESCUE_URL": "/code/help",
    "TWO_FACTOR_SELECT_URL": "/code/choose",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/recovery",
    "POST_LOGIN_VIEW": "/account",
    "POST_LOGOUT_VIEW": "/account/sign-in",
    "POST_CHANGE_VIEW": "/account",
    "POST_VERIFY_VIEW": "/account",
    "TWO_FACTOR_POST_SETUP_VIEW": "/account",
    "WAN_REGISTER_URL": "/passkeys",
    "WAN_DELETE_URL": "/passkeys/remove",
    "WAN_SIGNIN_URL": "/passkey",
    "WAN_VERIFY_URL": "/confirm/passkey",
    "WAN_POST_REGISTER_VIEW": "/account/passkeys",
}
"""Where its pages are, and where they lead."""

RULES: Mapping[str, Any] = {
    "STATIC_FOLDER": None,
    "CACHE_CONTROL": None,  # `headers.py` sees to all answers
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "LOGOUT_CSRF": True,
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "RESET_PASSWORD_WITHIN": dt.timedelta(hours=1),
    "RETURN_GENERIC_RESPONSES": True,
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": {"argon2"},
    "PASSWORD_LENGTH_MIN": SHORTEST,
    "PASSWORD_NORMALIZE_FORM": "NFKC",
    "TWO_FACTOR": True,
    "TWO_FACTOR_REQUIRED": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TWO_FACTOR_ALWAYS_VALIDATE": True,
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "WEBAUTHN": True,
    "WAN_REGISTER_WITHIN": dt.timedelta(minutes=5),
    "WAN_SIGNIN_WITHIN": dt.timedelta(minutes=2),
    "WAN_ALLOW_AS_FIRST_FACTOR": False,
    "WAN_ALLOW_AS_MULTI_FACTOR": False,
    "WAN_ALLOW_AS_VERIFY": ["secondary"],
    "WAN_NAME_ALLOWED_CHARS": ["L", "M", "N", "P", "Zs"],
    "FRESHNESS": FRESH_FOR,
    "FRESHNESS_GRACE_PERIOD": dt.timedelta(0),
    "FRESHNESS_ALLOW_AUTH_TOKEN": False,
    "API_ENABLED_METHODS": ["session"],
    "JOIN_USER_ROLES": False,
    "DATETIME_FACTORY": lambda: dt.datetime.now(dt.UTC),
    "EMAIL_HTML": False,
    "EMAIL_SENDER": "unused",
}
"""What it offers and asks for, the same in every instance."""


def _derived(secret: str, purpose: str) -> str:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
    return base64.urlsafe_b64encode(key).decode()


def configuration(settings: Settings, secret: str) -> dict[str, Any]:
    """The library's settings. `secret`: what the secrets of apps and recovery codes are encrypted under."""
    chosen = {
        **ADDRESSES,
        **RULES,
        **SUBJECTS,
        **{f"MSG_{name}": (sentence, "info") for name, sentence in MESSAGES.items()},
        "PASSWORD_HASH_PASSLIB_OPTIONS": {f"argon2__{name}": value for name, value in ARGON2.items()},
        "TOTP_SECRETS": {"1": _derived(secret, "one-time codes")},
        "TOTP_ISSUER": settings.site_name,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [_derived(secret, "recovery codes")],
        "WAN_RP_NAME": settings.site_name,
    }
    return {f"SECURITY_{name}": value for name, value in chosen.items()}
