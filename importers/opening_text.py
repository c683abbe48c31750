"""Opening hours out of free text, where their meaning is certain: "Monday - Friday, 8:00am - 4:30pm".

A wrong "open now" sends a person in recovery to a locked door, so the rules lean one way only: every word
must be understood and only one reading may be left, else there are no hours but the text itself, and the
state is unknown. The rules, each kept in one file:

* `opening_words`: the words. One that is in no table (a season, a month, "except Wednesdays", "women only",
  "intake", "hours may vary", a second service's label) makes the text unclear.
* `opening_clock`: am and pm. "9-5" is 9:00 to 17:00, "1-5" an afternoon; "8-8", "6-8", "9-11" are unclear.
* `opening_days`: days. Ranges may run round the end of the week; "T" and "S" are unclear unless
  neighbours tell.
* `opening_groups`: a text is a row of pairs, each of days with times, "closed", or "by appointment"; days
  before times or times before days throughout (or parted by ";", a full stop or a line end). Whatever is
  left over makes it unclear: "M-F 9-5, Sat".
* Days not named are closed; days said to be closed are not schedules. A pair of days with "by appointment"
  or "call for hours" gives a schedule without times: those days stay unknown.
* "24/7" and "24 hours" need no days, other times do. "Closed 12-1" cuts a lunch break out.
* What leaves hours as they are ("call first", "or by appointment", "closed on holidays") is kept as remark,
  in `Schedule.notes`. Before the hours such words may say what they are hours of ("walk-ins welcome M-F
  8-10"), and "by appointment only" beside hours takes them back: both are unclear.
* `opening_week`: a day told two ways ("M-F 9-5; Wed 9-8", "24/7" beside hours) makes the text unclear.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from directory.listings.record import Schedule
from directory.listings.wall_clock import zone_named
from importers.cleaning import clean_prose
from importers.opening_clock import ALL_DAY, EARLIEST, NOON, Clock, Interval, interval_of, uses_24_hours
from importers.opening_days import Days
from importers.opening_groups import Group, Pair, is_break, pairs_of, read_groups
from importers.opening_tokens import Token, fold, tokens_of
from importers.opening_week import Week
from importers.opening_words import STATE_LIKE, WEEK, ZONES

NEAR = 120
EVENING = 18 * 60
LONGEST = 1000
"""Characters; a longer text is a story, not hours, and is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningText:
    """What a text says about hours. `schedules` is None when that is not certain; then only `text` (cleaned,
    on one or more lines, empty when there is none) is known."""

    schedules: tuple[Schedule, ...] | None
    text: str
    remark: str | None = None


def read_opening_text(value: object, timezone: str | None = None) -> OpeningText:
    """The hours that a cell of free text states with certainty. Never raises.

    `timezone` is the IANA zone of the place; a zone named in the text ("9am-5pm ET") goes before it when the
    two differ.
    """
    return _read(clean_prose(value) or "", timezone)


@lru_cache(maxsize=8192)
def _read(text: str, timezone: str | None) -> OpeningText:
    """Kept for the next row: a source says "Monday-Friday 8-5" thousands of times."""
    if not text or len(text) > LONGEST:
        return OpeningText(schedules=None, text=text)
    tokens = tokens_of(fold(text))
    zone = _zone(tokens, timezone)
    week = Week()
    remarks = _fill(week, [each for each in tokens if each.kind != "zone"], text)
    if zone is None or remarks is None or not week.is_certain:
        return OpeningText(schedules=None, text=text)
    remark = "; ".join(dict.fromkeys(remarks)) or None
    return OpeningText(schedules=week.schedules(zone or None, remark), text=text, remark=remark)


def opening_schedules(value: object, timezone: str | None = None) -> tuple[Schedule, ...]:
    """What an importer stores for a text: its hours, or one schedule that is only the text (HSDS
    `schedule.description`), whose state is unknown; nothing for no text."""
    found = read_opening_text(value, timezone)
    if found.schedules is not None:
        return found.schedules
    return (Schedule(description=found.text, timezone=timezone),) if found.text else ()


def _zone(tokens: list[Token], timezone: str | None) -> str | None:
    """The zone that holds: the place's own, or the one named; "" when neither is known. None for two,
    and for "CT" and "MT" elsewhere, which may be states."""
    words = {each.text for each in tokens if each.kind == "zone"}
    if words and not any(each.clock or each.kind == "all day" for each in _before_zone(tokens)):
        return None
    named = {ZONES[each] for each in words}
    if not named or (timezone and {_winter_offset(each) for each in named} == {_winter_offset(timezone)}):
        return timezone or ""
    return None if len(named) > 1 or words & STATE_LIKE else named.pop()


def _before_zone(tokens: list[Token]) -> Iterator[Token]:
    """What stands before the first zone: "PT Mon 9-5" may be physical therapy."""
    return takewhile(lambda each: each.kind != "zone", tokens)


def _winter_offset(timezone: str) -> dt.timedelta | None:
    """Zones count as one that agree in winter: "EST" is the time of Detroit too and "MST" that of Phoenix."""
    zone = zone_named(timezone)
    return None if zone is None else dt.datetime(2024, 1, 15, tzinfo=zone).utcoffset()


def _fill(week: Week, tokens: list[Token], text: str) -> list[str] | None:
    """Puts what is said into the week; the remarks, or None when it is unclear."""
    said = read_groups(tokens, text)
    if said is None or not said.groups:
        return None
    only = said.groups[0]
    if len(said.groups) == 1:
        if only.kind == "always" or (only.kind == "times" and set(only.times) == {None}):
            week.add(WEEK, [ALL_DAY])
            return None if said.names_lunch else said.remarks
        return None
    pairs = pairs_of(said.groups)
    if pairs is None or (said.names_lunch and not is_break(pairs[-1])):
        return None
    clocks = [clock for group in said.groups for times in group.times if times for clock in times]
    filler = _Filler(week, text, clocks, said.remarks)
    is_clear = (
        all(filler.take(pair, is_last=pair is pairs[-1]) for pair in pairs) and filler.evenings_are_clear
    )
    return said.remarks if is_clear else None


class _Filler:
    """Takes pairs into a week."""

    def __init__(self, week: Week, text: str, clocks: list[Clock], remarks: list[str]):
        self.week = week
        self.text = text
        self.remarks = remarks
        self.statements = 0
        self.evenings: list[int] = []
        self.mornings: list[int] = []
        self.is_24 = uses_24_hours(clocks)
        self.padded_only = not any(each.hour > 12 or (each.hour == 0 and not each.half) for each in clocks)

    def take(self, pair: Pair, *, is_last: bool) -> bool:
        """False when it is unclear what the pair says."""
        by_kind = {each.kind: each for each in pair}
        days = by_kind.get("days")
        if len(by_kind) < 2:
            return False
        if days is None:
            # after several hours in one breath it may be the last ones only that have a break
            is_for_all = is_last and (pair[0].parted or self.statements == 1)
            return is_for_all and is_break(pair) and self._break(by_kind["times"])
        if "times" in by_kind:
            return self._open(days.days, by_kind["times"])
        if "closed" in by_kind:
            return self._closed(days.days, pair)
        return "appointment" in by_kind and self._vague(days.days, by_kind["appointment"])

    def _intervals(self, group: Group, days: int) -> list[Interval] | None:
        found = [
            ALL_DAY
            if each is None
            else interval_of(*each, is_24=self.is_24, days=days, padded_only=self.padded_only)
            for each in group.times
        ]
        known = [each for each in found if each is not None]
        if len(known) < len(found):
            return None
        for times, (starts, _) in zip(group.times, known, strict=True):
            if times and times[0].stated is None and starts >= EVENING:
                self.evenings.append(starts - NOON)
            elif EARLIEST <= starts < NOON:
                self.mornings.append(starts)
        return known

    @property
    def evenings_are_clear(self) -> bool:
        """Whether no "8-9pm" that was taken for an evening stands beside a day that begins about 8 in the
        morning: it would be a long day then."""
        return not any(abs(one - other) < NEAR for one in self.evenings for other in self.mornings)

    def _open(self, days: Days, group: Group) -> bool:
        intervals = self._intervals(group, len(days.weekly))
        self.statements += 1
        if intervals is None or days.holidays:
            return False
        self.week.add((*days.weekly, *days.monthly), intervals)
        return True

    def _closed(self, days: Days, pair: Pair) -> bool:
        if days.holidays:
            self.remarks.append(self.text[pair[0].start : pair[1].end])
        self.week.closed.update(days.weekly)
        return not days.monthly

    def _vague(self, days: Days, group: Group) -> bool:
        said = self.text[group.start : group.end]
        if (
            days.holidays
            or days.monthly
            or any(self.week.vague.get(each, said) != said for each in days.weekly)
        ):
            return False
        self.week.vague.update(dict.fromkeys(days.weekly, said))
        return True

    def _break(self, group: Group) -> bool:
        intervals = self._intervals(group, 1)
        return intervals is not None and len(intervals) == 1 and self.week.take_break(intervals[0])
