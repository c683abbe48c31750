"""The figures of the referral reports: one row per time and per share, over plain rows (PRODUCT R10).

R is every referral sent in the period and not entered by mistake. Anchors: HEDIS IET (14 and 34 days), FUA
and FUI (7 and 30 days). Warmth is not handed out at random, so a better figure for warm handoffs is no
proof.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from directory.phrases import N_
from directory.referrals.business_time import BusinessCalendar, business_time_between
from directory.referrals.clock_rows import answer_within
from directory.referrals.clocks import after
from directory.referrals.metric_rows import Measure, ReferralRow, Share
from directory.referrals.states import BEFORE_ANSWER, TERMINAL, Priority

MATURE = dt.timedelta(days=30)
"""After so long a referral that never connected counts as not connected, open or not."""
INITIATED = dt.timedelta(days=14)
ENGAGED = dt.timedelta(days=34)
ENGAGED_SERVICES = 2


@dataclass(frozen=True, slots=True)
class Reporting:
    """When is now, each receiver's calendar by its id, and the hours within which it promises an answer to
    that priority (None: the usual). What was worked out once is kept for the groups that ask again: when an
    answer was promised, and how much working time passed."""

    now: dt.datetime
    calendar_of: Callable[[str], BusinessCalendar]
    own_hours: Callable[[str, Priority], int | None] = lambda _receiver, _priority: None
    promised: dict[tuple[str, str, dt.datetime], dt.datetime] = field(default_factory=dict, compare=False)
    worked: dict[tuple[str, dt.datetime, dt.datetime], dt.timedelta] = field(
        default_factory=dict, compare=False
    )


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A time: `end` gives its last moment (None: not reached), `waits` whether it still may be."""

    code: str
    label: str
    end: Callable[[ReferralRow], dt.datetime | None]
    waits: Callable[[ReferralRow], bool]
    business: bool = False


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A share: of those `counted`, how many are a `hit`."""

    code: str
    label: str
    counted: Callable[[ReferralRow, Reporting], bool]
    hit: Callable[[ReferralRow, Reporting], bool]


def _live(row: ReferralRow) -> bool:
    return row.state not in TERMINAL


MEASURES: tuple[MeasureRow, ...] = (
    MeasureRow(
        "response",
        N_("Time to an answer, in working hours"),
        lambda row: row.responded_at,
        lambda row: row.state in BEFORE_ANSWER,
        business=True,
    ),
    MeasureRow("first_contact", N_("Time to first contact"), lambda row: row.first_contact_at, _live),
    MeasureRow("connection", N_("Time until the person was connected"), lambda row: row.connected_at, _live),
    MeasureRow("closing", N_("Time from sent to closed"), lambda row: row.closed_at, _live),
)


def _mature(row: ReferralRow, reporting: Reporting) -> bool:
    return row.sent_at is not None and reporting.now - row.sent_at >= MATURE


def _promised(row: ReferralRow, reporting: Reporting) -> dt.datetime | None:
    if row.sent_at is None:
        return None
    asked = (row.receiver_id, row.priority, row.sent_at)
    if asked not in reporting.promised:
        calendar = reporting.calendar_of(row.receiver_id)
        within = answer_within(row.priority, reporting.own_hours(row.receiver_id, row.priority))
        reporting.promised[asked] = after(row.sent_at, within, calendar)
    return reporting.promised[asked]


def _promise_over(row: ReferralRow, reporting: Reporting) -> bool:
    promised = _promised(row, reporting)
    return promised is not None and promised <= reporting.now


def _promise_kept(row: ReferralRow, reporting: Reporting) -> bool:
    promised = _promised(row, reporting)
    return promised is not None and row.responded_at is not None and row.responded_at <= promised


def _settled(row: ReferralRow, reporting: Reporting) -> bool:
    return row.state in TERMINAL or _mature(row, reporting)


def _within(start: dt.datetime | None, end: dt.datetime | None, limit: dt.timedelta) -> bool:
    return start is not None and end is not None and dt.timedelta() <= end - start <= limit


def _engaged(row: ReferralRow, _: Reporting) -> bool:
    later = [each for each in row.further_services if _within(row.connected_at, each, ENGAGED)]
    return len(later) >= ENGAGED_SERVICES


def _accepted(row: ReferralRow, _: Reporting) -> bool:
    return row.accepted_at is not None


def _answered(row: ReferralRow, _: Reporting) -> bool:
    return row.accepted_at is not None or row.state in {"declined", "expired"}


def _connected(row: ReferralRow, _: Reporting) -> bool:
    return row.connected_at is not None


def _all(_row: ReferralRow, _: Reporting) -> bool:
    return True


SHARES: tuple[ShareRow, ...] = (
    ShareRow("answered_in_time", N_("Answered in the time promised"), _promise_over, _promise_kept),
    ShareRow("accepted", N_("Accepted"), _answered, _accepted),
    ShareRow("expired", N_("Ended with no answer"), _all, lambda row, _: row.state == "expired"),
    ShareRow("scheduled", N_("Accepted with a visit set"), _accepted, lambda row, _: row.ever_scheduled),
    ShareRow(
        "kept",
        N_("First visits kept"),
        lambda row, _: row.first_visit in {"attended", "no_show"},
        lambda row, _: row.first_visit == "attended",
    ),
    ShareRow("connected", N_("Connected"), _settled, _connected),
    ShareRow(
        "connected_14",
        N_("Connected within 14 days"),
        lambda row, at: row.sent_at is not None and at.now - row.sent_at >= INITIATED,
        lambda row, _: _within(row.sent_at, row.connected_at, INITIATED),
    ),
    ShareRow(
        "engaged",
        N_("Stayed: two more services within 34 days"),
        lambda row, at: row.connected_at is not None and at.now - row.connected_at >= ENGAGED,
        _engaged,
    ),
    ShareRow(
        "loop_closed",
        N_("Closed by a person with an outcome"),
        _mature,
        lambda row, _: row.closed_by_person and row.state in TERMINAL - {"expired", "entered_in_error"},
    ),
    ShareRow("warm", N_("Accepted with a warm handoff"), _accepted, lambda row, _: row.warmth == "warm"),
)


def measure(wanted: MeasureRow, rows: Iterable[ReferralRow], reporting: Reporting) -> Measure:
    """One time over `rows`. A referral that ended before it could be reached counts in no time, but in
    shares."""
    taken, still_open = [], 0
    for row in rows:
        end = wanted.end(row)
        if row.sent_at is None:
            continue
        if end is not None:
            taken.append(
                _worked(row.receiver_id, row.sent_at, end, reporting)
                if wanted.business
                else max(end - row.sent_at, dt.timedelta())
            )
        else:
            still_open += wanted.waits(row)
    return Measure.of(taken, still_open)


def _worked(receiver: str, start: dt.datetime, end: dt.datetime, reporting: Reporting) -> dt.timedelta:
    asked = (receiver, start, end)
    if asked not in reporting.worked:
        calendar = reporting.calendar_of(receiver)
        reporting.worked[asked] = business_time_between(start, end, calendar)
    return reporting.worked[asked]


def share(wanted: ShareRow, rows: Iterable[ReferralRow], reporting: Reporting) -> Share:
    """One share over `rows`."""
    return Share.of([wanted.hit(row, reporting) for row in rows if wanted.counted(row, reporting)])


def handoff_shares(rows: Sequence[ReferralRow]) -> dict[str, Share]:
    """Of completed handoffs: the person met who received them (`met`), followed up within 72 h
    (`followed_up`)."""
    completed = sum(row.handoffs_completed for row in rows)
    return {
        "met": Share(sum(row.handoffs_met for row in rows), completed),
        "followed_up": Share(sum(row.follow_ups_in_time for row in rows), completed),
    }


Group = Literal["need", "area", "receiver", "warmth", "priority"]
GROUPS: Mapping[Group, Callable[[ReferralRow], tuple[str, ...]]] = {
    "need": lambda row: row.needs,
    "area": lambda row: (row.area,),
    "receiver": lambda row: (row.receiver_id,),
    "warmth": lambda row: (row.warmth,),
    "priority": lambda row: (row.priority,),
}


def grouped(rows: Iterable[ReferralRow], group: Group) -> dict[str, list[ReferralRow]]:
    """The rows by need, area, receiver, warmth or priority, sorted; one with two needs stands under both."""
    found: dict[str, list[ReferralRow]] = {}
    for row in rows:
        for value in GROUPS[group](row):
            found.setdefault(value, []).append(row)
    return dict(sorted(found.items()))


def reasons(rows: Iterable[ReferralRow]) -> dict[tuple[str, str], int]:
    """How many ended in which (state, reason), most frequent first; `expired` has the reason
    `no_response`."""
    counted = Counter(
        (row.state, row.reason or ("no_response" if row.state == "expired" else "none"))
        for row in rows
        if row.state in TERMINAL
    )
    return dict(counted.most_common())
