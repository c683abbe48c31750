"""What is told of a partner's searches: the stored sums of some days, added up along one line each.

Every stored sum is eleven at least and counts searches that no other does (`usage.py`): whatever is added up
here, nothing smaller can be worked out of it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.partners.tables import Partner, PartnerUse
from directory.partners.usage import NOTHING_NAMED, REST

LAST_DAYS = (30, 90, 365)
LONGEST_BY_WEEK = 90
"""More days than that are told by month."""
LAST_IN_A_LIST = (NOTHING_NAMED, REST)


class Use(NamedTuple):
    """A stored sum."""

    day: dt.date
    need: str
    zip3: str
    searches: int


def uses(session: Session, partner: Partner, first: dt.date, last: dt.date) -> list[Use]:
    """The stored sums of these days, in order."""
    query = (
        select(PartnerUse.day, PartnerUse.need, PartnerUse.zip3, PartnerUse.count)
        .where(PartnerUse.partner_id == partner.id, PartnerUse.day.between(first, last))
        .order_by(PartnerUse.day, PartnerUse.need, PartnerUse.zip3)
    )
    return [Use(*row) for row in session.execute(query)]


def by_need(found: Sequence[Use]) -> list[tuple[str, int]]:
    """Searches for each need, most first; what could not be told apart comes last."""
    return _largest_first(found, lambda each: each.need)


def by_region(found: Sequence[Use]) -> list[tuple[str, int]]:
    """Searches from each region (three digits), most first; what could not be told apart comes last."""
    return _largest_first(found, lambda each: each.zip3)


def by_time(found: Sequence[Use], first: dt.date, last: dt.date) -> list[tuple[dt.date, int]]:
    """Searches of each week (from its Monday), or of each month where it is long; none left out."""
    start = _month if (last - first).days > LONGEST_BY_WEEK else _monday
    sums = Counter[dt.date]()
    for offset in range((last - first).days + 1):
        sums[start(first + dt.timedelta(days=offset))] += 0
    for each in found:
        sums[start(each.day)] += each.searches
    return sorted(sums.items())


def _largest_first(found: Sequence[Use], of: Callable[[Use], str]) -> list[tuple[str, int]]:
    sums = Counter[str]()
    for each in found:
        sums[of(each)] += each.searches
    return sorted(sums.items(), key=lambda item: (item[0] in LAST_IN_A_LIST, -item[1], item[0]))


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _month(day: dt.date) -> dt.date:
    return day.replace(day=1)
