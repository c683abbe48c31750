"""Counting the searches of partners' visitors: in memory, and written by this process at most once a minute.

The answer never waits for it: it is written when the answer has been sent. Where the database cannot be
written then, what was to be written is forgotten.
"""

import atexit
import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from flask import Flask, Response, after_this_request, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from directory.database import db, session_factory
from directory.geo.gazetteer import Gazetteer
from directory.geo.place import Place
from directory.partners.site import Site
from directory.partners.usage import Usage
from directory.web.house import house

EVERY = 60.0
"""Seconds between two writings of one process."""


@dataclass(slots=True)
class Counting:
    """The sums of one application, and when they were written last."""

    engine: Engine
    usage: Usage = field(default_factory=Usage)
    clock: Callable[[], float] = time.monotonic
    _since: float | None = None
    _lock: Lock = field(default_factory=Lock)

    def count(self, site: Site, needs: Sequence[str], zip3: str | None, today: dt.date) -> None:
        """One search. The first one sees to it that the last ones are written when the process ends."""
        self.usage.count(site, needs, zip3, today)
        with self._lock:
            first, self._since = self._since is None, self._since or self.clock()
        if first:
            atexit.register(self.write, today, last=True)

    def write_now_and_then(self, today: dt.date) -> None:
        """Writes when a minute has passed and there is something to write."""
        with self._lock:
            due = self._since is not None and self.clock() - self._since >= EVERY
            due = due and self.usage.is_due(today)
            if due:
                self._since = self.clock()
        if due:
            self.write(today)

    def write(self, today: dt.date, *, last: bool = False) -> None:
        """Writes what may be written (`last`: of today too), in a transaction of its own."""
        try:
            with session_factory(self.engine).begin() as session:
                self.usage.flush(session, today, last=last)
        except SQLAlchemyError:
            return


def zip3_of(place: Place | None, gazetteer: Gazetteer) -> str | None:
    """The first three digits of a place's ZIP code; of a city, those of its middle. None for a county, a
    state and a place outside the country."""
    if place is None or place.is_region or place.state is None:
        return None
    code = place.postal_code or gazetteer.nearest_zip(place.latitude, place.longitude).postal_code
    return code[:3]


def count_search(site: Site, needs: Sequence[str], place: Place | None) -> None:
    """Counts the search that this request is: what its visitor asked for, and where. Of several pages of one
    answer the first one is the search."""
    found, today = counting(), house().now().date()
    found.count(site, needs, zip3_of(place, house().gazetteer), today)

    @after_this_request
    def write_later(response: Response) -> Response:
        response.call_on_close(lambda: found.write_now_and_then(today))
        return response


def counting() -> Counting:
    """The sums of the application that answers this request."""
    found: Counting = current_app.extensions["counting"]
    return found


def init_counting(app: Flask) -> None:
    """Gives `app` its sums. `db` must be set up."""
    with app.app_context():
        app.extensions["counting"] = Counting(db.engine)
