"""A supervisor's view of the own agency, both sides of it: what is late, who carries how much, what was
refused.

Lists hold referrals and moments, nothing about a client. A constant number of statements, each by an index.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, func, select, text, type_coerce
from sqlalchemy.orm import aliased

from directory.accounts import tables as accounts
from directory.accounts.tables import IS_REFUSED, AuditEntry
from directory.phrases import N_
from directory.referrals.acting import REFUSAL, Acting, need
from directory.referrals.actors import ReferralSide
from directory.referrals.names import names_of
from directory.referrals.states import TERMINAL, State
from directory.referrals.tables import IS_LIVE, Referral
from directory.referrals.tables_consents import Consent, ConsentExpiryEvent, ConsentRevocation
from directory.referrals.tables_handoffs import Handoff

RIGHT = "reports.agency"
MOST = 10
"""Rows of each list."""
SOON = dt.timedelta(days=14)
LATELY = dt.timedelta(days=14)
DISCLOSING = ("referral.send", "referral.supply_info")
"""Deeds of the audit by which information would have left."""


class Clock(NamedTuple):
    """One promise that can be late: on which side, in which state, kept in which column; `label` says what
    was due (message id)."""

    side: ReferralSide
    state: State
    column: str
    label: str


CLOCKS = (
    Clock("receiver", "sent", "answer_due_at", N_("Our answer was due")),
    Clock("receiver", "accepted", "next_step_due", N_("Our next step was due")),
    Clock("receiver", "no_show", "recovery_due", N_("After a missed visit, we were to reach the person")),
    Clock("receiver", "waitlisted", "review_on", N_("We were to look at the waiting list again")),
    Clock("sender", "sent", "answer_due_at", N_("Their answer was due")),
)
"""What is looked at, in the order it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """A referral in a list. `since`: since when it waits, or when something was due."""

    id: str
    side: ReferralSide
    service: str
    other_agency: str
    worker_id: str | None
    since: dt.datetime | dt.date
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one worker carries on one side, drafts apart (`worker_id` None: what nobody has taken on).
    `oldest`: when the one that lay longest was last touched."""

    worker_id: str | None
    side: ReferralSide
    count: int
    oldest: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingConsent:
    """A consent that ends soon, and a live referral that rests on it, if there is one."""

    consent_id: str
    ends_on: dt.date
    referral_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A try to let information out that was refused."""

    referral_id: str
    at: dt.datetime
    user_id: str | None
    codes: tuple[str, ...]
    """Names of the gate's refusals (`decision.REFUSALS`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """All of the page. Every list is cut off at `MOST`, the worst first; `open` counts whole."""

    open: Mapping[ReferralSide, int]
    late: tuple[tuple[Clock, tuple[TeamRow, ...]], ...]
    unanswered: tuple[TeamRow, ...]
    """Received, nobody has answered yet."""
    waiting: tuple[TeamRow, ...]
    """Sent, no answer yet."""
    loads: tuple[Load, ...]
    follow_ups: tuple[Handoff, ...]
    consents: tuple[EndingConsent, ...]
    refusals: tuple[Refusal, ...]
    names: Mapping[str, str]
    """Of users, by id."""


def team_of(acting: Acting) -> Team:
    """The own agency's work on both sides. Needs `reports.agency`; one line in the audit."""
    actor = need(acting.actor, RIGHT)
    agency_id = actor.agency_id or ""
    late = tuple((clock, tuple(_late(acting, clock))) for clock in CLOCKS)
    unanswered = tuple(_waiting(acting, "receiver"))
    waiting = tuple(_waiting(acting, "sender"))
    loads = (*_loads(acting, agency_id, "sender"), *_loads(acting, agency_id, "receiver"))
    refusals = tuple(_refusals(acting, agency_id))
    found = Team(
        open={
            side: sum(each.count for each in loads if each.side == side) for side in ("sender", "receiver")
        },
        late=late,
        unanswered=unanswered,
        waiting=waiting,
        loads=tuple(sorted(loads, key=lambda each: (each.side == "receiver", -each.count))),
        follow_ups=tuple(_follow_ups(acting, agency_id)),
        consents=tuple(_ending(acting, agency_id)),
        refusals=refusals,
        names=names_of(
            acting.session,
            accounts.User,
            {each.worker_id for each in loads} | {each.user_id for each in refusals},
        ),
    )
    shown = {row.id: None for _, rows in late for row in rows} | {
        row.id: None for row in (*unanswered, *waiting)
    }
    acting.note("referral.team", "referral", list(shown), count=sum(found.open.values()))
    return found


def _own(side: ReferralSide) -> Any:
    return Referral.from_agency_id if side == "sender" else Referral.to_agency_id


def _rows(acting: Acting, side: ReferralSide, state: State, since: Any, *which: Any) -> Any:
    """The own agency's referrals of that side and state, the oldest first by the column `since`.

    The state stands in the statement itself: indexes of one state's rows are found by its words.
    """
    agency_id = acting.actor.agency_id
    other = aliased(accounts.Agency)
    other_id = Referral.to_agency_id if side == "sender" else Referral.from_agency_id
    worker = Referral.from_user_id if side == "sender" else Referral.accepted_by
    query = (
        select(Referral.id, Referral.snapshot, Referral.priority, worker, since, other.name)
        .outerjoin(other, other.id == other_id)
        .where(_own(side) == agency_id, text(f"referral.status = '{state}'"), *which)
        .order_by(since, Referral.id)
        .limit(MOST)
    )
    for key, snapshot, priority, worker_id, moment, name in acting.session.execute(query):
        yield TeamRow(
            id=key,
            side=side,
            service=str(snapshot.get("name") or ""),
            other_agency=str(name or snapshot.get("organization") or ""),
            worker_id=worker_id,
            since=moment,
            urgent=priority == "urgent",
        )


def _late(acting: Acting, clock: Clock) -> Any:
    due = getattr(Referral, clock.column)
    now = acting.now.date() if clock.column == "review_on" else acting.now
    return _rows(acting, clock.side, clock.state, due, due < now)


def _waiting(acting: Acting, side: ReferralSide) -> Any:
    return _rows(acting, side, "sent", Referral.sent_at)


def _loads(acting: Acting, agency_id: str, side: ReferralSide) -> Any:
    worker = Referral.from_user_id if side == "sender" else Referral.accepted_by
    query = (
        select(worker, func.count(), func.min(Referral.changed_at))
        .where(_own(side) == agency_id, text(IS_LIVE))
        .group_by(worker)
    )
    for worker_id, count, oldest in acting.session.execute(query):
        yield Load(worker_id=worker_id, side=side, count=count, oldest=oldest)


def _follow_ups(acting: Acting, agency_id: str) -> Any:
    query = (
        select(Handoff)
        .where(
            Handoff.from_agency_id == agency_id,
            Handoff.follow_up_due < acting.now,
            Handoff.follow_up_at.is_(None),
            Handoff.status == "completed",
        )
        .order_by(Handoff.follow_up_due, Handoff.id)
        .limit(MOST)
    )
    return acting.session.scalars(query)


def _ending(acting: Acting, agency_id: str) -> Any:
    today = acting.now.date()
    live = Referral.status.not_in(sorted(TERMINAL))
    rests: ColumnElement[bool] = (Referral.consent_id == Consent.id) & live
    query = (
        select(Consent.id, Consent.expires_on, Referral.id)
        .outerjoin(Referral, rests)
        .outerjoin(ConsentRevocation, ConsentRevocation.consent_id == Consent.id)
        .outerjoin(ConsentExpiryEvent, ConsentExpiryEvent.consent_id == Consent.id)
        .where(
            Consent.agency_id == agency_id,
            Consent.expires_on.between(today, today + SOON),
            ConsentRevocation.id.is_(None),
            ConsentExpiryEvent.id.is_(None),
        )
        .order_by(Consent.expires_on, Consent.id, Referral.id)
        .limit(MOST)
    )
    for consent_id, ends_on, referral_id in acting.session.execute(query):
        if ends_on is not None:
            yield EndingConsent(consent_id=consent_id, ends_on=ends_on, referral_id=referral_id)


def _refusals(acting: Acting, agency_id: str) -> Any:
    query = (
        select(AuditEntry.object_ids, AuditEntry.at, AuditEntry.user_id)
        .where(
            AuditEntry.agency_id == agency_id,
            AuditEntry.at >= acting.now - LATELY,
            text(IS_REFUSED),
            AuditEntry.action.in_(DISCLOSING),
            type_coerce(AuditEntry.object_ids, String).contains(REFUSAL),
        )
        .order_by(AuditEntry.at.desc())
        .limit(MOST)
    )
    for ids, at, user_id in acting.session.execute(query):
        codes = tuple(each.removeprefix(REFUSAL) for each in ids if each.startswith(REFUSAL))
        yield Refusal(referral_id=ids[0], at=at, user_id=user_id, codes=codes)
