"""The cookie of a door: it goes only to the pages behind that door, and no script sees it.

What it holds is compared with a digest in the database each time, which decides.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from flask import request
from werkzeug.wrappers import Response


@dataclass(frozen=True, slots=True)
class DoorCookie:
    """`path`: of the pages behind the door. `same_site`: `Strict` where no other site leads to them."""

    plain_name: str
    path: str
    same_site: Literal["Lax", "Strict"]

    @property
    def name(self) -> str:
        """By the protocol of the request: browsers take a cookie of the safer name only over HTTPS."""
        return f"__Secure-{self.plain_name}" if request.is_secure else self.plain_name

    def held(self) -> str:
        """What this browser says it has; empty for nothing."""
        return request.cookies.get(self.name, "")

    def keep(self, response: Response, value: str, expires: dt.datetime | None = None) -> None:
        """Until then; None: until the browser closes."""
        response.set_cookie(
            self.name,
            value,
            expires=expires,
            path=self.path,
            secure=request.is_secure,
            httponly=True,
            samesite=self.same_site,
        )

    def forget(self, response: Response) -> None:
        """This browser no longer has it, nor pages that it kept."""
        response.delete_cookie(
            self.name, path=self.path, secure=request.is_secure, httponly=True, samesite=self.same_site
        )
        response.headers["Clear-Site-Data"] = '"cache"'
