"""Requests of programs: their token in the `Authorization` header (RFC 6750), and in no other place; and how
they name themselves to get one.

No cookie is looked at, so there is nothing that another site could use, and no form token is asked for.
"""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote_plus

from flask import Response, g, request

from directory.accounts.programs import Program, program_of
from directory.errors import AccessRefused, DirectoryError, TokenRefused
from directory.phrases import N_, Phrase
from directory.web.errors import answer_error
from directory.web.house import house
from directory.web.reading import apart

REALM = "api"
MISSING = N_("Please send an access token.")
NOT_GOOD = N_("This access token is not good, or no longer. Please get a new one.")
NOT_GIVEN = N_("Your program was not given this: %(scopes)s.")


def hold_to_token(rights: Sequence[str]) -> Response | None:
    """Lets the request of a program with one of these rights through; else answers 401 or 403."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        return _refusal(TokenRefused(MISSING))
    with apart() as reading:
        found = program_of(reading, token.strip(), house().now())
    if found is None:
        return _refusal(TokenRefused(NOT_GOOD), error="invalid_token")
    if found.actor.scopes.isdisjoint(rights):
        told = Phrase(NOT_GIVEN, {"scopes": ", ".join(rights)})
        return _refusal(AccessRefused(told), error="insufficient_scope", scope=" ".join(rights))
    g.program = found
    return None


class Credentials(NamedTuple):
    """What a program that asks for a token says of itself. `ways`: how often it says so."""

    name: str
    secret: str
    ways: int


def credentials() -> Credentials | None:
    """The program's id and secret, of HTTP Basic (RFC 6749 section 2.3.1: each is encoded like a form), else
    of the form; None where they cannot be read."""
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    in_form = "client_secret" in request.form
    if not scheme:
        given = request.form
        return Credentials(given.get("client_id", ""), given["client_secret"], 1) if in_form else None
    try:
        name, colon, secret = b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if scheme.casefold() != "basic" or not colon:
        return None
    return Credentials(unquote_plus(name), unquote_plus(secret), 1 + in_form)


def program() -> Program:
    """Whose request this is. Raises `TokenRefused` outside a route for programs."""
    found: Program | None = g.get("program")
    if found is None:
        raise TokenRefused(MISSING)
    return found


def _refusal(problem: DirectoryError, **told: str) -> Response:
    response = answer_error(problem)
    values = {"realm": REALM, **told}
    quoted = ", ".join(f'{name}="{value}"' for name, value in values.items())
    response.headers["WWW-Authenticate"] = f"Bearer {quoted}"
    return response
