"""Who may use a route. Every view says so by a decorator; one that says nothing is closed to everybody.

`guard.py` holds requests to it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

from directory.accounts.access import ROLES, SCOPES

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
"""Anyone, without an account and without a cookie."""
OPEN_FORM = "open form"
"""Anyone who sends that form of ours. The page that it stands on may have no cookie, so it has no token; the
answer may set one."""
SIGNING_IN = "signing in"
"""Anyone on the way to being signed in: a cookie keeps how far."""
SIGNED_IN = "signed in"
"""Whoever is signed in, whatever their role."""
BY_LINK = "by link"
"""Anyone with a link and a cookie that keeps which: its views ask for it, and let nobody else in."""
CLOSED = "closed"
"""Nobody: a page of a library that we do not offer (404)."""
BY_PROGRAM = "program: "
"""Before the scopes of which a program of an agency needs one."""
OR = " or "
"""Between the rights of which a view needs one."""
RIGHTS = frozenset().union(*ROLES.values())

_DECLARED: dict[Callable[..., Any], str] = {}


def public(view: View) -> View:
    """Anyone may use it, without an account and without a cookie."""
    return declare(view, PUBLIC)


def open_form(view: View) -> View:
    """Anyone may send that form from one of our pages, so often."""
    return declare(view, OPEN_FORM)


def signing_in(view: View) -> View:
    """Anyone may use it, on the way to being signed in."""
    return declare(view, SIGNING_IN)


def by_link(view: View) -> View:
    """Whoever holds a link may use it; the view asks for it."""
    return declare(view, BY_LINK)


def signed_in(view: View) -> View:
    """Whoever is signed in may use it."""
    return declare(view, SIGNED_IN)


def needs(*rights: str) -> Callable[[View], View]:
    """Whoever acts in a role with one of these rights may use it; about an object, the use case asks once
    more."""
    for right in rights:
        if right not in RIGHTS:
            raise ValueError(f"no role has the right {right!r}")
    return lambda view: declare(view, OR.join(rights))


def program_needs(*scopes: str) -> Callable[[View], View]:
    """A program of an agency whose token has one of these scopes may use it, and nobody who is signed in;
    about an object, the use case asks once more."""
    for scope in scopes:
        if scope not in SCOPES:
            raise ValueError(f"there is no scope {scope!r}")
    return lambda view: declare(view, BY_PROGRAM + OR.join(scopes))


def scopes_of(view: Callable[..., Any] | None) -> list[str]:
    """The scopes of which a view needs one; none for a view that is not for programs."""
    access = access_of(view) or ""
    return access.removeprefix(BY_PROGRAM).split(OR) if access.startswith(BY_PROGRAM) else []


def declare(view: View, access: str) -> View:
    """Says who may use a view, also one that is not ours."""
    _DECLARED[view] = access
    return view


def access_of(view: Callable[..., Any] | None) -> str | None:
    """The access that a view declares; None when it declares none."""
    seen = view
    while seen is not None:
        if seen in _DECLARED:
            return _DECLARED[seen]
        seen = getattr(seen, "__wrapped__", None)
    return None


def undeclared(app: Flask) -> list[str]:
    """Endpoints whose view says nothing about access."""
    return sorted(name for name, view in app.view_functions.items() if access_of(view) is None)


def access_here() -> str | None:
    """The access that the view of this request declares; None also where there is no such route."""
    return access_of(current_app.view_functions.get(request.endpoint or ""))


def scopes_here() -> list[str]:
    """The scopes of which this request needs one; none where it is not for programs."""
    return scopes_of(current_app.view_functions.get(request.endpoint or ""))


def refuse_undeclared() -> None:
    """Before each request: a view that declares nothing is refused (403)."""
    if request.endpoint is not None and access_here() is None:
        abort(403)


def init_access(app: Flask) -> None:
    """Guards every route of `app`. Flask's own static files are public."""
    public(app.view_functions["static"])
    app.before_request(refuse_undeclared)
