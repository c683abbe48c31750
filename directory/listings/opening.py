"""Whether a place is open, and when that changes: a pure function of schedules and a moment.

It follows three rules. Open: an occurrence contains the moment (an interval holds its start and not
its end; adjoining ones are one). Unknown is never closed: days without times, times without a zone or days,
a start without an end, and the time after the last known date are unknown. Closed days (`closed=True`) drop
what starts on them, in the date of the schedule dropped, except schedules given for single dates (special
hours); an overnight interval of the day before still runs out.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Literal
from zoneinfo import ZoneInfo

from directory.listings.occurrences import ALWAYS, Rule, rule_of
from directory.listings.record import Schedule
from directory.listings.wall_clock import DAY_MINUTES, moment

State = Literal["open", "closed", "unknown"]
HORIZON_DAYS = 370
"""How far ahead a change or a meeting is looked for: a year, and what a week may add."""
_STAGES = (2, 9, 40, HORIZON_DAYS)
_WEEKLY_STAGES = (2, 9, 16)
"""Plain weeks have shown every change by the second, even where a clock change swallowed the first."""
_ROUND_THE_CLOCK_DAYS = 7


@dataclass(frozen=True, slots=True)
class OpenState:
    """`changes_at` is the first moment after now (in the place's zone) at which the state is another one,
    `becomes` that state; both None when none is known for a year ahead. `around_the_clock`: open, and for
    the next seven days."""

    state: State
    changes_at: dt.datetime | None = None
    around_the_clock: bool = False
    becomes: State | None = None


_What = Literal["open", "shut", "vague", "known"]
_Event = tuple[dt.datetime, _What, int, ZoneInfo]
"""From this moment (UTC) on, one more (+1) or one less (-1) of this holds; the zone it is meant in."""


class Rules:
    """The schedules of one listing, made ready."""

    __slots__ = ("closing", "known", "periodic_from", "placed", "vague", "zone")

    def __init__(self, schedules: Sequence[Schedule]):
        rules = [rule for rule in map(rule_of, schedules) if not rule.is_note]
        self.closing = [rule for rule in rules if rule.schedule.closed]
        opening = [rule for rule in rules if not rule.schedule.closed]
        self.placed = [rule for rule in opening if rule.zone is not None and rule.days_known]
        """Those that have a place in the calendar."""
        self.vague = len(self.placed) < len(opening)
        """Something is said whose moments cannot be known, so nothing is known to be closed."""
        self.known = any(rule.is_timed and rule.last == ALWAYS for rule in self.placed)
        """Hours are known for all time to come."""
        self.zone = next((rule.zone for rule in rules if rule.zone is not None), None)
        every = [*self.placed, *self.closing]
        periodic = all(rule.plain_week and rule.last == ALWAYS for rule in every)
        self.periodic_from = max((rule.first for rule in every), default=0) if periodic else ALWAYS
        """The day from which every week is the same."""

    def drops(self, rule: Rule, day: int) -> bool:
        """Whether an occurrence of `rule` that starts on `day` is dropped: a closed day."""
        return bool(self.closing) and not rule.special and any(each.falls_on(day) for each in self.closing)

    def stages(self, now: dt.datetime) -> tuple[int, ...]:
        """How many days ahead to look, step by step: plain weeks need no calendar beyond two of them."""
        return _WEEKLY_STAGES if self.periodic_from < now.toordinal() - 2 else _STAGES

    def events(self, now: dt.datetime, since: int, ahead: int) -> Iterator[_Event]:
        """All events of the days from `since` to `ahead` (counted from the local today), in no order."""
        for rule in self.placed:
            zone = rule.zone or _UTC
            today = now.astimezone(zone).toordinal()
            if rule.is_timed and not self.known:
                yield from _validity(rule, zone, today, since, ahead)
            what: _What = "open" if rule.is_timed else "vague"
            opens, closes = rule.opens or 0, rule.until_minute
            for day in rule.days(today + since, today + ahead):
                if not self.drops(rule, day):
                    yield from _span(zone, day, opens, closes, what)
        if self.zone is not None and self.closing:
            today = now.astimezone(self.zone).toordinal()
            for day in {day for rule in self.closing for day in rule.days(today + since, today + ahead)}:
                yield from _span(self.zone, day, 0, DAY_MINUTES, "shut")


@lru_cache(maxsize=4096)
def _cached_rules(schedules: tuple[Schedule, ...]) -> Rules:
    return Rules(schedules)


def rules_of(schedules: Sequence[Schedule]) -> Rules:
    """The rules of a listing's schedules, kept for the next time."""
    return _cached_rules(tuple(schedules))


_UTC = ZoneInfo("UTC")
_LONG_AGO = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
_YESTERDAY = -1
"""The first day to look at: an overnight interval ends by the end of the next day."""


def _validity(rule: Rule, zone: ZoneInfo, today: int, since: int, ahead: int) -> Iterator[_Event]:
    """Hours are known until the rule's last day is over."""
    if since == _YESTERDAY and rule.last >= today + since:
        yield _LONG_AGO, "known", 1, zone
    if today + since <= rule.last <= today + ahead:
        yield moment(zone, rule.last + 1, 0), "known", -1, zone


def _span(zone: ZoneInfo, day: int, opens: int, closes: int, what: _What) -> Iterator[_Event]:
    starts, ends = moment(zone, day, opens), moment(zone, day, closes)
    # a spring change may swallow the whole interval
    if starts < ends:
        yield starts, what, 1, zone
        yield ends, what, -1, zone


class _Tally:
    """Counts what holds, from the past up to a moment, then onward from event to event."""

    def __init__(self, rules: Rules):
        self.vague = rules.vague
        self.counts: dict[_What, int] = {"open": 0, "shut": 0, "vague": 0, "known": int(rules.known)}
        self.later: list[_Event] = []

    def take(self, events: Iterator[_Event], now: dt.datetime) -> None:
        """Counts what has begun or ended by `now`, keeps the rest in order."""
        for event in events:
            if event[0] <= now:
                self.counts[event[1]] += event[2]
            else:
                self.later.append(event)
        self.later.sort(key=itemgetter(0))

    @property
    def state(self) -> State:
        """What follows from the counts."""
        counts = self.counts
        if counts["open"]:
            return "open"
        if counts["shut"]:
            return "closed"
        return "closed" if counts["known"] and not counts["vague"] and not self.vague else "unknown"

    def advance(self, limit: dt.datetime, state: State) -> dt.datetime | None:
        """Counts on, up to `limit`; the first moment (local) at which the state is no longer `state`."""
        later = self.later
        done = 0
        while done < len(later) and later[done][0] <= limit:
            at, what, by, zone = later[done]
            self.counts[what] += by
            done += 1
            # all that happens at one moment counts together: adjoining intervals are one
            if (done == len(later) or later[done][0] > at) and self.state != state:
                return at.astimezone(zone)
        del later[:done]
        return None


def open_state(schedules: Sequence[Schedule], now: dt.datetime) -> OpenState:
    """Whether a place with these schedules is open at `now` (aware), and until when that holds."""
    rules = rules_of(schedules)
    moment_now = utc(now)
    tally = _Tally(rules)
    state: State = "unknown"
    since = _YESTERDAY
    for ahead in rules.stages(moment_now):
        tally.take(rules.events(moment_now, since, ahead), moment_now)
        if since == _YESTERDAY:
            state = tally.state
        # a later day than those looked at begins after this (three hours: a change of clocks, generously)
        limit = moment_now + dt.timedelta(days=ahead, hours=-3)
        changes_at = tally.advance(limit, state)
        if changes_at is not None:
            return _changing(state, moment_now, tally.state, changes_at)
        since = ahead + 1
    return OpenState(state, around_the_clock=state == "open")


def is_open(schedules: Sequence[Schedule], now: dt.datetime) -> bool | None:
    """True open, False closed, None unknown: `open_state(...).state`, without looking ahead."""
    rules = rules_of(schedules)
    moment_now = utc(now)
    tally = _Tally(rules)
    tally.take(rules.events(moment_now, _YESTERDAY, 0), moment_now)
    return None if tally.state == "unknown" else tally.state == "open"


def _changing(state: State, now: dt.datetime, becomes: State, changes_at: dt.datetime) -> OpenState:
    days = (changes_at.date() - now.astimezone(changes_at.tzinfo).date()).days
    far = days >= _ROUND_THE_CLOCK_DAYS
    return OpenState(state, changes_at, around_the_clock=state == "open" and far, becomes=becomes)


def utc(now: dt.datetime) -> dt.datetime:
    """The same moment in UTC. Raises ValueError for a local time without its zone."""
    if now.tzinfo is None:
        raise ValueError("now must be aware: a local time without its zone is no moment")
    return now.astimezone(dt.UTC)
