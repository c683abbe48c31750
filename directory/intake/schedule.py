"""When a source is due: on a grid of hours, and later and later while it fails. Pure."""

import datetime as dt
from collections.abc import Mapping

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase

OFF = "off"
EVERY: Mapping[str, int] = {"hourly": 1, "daily": 24, "weekly": 7 * 24, "monthly": 30 * 24}
"""Words for hours between two runs."""
TOO_OFTEN = 3
"""So many failures in a row are no accident."""
MOST_HOURS = 366 * 24
HOUR = dt.timedelta(hours=1)
PATIENCE = dt.timedelta(days=1)
"""However often a source is due, one that keeps failing is in the end asked this seldom."""


def read_every(text: str) -> int | None:
    """Hours of a word or a whole number; None for `off`. Raises `QueryInvalid`."""
    word = text.strip().casefold()
    if word == OFF:
        return None
    if word in EVERY:
        return EVERY[word]
    if word.isascii() and word.isdecimal() and len(word) <= 4 and 1 <= int(word) <= MOST_HOURS:
        return int(word)
    told = Phrase(
        N_("A schedule is off, hourly, daily, weekly, monthly or a number of hours: not %(text)s."),
        {"text": text},
    )
    raise QueryInvalid(told, {"every": [told]})


def every_in_words(hours: int | None) -> str:
    """The word for so many hours, or "every 6 hours"."""
    if hours is None:
        return OFF
    return next((word for word, each in EVERY.items() if each == hours), f"every {hours} hours")


def next_due(
    *, starts_at: dt.datetime, every_hours: int | None, now: dt.datetime, failures: int = 0
) -> dt.datetime | None:
    """When a source that has just ended a run is due again; None when only on request.

    Well: the first moment of the grid `starts_at` + n × `every_hours` after `now`; how long the run took,
    and how many were missed, moves nothing. After so many `failures` in a row: sooner than that at first (an
    hour, or the schedule if that is shorter), each time twice as long, at most the schedule or a day.
    """
    if every_hours is None:
        return None
    step = every_hours * HOUR
    if failures:
        wait = min(step, HOUR) * (1 << min(failures - 1, 20))
        return now + min(wait, max(step, PATIENCE))
    if now < starts_at:
        return starts_at
    return starts_at + ((now - starts_at) // step + 1) * step
