"""Every figure of the reports: one row per figure, each a function over plain rows (PRODUCT R10).

The rules of the times and shares are `referrals.metrics`; here stands what each counts, in words for a
reader, and which figures a report has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from directory.phrases import N_
from directory.referrals.metric_rows import Measure, ReferralRow, Share
from directory.referrals.metrics import (
    MEASURES,
    SHARES,
    MeasureRow,
    Reporting,
    ShareRow,
    handoff_shares,
    measure,
    share,
)
from directory.referrals.outcomes import stale_count
from directory.referrals.states import BEFORE_ANSWER, LIVE

Kind = Literal["time", "share", "count"]
Result = Measure | Share | int
Rows = Sequence[ReferralRow]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `counts` says in a sentence what it counts; `of` gives a `Measure`, a `Share` or a
    number."""

    code: str
    label: str
    counts: str
    kind: Kind
    of: Callable[[Rows, Reporting], Result]
    working: bool = False
    """Told in working hours."""


_COUNTS: Mapping[str, str] = {
    "response": N_("From sent to the first answer (yes, no, or a question), in the receiver's hours."),
    "first_contact": N_("From sent until someone first reached the person."),
    "connection": N_("From sent until the person was met or served."),
    "closing": N_("From sent until it ended."),
    "answered_in_time": N_("Of those whose time to answer is over."),
    "accepted": N_("Of those that were accepted, declined, or had no answer."),
    "expired": N_("Of all that were sent."),
    "scheduled": N_("Of those that were accepted."),
    "kept": N_("Of first visits kept or missed; cancelled visits are left out."),
    "connected": N_("Of those that ended, or were sent 30 days ago or more."),
    "connected_14": N_("Of those sent 14 days ago or more."),
    "engaged": N_("Of those connected 34 days ago or more."),
    "loop_closed": N_("Of those sent 30 days ago or more."),
    "warm": N_("Of those that were accepted."),
    "met": N_("Of handoffs that were done."),
    "followed_up": N_("Of handoffs that were done."),
    "waiting": N_("No answer yet."),
    "stale": N_("Still open, and nothing happened for 14 days."),
}


def _time(row: MeasureRow) -> Figure:
    def of(rows: Rows, at: Reporting) -> Measure:
        return measure(row, rows, at)

    return Figure(row.code, row.label, _COUNTS[row.code], "time", of, working=row.business)


def _share(row: ShareRow) -> Figure:
    return Figure(row.code, row.label, _COUNTS[row.code], "share", lambda rows, at: share(row, rows, at))


def _of_handoffs(code: str, label: str) -> Figure:
    return Figure(code, label, _COUNTS[code], "share", lambda rows, _: handoff_shares(rows)[code])


def _count(code: str, label: str, of: Callable[[Rows, Reporting], int]) -> Figure:
    return Figure(code, label, _COUNTS[code], "count", of)


FIGURES: tuple[Figure, ...] = (
    *(_time(row) for row in MEASURES),
    *(_share(row) for row in SHARES),
    _of_handoffs("met", N_("Handoffs in which the person met who received them")),
    _of_handoffs("followed_up", N_("Handoffs followed up within 72 hours")),
    _count(
        "waiting",
        N_("Waiting for an answer"),
        lambda rows, _: sum(row.state in BEFORE_ANSWER for row in rows),
    ),
    _count("stale", N_("Lying still"), lambda rows, at: stale_count(rows, at.now)),
)
FIGURE: Mapping[str, Figure] = {each.code: each for each in FIGURES}
FIRST_FIGURE = "connected"
"""The one that a report breaks down unless another is chosen."""
CAUTION = N_(
    "Nobody draws lots for who gets a warm handoff. People with a warm handoff may do better for other "
    "reasons, so a better number here is no proof that the handoff did it."
)

Outcome = Literal["connected", "waiting", "accepted", "declined", "expired", "ended"]


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """Where a referral stands. Every referral stands in exactly one: the first whose test it passes."""

    code: Outcome
    label: str
    test: Callable[[ReferralRow], bool]


OUTCOMES: tuple[OutcomeRow, ...] = (
    OutcomeRow("connected", N_("Connected"), lambda row: row.connected_at is not None),
    OutcomeRow("waiting", N_("Waiting for an answer"), lambda row: row.state in BEFORE_ANSWER),
    OutcomeRow("accepted", N_("Accepted, not connected yet"), lambda row: row.state in LIVE),
    OutcomeRow("declined", N_("Declined"), lambda row: row.state == "declined"),
    OutcomeRow("expired", N_("No answer in time"), lambda row: row.state == "expired"),
    OutcomeRow("ended", N_("Ended without a connection"), lambda row: True),  # noqa: ARG005
)


def outcome_of(row: ReferralRow) -> Outcome:
    """Where a referral stands."""
    return next(each.code for each in OUTCOMES if each.test(row))
