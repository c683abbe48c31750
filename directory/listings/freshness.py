"""How far what a listing says can be trusted to be still true, and how much it says. Pure.

A person who checked (`verified_on`) vouches for the listing itself; the date of a source's file (`as_of`)
says only how old the copy is, but yearly directories cannot be younger than their edition.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from directory.listings.record import CapacityStatus
from directory.phrases import N_, Phrase

Freshness = Literal["fresh", "due", "stale", "unknown"]


class Limits(NamedTuple):
    """Whole days, included: up to `fresh` it is fresh, up to `due` a check is due, after that it is stale."""

    fresh: int
    due: int


VERIFIED = Limits(fresh=183, due=365)
"""Checked by a person: twice a year is good practice of resource directories, once a year the least."""
FILE = Limits(fresh=92, due=548)
"""As the source's file says: a quarter, then a year and a half, so that a yearly edition is never stale
before the next one is out."""
_BEST_FIRST: tuple[Freshness, ...] = ("fresh", "due", "stale", "unknown")


@lru_cache(maxsize=4096)
def freshness(*, as_of: dt.date | None, verified_on: dt.date | None, today: dt.date) -> Freshness:
    """The better of what both dates say. A date later than tomorrow is a slip and says nothing (tomorrow is
    today somewhere in the United States' zones)."""
    levels = (_level(verified_on, VERIFIED, today), _level(as_of, FILE, today))
    return min(levels, key=_BEST_FIRST.index)


def _level(date: dt.date | None, limits: Limits, today: dt.date) -> Freshness:
    if date is None or (date - today).days > 1:
        return "unknown"
    age = (today - date).days
    if age <= limits.fresh:
        return "fresh"
    return "due" if age <= limits.due else "stale"


LABELS: dict[Freshness, str] = {
    "fresh": N_("Up to date"),
    "due": N_("Due for a check"),
    "stale": N_("May be out of date. Call first."),
    "unknown": N_("Not checked yet"),
}


def label(level: Freshness) -> Phrase:
    """What the level means, for a badge."""
    return Phrase(LABELS[level])


class _Step(NamedTuple):
    below: int
    """Days of age for which this unit is said."""
    days: int
    """Days in one unit."""
    one: str
    many: str


_STEPS = (
    _Step(14, 1, N_("Checked %(num)s day ago"), N_("Checked %(num)s days ago")),
    _Step(61, 7, N_("Checked %(num)s week ago"), N_("Checked %(num)s weeks ago")),
    _Step(730, 30, N_("Checked %(num)s month ago"), N_("Checked %(num)s months ago")),
    _Step(10**9, 365, N_("Checked %(num)s year ago"), N_("Checked %(num)s years ago")),
)


def checked_wording(checked_on: dt.date | None, today: dt.date) -> Phrase:
    """ "Checked today", "Checked 3 weeks ago", "Not checked yet"; whole units that have passed."""
    if checked_on is None or (checked_on - today).days > 1:
        return Phrase(LABELS["unknown"])
    age = max((today - checked_on).days, 0)
    if age <= 1:
        return Phrase(N_("Checked yesterday") if age else N_("Checked today"))
    step = next(each for each in _STEPS if age < each.below)
    return Phrase(step.one, {"num": age // step.days}, plural=step.many)


CapacityState = CapacityStatus | Literal["unknown"]
CAPACITY_STATES: tuple[CapacityState, ...] = ("capacity", "no_capacity", "waitlist", "call", "unknown")
CAPACITY_LASTS = dt.timedelta(days=7)
"""So long a statement about room counts: beds come and go within days (PRODUCT L4)."""
CLOCK_SLIP = dt.timedelta(days=1)
"""A statement may be dated so far ahead: days are written without a zone, and clocks go wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What a statement about room is worth now. `unknown`: it was said too long ago; then nothing is told of
    how many are `available`. `call` says nothing that could grow old."""

    unit: str
    state: CapacityState
    available: int | None
    maximum: int | None
    description: str | None
    updated: dt.datetime

    def as_json(self) -> dict[str, Any]:
        """`capacity` of a search result."""
        return {
            "unit": self.unit,
            "state": self.state,
            "available": self.available,
            "maximum": self.maximum,
            "description": self.description,
            "updated": self.updated.isoformat(),
        }


def capacities_now(stated: Iterable[Mapping[str, Any]], now: dt.datetime) -> tuple[Capacity, ...]:
    """The `capacity` of a document at `now` (aware); what is not dated says nothing and is left out."""
    return tuple(
        _capacity(each, dt.datetime.fromisoformat(each["updated"]), now) for each in stated if each["updated"]
    )


def _capacity(stated: Mapping[str, Any], updated: dt.datetime, now: dt.datetime) -> Capacity:
    counts = stated["status"] == "call" or -CLOCK_SLIP <= now - updated <= CAPACITY_LASTS
    return Capacity(
        unit=stated["unit"],
        state=stated["status"] if counts else "unknown",
        available=stated["available"] if counts else None,
        maximum=stated["maximum"],
        description=stated["description"],
        updated=updated,
    )


def dated(stated: Iterable[Mapping[str, Any]], as_of: dt.date | None) -> list[dict[str, Any]]:
    """The `capacity` of a document, where what has no date of its own gets that of the source's file; what
    then has none is left out."""
    start = day_start(as_of)
    given = start.isoformat() if start else None
    return [{**each, "updated": each["updated"] or given} for each in stated if each["updated"] or given]


def day_start(day: dt.date | None) -> dt.datetime | None:
    """A date as a moment: its midnight, UTC."""
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) if day else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """What a listing tells. `address` also holds for one that states whom it serves from afar."""

    phone: bool = False
    address: bool = False
    hours: bool = False
    website: bool = False
    description: bool = False
    cost: bool = False
    languages: bool = False


WEIGHTS = {
    "phone": 30,
    "address": 20,
    "hours": 15,
    "website": 10,
    "description": 10,
    "cost": 10,
    "languages": 5,
}
"""Parts of 100: most of all a way to reach it, then where and when, then what to expect."""
FRESHNESS_SHARE: dict[Freshness, float] = {"fresh": 1.0, "due": 0.7, "unknown": 0.5, "stale": 0.2}
"""Unknown lies between: nobody said that it is old."""
COMPLETENESS_SHARE = 0.6


@lru_cache(maxsize=1024)
def quality(parts: Completeness, level: Freshness) -> int:
    """0 to 255, for ranking: 255 x (0.6 x completeness + 0.4 x freshness), rounded.

    Completeness is the sum of `WEIGHTS` of what is there, over 100; freshness is `FRESHNESS_SHARE`. A
    complete fresh listing has 255, an empty stale one 20.
    """
    complete = sum(weight for name, weight in WEIGHTS.items() if getattr(parts, name)) / 100
    blend = COMPLETENESS_SHARE * complete + (1 - COMPLETENESS_SHARE) * FRESHNESS_SHARE[level]
    return round(255 * blend)
