"""Who may use a route. Every view says so by a decorator; one that says nothing is closed to everybody."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
_PUBLIC: set[Callable[..., Any]] = set()


def public(view: View) -> View:
    """Anyone may use it, without an account and without leaving a trace."""
    _PUBLIC.add(view)
    return view


def access_of(view: Callable[..., Any] | None) -> str | None:
    """The access that a view declares; None when it declares none."""
    seen = view
    while seen is not None:
        if seen in _PUBLIC:
            return "public"
        seen = getattr(seen, "__wrapped__", None)
    return None


def undeclared(app: Flask) -> list[str]:
    """Endpoints whose view says nothing about access."""
    return sorted(name for name, view in app.view_functions.items() if access_of(view) is None)


def refuse_undeclared() -> None:
    """Before each request: a view that declares nothing is refused (403)."""
    if request.endpoint is not None and access_of(current_app.view_functions.get(request.endpoint)) is None:
        abort(403)


def init_access(app: Flask) -> None:
    """Guards every route of `app`. Flask's own static files are public."""
    public(app.view_functions["static"])
    app.before_request(refuse_undeclared)
