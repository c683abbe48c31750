"""From the tables to what reports count: set by set, coded fields only, nothing that is sealed.

However many referrals there are, it takes the same number of statements; a row of a table is let go as soon
as it is counted. The session should only read (`database.read_only`): a large report takes seconds, in which
nobody should wait for it.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import DateTime, Executable, Text, and_, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from directory.referrals.actors import ReferralSide
from directory.referrals.business_time import BusinessCalendar
from directory.referrals.handoffs import FOLLOW_UP_LATEST, Warmth
from directory.referrals.metric_rows import Measure, ReferralRow
from directory.referrals.metrics import Reporting
from directory.referrals.outcomes import CheckIn, StateSpan, time_in_states
from directory.referrals.receivers import Receiver, capacity_stated, receivers
from directory.referrals.refusals_kept import refused_codes
from directory.referrals.states import TERMINAL, State
from directory.referrals.tables import Appointment, ContactAttempt, Referral, ReferralEvent
from directory.referrals.tables import CheckIn as CheckInRow
from directory.referrals.tables_clients import Client
from directory.referrals.tables_handoffs import Handoff
from directory.reports.kept_calendar import KeptCalendar
from directory.reports.period import Period

AT_ONCE = 2000
"""Rows of a table that are held at a time."""
_WARMTH: tuple[Warmth, ...] = ("warm", "assisted", "cold")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose referrals: those an agency sent or received; of all agencies when there is no `agency_id`."""

    agency_id: str | None
    side: ReferralSide = "sender"

    def where(self) -> Any:
        """Which rows of `referral` are in it: no drafts, which are nobody's business but their writer's, and
        none that were a mistake."""
        own = Referral.from_agency_id if self.side == "sender" else Referral.to_agency_id
        counts = and_(Referral.sent_at.is_not(None), Referral.status != "entered_in_error")
        return counts if self.agency_id is None else and_(own == self.agency_id, counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIns:
    """What is known of how people are, 30 and 90 days on. `asked`: by days, how many were due of people who
    agree to be asked, or have answered."""

    asked: Mapping[int, int]
    answered: tuple[CheckIn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a report is counted from. `chain` are the referrals outside the period that follow, or are
    followed by, one: they hold what a chain needs, and count nowhere else."""

    rows: list[ReferralRow]
    chain: list[ReferralRow]
    in_states: Mapping[State, Measure]
    check_ins: CheckIns
    capacity: list[dt.datetime]
    refused: list[str]
    receivers: Mapping[str, Receiver]
    reporting: Reporting


@dataclass(slots=True)
class _Past:
    """What the history of referrals says, by referral."""

    last_event: dict[str, dt.datetime] = field(default_factory=dict)
    closed_by_clock: set[str] = field(default_factory=set)


class _Visits(NamedTuple):
    first: dict[str, str]
    kept: dict[str, list[dt.datetime]]


class _Handoffs(NamedTuple):
    warmth: dict[str, Warmth]
    completed: dict[str, int]
    met: dict[str, int]
    followed_up: dict[str, int]


def load(session: Session, scope: Scope, period: Period, now: dt.datetime) -> Loaded:
    """Everything that the reports of `scope` on `period` count, as it is at `now`."""
    wanted = and_(scope.where(), Referral.sent_at >= period.start, Referral.sent_at < period.end)
    past = _Past()
    in_states = time_in_states(_spans(session, wanted, past))
    rows = _rows(session, wanted, past)
    found = receivers(session, {each.receiver_id for each in rows})
    calendars = {key: _kept(each.calendar) for key, each in found.items()}
    office = _kept(BusinessCalendar())
    return Loaded(
        rows=rows,
        chain=_chain(session, scope, period),
        in_states=in_states,
        check_ins=_check_ins(session, wanted, now),
        capacity=capacity_stated(session, scope.agency_id),
        refused=refused_codes(session, scope.agency_id, period.start, period.end),
        receivers=found,
        reporting=Reporting(
            now,
            lambda key: calendars.get(key, office),
            lambda key, priority: found[key].answers_within.get(priority) if key in found else None,
        ),
    )


def _kept(found: BusinessCalendar) -> KeptCalendar:
    return KeptCalendar(found.timezone, found.week, found.closed_days, found.federal_holidays)


def _read(session: Session, query: Executable) -> Iterator[Any]:
    """Rows as plain as the driver has them: to make objects of a hundred thousand would take seconds."""
    return iter(session.connection().execute(query.execution_options(yield_per=AT_ONCE)))


def _raw(column: Any) -> Any:
    """A moment as the driver has it, to be made aware by `_utc` where it is needed."""
    return type_coerce(column, DateTime(timezone=True))


def _utc(found: dt.datetime | None) -> dt.datetime | None:
    if found is None or found.tzinfo is dt.UTC:
        return found
    return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)


def _spans(session: Session, wanted: Any, past: _Past) -> Iterator[StateSpan]:
    """Every stay in a state that is not over for good; what else the history says goes into `past`."""
    line = ReferralEvent
    query = (
        select(line.referral_id, line.from_status, line.to_status, line.actor, _raw(line.at))
        .join(Referral, Referral.id == line.referral_id)
        .where(wanted)
        .order_by(line.referral_id, line.position)
    )
    at: StateSpan | None = None
    for referral_id, before, after, actor, moment in _read(session, query):
        past.last_event[referral_id] = moment
        if at is not None and at.referral_id != referral_id:
            yield at
            at = None
        if before == after and at is not None:
            continue
        if before != after and after in TERMINAL and actor == "system":
            past.closed_by_clock.add(referral_id)
        if at is not None:
            yield StateSpan(referral_id, at.state, at.since, moment)
        at = None if after in TERMINAL or after == "draft" else StateSpan(referral_id, after, moment, None)
    if at is not None:
        yield at


def _rows(session: Session, wanted: Any, past: _Past) -> list[ReferralRow]:
    contacts, visits = _contacts(session, wanted), _visits(session, wanted)
    handoffs = _handoffs(session, wanted)
    one = Referral
    codes = (one.status, one.priority, one.area, one.reason, one.continues_id)
    moments = (
        one.sent_at,
        one.responded_at,
        one.accepted_at,
        one.scheduled_at,
        one.connected_at,
        one.closed_at,
    )
    query = select(
        one.id,
        func.coalesce(one.to_agency_id, one.to_organization_id),
        type_coerce(one.needs, Text),
        *codes,
        *(_raw(each) for each in moments),
    ).where(wanted)
    # the same few words again and again: kept once each
    needs: dict[str, tuple[str, ...]] = {}
    words: dict[str | None, str] = {None: ""}
    found = []
    for key, receiver, listed, state, priority, area, reason, continues, *at in _read(
        session, query.order_by(one.sent_at, one.id)
    ):
        sent, responded, accepted, scheduled, connected, closed = map(_utc, at)
        if listed not in needs:
            needs[listed] = tuple(json.loads(listed or "[]"))
        later = visits.kept.get(key, ()) if connected is not None else ()
        found.append(
            ReferralRow(
                id=key,
                state=state,
                receiver_id=words.setdefault(receiver, receiver),
                needs=needs[listed],
                area=words.setdefault(area, area),
                priority="urgent" if priority == "urgent" else "routine",
                sent_at=sent,
                responded_at=responded,
                accepted_at=accepted,
                first_contact_at=_utc(contacts.get(key)),
                ever_scheduled=scheduled is not None,
                first_visit=visits.first.get(key),  # type: ignore[arg-type]
                connected_at=connected,
                further_services=tuple(each for each in later if connected and each > connected),
                closed_at=closed,
                closed_by_person=key not in past.closed_by_clock,
                reason=words.setdefault(reason, reason) or None,
                warmth=handoffs.warmth.get(key, "cold"),
                handoffs_completed=handoffs.completed.get(key, 0),
                handoffs_met=handoffs.met.get(key, 0),
                follow_ups_in_time=handoffs.followed_up.get(key, 0),
                continues_id=continues,
                last_event_at=_utc(past.last_event.get(key)),
            )
        )
    return found


def _contacts(session: Session, wanted: Any) -> dict[str, dt.datetime]:
    """The first time that the person was reached."""
    query = (
        select(ContactAttempt.referral_id, _raw(ContactAttempt.at))
        .join(Referral, Referral.id == ContactAttempt.referral_id)
        .where(wanted, ContactAttempt.outcome == "reached")
        .order_by(ContactAttempt.at.desc())
    )
    return {key: at for key, at in _read(session, query)}  # noqa: C416  rows are no pairs


def _visits(session: Session, wanted: Any) -> _Visits:
    """What came of the first visit (one that was moved is not another), and all that were kept."""
    query = (
        select(Appointment.referral_id, Appointment.status, Appointment.starts_at)
        .join(Referral, Referral.id == Appointment.referral_id)
        .where(wanted, Appointment.status != "moved")
        .order_by(Appointment.made_at.desc(), Appointment.starts_at.desc(), Appointment.id)
    )
    outcome = {"kept": "attended", "missed": "no_show", "cancelled": "cancelled"}
    first: dict[str, str] = {}
    kept: dict[str, list[dt.datetime]] = {}
    for key, status, starts_at in _read(session, query):
        first.pop(key, None)
        if status in outcome:
            first[key] = outcome[status]
        if status == "kept":
            kept.setdefault(key, []).append(starts_at)
    return _Visits(first, {key: sorted(each) for key, each in kept.items()})


def _handoffs(session: Session, wanted: Any) -> _Handoffs:
    query = (
        select(
            Handoff.referral_id,
            Handoff.warmth,
            Handoff.client_met_receiving_contact,
            Handoff.ended_at,
            Handoff.follow_up_at,
        )
        .join(Referral, Referral.id == Handoff.referral_id)
        .where(wanted, Handoff.status == "completed")
    )
    found = _Handoffs({}, {}, {}, {})
    for key, warmth, met, ended_at, follow_up_at in _read(session, query):
        found.warmth[key] = min((found.warmth.get(key, "cold"), warmth or "cold"), key=_WARMTH.index)
        in_time = bool(ended_at and follow_up_at and follow_up_at <= ended_at + FOLLOW_UP_LATEST)
        for counted, hit in ((found.completed, True), (found.met, bool(met)), (found.followed_up, in_time)):
            counted[key] = counted.get(key, 0) + hit
    return found


def _chain(session: Session, scope: Scope, period: Period) -> list[ReferralRow]:
    """Referrals outside the period that follow one, or that one follows."""
    later = aliased(Referral)
    outside = or_(Referral.sent_at < period.start, Referral.sent_at >= period.end)
    is_followed = select(later.id).where(later.continues_id == Referral.id).exists()
    query = select(Referral.id, Referral.status, Referral.continues_id, Referral.connected_at).where(
        scope.where(), outside, or_(Referral.continues_id.is_not(None), is_followed)
    )
    return [
        ReferralRow(id=key, state=state, continues_id=continues, connected_at=connected)
        for key, state, continues, connected in _read(session, query.order_by(Referral.id))
    ]


def _check_ins(session: Session, wanted: Any, now: dt.datetime) -> CheckIns:
    one = CheckInRow
    is_asked = and_(one.due_on <= now.date(), Client.wants_check_ins)
    query = (
        select(
            one.referral_id, one.days, one.answered_at, one.housed, one.working, one.connected, one.supported
        )
        .join(Referral, Referral.id == one.referral_id)
        .join(Client, Client.id == Referral.client_id)
        .where(wanted, or_(is_asked, one.answered_at.is_not(None)))
        .order_by(one.days, one.referral_id)
    )
    said = {"yes": True, "no": False}
    asked: dict[int, int] = {}
    answered = []
    for key, days, at, housed, working, connected, supported in _read(session, query):
        asked[days] = asked.get(days, 0) + 1
        if at is not None:
            told = (said.get(each or "") for each in (housed, working, connected, supported))
            answered.append(CheckIn(key, days, *told))
    return CheckIns(asked=asked, answered=tuple(answered))
