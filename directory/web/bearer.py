"""Requests of programs: their token in the `Authorization` header (RFC 6750), and in no other place.

No cookie is looked at, so there is nothing that another site could use, and no form token is asked for.
"""

from collections.abc import Sequence

from flask import Response, g, request
from sqlalchemy.orm import sessionmaker

from directory.accounts.programs import Program, program_of
from directory.database import READ_ONLY, db
from directory.errors import AccessRefused, DirectoryError, TokenRefused
from directory.phrases import N_, Phrase
from directory.web.errors import answer_error
from directory.web.house import house

REALM = "api"
MISSING = N_("Please send an access token.")
NOT_GOOD = N_("This access token is not good, or no longer. Please get a new one.")
NOT_GIVEN = N_("Your program was not given this: %(scopes)s.")


def hold_to_token(rights: Sequence[str]) -> Response | None:
    """Lets the request of a program with one of these rights through; else answers 401 or 403."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        return _refusal(TokenRefused(MISSING))
    sessions = sessionmaker(db.engine.execution_options(**READ_ONLY))
    with sessions() as reading:
        found = program_of(reading, token.strip(), house().now())
    if found is None:
        return _refusal(TokenRefused(NOT_GOOD), error="invalid_token")
    if found.actor.scopes.isdisjoint(rights):
        told = Phrase(NOT_GIVEN, {"scopes": ", ".join(rights)})
        return _refusal(AccessRefused(told), error="insufficient_scope", scope=" ".join(rights))
    g.program = found
    return None


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
