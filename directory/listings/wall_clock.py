"""Local wall-clock times and moments, through daylight saving time.

The clock used here never runs backwards: a wall-clock time stands for the *first moment at which a local
clock shows it or later*. So a time that a spring change skips moves forward to the end of the gap, and one
that an autumn change repeats is taken once, the first time. Both ways around (`moment`, `wall_time`) agree:
`moment(zone, w) <= t` exactly when `w <= wall_time(zone, t)`.
"""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTE = dt.timedelta(minutes=1)
DAY_MINUTES = 1440


@lru_cache(maxsize=1024)
def zone_named(name: str | None) -> ZoneInfo | None:
    """The IANA zone of that name, or None when there is none: a source's slip must not end a search."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=16384)
def moment(zone: ZoneInfo, day: int, minute: int) -> dt.datetime:
    """The moment (UTC) of a wall-clock time: `day` as a proleptic ordinal, `minute` from its midnight.

    A `minute` of 1440 and more lies on the following days.
    """
    extra, minute = divmod(minute, DAY_MINUTES)
    wall = dt.datetime.fromordinal(day + extra) + minute * MINUTE
    first = wall.replace(tzinfo=zone)
    before, after = _offset(first), _offset(first.replace(fold=1))
    if before >= after:
        return (wall - before).replace(tzinfo=dt.UTC)
    return _change_between(
        zone, (wall - after).replace(tzinfo=dt.UTC), (wall - before).replace(tzinfo=dt.UTC)
    )


def wall_time(zone: ZoneInfo, when: dt.datetime) -> dt.datetime:
    """The local time (naive) at a moment; during a repeated hour, the last minute before it began."""
    local = when.astimezone(zone)
    if not local.fold:
        return local.replace(tzinfo=None)
    earlier = when.astimezone(dt.UTC) - dt.timedelta(hours=3)
    change = _change_between(zone, earlier, when.astimezone(dt.UTC))
    return (change - MINUTE).astimezone(zone).replace(tzinfo=None, fold=0)


def _offset(local: dt.datetime) -> dt.timedelta:
    return local.utcoffset() or dt.timedelta()


def _change_between(zone: ZoneInfo, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    """The first moment in (low, high], to the second, at which the zone's offset is that of `high`."""
    offset = _offset(high.astimezone(zone))
    seconds = int((high - low).total_seconds())
    reached, missed = seconds, 0
    while reached - missed > 1:
        middle = (reached + missed) // 2
        if _offset((low + dt.timedelta(seconds=middle)).astimezone(zone)) == offset:
            reached = middle
        else:
            missed = middle
    return low + dt.timedelta(seconds=reached)
