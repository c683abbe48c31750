"""What every request must pass before its view runs: who may use it, that our own pages sent it, how often.

The order matters: tries are counted in a transaction of their own, ended before the view begins one.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, TooManyRequests, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import limits, sign_ins
from directory.accounts.access import Actor, may, need
from directory.accounts.sign_ins import SignedIn
from directory.database import db, session_factory
from directory.errors import AccessRefused
from directory.phrases import N_, Phrase
from directory.web.access import (
    BY_LINK,
    CLOSED,
    OPEN_FORM,
    OR,
    PUBLIC,
    SIGNED_IN,
    SIGNING_IN,
    access_here,
    scopes_here,
)
from directory.web.bearer import credentials, hold_to_token
from directory.web.house import house
from directory.web.reading import apart

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SID = "sid"
"""Key of the cookie's random id."""
csrf = CSRFProtect()


def _typed_email() -> str:
    return request.form.get("email", "").strip().casefold()[:255]


def _half_signed_in() -> str | None:
    """Whoever has given the right password and not yet the second step, or sets up another one."""
    found = signed_in_person()
    return session.get("tf_user_id") or (found.user.fs_uniquifier if found else None)


def _program_typed() -> str:
    """The id of the program that asks for a token."""
    found = credentials()
    return found.name[:64] if found else ""


def _person() -> str | None:
    found = signed_in_person()
    return found.user.id if found else None


def _listing() -> str:
    return str((request.view_args or {}).get("listing_id", ""))


COUNTED: Mapping[str, tuple[tuple[str, Callable[[], str | None]], ...]] = {
    "security.login": (("sign_in", _typed_email), ("sign_in_all", str)),
    "security.two_factor_token_validation": (("second_step", _half_signed_in),),
    "security.two_factor_setup": (("second_step", _half_signed_in),),
    "security.mf_recovery": (("second_step", _half_signed_in),),
    "security.wan_signin_response": (("second_step", _half_signed_in),),
    "security.verify": (("confirm", _person),),
    "security.wan_verify_response": (("confirm", _person),),
    "security.change_password": (("confirm", _person),),
    "security.forgot_password": (("reset", _typed_email), ("reset_all", str)),
    "security.reset_password": (("reset_all", str),),
    "account.accept_invitation": (("invitation_all", str),),
    "oauth.token": (("program", _program_typed), ("program_all", str)),
    "people.send_invitation": (("invite", _person),),
    "people.invite_again": (("invite", _person),),
    "link.claim": (("link_all", str),),
    "mine.enter": (("own_link_all", str),),
    "self_referral.send": (("self_referral", _listing), ("self_referral_all", str)),
}
"""Endpoint to the kinds of tries that a POST to it is, and whom each counts for; None: nobody, since there is
nobody there whose secret it could guess."""


# --- who is there -----------------------------------------------------------------------------------


def signed_in_person() -> SignedIn | None:
    """Who is signed in with this browser, looked up once in a request, without waiting for any writer."""
    if "signed_in" not in g:
        g.signed_in = _look_up()
    found: SignedIn | None = g.signed_in
    return found


def _look_up() -> SignedIn | None:
    token = session.get(SID)
    if not isinstance(token, str):
        return None
    with apart() as reading:
        found = sign_ins.find(reading, token, house().now())
        reading.expunge_all()
    if found is None or found.user.fs_uniquifier != session.get("_user_id"):
        return None
    return found


def acting() -> Actor:
    """Who acts in this request. Raises `AccessRefused` where nobody does, or without a membership."""
    found = signed_in_person()
    actor = found.actor if found else None
    if actor is None:
        raise AccessRefused(Phrase(N_("You are not a member of an agency at the moment.")))
    return actor


def forget_person() -> None:
    """Whoever was looked up may have changed in this request."""
    g.pop("signed_in", None)


# --- before each request ----------------------------------------------------------------------------


def hold_to_access() -> AnyResponse | None:
    """Lets the request through, answers instead of its view, or raises."""
    access = access_here()
    if access is None or access == PUBLIC:
        return None
    if access == CLOSED:
        abort(404)
    if scopes := scopes_here():
        return hold_to_token(scopes)
    refuse_unkept()
    if request.method not in SAFE:
        refuse_foreign()
        if access != OPEN_FORM:
            csrf.protect()
        count_tries()
    if access in (SIGNING_IN, BY_LINK, OPEN_FORM):
        return None
    person = signed_in_person()
    if person is None:
        return _ask_to_sign_in()
    if access != SIGNED_IN:
        rights = access.split(OR)
        need(person.actor, next((each for each in rights if may(person.actor, each)), rights[0]))
    _note_use(person)
    return None


def refuse_unkept() -> None:
    """Raises `BadRequest` for NUL, which no field of ours takes and PostgreSQL does not keep."""
    values = (each for given in (request.args, request.form) for _, each in given.items(multi=True))
    if any("\0" in each for each in values):
        raise BadRequest


def refuse_foreign() -> None:
    """Raises `BadRequest` for a form that another site sent, as far as the browser says."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none") or (origin and urlsplit(origin).netloc != request.host):
        raise BadRequest


def count_tries() -> None:
    """Raises `TooManyRequests` when this was tried too often."""
    kinds = [(kind, who()) for kind, who in COUNTED.get(request.endpoint or "", ())]
    if not kinds:
        return
    secret, now = house().settings.kept_secret(), house().now()
    with session_factory(db.engine).begin() as writing:
        waits = [
            limits.count_try(writing, kind, who, secret=secret, now=now)
            for kind, who in kinds
            if who is not None
        ]
    if max(waits, default=0) > 0:
        raise TooManyRequests(retry_after=max(waits))


def _ask_to_sign_in() -> AnyResponse:
    if request.method not in SAFE:
        raise Unauthorized
    return redirect(url_for("security.login", next=request.path))


def _note_use(person: SignedIn) -> None:
    now = house().now()
    if now - person.last_seen_at >= sign_ins.SEEN_EVERY:
        with session_factory(db.engine).begin() as writing:
            sign_ins.see(writing, person.session_id, now)


def vary(response: Response) -> Response:
    """What depends on the cookie says so."""
    if access_here() not in (None, PUBLIC):
        response.vary.add("Authorization" if scopes_here() else "Cookie")
    return response


def init_guard(app: Flask) -> None:
    """Guards every route of `app` that is not public."""
    csrf.init_app(app)
    app.before_request(hold_to_access)
    app.after_request(vary)
