"""Figures over chains of referrals, over time in states, and over what people say later (PRODUCT R10)."""

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from directory.referrals.check_in_rows import QUESTIONS, Question
from directory.referrals.clocks import capacity_is_stale
from directory.referrals.metric_rows import Measure, ReferralRow, Share
from directory.referrals.states import LIVE, State

UNMET_REASONS = frozenset({"no_capacity", "not_eligible", "not_eligible_after_intake"})
SUCCESSOR_WITHIN = dt.timedelta(days=30)
STALE_AFTER = dt.timedelta(days=14)
"""A live referral in which nothing happened for so long is stale."""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a person answered, 30 or 90 days after connecting; None: not answered."""

    referral_id: str
    days: int
    housed: bool | None = None
    working: bool | None = None
    connected: bool | None = None
    supported: bool | None = None


@dataclass(frozen=True, slots=True)
class StateSpan:
    """A referral was in `state` from `since` until `until` (None: it still is)."""

    referral_id: str
    state: State
    since: dt.datetime
    until: dt.datetime | None


def unmet_need(rows: Sequence[ReferralRow], now: dt.datetime) -> Share:
    """Of the referrals that ended 30 days ago or more: those that ended for want of room or fit, or without
    an answer, and with no later referral of the chain connected within 30 days."""
    after_them: dict[str, list[ReferralRow]] = {}
    for row in rows:
        if row.continues_id:
            after_them.setdefault(row.continues_id, []).append(row)
    ended = [row for row in rows if row.closed_at is not None and now - row.closed_at >= SUCCESSOR_WITHIN]
    return Share.of([_is_unmet(row, after_them) for row in ended])


def _is_unmet(row: ReferralRow, after_them: dict[str, list[ReferralRow]]) -> bool:
    if row.closed_at is None or not (row.state == "expired" or row.reason in UNMET_REASONS):
        return False
    until = row.closed_at + SUCCESSOR_WITHIN
    return not any(
        each.connected_at is not None and each.connected_at <= until
        for each in _successors(row.id, after_them)
    )


def _successors(row_id: str, after_them: dict[str, list[ReferralRow]]) -> list[ReferralRow]:
    found: list[ReferralRow] = []
    seen, waiting = {row_id}, [row_id]
    while waiting:
        for each in after_them.get(waiting.pop(), ()):
            if each.id not in seen:
                seen.add(each.id)
                found.append(each)
                waiting.append(each.id)
    return found


def attempts_until_connected(rows: Iterable[ReferralRow]) -> dict[str, float]:
    """Per need: how many referrals of a chain it took, on average, until the person was connected."""
    by_id = {row.id: row for row in rows}
    counted: dict[str, list[int]] = {}
    for row in by_id.values():
        if row.connected_at is not None:
            for need in row.needs:
                counted.setdefault(need, []).append(_chain_length(row, by_id))
    return {need: statistics.fmean(lengths) for need, lengths in sorted(counted.items())}


def _chain_length(row: ReferralRow, by_id: dict[str, ReferralRow]) -> int:
    seen = {row.id}
    while row.continues_id in by_id and row.continues_id not in seen:
        row = by_id[row.continues_id]
        seen.add(row.id)
    return len(seen)


def time_in_states(spans: Iterable[StateSpan]) -> dict[State, Measure]:
    """For every state that occurs: how long referrals stay in it, those still in it counted as open."""
    taken: dict[State, list[dt.timedelta]] = {}
    still: Counter[State] = Counter()
    for span in spans:
        taken.setdefault(span.state, [])
        if span.until is None:
            still[span.state] += 1
        else:
            taken[span.state].append(span.until - span.since)
    return {state: Measure.of(times, still[state]) for state, times in taken.items()}


def stale_count(rows: Iterable[ReferralRow], now: dt.datetime) -> int:
    """Live referrals, sent, in which nothing happened for 14 days."""
    return sum(
        row.state in LIVE
        and row.sent_at is not None
        and now - (row.last_event_at or row.sent_at) >= STALE_AFTER
        for row in rows
    )


def refusals_by_code(codes: Iterable[str]) -> dict[str, int]:
    """How often the gate said no, by the name of the refusal (what follows a colon left off)."""
    return dict(Counter(code.partition(":")[0] for code in codes).most_common())


def stale_capacity_count(stated: Iterable[dt.datetime], now: dt.datetime) -> int:
    """How many statements of capacity are older than seven days."""
    return sum(capacity_is_stale(each, now) for each in stated)


def check_in_shares(answers: Iterable[CheckIn], days: int) -> dict[Question, Share]:
    """Per question: how many said yes, of those who answered it at that time."""
    asked = [each for each in answers if each.days == days]
    return {
        question: Share.of(
            [value for value in (getattr(each, question) for each in asked) if value is not None]
        )
        for question in QUESTIONS
    }
