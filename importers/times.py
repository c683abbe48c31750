"""Times and dates as sources write them."""

import datetime as dt
import re

_TIME = re.compile(
    r"(\d{1,2})(?::?(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*([ap])?\.?\s*(?:m\.?)?(?:z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE | re.ASCII,
)
_NAMED = {"noon": "12:00", "midnight": "00:00", "24:00": "00:00", "24:00:00": "00:00"}


def read_time(value: object) -> dt.time | None:
    """A time of day from `19:30`, `19:30:00`, `7:30 pm`, `9am`, `noon`; None for anything else.

    An offset ("Z") is left out: HSDS times are local to their schedule.
    """
    text = str(value or "").strip().casefold()
    found = _TIME.fullmatch(_NAMED.get(text, text))
    if not found or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


_MOMENTS = ("%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M", "%m/%d/%Y")


def read_moment(value: object) -> dt.datetime | None:
    """A moment: ISO 8601, `2023-07-19 18:18:57`, `8/25/2022 11:17:07 AM`; in UTC unless it says otherwise."""
    text = str(value or "").strip()
    if not text:
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        styled = next(filter(None, (_by_style(text, style) for style in _MOMENTS)), None)
        if styled is None:
            return None
        found = styled
    return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)


def _by_style(text: str, style: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, style).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def read_date(value: object) -> dt.date | None:
    """The date of what `read_moment` reads, as written."""
    text = str(value or "").strip()
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        moment = read_moment(text)
        return moment.date() if moment else None
