"""Schedules and moments that the tests of hours share."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from directory.listings.record import Schedule

NEW_YORK = ZoneInfo("America/New_York")


def time(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def _time(text: str | None) -> dt.time | None:
    return None if text is None else time(text)


def weekly(days: str, opens: str | None = None, closes: str | None = None, **more: Any) -> Schedule:
    """Weekly in New York: `weekly("MO,TU", "09:00", "17:00")`."""
    values: dict[str, Any] = {"freq": "WEEKLY", "byday": days, "timezone": "America/New_York"} | more
    return Schedule(opens_at=_time(opens), closes_at=_time(closes), **values)


def dated(opens: str | None = None, closes: str | None = None, **more: Any) -> Schedule:
    """In New York, days as given in `more`."""
    values: dict[str, Any] = {"timezone": "America/New_York"} | more
    return Schedule(opens_at=_time(opens), closes_at=_time(closes), **values)


def new_york(text: str) -> dt.datetime:
    """`2026-11-20 17:00` on a clock in New York."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


EVERY_DAY = "SU,MO,TU,WE,TH,FR,SA"
OFFICE = weekly("MO,TU,WE,TH,FR", "09:00", "17:00")
ROUND_THE_CLOCK = weekly(EVERY_DAY, "00:00", "23:59")
CHRISTMAS = Schedule(closed=True, valid_from=dt.date(2026, 12, 25), valid_to=dt.date(2026, 12, 25))
