"""From when until when a listing is shown (PRODUCT L6): seasonal help, a program yet to begin. Pure.

A source gives two dates, both included, either of which may be missing. They are days at the place itself.
Where its clock is not known they are kept generously: from the day's begin in the East of the country to its
end in Hawaii.
"""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from directory.listings.wall_clock import moment, zone_named

FIRST_ZONE, LAST_ZONE = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu")
YEARS = range(1950, 2200)
"""Dates outside are what tables write for "no such date" (1900-01-01, 9999-12-31)."""


class Shown(NamedTuple):
    """Moments (aware): shown from `begins` on, until before `ends`; None is without such a limit."""

    begins: dt.datetime | None = None
    ends: dt.datetime | None = None

    def at(self, now: dt.datetime) -> bool:
        """Whether it is shown at `now` (aware)."""
        return (self.begins is None or self.begins <= now) and (self.ends is None or now < self.ends)


ALWAYS = Shown()


@lru_cache(maxsize=4096)
def shown(first: dt.date | None, last: dt.date | None, timezone: str | None) -> Shown:
    """When a listing is shown whose first and last day those are, by the clock of `timezone` (IANA)."""
    zone = zone_named(timezone)
    return Shown(
        _begin(first, zone or FIRST_ZONE) if first and first.year in YEARS else None,
        _begin(last + dt.timedelta(days=1), zone or LAST_ZONE) if last and last.year in YEARS else None,
    )


def _begin(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return moment(zone, day.toordinal(), 0)


def shown_of(document: Mapping[str, Any]) -> Shown:
    """When the listing of a document is shown."""
    first, last = document["visible_from"], document["visible_to"]
    if not first and not last:
        return ALWAYS
    return shown(_day(first), _day(last), document["timezone"])


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
