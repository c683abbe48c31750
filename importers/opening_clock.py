"""From the two times of an interval, as written, to minutes: morning or afternoon, or unclear.

An interval is certain only if one reading is left. Times with am, pm, noon, or of the 24-hour clock say
themselves what they are; the rules for the others stand at each function. Refused, because people who write
it often mean something else: "9am-12am" (noon?), "12am-5pm", "8am-5am", "8-10pm" on many days,
"8-8", "6-8", "9-11".
"""

from typing import NamedTuple

DAY = 1440
NOON = 720
ALL_DAY = (0, DAY)
SHORTEST = 15
"""A shorter interval is a slip of the pen."""
EARLIEST = 4 * 60
NIGHT_BEGINS, NIGHT_ENDS = 15 * 60, 11 * 60
"""An interval over midnight begins after the one and is over by the other."""
MANY_DAYS = 3
"""On so many days "8-10pm" is as likely a long day as an evening."""


class Clock(NamedTuple):
    """A time as written. `half`: a, p, noon, midnight, or empty when the text has none; `hour` 0 to 24."""

    hour: int
    minute: int
    half: str = ""
    is_padded: bool = False
    """Written with a leading zero, as the 24-hour clock is."""

    @property
    def twelve(self) -> int:
        """Minutes on the face of a 12-hour clock; 0 is twelve o'clock."""
        return self.hour % 12 * 60 + self.minute

    @property
    def stated(self) -> int | None:
        """Minutes from midnight if the time itself says so; None when it may be morning or afternoon."""
        if self.half == "a":
            return self.twelve
        if self.half == "p":
            return self.twelve + NOON
        if self.half or self.hour > 12 or self.hour == 0:
            return self.hour * 60 + self.minute
        return None


Interval = tuple[int, int]
"""Opens and closes in minutes from midnight; above 1440 is the next day, (0, 1440) is around the clock."""


def uses_24_hours(clocks: list[Clock]) -> bool:
    """Whether the times of a text are of the 24-hour clock: no am or pm, and a 13:00, a 0:00 or an 08:00."""
    if any(each.half in ("a", "p") for each in clocks):
        return False
    return any(each.hour > 12 or each.is_padded or (each.hour == 0 and not each.half) for each in clocks)


def interval_of(opens: Clock, closes: Clock, *, is_24: bool, days: int, padded_only: bool) -> Interval | None:
    """The interval that two times mean, or None when that is unclear.

    `days` is on how many days of a week it holds; `padded_only` that nothing but leading zeros speaks for the
    24-hour clock.
    """
    if is_24:
        return _of_24_hours(opens, closes, padded_only=padded_only)
    starts, ends = opens.stated, closes.stated
    if starts is not None and ends is not None:
        return _both_stated(opens, closes, starts, ends)
    if starts is None and ends is None:
        return _checked(_both_bare(opens.twelve, closes.twelve))
    if ends is not None:
        return _checked(_end_stated(opens, closes, ends, days))
    return _checked(_start_stated(opens, closes, starts or 0))


def _of_24_hours(opens: Clock, closes: Clock, *, padded_only: bool) -> Interval | None:
    starts = opens.hour * 60 + opens.minute
    ends = closes.hour * 60 + closes.minute
    if closes.half == "midnight":
        ends = DAY
    if starts == 0 and ends >= DAY - 1:
        return ALL_DAY
    if starts >= DAY:
        return None
    if padded_only and (starts < 8 * 60 or ends > NOON):
        # 01:00-05:00 and 06:00-08:00 may be afternoons whose "pm" was lost
        return None
    return _checked((starts, DAY if ends == 0 else ends))


def _both_stated(opens: Clock, closes: Clock, starts: int, ends: int) -> Interval | None:
    if starts == 0 and ends in (DAY - 1, DAY):
        return ALL_DAY
    if ends == 0:
        if closes.half == "a" and starts < NOON:
            return None
        ends = DAY
    if starts == 0:
        # "12am-5pm" is mostly a noon gone wrong; "midnight to 6am" is meant
        return (starts, ends) if opens.half == "midnight" and SHORTEST <= ends <= NOON else None
    return _checked((starts, ends))


def _both_bare(starts: int, ends: int) -> Interval | None:
    """7 to 11 o'clock until an earlier hour, or 12, is day time (9-5, 7-3, 8-12); 12 and 1 to 4 until a
    later hour up to 8 is afternoon (12-4, 1-5). 8-8, 6-8, 9-11 may be either."""
    hour = starts // 60
    if 7 <= hour <= 11 and (ends < starts and ends < 9 * 60) and not (hour == 7 and ends > 6 * 60):
        return starts, ends + NOON
    if (hour == 0 or 1 <= hour <= 4) and starts < ends <= 8 * 60:
        return starts + NOON, ends + NOON
    return None


def _end_stated(opens: Clock, closes: Clock, ends: int, days: int) -> Interval | None:
    """A bare start takes the half of its end ("1-4pm", "8-11am") unless it would come after it ("9-5pm")."""
    starts = opens.twelve
    hour = starts // 60
    if closes.half == "midnight" or ends == 0:
        return (starts + NOON, DAY) if closes.half == "midnight" and 1 <= hour <= 5 else None
    if ends < NOON:
        return (starts, ends) if 4 <= hour <= 11 and starts < ends else None
    if starts + NOON < ends:
        return None if 6 <= hour <= 11 and days >= MANY_DAYS else (starts + NOON, ends)
    return (starts, ends) if hour >= 6 else None


def _start_stated(opens: Clock, closes: Clock, starts: int) -> Interval | None:
    """A bare end is the next such hour, if that is in the afternoon ("9am-5", "1pm-4", "8am-12")."""
    ends = closes.twelve
    if opens.half == "midnight" or starts == 0:
        return None
    if starts < NOON:
        return (starts, ends + NOON) if ends <= starts else None
    return (starts, ends + NOON) if ends > starts - NOON else None


def _checked(found: Interval | None) -> Interval | None:
    """The interval if it is one that places have; over midnight only in the evening until the morning."""
    if found is None:
        return None
    starts, ends = found
    if ends < starts:
        if starts < NIGHT_BEGINS or ends > NIGHT_ENDS:
            return None
        ends += DAY
    return (starts, ends) if starts >= EARLIEST and ends - starts >= SHORTEST else None
