"""How often a site's visitors may search: a limit per partner, kept in the memory of each process.

Each partner has a bucket that holds a minute's searches and fills steadily. Nothing is kept of who asked.
"""

import datetime as dt
import math
from dataclasses import dataclass, field
from threading import Lock

from directory.errors import PaceExceeded
from directory.partners.site import Site
from directory.phrases import N_, Phrase

MINUTE = 60.0
TOO_FAST = N_("Many people are searching from this site just now. Please try again in a moment.")


@dataclass(slots=True)
class Pace:
    """The buckets of one process; `processes` share the limit."""

    processes: int = 1
    _left: dict[str, tuple[float, dt.datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, site: Site, now: dt.datetime) -> None:
        """Takes one search out of the site's bucket. Raises `PaceExceeded`, which says when the next one is
        there."""
        size = max(1.0, site.per_minute / self.processes)
        with self._lock:
            left, since = self._left.get(site.partner_id, (size, now))
            passed = max(0.0, (now - since).total_seconds())
            left = min(size, left + passed * size / MINUTE)
            enough = left >= 1.0
            self._left[site.partner_id] = (left - 1.0 if enough else left, max(since, now))
        if not enough:
            raise PaceExceeded(Phrase(TOO_FAST), math.ceil((1.0 - left) * MINUTE / size))


PACE = Pace()
"""Of this process."""


def take(site: Site, now: dt.datetime) -> None:
    """One search of the site, against the limit of this process. Raises `PaceExceeded`."""
    PACE.take(site, now)


def share_among(processes: int) -> None:
    """This process is one of so many that answer."""
    PACE.processes = processes
