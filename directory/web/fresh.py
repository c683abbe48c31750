"""Acts that matter are asked to be confirmed: by the password or a passkey, given within 15 minutes."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.web.house import house
from directory.web.sign_in_settings import FRESH_FOR

Arguments = ParamSpec("Arguments")
Answer = str | AnyResponse | tuple[str, int]


def is_fresh() -> bool:
    """Did this browser's person sign in, or confirm, within 15 minutes?"""
    ago = house().now().timestamp() - float(session.get("fs_paa", 0))
    return abs(ago) < FRESH_FOR.total_seconds()


def confirmed(form: str) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """The view runs right after signing in or confirming; else the person is asked, and comes to the page
    `form` (an endpoint) from which the act is done."""

    def hold(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @wraps(view)
        def held(*arguments: Arguments.args, **named: Arguments.kwargs) -> Answer:
            if is_fresh():
                return view(*arguments, **named)
            return redirect(url_for("security.verify", next=_address(form)))

        return held

    return hold


def _address(form: str) -> str:
    given = request.view_args or {}
    known = {
        name: value for name, value in given.items() if current_app.url_map.is_endpoint_expecting(form, name)
    }
    if "agency" in request.values:
        known["agency"] = request.values["agency"]
    return url_for(form, **known)
